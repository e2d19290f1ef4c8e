package rules

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// singleRoot is 5.2.4.1 in the edition of September 2025: a subscription has one root field, which is not one of
// introspection, and on which no @skip or @include depends.
var singleRoot = core.Rule{Name: "SingleFieldSubscriptions", RuleFunc: func(observers *core.Events, addError core.AddErrFunc) {
	observers.OnOperation(func(_ *core.Walker, op *ast.OperationDefinition) {
		if op.Operation != ast.Subscription {
			return
		}
		r := roots{keys: map[string]bool{}, seen: map[string]bool{}, fail: func(at *ast.Position, format string, args ...any) {
			addError(core.Message(format, args...), core.At(at))
		}}
		r.walk(op.SelectionSet)
	})
}}

// roots are the root fields of a subscription, by response key.
type roots struct {
	keys, seen map[string]bool
	fail       func(at *ast.Position, format string, args ...any)
}

func (r *roots) walk(set ast.SelectionSet) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			r.conditions(sel.Directives)
			r.field(sel)
		case *ast.InlineFragment:
			r.conditions(sel.Directives)
			r.walk(sel.SelectionSet)
		case *ast.FragmentSpread:
			r.conditions(sel.Directives)
			if sel.Definition != nil && !r.seen[sel.Name] {
				r.seen[sel.Name] = true
				r.walk(sel.Definition.SelectionSet)
			}
		}
	}
}

func (r *roots) field(f *ast.Field) {
	if r.keys[f.Alias] {
		return
	}
	r.keys[f.Alias] = true
	if len(r.keys) == 2 {
		r.fail(f.Position, "A subscription must select only one top level field.")
	}
	if strings.HasPrefix(f.Name, "__") {
		r.fail(f.Position, "A subscription must not select an introspection top level field.")
	}
}

func (r *roots) conditions(list ast.DirectiveList) {
	for _, d := range list {
		if d.Name == "skip" || d.Name == "include" {
			r.fail(d.Position, "A subscription must not have @%s on its top level field.", d.Name)
		}
	}
}
