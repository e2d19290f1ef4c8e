package codegen

import (
	"errors"
	"fmt"
	"sort"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/codegen/config"
)

// bindDirectives declares the directives that have a function at run time.
func (b *binder) bindDirectives() {
	defs := b.cfg.Schema.Directives
	names := make([]string, 0, len(defs))
	for name := range defs {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		def := defs[name]
		if def.Position != nil && def.Position.Src != nil && def.Position.Src.BuiltIn {
			continue
		}
		if config.IsGenerator(name) || b.cfg.Directives[name].SkipRuntime {
			b.out.Hidden = append(b.out.Hidden, name)
			continue
		}
		d := &Directive{Name: name, GoName: upperFirst(name), Def: def}
		b.directives[name] = d
		b.out.Directives = append(b.out.Directives, d)
		args, err := b.bindArgs(def.Arguments)
		if err == nil {
			err = notReserved(args, "ctx", "obj", "next")
		}
		if err != nil && !errors.Is(err, errBroken) {
			b.fail(def.Position, "@"+name, "%v", err)
		}
		d.Args = args
	}
}

// fieldDirectives lists what runs around a field: the directives of the object type it returns, then its own.
func (b *binder) fieldDirectives(def *ast.FieldDefinition) ([]*DirectiveUse, error) {
	var uses []*DirectiveUse
	if t := b.cfg.Schema.Types[def.Type.Name()]; t.Kind == ast.Object {
		of, err := b.directiveUses(t.Directives, ast.LocationObject)
		if err != nil {
			return nil, err
		}
		uses = of
	}
	own, err := b.directiveUses(def.Directives, ast.LocationFieldDefinition)
	return append(uses, own...), err
}

func (b *binder) directiveUses(list ast.DirectiveList, loc ast.DirectiveLocation) ([]*DirectiveUse, error) {
	var uses []*DirectiveUse
	for _, applied := range list {
		d := b.directives[applied.Name]
		if d == nil || !d.On(loc) {
			continue
		}
		use := &DirectiveUse{Directive: d}
		for _, a := range d.Args {
			da := DirectiveArg{Arg: a, Value: a.Default}
			if given := applied.Arguments.ForName(a.Name); given != nil {
				if given.Value.Kind == ast.Variable {
					return nil, fmt.Errorf("@%s: a directive of the schema cannot use a variable", d.Name)
				}
				da.Value = given.Value
			}
			use.Args = append(use.Args, da)
		}
		uses = append(uses, use)
	}
	return uses, nil
}
