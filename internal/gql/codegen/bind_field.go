package codegen

import (
	"errors"
	"fmt"
	"go/types"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

func (b *binder) bindObject(o *Object) {
	for _, def := range o.Def.Fields {
		if strings.HasPrefix(def.Name, "__") {
			continue
		}
		f := &Field{Object: o, Name: def.Name, GoName: b.cfg.Names.Public(def.Name), Def: def}
		o.Fields = append(o.Fields, f)
		if b.broken[o.Name] {
			continue
		}
		if err := b.bindField(f); err != nil && !errors.Is(err, errBroken) {
			b.fail(def.Position, o.Name+"."+def.Name, "%v", err)
		}
	}
}

func (b *binder) bindField(f *Field) error {
	var err error
	if f.Args, err = b.bindArgs(f.Def.Arguments); err != nil {
		return err
	}
	if f.Directives, err = b.fieldDirectives(f.Def); err != nil {
		return err
	}
	conf := b.cfg.FieldOf(f.Object.Name, f.Name)
	wanted := conf.Batch != nil && *conf.Batch
	batch := wanted || conf.Batch == nil && conf.Resolver && b.cfg.Resolver.Batch.Enabled
	switch {
	case f.Object.Stream:
		f.Access = AccessStream
	case f.Object.Root, conf.Resolver && !batch:
		f.Access = AccessResolver
	case conf.Resolver:
		f.Access = AccessBatch
	case wanted:
		return errors.New("batch is for resolvers: write @goField(forceResolver: true, batch: true)")
	default:
		if conf.FieldName != "" {
			f.GoName = conf.FieldName
		}
		return b.bindMember(f)
	}
	if f.Object.Root && wanted {
		return fmt.Errorf("a field of %s has one parent only, so there is nothing to batch: remove batch", f.Object.Name)
	}
	return b.bindResolver(f)
}

// bindResolver gives the field the result type of its resolver method.
func (b *binder) bindResolver(f *Field) error {
	if f.Object.Ref() == nil && !f.Object.Root {
		return errBroken
	}
	if err := notReserved(f.Args, "ctx", "obj", "objs", "r"); err != nil {
		return err
	}
	t, err := b.defaultGo(f.Def.Type)
	if err != nil {
		return err
	}
	if b.out.Options.ResolversReturnPointers && IsStruct(t) {
		t = types.NewPointer(t)
	}
	f.Type, err = b.bindType(f.Def.Type, t)
	return err
}

// notReserved refuses arguments whose Go parameter would have the name of another parameter.
func notReserved(args []*Arg, names ...string) error {
	for _, a := range args {
		for _, n := range names {
			if a.GoName == n {
				return fmt.Errorf("argument %s: the Go function has a parameter %s already; name it otherwise", a.Name, n)
			}
		}
	}
	return nil
}

// oneOnly is what to do where several parts of a Go type match a field.
const oneOnly = "keep one of them, or mark the field with @goField(forceResolver: true)"

// bindMember binds the field to a struct field or method of the parent's Go type.
func (b *binder) bindMember(f *Field) error {
	in := f.Object.Go
	t, err := findTarget(in, f.GoName, b.cfg.StructTag, true)
	if err != nil {
		return fmt.Errorf("%w; %s", err, oneOnly)
	}
	if !t.found() {
		return errors.New(b.explainUnbound(f))
	}
	if err := promoted(in, t.object()); err != nil {
		return fmt.Errorf("%w; %s", err, oneOnly)
	}
	f.GoName, f.GoPath = t.object().Name(), t.object().Name()
	if t.field != nil {
		f.Access = AccessField
		f.Type, err = b.bindType(f.Def.Type, t.field.Type())
	} else {
		f.Access = AccessMethod
		err = b.bindMethod(f, t.method)
	}
	if err == nil || errors.Is(err, errBroken) {
		return err
	}
	return fmt.Errorf("%s.%s%s does not fit: %w%s; change one of them, or mark the field with @goField(forceResolver: true)",
		shortType(in), f.GoName, prefixed(" at ", b.pkgs.Position(t.object())), err, b.faultOf(t.object()))
}

// promoted makes sure that parent.Name selects the object found, which another of that name could hide.
func promoted(in types.Type, want types.Object) error {
	got, _, _ := types.LookupFieldOrMethod(types.NewPointer(in), true, want.Pkg(), want.Name())
	if types.IsInterface(in) {
		got, _, _ = types.LookupFieldOrMethod(in, false, want.Pkg(), want.Name())
	}
	if f, ok := got.(*types.Func); ok {
		got = f.Origin()
	}
	if w, ok := want.(*types.Func); ok {
		want = w.Origin()
	}
	if got != want {
		return fmt.Errorf("%s.%s is ambiguous in Go: something else of that name hides it", shortType(in), want.Name())
	}
	return nil
}

func (b *binder) explainUnbound(f *Field) string {
	in, at := f.Object.Go, ""
	if n, ok := in.(*types.Named); ok {
		at = prefixed(" (", b.pkgs.Position(n.Obj()))
		if at != "" {
			at += ")"
		}
		at += b.faultOf(n.Obj())
	}
	return fmt.Sprintf("no field or method of %s%s matches %s; add the Go field, or mark the field with @goField(forceResolver: true) "+
		"(in gqlgen.yml: models.%s.fields.%s.resolver: true)", shortType(in), at, f.GoName, f.Object.Name, f.Name)
}

func (b *binder) faultOf(o types.Object) string {
	if o.Pkg() == nil {
		return ""
	}
	if err := b.pkgs.Fault(o.Pkg().Path()); err != nil {
		return fmt.Sprintf(" [package %s does not compile: %v]", o.Pkg().Path(), err)
	}
	return ""
}

// bindMethod checks the signature of a method: (ctx?, args…) and (T), (T, error) or (T, bool).
func (b *binder) bindMethod(f *Field, m *types.Func) error {
	sig := m.Signature()
	f.MethodOnPtr = isPointer(sig.Recv().Type())
	results := sig.Results()
	switch {
	case results.Len() == 1:
	case results.Len() == 2 && isBool(results.At(1).Type()):
		f.MethodOK = true
	case results.Len() == 2 && isError(results.At(1).Type()):
		f.MethodError = true
	default:
		return fmt.Errorf("a method must return (T), (T, error) or (T, bool), not %s", shortType(results))
	}
	if sig.Variadic() {
		return errors.New("a method must not be variadic")
	}
	params := sig.Params()
	first := 0
	if params.Len() > 0 && isContext(params.At(0).Type()) {
		f.MethodCtx, first = true, 1
	}
	for i := first; i < params.Len(); i++ {
		p := params.At(i)
		arg := argByName(f.Args, p.Name())
		if arg == nil {
			return fmt.Errorf("parameter %s of the method is no argument of the field", p.Name())
		}
		t, err := b.bindType(arg.Def.Type, p.Type())
		if err != nil {
			return fmt.Errorf("argument %s: %w", arg.Name, err)
		}
		arg.Type = t
		f.MethodArgs = append(f.MethodArgs, arg)
	}
	t, err := b.bindType(f.Def.Type, results.At(0).Type())
	f.Type = t
	return err
}

func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}

func argByName(args []*Arg, name string) *Arg {
	for _, a := range args {
		if strings.EqualFold(a.Name, name) {
			return a
		}
	}
	return nil
}

func (b *binder) bindArgs(defs ast.ArgumentDefinitionList) ([]*Arg, error) {
	var args []*Arg
	for _, def := range defs {
		t, err := b.bindDefault(def.Type)
		if err != nil {
			if errors.Is(err, errBroken) {
				return nil, err
			}
			return nil, fmt.Errorf("argument %s: %w", def.Name, err)
		}
		a := &Arg{Name: def.Name, GoName: b.cfg.Names.Param(def.Name), Def: def, Type: t, Default: def.DefaultValue}
		if a.Directives, err = b.directiveUses(def.Directives, ast.LocationArgumentDefinition); err != nil {
			return nil, err
		}
		args = append(args, a)
	}
	return args, nil
}
