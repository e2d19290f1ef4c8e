package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// SchemaError is a fault at a place of the schema.
type SchemaError struct {
	Pos     *ast.Position
	Message string
}

func (e *SchemaError) Error() string { return Position(e.Pos) + ": " + e.Message }

// Position writes a place of the schema as "file:line".
func Position(p *ast.Position) string {
	if p == nil || p.Src == nil {
		return "schema"
	}
	return fmt.Sprintf("%s:%d", p.Src.Name, p.Line)
}

// loadSources reads the schema files: patterns in the order of the file, the files of one pattern sorted by name.
func (c *Config) loadSources() error {
	seen := map[string]bool{}
	for _, pattern := range c.SchemaFiles {
		files, err := c.glob(pattern)
		if err != nil {
			return fmt.Errorf("%s: schema: %w", c.File, err)
		}
		if len(files) == 0 {
			return fmt.Errorf("%s: schema: no file matches %q", c.File, pattern)
		}
		for _, f := range files {
			if seen[f] {
				continue
			}
			seen[f] = true
			data, err := os.ReadFile(filepath.Join(c.Root, filepath.FromSlash(f)))
			if err != nil {
				return fmt.Errorf("%s: schema: %w", c.File, err)
			}
			c.Sources = append(c.Sources, &ast.Source{Name: f, Input: string(data)})
		}
	}
	return nil
}

// glob finds the files of a pattern, relative to the root and with slashes. "**" stands for any directories.
func (c *Config) glob(pattern string) ([]string, error) {
	if !strings.Contains(pattern, "**") {
		found, err := filepath.Glob(filepath.Join(c.Root, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, err
		}
		for i, f := range found {
			rel, err := filepath.Rel(c.Root, f)
			if err != nil {
				return nil, err
			}
			found[i] = filepath.ToSlash(rel)
		}
		sort.Strings(found)
		return found, nil
	}
	re, err := regexp.Compile("^" + strings.NewReplacer(
		`\*\*/`, `(.+/)?`, `\*\*`, `.*`, `\*`, `[^/]*`, `\?`, `[^/]`).Replace(regexp.QuoteMeta(pattern)) + "$")
	if err != nil {
		return nil, err
	}
	var found []string
	err = filepath.WalkDir(c.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(c.Root, path)
		if err == nil && !d.IsDir() && re.MatchString(filepath.ToSlash(rel)) {
			found = append(found, filepath.ToSlash(rel))
		}
		return err
	})
	sort.Strings(found)
	return found, err
}

// Finish parses the schema and takes over what its @go… directives say. Load calls it.
func (c *Config) Finish() error {
	schema, err := gqlparser.LoadSchema(c.Sources...)
	if err != nil {
		return err
	}
	c.Schema = schema
	if schema.Query == nil {
		schema.Query = &ast.Definition{Kind: ast.Object, Name: "Query"}
		schema.Types["Query"] = schema.Query
	}
	errs := append(c.checkNames(), c.readDirectives()...)
	return errors.Join(append(errs, c.checkPackages()...)...)
}

