package document

import (
	"fmt"
	"math/rand/v2"

	"github.com/vektah/gqlparser/v2/ast"
)

// Case is a request.
type Case struct {
	Document      *Document
	Query         string
	OperationName string
	Variables     map[string]any
	Seed          uint32
}

// maker makes one document. It aims at valid ones: what it knows of fields that merge, variables and fragments is only
// good enough for most of them.
type maker struct {
	schema *ast.Schema
	r      *rand.Rand
	doc    *Document
	part   *Part // the operation that is being made
	budget int   // of fields
	names  int
	// usual are the arguments that a field has where it has no alias, by coordinate: fields that merge need the same.
	usual  map[string][]*Argument
	values map[string]any
}

// Make makes a random request.
func Make(schema *ast.Schema, r *rand.Rand) *Case {
	m := &maker{schema: schema, r: r, doc: &Document{}, values: map[string]any{}, usual: map[string][]*Argument{}}
	operations := 1
	if m.chance(10) {
		operations = 2 + r.IntN(2)
	}
	for i := range operations {
		m.operation(i, operations > 1)
	}
	c := &Case{Document: m.doc, Variables: m.values, Seed: r.Uint32()}
	if all := m.doc.Operations(); operations > 1 || m.chance(20) {
		c.OperationName = all[r.IntN(len(all))].Name
	}
	r.Shuffle(len(m.doc.Parts), func(i, j int) { m.doc.Parts[i], m.doc.Parts[j] = m.doc.Parts[j], m.doc.Parts[i] })
	return c
}

func (m *maker) chance(percent int) bool { return m.r.IntN(100) < percent }

