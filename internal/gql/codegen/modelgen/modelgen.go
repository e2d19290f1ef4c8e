// Package modelgen writes the Go types of those GraphQL types that have none, as gqlgen names and shapes them: structs
// for objects and inputs, interfaces for interfaces and unions, string types with constants for enums.
package modelgen

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/codegen"
	"kontrak/internal/gql/codegen/config"
)

// Generate returns the source of the models file, nil when every type has a Go type of its own, and enters the
// generated types as models in the configuration. It must run after codegen.AutoBind.
func Generate(cfg *config.Config, pkgs codegen.Packages) ([]byte, error) {
	g := &generator{
		cfg: cfg, pkgs: pkgs, im: codegen.NewImports(cfg.Model.Path),
		pkg: types.NewPackage(cfg.Model.Path, cfg.Model.Package), named: map[string]*types.Named{}, taken: map[string]bool{},
	}
	g.checkExtras()
	if cfg.Model.Filename == "" {
		return nil, errors.Join(g.errs...)
	}
	g.collect()
	for _, m := range g.models {
		g.fields(m)
		g.extraFields(m)
	}
	for _, m := range g.interfaces {
		g.fields(m)
	}
	if err := errors.Join(g.errs...); err != nil {
		return nil, err
	}
	if len(g.models)+len(g.interfaces)+len(g.enums) == 0 {
		return nil, nil
	}
	src, err := g.write()
	if err != nil {
		return nil, err
	}
	for name, n := range g.named {
		if def := cfg.Schema.Types[name]; !g.isRoot(def) {
			cfg.Entry(name).Model = config.StringList{cfg.Model.Path + "." + n.Obj().Name()}
		}
	}
	return src, nil
}

type generator struct {
	cfg        *config.Config
	pkgs       codegen.Packages
	im         *codegen.Imports
	pkg        *types.Package
	named      map[string]*types.Named // the generated types, by GraphQL name
	taken      map[string]bool         // Go names in use
	interfaces []*model
	models     []*model
	enums      []*model
	errs       []error
}

// model is one type to write.
type model struct {
	def    *ast.Definition
	goName string
	fields []field
	extras []extra
}

// field is a struct field, or a getter of an interface.
type field struct {
	def    *ast.FieldDefinition
	goName string
	typ    types.Type
	tag    string
}

func (g *generator) isRoot(def *ast.Definition) bool {
	s := g.cfg.Schema
	return def == s.Query || def == s.Mutation || def == s.Subscription
}

// collect decides which types are generated and names them, in the order of their GraphQL names.
func (g *generator) collect() {
	for _, name := range sortedNames(g.cfg.Schema) {
		def := g.cfg.Schema.Types[name]
		entry := g.cfg.Models[name]
		bound := entry != nil && len(entry.Model) > 0 && !entry.ForceGenerate
		if def.Kind == ast.Scalar || bound || g.isRoot(def) && g.cfg.OmitRootModels {
			continue
		}
		m := &model{def: def, goName: g.unique(name)}
		obj := types.NewTypeName(token.NoPos, g.pkg, m.goName, nil)
		switch def.Kind {
		case ast.Interface, ast.Union:
			g.interfaces = append(g.interfaces, m)
			g.named[name] = types.NewNamed(obj, types.NewInterfaceType(nil, nil), nil)
		case ast.Enum:
			g.enums = append(g.enums, m)
			g.named[name] = types.NewNamed(obj, types.Typ[types.String], nil)
		default:
			g.models = append(g.models, m)
			g.named[name] = types.NewNamed(obj, types.NewStruct(nil, nil), nil)
		}
	}
}

