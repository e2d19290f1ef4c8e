package codegen

import (
	"errors"
	"fmt"
	"go/types"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/codegen/config"
)

// declareLeaf finds how the values of a scalar or enum are written and read.
func (b *binder) declareLeaf(def *ast.Definition) error {
	m := b.cfg.Models[def.Name]
	if m == nil || len(m.Model) == 0 {
		return fmt.Errorf("has no Go type: name one under models.%s.model in gqlgen.yml", def.Name)
	}
	var codecs []*Codec
	for _, goName := range m.Model {
		c, err := b.codec(def, goName)
		if err != nil {
			return err
		}
		codecs = append(codecs, c)
	}
	b.codecs[def.Name] = codecs
	if def.Kind == ast.Enum {
		e := &Enum{Name: def.Name, Def: def, Codec: codecs[0]}
		b.enums[def.Name] = e
		b.out.Enums = append(b.out.Enums, e)
		return nil
	}
	b.out.Scalars = append(b.out.Scalars, &Scalar{Name: def.Name, Def: def, Codecs: codecs})
	return nil
}

// codec looks at one model of a leaf: enum_values first, then a pair of functions, then the methods of a type, and at
// last a type that is a string at heart.
func (b *binder) codec(def *ast.Definition, goName string) (*Codec, error) {
	path, name := b.cfg.SplitModel(goName)
	if path == "" {
		return nil, fmt.Errorf("%q names no package; write import/path.Name", goName)
	}
	pkg, err := b.pkgs.Package(path)
	if err != nil {
		return nil, &missingError{err.Error()}
	}
	fn, _ := pkg.Scope().Lookup("Marshal" + name).(*types.Func)
	if def.Kind == ast.Enum && len(b.cfg.Models[def.Name].EnumValues) > 0 {
		return b.enumCodec(def, fn, goName)
	}
	if fn != nil {
		return funcCodec(pkg, fn, name)
	}
	o, err := b.lookup(goName)
	if err != nil {
		return nil, fmt.Errorf("%w, and no function Marshal%s", err, name)
	}
	if _, ok := o.(*types.TypeName); !ok {
		return nil, fmt.Errorf("%s is neither a type nor has Marshal%s beside it", goName, name)
	}
	t := types.Unalias(o.Type())
	if c := methodCodec(t); c != nil {
		return c, nil
	}
	basic, _ := t.Underlying().(*types.Basic)
	switch {
	case basic != nil && basic.Kind() == types.String && def.Kind == ast.Scalar:
		c, err := b.runtimeCodec("String")
		if err != nil {
			return nil, err
		}
		return &Codec{Kind: CodecFuncs, Go: t, Marshal: c.Marshal, Unmarshal: c.Unmarshal, Cast: types.Typ[types.String]}, nil
	case def.Kind == ast.Enum:
		return nil, fmt.Errorf("%s has no MarshalGQL and UnmarshalGQL: name the Go constant of each value under models.%s.enum_values in gqlgen.yml, or by @goEnum(value: …)", goName, def.Name)
	}
	return nil, fmt.Errorf("%s has no MarshalGQL(io.Writer) and UnmarshalGQL(any) error, and there is no pair of functions Marshal%s and Unmarshal%s; write the one or the other", goName, name, name)
}

func (b *binder) runtimeCodec(name string) (*Codec, error) {
	pkg, err := b.pkgs.Package(config.Runtime)
	if err != nil {
		return nil, err
	}
	fn, ok := pkg.Scope().Lookup("Marshal" + name).(*types.Func)
	if !ok {
		return nil, fmt.Errorf("package %s declares no Marshal%s", config.Runtime, name)
	}
	return funcCodec(pkg, fn, name)
}

