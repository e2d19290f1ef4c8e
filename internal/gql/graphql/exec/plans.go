package exec

import (
	"context"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/scope"
)

// The bounds of the plan cache: operations, fields in all their plans, and variants of one operation. What is beyond
// them is compiled for its one use.
const (
	maxOperations = 1000
	maxFields     = 200_000
	maxVariants   = 64
)

// operation is a parsed operation and its plans. The server's document cache keeps parsed operations by their text.
type operation struct {
	conditions []string // the variables in @skip and @include

	mu    sync.Mutex
	plans map[variant]*plan
	size  int // fields in all plans
}

// plan returns the plan for the operation of ctx and the conditions its variables set.
func (s *Schema) plan(ctx context.Context, oc *graphql.OperationContext) (*plan, error) {
	op, known := s.plans.Get(oc.Operation)
	if !known {
		op = &operation{conditions: conditionVariables(oc.Operation), plans: map[variant]*plan{}}
	}
	hooks := scope.HooksOf(ctx)
	v := variant{observed: hooks.ObserveFields, split: hooks.SplitRoots}
	for i, name := range op.conditions {
		if on, _ := oc.Variables[name].(bool); on && i < 64 {
			v.conditions |= 1 << i
		}
	}
	cacheable := len(op.conditions) <= 64
	if cacheable {
		op.mu.Lock()
		p := op.plans[v]
		cacheable = len(op.plans) < maxVariants
		op.mu.Unlock()
		if p != nil {
			return p, nil
		}
	}
	truth := make(map[string]bool, len(op.conditions))
	for _, name := range op.conditions {
		truth[name], _ = oc.Variables[name].(bool)
	}
	p, err := s.compile(oc.Operation, truth, v)
	if cacheable && err == nil {
		s.plans.Add(oc.Operation, op, op.keep(v, p))
	}
	return p, err
}

// keep adds a plan and returns the size of all.
func (op *operation) keep(v variant, p *plan) int {
	op.mu.Lock()
	defer op.mu.Unlock()
	op.plans[v] = p
	for _, n := range p.nodes {
		op.size += 1 + len(n.info().fields)
	}
	return op.size
}

// conditionVariables names the variables in the conditions of an operation, in order of first mention.
func conditionVariables(def *ast.OperationDefinition) []string {
	var names []string
	seen := map[*ast.FragmentDefinition]bool{}
	note := func(list ast.DirectiveList) {
		for _, d := range list {
			if d.Name != "skip" && d.Name != "include" {
				continue
			}
			if arg := d.Arguments.ForName("if"); arg != nil && arg.Value.Kind == ast.Variable && !slices.Contains(names, arg.Value.Raw) {
				names = append(names, arg.Value.Raw)
			}
		}
	}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, sel := range set {
			switch sel := sel.(type) {
			case *ast.Field:
				note(sel.Directives)
				walk(sel.SelectionSet)
			case *ast.InlineFragment:
				note(sel.Directives)
				walk(sel.SelectionSet)
			case *ast.FragmentSpread:
				note(sel.Directives)
				if d := sel.Definition; d != nil && !seen[d] {
					seen[d] = true
					walk(d.SelectionSet)
				}
			}
		}
	}
	walk(def.SelectionSet)
	return names
}