func sortedNames(s *ast.Schema) []string {
	var names []string
	for name, def := range s.Types {
		if !def.BuiltIn && !strings.HasPrefix(name, "__") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// unique joins the Go forms of the parts to a name that is not in use yet: as it is, with the last part unchanged, or
// with a number.
func (g *generator) unique(parts ...string) string {
	prefix := ""
	for _, p := range parts[:len(parts)-1] {
		prefix += g.cfg.Names.Public(p)
	}
	last := parts[len(parts)-1]
	name := prefix + g.cfg.Names.Public(last)
	if g.taken[name] && prefix != "" {
		name = prefix + last
	}
	if g.taken[name] {
		name = prefix + g.cfg.Names.Public(last)
	}
	base := name
	for i := 0; g.taken[name]; i++ {
		name = fmt.Sprintf("%s%d", base, i)
	}
	g.taken[name] = true
	return name
}

// fields finds name, type and tag of every field of a model.
func (g *generator) fields(m *model) {
	if g.isRoot(m.def) {
		return
	}
	for _, def := range m.def.Fields {
		if strings.HasPrefix(def.Name, "__") {
			continue
		}
		conf := g.cfg.FieldOf(m.def.Name, def.Name)
		if conf.Resolver && g.cfg.OmitResolverFields {
			continue
		}
		f := field{def: def, goName: g.cfg.Names.Public(def.Name)}
		if conf.FieldName != "" {
			f.goName = g.cfg.Names.Public(conf.FieldName)
		}
		var err error
		if f.typ, err = g.fieldType(m.def, def, conf); err != nil {
			g.errs = append(g.errs, &codegen.BindError{Pos: def.Position, Coord: m.def.Name + "." + def.Name, Message: err.Error()})
			continue
		}
		f.tag = g.tag(def)
		m.fields = append(m.fields, f)
	}
}

func (g *generator) fieldType(parent *ast.Definition, def *ast.FieldDefinition, conf config.Field) (types.Type, error) {
	base, err := g.base(def.Type.Name())
	if err != nil {
		return nil, err
	}
	t := codegen.Modify(def.Type, base, g.cfg.OmitSliceElementPointers)
	kind := g.cfg.Schema.Types[def.Type.Name()].Kind
	if *g.cfg.StructFieldsPointers && (kind == ast.Object || kind == ast.InputObject) && codegen.IsStruct(t) {
		t = types.NewPointer(t)
	}
	omittable := conf.Omittable
	if omittable == nil && g.cfg.NullableInputOmittable && parent.Kind == ast.InputObject && !def.Type.NonNull {
		yes := true
		omittable = &yes
	}
	if omittable == nil || !*omittable {
		return t, nil
	}
	if parent.Kind != ast.InputObject || def.Type.NonNull {
		return nil, errors.New("only a nullable field of an input can be omittable")
	}
	return g.omittable(t)
}

func (g *generator) omittable(t types.Type) (types.Type, error) {
	pkg, err := g.pkgs.Package(config.Runtime)
	if err != nil {
		return nil, err
	}
	o := pkg.Scope().Lookup("Omittable")
	if o == nil {
		return nil, fmt.Errorf("package %s declares no Omittable", config.Runtime)
	}
	return types.Instantiate(nil, o.Type(), []types.Type{t}, false)
}

// base finds the Go type of a named GraphQL type: a generated one, or the first model.
func (g *generator) base(name string) (types.Type, error) {
	if n := g.named[name]; n != nil {
		return n, nil
	}
	entry := g.cfg.Models[name]
	if entry == nil || len(entry.Model) == 0 {
		return nil, fmt.Errorf("%s has no Go type: name one under models.%s.model in gqlgen.yml", name, name)
	}
	path, goName := g.cfg.SplitModel(entry.Model[0])
	if path == "" {
		return types.NewMap(types.Typ[types.String], types.Universe.Lookup("any").Type()), nil
	}
	pkg, err := g.pkgs.Package(path)
	if err != nil {
		return nil, err
	}
	if fn, ok := pkg.Scope().Lookup("Marshal" + goName).(*types.Func); ok && fn.Signature().Params().Len() == 1 {
		return fn.Signature().Params().At(0).Type(), nil
	}
	if o, ok := pkg.Scope().Lookup(goName).(*types.TypeName); ok {
		return types.Unalias(o.Type()), nil
	}
	return nil, fmt.Errorf("package %s declares no %s and no Marshal%s", path, goName, goName)
}

// tag writes the struct tag: json first, then those of @goTag, which may replace it.
func (g *generator) tag(def *ast.FieldDefinition) string {
	json := def.Name
	if !def.Type.NonNull && *g.cfg.JSONOmitempty {
		json += ",omitempty"
	}
	if !def.Type.NonNull && g.cfg.JSONOmitzero {
		json += ",omitzero"
	}
	keys, values := []string{"json"}, map[string]string{"json": json}
	for _, d := range def.Directives.ForNames("goTag") {
		key := d.Arguments.ForName("key")
		if key == nil {
			continue
		}
		value := def.Name
		if v := d.Arguments.ForName("value"); v != nil && v.Value.Kind != ast.NullValue {
			value = v.Value.Raw
		}
		if _, ok := values[key.Value.Raw]; !ok {
			keys = append(keys, key.Value.Raw)
		}
		values[key.Value.Raw] = value
	}
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = fmt.Sprintf("%s:%q", k, values[k])
	}
	return strings.Join(parts, " ")
}