// funcCodec checks a pair of functions: MarshalX(T) graphql.Marshaler (or ContextMarshaler), UnmarshalX(any) (T, error)
// (or with a context before).
func funcCodec(pkg *types.Package, fn *types.Func, name string) (*Codec, error) {
	sig := fn.Signature()
	if sig.Params().Len() != 1 || sig.Results().Len() != 1 {
		return nil, fmt.Errorf("%s.%s must take one value and return a graphql.Marshaler or a graphql.ContextMarshaler", pkg.Path(), fn.Name())
	}
	c := &Codec{Kind: CodecFuncs, Go: types.Unalias(sig.Params().At(0).Type()), Marshal: fn}
	switch {
	case isRuntime(sig.Results().At(0).Type(), "Marshaler"):
	case isRuntime(sig.Results().At(0).Type(), "ContextMarshaler"):
		c.Context = true
	default:
		return nil, fmt.Errorf("%s.%s must return graphql.Marshaler or graphql.ContextMarshaler", pkg.Path(), fn.Name())
	}
	un, ok := pkg.Scope().Lookup("Unmarshal" + name).(*types.Func)
	if !ok {
		return nil, fmt.Errorf("%s has Marshal%s, but no Unmarshal%s", pkg.Path(), name, name)
	}
	params, results := un.Signature().Params(), un.Signature().Results()
	n := params.Len()
	if c.Context != (n == 2 && isContext(params.At(0).Type())) || n != 1 && n != 2 ||
		results.Len() != 2 || !types.Identical(results.At(0).Type(), c.Go) {
		form := "(any)"
		if c.Context {
			form = "(context.Context, any)"
		}
		return nil, fmt.Errorf("%s.%s must be %s%s (%s, error)", pkg.Path(), un.Name(), un.Name(), form, shortType(c.Go))
	}
	c.Unmarshal = un
	return c, nil
}

// methodCodec returns nil when the type does not write and read itself.
func methodCodec(t types.Type) *Codec {
	onPtr := func(name string) (ptr, ok bool) {
		set := types.NewMethodSet(types.NewPointer(t))
		if set.Lookup(nil, name) == nil {
			return false, false
		}
		return types.NewMethodSet(t).Lookup(nil, name) == nil, true
	}
	for _, suffix := range []string{"Context", ""} {
		ptr, ok := onPtr("MarshalGQL" + suffix)
		if _, un := onPtr("UnmarshalGQL" + suffix); ok && un {
			return &Codec{Kind: CodecMethods, Go: t, Context: suffix != "", MarshalOnPtr: ptr, Append: appendMethod(t)}
		}
	}
	return nil
}

// appendMethod finds AppendGQL([]byte) []byte, which appends what MarshalGQL writes.
func appendMethod(t types.Type) *types.Func {
	m := types.NewMethodSet(t).Lookup(nil, "AppendGQL")
	if m == nil {
		return nil
	}
	bytes := types.NewSlice(types.Typ[types.Byte])
	sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", bytes)), types.NewTuple(types.NewVar(0, nil, "", bytes)), false)
	if f, ok := m.Obj().(*types.Func); ok && types.Identical(f.Signature(), sig) {
		return f
	}
	return nil
}

// enumCodec binds every value of an enum to a Go constant or variable.
func (b *binder) enumCodec(def *ast.Definition, fn *types.Func, goName string) (*Codec, error) {
	c := &Codec{Kind: CodecEnum}
	if fn != nil {
		c.Go = types.Unalias(fn.Signature().Params().At(0).Type())
	} else {
		o, err := b.lookup(goName)
		if err != nil {
			return nil, err
		}
		if _, ok := o.(*types.TypeName); !ok {
			return nil, fmt.Errorf("%s is not a type", goName)
		}
		c.Go = types.Unalias(o.Type())
	}
	var errs []error
	for _, v := range def.EnumValues {
		val := b.cfg.Models[def.Name].EnumValues[v.Name]
		if val == nil || val.Value == "" {
			errs = append(errs, fmt.Errorf("value %s has no Go constant under enum_values", v.Name))
			continue
		}
		o, err := b.lookup(val.Value)
		if err != nil {
			errs = append(errs, fmt.Errorf("value %s: %w", v.Name, err))
			continue
		}
		switch o.(type) {
		case *types.Const, *types.Var:
		default:
			errs = append(errs, fmt.Errorf("value %s: %s is neither a constant nor a variable", v.Name, val.Value))
			continue
		}
		if !types.AssignableTo(o.Type(), c.Go) {
			errs = append(errs, fmt.Errorf("value %s: %s is %s, not %s", v.Name, val.Value, shortType(o.Type()), shortType(c.Go)))
			continue
		}
		c.EnumValues = append(c.EnumValues, EnumPair{Name: v.Name, Go: o})
	}
	return c, errors.Join(errs...)
}

func isRuntime(t types.Type, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == config.Runtime
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Context" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context"
}

func isBool(t types.Type) bool {
	basic, ok := types.Unalias(t).(*types.Basic)
	return ok && basic.Kind() == types.Bool
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}
