package codegen

import (
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

func (b *binder) bindInput(in *Input) {
	if b.broken[in.Name] {
		return
	}
	uses, err := b.directiveUses(in.Def.Directives, ast.LocationInputObject)
	if err != nil {
		b.fail(in.Def.Position, in.Name, "%v", err)
	}
	in.Directives = uses
	for _, def := range in.Def.Fields {
		f := &InputField{Input: in, Name: def.Name, GoName: b.cfg.Names.Public(def.Name), Def: def, Default: def.DefaultValue}
		in.Fields = append(in.Fields, f)
		if err := b.bindInputField(f); err != nil && !errors.Is(err, errBroken) {
			b.fail(def.Position, in.Name+"."+def.Name, "%v", err)
		}
	}
}

func (b *binder) bindInputField(f *InputField) error {
	conf := b.cfg.FieldOf(f.Input.Name, f.Name)
	if conf.Resolver || conf.Batch != nil && *conf.Batch {
		return errors.New("resolvers of input fields are not supported; decode the value in the resolver that takes the input")
	}
	var err error
	if f.Directives, err = b.directiveUses(f.Def.Directives, ast.LocationInputFieldDefinition); err != nil {
		return err
	}
	if f.Input.Map {
		f.Type, err = b.bindDefault(f.Def.Type)
		return err
	}
	if conf.FieldName != "" {
		f.GoName = conf.FieldName
	}
	t, err := findTarget(f.Input.Go, f.GoName, b.cfg.StructTag, false)
	if err != nil {
		return fmt.Errorf("%w; keep one of them", err)
	}
	if !t.found() {
		return fmt.Errorf("no field of %s matches %s; add the Go field", shortType(f.Input.Go), f.GoName)
	}
	if err := promoted(f.Input.Go, t.field); err != nil {
		return fmt.Errorf("%w; keep one of them", err)
	}
	f.GoName, f.GoPath = t.field.Name(), t.field.Name()
	if f.Type, err = b.bindType(f.Def.Type, t.field.Type()); err != nil && !errors.Is(err, errBroken) {
		return fmt.Errorf("%s.%s%s does not fit: %w; change one of them", shortType(f.Input.Go), f.GoName, prefixed(" at ", b.pkgs.Position(t.field)), err)
	}
	return err
}
