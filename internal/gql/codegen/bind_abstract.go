package codegen

import (
	"fmt"
	"go/types"
	"sort"
	"strings"
)

// bindAbstract lists the objects of an interface or union and holds them against its Go interface.
func (b *binder) bindAbstract(a *Abstract) {
	for _, name := range a.Def.Interfaces {
		if up := b.abstracts[name]; up != nil {
			a.Implements = append(a.Implements, up)
		}
	}
	possible := b.cfg.Schema.GetPossibleTypes(a.Def)
	sort.Slice(possible, func(i, j int) bool { return possible[i].Name < possible[j].Name })
	for _, def := range possible {
		o := b.objects[def.Name]
		if o == nil || o.Go == nil || a.Go == nil {
			continue
		}
		o.Implements = append(o.Implements, a)
		imp := Implementor{Object: o}
		face := a.Go.Underlying().(*types.Interface)
		imp.ByValue = types.Implements(o.Go, face)
		imp.ByPtr = !types.IsInterface(o.Go) && types.Implements(types.NewPointer(o.Go), face)
		if !imp.ByValue && !imp.ByPtr {
			b.fail(def.Position, def.Name, "%s", b.explainMissing(o, a, face))
			continue
		}
		if twin := sameGo(a.Implementors, o); twin != nil {
			b.fail(def.Position, def.Name, "%s and %s are both bound to %s, so a value of %s cannot tell which it is; give one of them a Go type of its own",
				twin.Name, o.Name, shortType(o.Go), a.Name)
			continue
		}
		a.Implementors = append(a.Implementors, imp)
	}
}

func sameGo(list []Implementor, o *Object) *Object {
	for _, imp := range list {
		if types.Identical(imp.Object.Go, o.Go) {
			return imp.Object
		}
	}
	return nil
}

// explainMissing says which method an implementor lacks.
func (b *binder) explainMissing(o *Object, a *Abstract, face *types.Interface) string {
	method, wrong := types.MissingMethod(types.NewPointer(o.Go), face, true)
	short := shortType(o.Go)
	word := "is in union"
	if !a.Union {
		word = "implements"
	}
	msg := fmt.Sprintf("%s %s, but neither %s nor *%s satisfies the Go interface %s", word, a.Name, short, short, shortType(a.Go))
	if method == nil {
		return msg
	}
	sig := strings.TrimPrefix(types.TypeString(method.Type(), shortQualifier), "func")
	if wrong {
		return fmt.Sprintf("%s: its method %s has another signature; it must be %s%s", msg, method.Name(), method.Name(), sig)
	}
	at := ""
	if n, ok := o.Go.(*types.Named); ok {
		at = prefixed(" in ", b.pkgs.Position(n.Obj()))
	}
	name := short[strings.LastIndex(short, ".")+1:]
	return fmt.Sprintf("%s: method %s is missing; add func (%s) %s%s { … }%s", msg, method.Name(), name, method.Name(), sig, at)
}

// prefixed puts text before s, unless s is empty.
func prefixed(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func shortQualifier(p *types.Package) string { return p.Name() }

// shortType writes a Go type for a message, with package names instead of paths.
func shortType(t types.Type) string { return types.TypeString(t, shortQualifier) }
