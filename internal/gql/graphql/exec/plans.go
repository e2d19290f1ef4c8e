package exec

import (
	"context"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/scope"
)

// The bounds of the plan cache: operations, fields in all their plans and nodes in their documents together, and variants
// of one operation. What is beyond them is compiled for its one use.
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
	size  int // fields in all plans, and nodes of the document, which is kept with them
}

// plan returns the plan for the operation of ctx and the conditions its variables set.
func (s *Schema) plan(ctx context.Context, oc *graphql.OperationContext) (*plan, error) {
	op, known := s.plans.Get(oc.Operation)
	if !known {
		op = &operation{plans: map[variant]*plan{}}
		op.conditions, op.size = survey(oc.Operation)
	}
	hooks := scope.HooksOf(ctx)
	v := variant{observed: hooks.ObserveFields, split: hooks.SplitRoots}
	cacheable := len(op.conditions) <= 64
	for i, name := range op.conditions {
		on, given := oc.Variables[name].(bool)
		if on && i < 64 {
			v.conditions |= 1 << i
		}
		cacheable = cacheable && given // a condition that is null is an error, and no bit tells it from false
	}
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
		if on, given := oc.Variables[name].(bool); given {
			truth[name] = on
		}
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

// survey names the variables in the conditions of an operation, in order of first mention, and counts the nodes of its
// document's tree.
func survey(def *ast.OperationDefinition) (conditions []string, nodes int) {
	s := surveyor{seen: map[*ast.FragmentDefinition]bool{}}
	s.walk(def.SelectionSet)
	return s.conditions, s.nodes
}

type surveyor struct {
	conditions []string
	nodes      int
	seen       map[*ast.FragmentDefinition]bool
}

func (s *surveyor) walk(set ast.SelectionSet) {
	for _, sel := range set {
		s.nodes++
		switch sel := sel.(type) {
		case *ast.Field:
			s.directives(sel.Directives)
			s.arguments(sel.Arguments)
			s.walk(sel.SelectionSet)
		case *ast.InlineFragment:
			s.directives(sel.Directives)
			s.walk(sel.SelectionSet)
		case *ast.FragmentSpread:
			s.directives(sel.Directives)
			if d := sel.Definition; d != nil && !s.seen[d] {
				s.seen[d] = true
				s.walk(d.SelectionSet)
			}
		}
	}
}

func (s *surveyor) directives(list ast.DirectiveList) {
	for _, d := range list {
		s.arguments(d.Arguments)
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		arg := d.Arguments.ForName("if")
		if arg != nil && arg.Value.Kind == ast.Variable && !slices.Contains(s.conditions, arg.Value.Raw) {
			s.conditions = append(s.conditions, arg.Value.Raw)
		}
	}
}

func (s *surveyor) arguments(list ast.ArgumentList) {
	for _, arg := range list {
		s.value(arg.Value)
	}
}

func (s *surveyor) value(v *ast.Value) {
	s.nodes++
	for _, child := range v.Children {
		s.value(child.Value)
	}
}
