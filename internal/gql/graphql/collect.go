package graphql

import (
	"context"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql/internal/scope"
)

// CollectedField is a field as selected, with the selections of all its mentions together.
type CollectedField struct {
	*ast.Field

	Selections ast.SelectionSet
}

// CollectFields lists the fields of a selection set after fragments and @skip/@include. With satisfies given, only
// fragments on one of those types count.
func CollectFields(reqCtx *OperationContext, selSet ast.SelectionSet, satisfies []string) []CollectedField {
	c := collector{op: reqCtx, satisfies: satisfies}
	c.walk(selSet)
	return c.fields
}

// CollectFieldsCtx is CollectFields below the field that ctx stands at.
func CollectFieldsCtx(ctx context.Context, satisfies []string) []CollectedField {
	return CollectFields(GetOperationContext(ctx), GetFieldContext(ctx).Field.Selections, satisfies)
}

// CollectAllFields names the fields selected below the field that ctx stands at, each once, whatever type their
// fragments are on.
func CollectAllFields(ctx context.Context) []string {
	if s, ok := ctx.Value(scope.Lookahead).(scope.Selected); ok {
		return s.Names()
	}
	var names []string
	for _, f := range CollectFieldsCtx(ctx, nil) {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}

// FieldRequested reports whether a field is selected below the field that ctx stands at. The path is of field names
// joined by dots; fragments on any type count.
func FieldRequested(ctx context.Context, path string) bool {
	if s, ok := ctx.Value(scope.Lookahead).(scope.Selected); ok {
		return s.Requested(path)
	}
	return requested(GetOperationContext(ctx), GetFieldContext(ctx).Field.Selections, path)
}

// AnyFieldRequested reports whether one of the paths is selected.
func AnyFieldRequested(ctx context.Context, paths ...string) bool {
	return slices.ContainsFunc(paths, func(path string) bool { return FieldRequested(ctx, path) })
}

func requested(op *OperationContext, set ast.SelectionSet, path string) bool {
	name, rest, more := strings.Cut(path, ".")
	for _, f := range CollectFields(op, set, nil) {
		if f.Name == name && (!more || requested(op, f.Selections, rest)) {
			return true
		}
	}
	return false
}

type collector struct {
	op        *OperationContext
	satisfies []string
	fields    []CollectedField
	seen      []string
}

func (c *collector) walk(set ast.SelectionSet) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if included(sel.Directives, c.op.Variables) {
				c.add(sel)
			}
		case *ast.InlineFragment:
			if included(sel.Directives, c.op.Variables) && c.applies(sel.TypeCondition) {
				c.walk(sel.SelectionSet)
			}
		case *ast.FragmentSpread:
			if !included(sel.Directives, c.op.Variables) || slices.Contains(c.seen, sel.Name) {
				continue
			}
			c.seen = append(c.seen, sel.Name)
			if sel.Definition != nil && c.applies(sel.Definition.TypeCondition) {
				c.walk(sel.Definition.SelectionSet)
			}
		}
	}
}

func (c *collector) applies(condition string) bool {
	return len(c.satisfies) == 0 || condition == "" || slices.Contains(c.satisfies, condition)
}

func (c *collector) add(f *ast.Field) {
	for i := range c.fields {
		have := &c.fields[i]
		if have.Alias == f.Alias && have.Name == f.Name && sameObject(have.ObjectDefinition, f.ObjectDefinition) {
			have.Selections = append(slices.Clip(have.Selections), f.SelectionSet...)
			return
		}
	}
	c.fields = append(c.fields, CollectedField{Field: f, Selections: f.SelectionSet})
}

func sameObject(a, b *ast.Definition) bool {
	if a == nil || b == nil || a == b || a.Name == b.Name {
		return a == b || a != nil && b != nil
	}
	return slices.Contains(b.Interfaces, a.Name) || slices.Contains(a.Interfaces, b.Name)
}

func included(directives ast.DirectiveList, vars map[string]any) bool {
	for _, d := range directives {
		if d.Name == "skip" && condition(d, vars) || d.Name == "include" && !condition(d, vars) {
			return false
		}
	}
	return true
}

func condition(d *ast.Directive, vars map[string]any) bool {
	arg := d.Arguments.ForName("if")
	if arg == nil {
		return false
	}
	v, err := arg.Value.Value(vars)
	if err != nil {
		return false
	}
	b, _ := v.(bool)
	return b
}