func (m *maker) fresh(prefix string) string {
	m.names++
	return fmt.Sprint(prefix, m.names)
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (m *maker) operation(i int, several bool) {
	p := &Part{Keyword: "query"}
	root := m.schema.Query
	switch {
	case m.schema.Mutation != nil && m.chance(12):
		p.Keyword, root = "mutation", m.schema.Mutation
	case m.schema.Subscription != nil && m.chance(2):
		p.Keyword, root = "subscription", m.schema.Subscription
	}
	if several || m.chance(40) {
		p.Name = fmt.Sprint("Op", i)
	}
	m.part, m.budget = p, 4+m.r.IntN(36)
	m.doc.Parts = append(m.doc.Parts, p)
	p.Directives = m.passes(ast.DirectiveLocation(map[string]string{
		"query": "QUERY", "mutation": "MUTATION", "subscription": "SUBSCRIPTION",
	}[p.Keyword]), 4)
	p.Selections = m.selections(root, 0)
	if p.Keyword == "subscription" && m.chance(80) {
		p.Selections = p.Selections[:1]
	}
	if p.Keyword == "query" && p.Name == "" && len(p.Variables)+len(p.Directives) == 0 && m.chance(70) {
		p.Keyword = ""
	}
}

const maxDepth = 6

// selections makes a selection set on a type.
func (m *maker) selections(def *ast.Definition, depth int) []*Selection {
	var list []*Selection
	n := 1 + m.r.IntN(4)
	for ; n > 0; n-- {
		if m.budget <= 0 && len(list) > 0 {
			break
		}
		switch {
		case depth < maxDepth && m.chance(22), def.Kind == ast.Union && depth < maxDepth && m.chance(85):
			list = append(list, m.fragment(def, depth))
		case len(list) > 0 && m.chance(15):
			list = append(list, m.again(def, pick(m.r, list), depth))
		default:
			list = append(list, m.field(def, depth))
		}
	}
	return list
}

// again selects a field once more, with other selections below it.
func (m *maker) again(def *ast.Definition, s *Selection, depth int) *Selection {
	if s.Kind != Field {
		return m.field(def, depth)
	}
	c := s.clone()
	c.Directives = m.conditions("FIELD")
	if len(s.Selections) > 0 {
		if f := def.Fields.ForName(s.Name); f != nil {
			c.Selections = m.selections(m.schema.Types[f.Type.Name()], depth+1)
		}
	}
	return c
}

func (m *maker) field(def *ast.Definition, depth int) *Selection {
	m.budget--
	s := &Selection{Kind: Field, parent: def.Name}
	f := m.choose(def, depth)
	if f == nil {
		s.Name = "__typename"
		if m.chance(30) {
			s.Alias = m.fresh("t")
		}
		s.Directives = m.conditions("FIELD")
		return s
	}
	s.Name = f.Name
	m.alias(s, def, f)
	s.Directives = m.conditions("FIELD")
	if t := m.schema.Types[f.Type.Name()]; t.IsCompositeType() {
		s.Selections = m.selections(t, depth+1)
	}
	return s
}

// choose picks a field, or none for __typename.
func (m *maker) choose(def *ast.Definition, depth int) *ast.FieldDefinition {
	if m.chance(6) {
		return nil
	}
	var open, leaves []*ast.FieldDefinition
	for _, f := range def.Fields {
		meta := f.Name == "__schema" || f.Name == "__type"
		switch {
		case f.Name == "__schema" && !m.chance(3), f.Name == "__type" && !m.chance(20):
		case m.schema.Types[f.Type.Name()].IsLeafType():
			leaves = append(leaves, f)
		case depth < maxDepth && m.budget > 0 || meta:
			open = append(open, f)
		}
	}
	switch {
	case len(open) > 0 && (len(leaves) == 0 || m.chance(55)):
		return pick(m.r, open)
	case len(leaves) > 0:
		return pick(m.r, leaves)
	default:
		return nil
	}
}

// alias decides arguments and response key together, for the same key should mean the same.
func (m *maker) alias(s *Selection, def *ast.Definition, f *ast.FieldDefinition) {
	if len(f.Arguments) == 0 {
		switch {
		case m.chance(14):
			s.Alias = m.fresh("a")
		case m.chance(1):
			s.Alias = pick(m.r, def.Fields).Name
		case m.chance(3):
			s.Alias = f.Name
		}
		return
	}
	at := def.Name + "." + f.Name
	usual, known := m.usual[at]
	switch {
	case known && m.chance(40):
		s.Arguments = each(usual, (*Argument).clone)
		m.r.Shuffle(len(s.Arguments), func(i, j int) { s.Arguments[i], s.Arguments[j] = s.Arguments[j], s.Arguments[i] })
	case !known && m.chance(50):
		s.Arguments = m.arguments(f.Arguments)
		m.usual[at] = s.Arguments
	default:
		s.Alias, s.Arguments = m.fresh("a"), m.arguments(f.Arguments)
	}
}

// fragment makes an inline fragment, or a spread of a new or known fragment, that may apply.
func (m *maker) fragment(def *ast.Definition, depth int) *Selection {
	on := m.related(def)
	if m.chance(60) {
		s := &Selection{Kind: Inline, Name: on.Name, parent: def.Name, Directives: m.conditions("INLINE_FRAGMENT")}
		if m.chance(12) {
			s.Name, on = "", def
		}
		s.Selections = m.selections(on, depth+1)
		return s
	}
	s := &Selection{Kind: Spread, parent: def.Name, Directives: m.conditions("FRAGMENT_SPREAD")}
	for _, p := range m.doc.Fragments() {
		if len(p.Selections) > 0 && m.overlap(m.schema.Types[p.On], def) && m.chance(40) {
			s.Name = p.Name
			return s
		}
	}
	p := &Part{Keyword: "fragment", Name: m.fresh("F"), On: on.Name, Directives: m.passes("FRAGMENT_DEFINITION", 4)}
	m.doc.Parts = append(m.doc.Parts, p)
	s.Name, p.Selections = p.Name, m.selections(on, depth+1)
	return s
}

// related picks a type that has objects in common with def.
func (m *maker) related(def *ast.Definition) *ast.Definition {
	if m.chance(25) {
		return def
	}
	var list []*ast.Definition
	for _, o := range m.objects(def) {
		list = append(list, o)
		list = append(list, m.schema.Implements[o.Name]...)
	}
	return pick(m.r, list)
}

func (m *maker) objects(def *ast.Definition) []*ast.Definition {
	var list []*ast.Definition
	for _, d := range m.schema.GetPossibleTypes(def) {
		if d.Kind == ast.Object {
			list = append(list, d)
		}
	}
	return list
}

func (m *maker) overlap(a, b *ast.Definition) bool {
	for _, o := range m.objects(a) {
		for _, p := range m.objects(b) {
			if o == p {
				return true
			}
		}
	}
	return false
}