// checkNames finds entries of models and directives that speak of nothing in the schema: most often a typing error.
func (c *Config) checkNames() []error {
	var errs []error
	for _, name := range sortedKeys(c.Models) {
		def := c.Schema.Types[name]
		m := c.Models[name]
		if def == nil {
			// A file may list the runtime's scalars (UUID, Int64, …) for a schema that has no use for them.
			if c.UserDefined(name) || len(m.Model) == 0 {
				errs = append(errs, &ValueError{File: c.File, Key: "models", Value: name, Reason: "no such type in the schema"})
			}
			continue
		}
		for _, f := range sortedKeys(m.Fields) {
			if def.Fields.ForName(f) == nil {
				errs = append(errs, &ValueError{File: c.File, Key: "models." + name + ".fields", Value: f, Reason: "no such field in the schema"})
			}
		}
		for _, v := range sortedKeys(m.EnumValues) {
			if def.EnumValues.ForName(v) == nil {
				errs = append(errs, &ValueError{File: c.File, Key: "models." + name + ".enum_values", Value: v, Reason: "no such value in the schema"})
			}
		}
	}
	for _, name := range sortedKeys(c.Directives) {
		if c.Schema.Directives[name] == nil {
			errs = append(errs, &ValueError{File: c.File, Key: "directives", Value: name, Reason: "not declared in the schema"})
		}
	}
	return errs
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// directiveArgs lists the arguments of the @go… directives that are understood here.
var directiveArgs = map[string][]string{
	"goModel":      {"model", "models", "forceGenerate"},
	"goField":      {"forceResolver", "name", "omittable", "batch"},
	"goTag":        {"key", "value"},
	"goEnum":       {"value"},
	"goExtraField": {"name", "type", "overrideTags", "description"},
}

var refusedDirectives = map[string]string{
	"goEmbedInterface":    "each model has all its fields",
	"inlineArguments":     "the resolver takes the arguments as the schema writes them",
	"subscriptionContext": "a subscription resolver returns a plain channel",
}

// IsGenerator tells whether a directive only steers generation.
func IsGenerator(directive string) bool {
	return directiveArgs[directive] != nil || refusedDirectives[directive] != ""
}

func (c *Config) readDirectives() []error {
	var errs []error
	for _, name := range sortedKeys(c.Schema.Types) {
		def := c.Schema.Types[name]
		if def.BuiltIn {
			continue
		}
		errs = append(errs, checkDirectives(def.Directives)...)
		c.readModel(def)
		c.readExtraFields(def)
		for _, f := range def.Fields {
			errs = append(errs, checkDirectives(f.Directives)...)
			for _, a := range f.Arguments {
				errs = append(errs, checkDirectives(a.Directives)...)
			}
			c.readField(def, f)
		}
		for _, v := range def.EnumValues {
			errs = append(errs, checkDirectives(v.Directives)...)
			if d := v.Directives.ForName("goEnum"); d != nil {
				c.readEnumValue(name, v.Name, text(d, "value"))
			}
		}
	}
	return errs
}

func checkDirectives(list ast.DirectiveList) []error {
	var errs []error
	for _, d := range list {
		if why := refusedDirectives[d.Name]; why != "" {
			errs = append(errs, &SchemaError{d.Position, fmt.Sprintf("@%s is not supported: %s", d.Name, why)})
		}
		known := directiveArgs[d.Name]
		for _, a := range d.Arguments {
			if known != nil && !contains(known, a.Name) {
				errs = append(errs, &SchemaError{d.Position, fmt.Sprintf(
					"argument %q of @%s is not supported; supported: %s", a.Name, d.Name, strings.Join(known, ", "))})
			}
		}
	}
	return errs
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func (c *Config) readModel(def *ast.Definition) {
	d := def.Directives.ForName("goModel")
	if d == nil {
		return
	}
	m := c.Entry(def.Name)
	if one := text(d, "model"); one != "" {
		m.Model = append(m.Model, one)
	}
	if a := d.Arguments.ForName("models"); a != nil {
		for _, v := range a.Value.Children {
			m.Model = append(m.Model, v.Value.Raw)
		}
	}
	m.ForceGenerate = m.ForceGenerate || truth(d, "forceGenerate")
}

func (c *Config) readExtraFields(def *ast.Definition) {
	for _, d := range def.Directives.ForNames("goExtraField") {
		m := c.Entry(def.Name)
		extra := ExtraField{Type: text(d, "type"), OverrideTags: text(d, "overrideTags"), Description: text(d, "description")}
		name := text(d, "name")
		if name == "" {
			m.EmbedExtraFields = append(m.EmbedExtraFields, extra)
			continue
		}
		if m.ExtraFields == nil {
			m.ExtraFields = map[string]ExtraField{}
		}
		if _, ok := m.ExtraFields[name]; !ok {
			m.ExtraFields[name] = extra
		}
	}
}

func (c *Config) readField(def *ast.Definition, f *ast.FieldDefinition) {
	d := f.Directives.ForName("goField")
	if d == nil {
		return
	}
	e := c.fieldEntry(def.Name, f.Name)
	e.Resolver = e.Resolver || truth(d, "forceResolver")
	if name := text(d, "name"); name != "" && e.FieldName == "" {
		e.FieldName = name
	}
	for arg, v := range map[string]**bool{"omittable": &e.Omittable, "batch": &e.Batch} {
		if d.Arguments.ForName(arg) != nil && *v == nil {
			given := truth(d, arg)
			*v = &given
		}
	}
}

func (c *Config) readEnumValue(typ, value, goName string) {
	m := c.Entry(typ)
	if m.EnumValues == nil {
		m.EnumValues = map[string]*EnumValue{}
	}
	if m.EnumValues[value] == nil && goName != "" {
		m.EnumValues[value] = &EnumValue{Value: goName}
	}
}

func text(d *ast.Directive, arg string) string {
	if a := d.Arguments.ForName(arg); a != nil && a.Value.Kind != ast.NullValue {
		return a.Value.Raw
	}
	return ""
}

func truth(d *ast.Directive, arg string) bool {
	v, _ := strconv.ParseBool(text(d, arg))
	return v
}
