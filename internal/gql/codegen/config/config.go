// Package config reads gqlgen.yml and the schema it names.
//
// The keys are gqlgen's own. A key that is unknown, or that gqlgen has and this generator has not, is refused by name
// and line: nothing in the file is ever ignored.
package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/mod/modfile"
	"gopkg.in/yaml.v3"

	"kontrak/internal/gql/codegen/goname"
)

// Runtime is the import path of the package that generated code runs on.
const Runtime = "kontrak/internal/gql/graphql"

// Config is gqlgen.yml, with defaults filled in and paths resolved.
type Config struct {
	SchemaFiles StringList               `yaml:"schema"`
	Exec        Exec                     `yaml:"exec"`
	Model       Output                   `yaml:"model"`
	Resolver    Resolver                 `yaml:"resolver"`
	AutoBind    []string                 `yaml:"autobind"`
	Models      map[string]*Model        `yaml:"models"`
	StructTag   string                   `yaml:"struct_tag"`
	Directives  map[string]DirectiveConf `yaml:"directives"`
	GoBuildTags StringList               `yaml:"go_build_tags"`
	Initialisms Initialisms              `yaml:"go_initialisms"`

	OmitGetters              bool  `yaml:"omit_getters"`
	OmitComplexity           bool  `yaml:"omit_complexity"`
	OmitFileNotice           bool  `yaml:"omit_gqlgen_file_notice"`
	OmitVersionInNotice      bool  `yaml:"omit_gqlgen_version_in_file_notice"`
	OmitRootModels           bool  `yaml:"omit_root_models"`
	OmitResolverFields       bool  `yaml:"omit_resolver_fields"`
	OmitSliceElementPointers bool  `yaml:"omit_slice_element_pointers"`
	OmitEnumJSON             bool  `yaml:"omit_enum_json_marshalers"`
	StructFieldsPointers     *bool `yaml:"struct_fields_always_pointers"`
	ResolversReturnPointers  *bool `yaml:"resolvers_always_return_pointers"`
	NullableInputOmittable   bool  `yaml:"nullable_input_omittable"`
	JSONOmitempty            *bool `yaml:"enable_model_json_omitempty_tag"`
	JSONOmitzero             bool  `yaml:"enable_model_json_omitzero_tag"`
	ArgDirectivesWithNull    bool  `yaml:"call_argument_directives_with_null"`
	SkipValidation           *bool `yaml:"skip_validation"`
	SkipModTidy              *bool `yaml:"skip_mod_tidy"`

	// Root is the directory of the file; File its name as it was given, for messages.
	Root string `yaml:"-"`
	File string `yaml:"-"`
	// Module is the module of Root; ModuleDir is where its go.mod lies.
	Module    string `yaml:"-"`
	ModuleDir string `yaml:"-"`

	// Sources and Schema are the schema files and what they say.
	Sources []*ast.Source `yaml:"-"`
	Schema  *ast.Schema   `yaml:"-"`
	Names   *goname.Namer `yaml:"-"`
}

// Output is a generated file and its package.
type Output struct {
	Filename string `yaml:"filename"`
	Package  string `yaml:"package"`
	Path     string `yaml:"-"` // import path
	Abs      string `yaml:"-"` // absolute file name
}

// Exec is where the executable schema goes.
type Exec struct {
	Output      `yaml:",inline"`
	Layout      string `yaml:"layout"`
	WorkerLimit int    `yaml:"worker_limit"`
}

// Resolver is where the resolvers are.
type Resolver struct {
	Layout              string `yaml:"layout"`
	Dir                 string `yaml:"dir"`
	Package             string `yaml:"package"`
	Type                string `yaml:"type"`
	FilenameTemplate    string `yaml:"filename_template"`
	OmitTemplateComment bool   `yaml:"omit_template_comment"`
	Batch               Batch  `yaml:"batch"`
	Path                string `yaml:"-"`
	Abs                 string `yaml:"-"` // absolute directory
}

// IsDefined tells whether resolvers are to be generated at all.
func (r Resolver) IsDefined() bool { return r.Layout != "" || r.Dir != "" || r.Package != "" }

// Batch is resolver.batch, written "true" or "{enabled: true}".
type Batch struct {
	Enabled bool `yaml:"enabled"`
}

// UnmarshalYAML reads both forms.
func (b *Batch) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&b.Enabled)
	}
	type plain Batch
	return n.Decode((*plain)(b))
}

// Model is one entry of models: the Go types a GraphQL type is bound to, the default first.
type Model struct {
	Model         StringList            `yaml:"model"`
	ForceGenerate bool                  `yaml:"forceGenerate"`
	Fields        map[string]*Field     `yaml:"fields"`
	EnumValues    map[string]*EnumValue `yaml:"enum_values"`
	// ExtraFields, by their Go names, and EmbedExtraFields are fields of a generated struct that GraphQL does not see.
	ExtraFields      map[string]ExtraField `yaml:"extraFields"`
	EmbedExtraFields []ExtraField          `yaml:"embedExtraFields"`
}

// ExtraField is a field of a generated struct that GraphQL does not see.
type ExtraField struct {
	// Type is a basic Go type, or a named one with its import path, with "*" and "[]" before it as needed.
	Type string `yaml:"type"`
	// OverrideTags is the whole struct tag; there is none without it.
	OverrideTags string `yaml:"overrideTags"`
	Description  string `yaml:"description"`
}

