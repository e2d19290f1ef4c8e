package codegen

import (
	"errors"
	"fmt"
	"go/types"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/codegen/config"
)

// Packages is where the binder finds Go packages; goload.Packages is one.
type Packages interface {
	// Package returns a package, an incomplete one when it does not type-check, or an error when there is none.
	Package(path string) (*types.Package, error)
	// Fault returns the first thing that keeps a package from compiling, or nil.
	Fault(path string) error
	// Position writes where an object is declared, or "".
	Position(o types.Object) string
}

// BindError says that a part of the schema has no counterpart in Go.
type BindError struct {
	Pos     *ast.Position
	Coord   string // the schema coordinate, such as "Contract.total"
	Message string
}

func (e *BindError) Error() string {
	return fmt.Sprintf("%s: %s: %s", config.Position(e.Pos), e.Coord, e.Message)
}

// NeededPackages lists the import paths that binding the configuration needs, sorted.
func NeededPackages(cfg *config.Config) []string {
	set := map[string]bool{config.Runtime: true}
	for _, p := range cfg.AutoBind {
		set[autobindPath(cfg, p)] = true
	}
	for name, m := range cfg.Models {
		if cfg.Schema.Types[name] == nil {
			continue
		}
		for _, goName := range m.Model {
			if path, _ := cfg.SplitModel(goName); path != "" {
				set[path] = true
			}
		}
		for _, v := range m.EnumValues {
			if path, _ := cfg.SplitModel(v.Value); path != "" {
				set[path] = true
			}
		}
		for _, f := range m.ExtraFields {
			extraPackage(cfg, f, set)
		}
		for _, f := range m.EmbedExtraFields {
			extraPackage(cfg, f, set)
		}
	}
	paths := make([]string, 0, len(set))
	for p := range set {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	return paths
}

func extraPackage(cfg *config.Config, f config.ExtraField, set map[string]bool) {
	if path, _ := cfg.SplitModel(strings.TrimLeft(f.Type, "*[]")); path != "" {
		set[path] = true
	}
}

func autobindPath(cfg *config.Config, p string) string {
	path, _ := cfg.SplitModel(p + ".x")
	return path
}

// AutoBind binds each type of the schema that has no model yet to the exported Go type of its name in the packages of
// autobind, the first package that has one. Then it gives the built-in scalars the runtime's own models.
func AutoBind(cfg *config.Config, pkgs Packages) error {
	for _, entry := range cfg.AutoBind {
		pkg, err := pkgs.Package(autobindPath(cfg, entry))
		if err != nil {
			return fmt.Errorf("%s: autobind: %w", cfg.File, err)
		}
		if err := leavesIntrospection(cfg, entry, pkg); err != nil {
			return err
		}
		for _, name := range sortedTypes(cfg.Schema) {
			def := cfg.Schema.Types[name]
			if def.BuiltIn || isRoot(cfg.Schema, def) || cfg.UserDefined(name) || cfg.Models[name] != nil && cfg.Models[name].ForceGenerate {
				continue
			}
			for _, goName := range []string{name, cfg.Names.Public(name)} {
				if o, ok := pkg.Scope().Lookup(goName).(*types.TypeName); ok && o.Exported() {
					m := cfg.Entry(name)
					m.Model = append(m.Model, pkg.Path()+"."+goName)
					break
				}
			}
		}
	}
	injectBuiltins(cfg)
	return nil
}

// leavesIntrospection refuses Go types that gqlgen would take for those of introspection: it looks for __Field as Field.
func leavesIntrospection(cfg *config.Config, entry string, pkg *types.Package) error {
	for _, bare := range []string{"Directive", "DirectiveLocation", "EnumValue", "Field", "InputValue", "Schema", "Type", "TypeKind"} {
		if pkg.Scope().Lookup(bare) != nil {
			return fmt.Errorf("%s: autobind: %s declares %s, to which gqlgen would bind __%s, the type of introspection; give it another name",
				cfg.File, entry, bare, bare)
		}
	}
	return nil
}

func injectBuiltins(cfg *config.Config) {
	for name, models := range map[string][]string{
		"ID":      {"ID", "IntID"},
		"String":  {"String"},
		"Boolean": {"Boolean"},
		"Int":     {"Int", "Int32", "Int64"},
		"Float":   {"FloatContext"},
		"Int64":   {"Int64", "Int"},
		"Time":    {"Time"},
		"Map":     {"Map"},
		"Upload":  {"Upload"},
		"Any":     {"Any"},
	} {
		def := cfg.Schema.Types[name]
		if def == nil || def.Kind != ast.Scalar || cfg.Models[name] != nil && len(cfg.Models[name].Model) > 0 {
			continue
		}
		for _, m := range models {
			cfg.Entry(name).Model = append(cfg.Entry(name).Model, config.Runtime+"."+m)
		}
	}
}

func sortedTypes(s *ast.Schema) []string {
	names := make([]string, 0, len(s.Types))
	for n := range s.Types {
		if !strings.HasPrefix(n, "__") {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	return names
}

func isRoot(s *ast.Schema, def *ast.Definition) bool {
	return def == s.Query || def == s.Mutation || def == s.Subscription
}

// Bind binds the schema of a configuration, after AutoBind and after the models were added to it, to Go. All faults
// are reported together, in the order of the type names; each is a *BindError.
func Bind(cfg *config.Config, pkgs Packages) (*Schema, error) {
	b := newBinder(cfg, pkgs)
	b.declareTypes()
	b.bindDirectives()
	for _, o := range b.out.Objects {
		b.bindObject(o)
	}
	for _, in := range b.out.Inputs {
		b.bindInput(in)
	}
	for _, a := range b.out.Abstracts {
		b.bindAbstract(a)
	}
	if len(b.errs) > 0 {
		return nil, errors.Join(b.errs...)
	}
	return b.out, nil
}

// binder holds what is being bound. Its maps go by GraphQL name.
type binder struct {
	cfg        *config.Config
	pkgs       Packages
	out        *Schema
	objects    map[string]*Object
	abstracts  map[string]*Abstract
	inputs     map[string]*Input
	enums      map[string]*Enum
	codecs     map[string][]*Codec
	directives map[string]*Directive
	broken     map[string]bool // types that have an error of their own already
	errs       []error
}

func newBinder(cfg *config.Config, pkgs Packages) *binder {
	out := &Schema{
		AST:  cfg.Schema,
		Exec: Package{File: cfg.Exec.Abs, Name: cfg.Exec.Package, Path: cfg.Exec.Path},
		Options: Options{
			WorkerLimit:             cfg.Exec.WorkerLimit,
			OmitComplexity:          cfg.OmitComplexity,
			OmitGQLGenFileNotice:    cfg.OmitFileNotice,
			ResolversReturnPointers: *cfg.ResolversReturnPointers,
		},
	}
	for _, s := range cfg.Sources {
		out.Sources = append(out.Sources, &Source{Name: s.Name, Text: s.Input})
	}
	return &binder{
		cfg: cfg, pkgs: pkgs, out: out,
		objects: map[string]*Object{}, abstracts: map[string]*Abstract{}, inputs: map[string]*Input{},
		enums: map[string]*Enum{}, codecs: map[string][]*Codec{}, directives: map[string]*Directive{},
		broken: map[string]bool{},
	}
}

func (b *binder) fail(pos *ast.Position, coord, format string, args ...any) {
	b.errs = append(b.errs, &BindError{Pos: pos, Coord: coord, Message: fmt.Sprintf(format, args...)})
}

// declareTypes makes every type known with its Go type, before any field is looked at.
func (b *binder) declareTypes() {
	for _, name := range sortedTypes(b.cfg.Schema) {
		def := b.cfg.Schema.Types[name]
		if err := b.declare(def); err != nil {
			b.broken[name] = true
			remedy := ""
			if _, ok := errors.AsType[*missingError](err); ok {
				remedy = fmt.Sprintf("; write it, or name another Go type under models.%s.model in gqlgen.yml", name)
			}
			b.fail(def.Position, name, "%v%s", err, remedy)
		}
	}
	s := b.cfg.Schema
	b.out.Query = b.objects[s.Query.Name]
	if s.Mutation != nil {
		b.out.Mutation = b.objects[s.Mutation.Name]
	}
	if s.Subscription != nil {
		b.out.Subscription = b.objects[s.Subscription.Name]
	}
}

func (b *binder) declare(def *ast.Definition) error {
	switch def.Kind {
	case ast.Object:
		return b.declareObject(def)
	case ast.InputObject:
		return b.declareInput(def)
	case ast.Interface, ast.Union:
		return b.declareAbstract(def)
	default:
		return b.declareLeaf(def)
	}
}

func (b *binder) declareObject(def *ast.Definition) error {
	s := b.cfg.Schema
	o := &Object{
		Name: def.Name, GoName: upperFirst(def.Name), Def: def,
		Root: isRoot(s, def), Stream: def == s.Subscription,
	}
	b.objects[def.Name] = o
	b.out.Objects = append(b.out.Objects, o)
	if o.Root {
		return nil
	}
	t, err := b.modelType(def)
	if err != nil {
		return err
	}
	if _, ok := t.Underlying().(*types.Map); ok {
		return fmt.Errorf("an object bound to a map (%s) is not supported; bind it to a struct", t)
	}
	o.Go = t
	return nil
}

func (b *binder) declareInput(def *ast.Definition) error {
	in := &Input{Name: def.Name, GoName: upperFirst(def.Name), Def: def, OneOf: def.Directives.ForName("oneOf") != nil}
	b.inputs[def.Name] = in
	b.out.Inputs = append(b.out.Inputs, in)
	if m := b.cfg.Models[def.Name]; m != nil && len(m.Model) == 1 && isAnyMap(m.Model[0]) {
		in.Map = true
		in.Go = types.NewMap(types.Typ[types.String], types.Universe.Lookup("any").Type())
		return nil
	}
	t, err := b.modelType(def)
	if err != nil {
		return err
	}
	if _, ok := t.Underlying().(*types.Struct); !ok {
		return fmt.Errorf("an input must be bound to a struct or to map[string]any, not to %s", t)
	}
	in.Go = t
	return nil
}

func isAnyMap(model string) bool {
	return model == "map[string]any" || model == "map[string]interface{}"
}

func (b *binder) declareAbstract(def *ast.Definition) error {
	a := &Abstract{Name: def.Name, GoName: upperFirst(def.Name), Def: def, Union: def.Kind == ast.Union}
	b.abstracts[def.Name] = a
	b.out.Abstracts = append(b.out.Abstracts, a)
	t, err := b.modelType(def)
	if err != nil {
		return err
	}
	if !types.IsInterface(t) {
		return fmt.Errorf("%s must be bound to a Go interface, %s is none", def.Kind, t)
	}
	a.Go = t
	return nil
}

// modelType finds the one named Go type of an object, input, interface or union.
func (b *binder) modelType(def *ast.Definition) (types.Type, error) {
	m := b.cfg.Models[def.Name]
	if m == nil || len(m.Model) == 0 {
		return nil, errors.New("has no Go type: name one under models in gqlgen.yml, or set model.filename so that one is generated")
	}
	if len(m.Model) > 1 {
		return nil, fmt.Errorf("is bound to several Go types (%s), which only scalars may be; keep one under models.%s.model", strings.Join(m.Model, ", "), def.Name)
	}
	o, err := b.lookup(m.Model[0])
	if err != nil {
		return nil, err
	}
	if _, ok := o.(*types.TypeName); !ok {
		return nil, fmt.Errorf("%s is not a type", m.Model[0])
	}
	return types.Unalias(o.Type()), nil
}

// lookup finds an exported declaration by its name in gqlgen.yml.
func (b *binder) lookup(goName string) (types.Object, error) {
	path, name := b.cfg.SplitModel(goName)
	if path == "" {
		return nil, fmt.Errorf("%q names no package; write import/path.Name", goName)
	}
	pkg, err := b.pkgs.Package(path)
	if err != nil {
		return nil, &missingError{err.Error()}
	}
	if o := pkg.Scope().Lookup(name); o != nil && o.Exported() {
		return o, nil
	}
	why := ""
	if f := b.pkgs.Fault(path); f != nil {
		why = fmt.Sprintf(" (it does not compile: %v)", f)
	}
	return nil, &missingError{fmt.Sprintf("package %s declares no %s%s", path, name, why)}
}

// missingError is a Go declaration that gqlgen.yml or the schema names and that is not there.
type missingError struct{ what string }

func (e *missingError) Error() string { return e.what }