// Field is how one field of a type is bound.
type Field struct {
	Resolver  bool   `yaml:"resolver"`
	FieldName string `yaml:"fieldName"`
	Omittable *bool  `yaml:"omittable"`
	// Batch is nil unless given; false keeps the field out of resolver.batch.
	Batch *bool `yaml:"batch"`
}

// EnumValue is the Go constant or variable of one value of an enum.
type EnumValue struct {
	Value string `yaml:"value"`
}

// DirectiveConf is one entry of directives.
type DirectiveConf struct {
	SkipRuntime bool `yaml:"skip_runtime"`
}

// Initialisms are words that Go names write in capitals.
type Initialisms struct {
	ReplaceDefaults bool     `yaml:"replace_defaults"`
	Initialisms     []string `yaml:"initialisms"`
}

// StringList is a list that may be written as a single string.
type StringList []string

// UnmarshalYAML reads both forms.
func (l *StringList) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		var s string
		if err := n.Decode(&s); err != nil {
			return err
		}
		if s != "" {
			*l = StringList{s}
		}
		return nil
	}
	return n.Decode((*[]string)(l))
}

// Load reads the file and the schema, and resolves every path against the file's directory. All faults that can be
// told apart are reported together.
func Load(file string) (*Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	c, err := parse(file, filepath.Dir(abs), data)
	if err != nil {
		return nil, err
	}
	if err := c.findModule(); err != nil {
		return nil, err
	}
	if err := c.resolvePaths(); err != nil {
		return nil, err
	}
	if err := c.loadSources(); err != nil {
		return nil, err
	}
	return c, c.Finish()
}

// Parse reads a configuration from memory; root is the directory its paths are relative to. Sources, Module and the
// output paths are the caller's to set, then Finish to call.
func Parse(file, root string, data []byte) (*Config, error) { return parse(file, root, data) }

func parse(file, root string, data []byte) (*Config, error) {
	c := &Config{File: file, Root: root}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(doc.Content) > 0 {
		if err := errors.Join(checkKeys(file, doc.Content[0])...); err != nil {
			return nil, err
		}
		if err := doc.Content[0].Decode(c); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	c.defaults()
	return c, errors.Join(c.checkValues()...)
}

func (c *Config) defaults() {
	yes := true
	for _, p := range []**bool{&c.StructFieldsPointers, &c.ResolversReturnPointers, &c.JSONOmitempty} {
		if *p == nil {
			*p = &yes
		}
	}
	if len(c.SchemaFiles) == 0 {
		c.SchemaFiles = StringList{"schema.graphql"}
	}
	if c.Exec.Filename == "" {
		c.Exec.Filename = "generated.go"
	}
	if c.Resolver.Type == "" {
		c.Resolver.Type = "Resolver"
	}
	if c.Resolver.FilenameTemplate == "" {
		c.Resolver.FilenameTemplate = "{name}.resolvers.go"
	}
	if c.Models == nil {
		c.Models = map[string]*Model{}
	}
	for name, m := range c.Models {
		if m == nil {
			c.Models[name] = &Model{}
		}
	}
	c.Names = goname.New(c.Initialisms.ReplaceDefaults, c.Initialisms.Initialisms)
}

// findModule reads the go.mod at or above the root.
func (c *Config) findModule() error {
	for dir := c.Root; ; dir = filepath.Dir(dir) {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil {
			c.ModuleDir, c.Module = dir, modfile.ModulePath(data)
			return nil
		}
		if dir == filepath.Dir(dir) {
			return fmt.Errorf("%s: no go.mod in %s or above it", c.File, c.Root)
		}
	}
}

func (c *Config) importPath(absDir string) (string, error) {
	rel, err := filepath.Rel(c.ModuleDir, absDir)
	if err != nil || strings.HasPrefix(rel, "..") {
		return "", fmt.Errorf("%s: %s lies outside of the module %s", c.File, absDir, c.Module)
	}
	if rel == "." {
		return c.Module, nil
	}
	return c.Module + "/" + filepath.ToSlash(rel), nil
}

func (c *Config) resolvePaths() error {
	for _, o := range []*Output{&c.Exec.Output, &c.Model} {
		if o.Filename == "" {
			continue
		}
		o.Abs = filepath.Join(c.Root, filepath.FromSlash(o.Filename))
		path, err := c.importPath(filepath.Dir(o.Abs))
		if err != nil {
			return err
		}
		o.Path = path
		if o.Package == "" {
			o.Package = packageName(path)
		}
	}
	if !c.Resolver.IsDefined() {
		return nil
	}
	c.Resolver.Abs = filepath.Join(c.Root, filepath.FromSlash(c.Resolver.Dir))
	path, err := c.importPath(c.Resolver.Abs)
	if err != nil {
		return err
	}
	c.Resolver.Path = path
	if c.Resolver.Package == "" {
		c.Resolver.Package = packageName(path)
	}
	return nil
}

func packageName(path string) string {
	base := path[strings.LastIndex(path, "/")+1:]
	return strings.NewReplacer("-", "_", ".", "_").Replace(base)
}
