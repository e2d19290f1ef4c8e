package exec

import (
	"errors"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/jsontext"
)

// compiler makes one plan.
type compiler struct {
	schema   *Schema
	plan     *plan
	observed bool
	// truth is the value of the variables in @skip and @include.
	truth map[string]bool
	queue []node
	// keys is room for response keys: one piece of memory for many.
	keys []byte
}

// maxNodes bounds a plan: fragments that double each other would otherwise grow without end.
const maxNodes = 20_000

var errTooLarge = errors.New("operation is too large")

// variant says which of an operation's plans is meant.
type variant struct {
	conditions uint64 // one bit per variable of conditions
	observed   bool   // every field runs through interceptors
	split      bool   // every root field runs for itself
}

func (s *Schema) compile(op *ast.OperationDefinition, truth map[string]bool, v variant) (*plan, error) {
	c := &compiler{
		schema: s, observed: v.observed, truth: truth,
		plan: &plan{schema: s, op: op},
	}
	def := s.rootType(op.Operation)
	if op.Operation == ast.Mutation || v.split {
		c.serial(def, op.SelectionSet)
	} else {
		c.part(c.root(def, []ast.SelectionSet{op.SelectionSet}))
	}
	if len(c.plan.nodes) > maxNodes {
		return nil, errTooLarge
	}
	return c.plan, nil
}

func (s *Schema) rootType(op ast.Operation) *ast.Definition {
	switch op {
	case ast.Mutation:
		return s.ast.Mutation
	case ast.Subscription:
		return s.ast.Subscription
	default:
		return s.ast.Query
	}
}

// root makes a node for a root type.
func (c *compiler) root(def *ast.Definition, sels []ast.SelectionSet) node {
	return c.schema.byName[def.Name].newNode(nodeInfo{object: def.Name, def: def, sels: sels})
}

// serial makes a part of each root field.
func (c *compiler) serial(def *ast.Definition, set ast.SelectionSet) {
	for i, f := range c.collect(def, []ast.SelectionSet{set}) {
		merged := *f.Field
		merged.SelectionSet, merged.Directives = f.Selections, withoutConditions(f.Directives)
		n := c.root(def, []ast.SelectionSet{{&merged}})
		c.part(n)
		if i > 0 {
			only := &n.info().fields[0]
			only.key = append([]byte{','}, only.key...)
		}
	}
}

// withoutConditions drops the directives that were decided already.
func withoutConditions(list ast.DirectiveList) ast.DirectiveList {
	return slices.DeleteFunc(slices.Clone(list), func(d *ast.Directive) bool { return d.Name == "skip" || d.Name == "include" })
}

// part compiles everything below a root, breadth first.
func (c *compiler) part(root node) {
	first := len(c.plan.edges)
	c.push(root)
	for len(c.queue) > 0 && len(c.plan.nodes) <= maxNodes {
		n := c.queue[0]
		c.queue = c.queue[1:]
		n.expand(c)
	}
	c.plan.parts = append(c.plan.parts, &part{root: root, edges: c.plan.edges[first:len(c.plan.edges):len(c.plan.edges)]})
}

func (c *compiler) push(n node) {
	n.info().id = len(c.plan.nodes)
	c.plan.nodes = append(c.plan.nodes, n)
	c.queue = append(c.queue, n)
}

// add makes n a child of e.
func (c *compiler) add(e *edge, n node) {
	c.push(n)
	n.info().edge = e
	e.kids = append(e.kids, n)
}

// child makes a node of the only type that e can lead to.
func (c *compiler) child(e *edge, o objectTable) {
	def := c.schema.ast.Types[o.typeName()]
	c.add(e, o.newNode(nodeInfo{object: o.typeName(), def: def, sels: []ast.SelectionSet{e.field.Selections}}))
}

// children makes a node of each type that e can lead to.
func (c *compiler) children(e *edge) {
	e.kindOf = make([]uint16, len(c.schema.objects))
	for _, def := range c.schema.ast.GetPossibleTypes(c.schema.ast.Types[e.typeName()]) {
		if def.Kind != ast.Object {
			continue // the parser lists interfaces that implement the interface too
		}
		o := c.schema.byName[def.Name]
		e.kindOf[o.position()] = uint16(len(e.kids) + 1)
		c.child(e, o)
	}
}

// edge begins the edge of a field.
func (c *compiler) edge(parent node, index int, f graphql.CollectedField) *edge {
	e := &edge{
		id: len(c.plan.edges), parent: parent, index: index, object: parent.info().object,
		field: f, typ: f.Definition.Type,
	}
	c.plan.edges = append(c.plan.edges, e)
	return e
}

// key is a response key ready to be written.
func (c *compiler) key(before []planField, alias string) []byte {
	if cap(c.keys)-len(c.keys) < len(alias)+4 {
		c.keys = make([]byte, 0, 512+len(alias))
	}
	b := c.keys[len(c.keys):]
	if len(before) > 0 {
		b = append(b, ',')
	}
	b = append(jsontext.AppendString(b, alias), ':')
	c.keys = c.keys[:len(c.keys)+len(b)]
	return b[:len(b):len(b)]
}

// collect lists the fields of selections on an object type after fragments and conditions, merged by response key.
func (c *compiler) collect(def *ast.Definition, sels []ast.SelectionSet) []graphql.CollectedField {
	m := merger{c: c, def: def}
	for _, set := range sels {
		m.fields = slices.Grow(m.fields, len(set))
		m.walk(set)
	}
	return m.fields
}

type merger struct {
	c      *compiler
	def    *ast.Definition
	fields []graphql.CollectedField
	at     map[string]int // where each alias is in fields; made when there are many
	seen   []string
}

// few is up to how many fields it is faster to look at each than to keep a map.
const few = 16

func (m *merger) walk(set ast.SelectionSet) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if m.c.wanted(sel.Directives) {
				m.add(sel)
			}
		case *ast.InlineFragment:
			if m.c.wanted(sel.Directives) && m.c.schema.covers(sel.TypeCondition, m.def) {
				m.walk(sel.SelectionSet)
			}
		case *ast.FragmentSpread:
			if m.c.wanted(sel.Directives) && !slices.Contains(m.seen, sel.Name) {
				m.seen = append(m.seen, sel.Name)
				if m.c.schema.covers(sel.Definition.TypeCondition, m.def) {
					m.walk(sel.Definition.SelectionSet)
				}
			}
		}
	}
}

func (m *merger) add(f *ast.Field) {
	if i := m.index(f.Alias); i >= 0 {
		have := &m.fields[i]
		have.Selections = append(slices.Clip(have.Selections), f.SelectionSet...)
		return
	}
	if m.at != nil {
		m.at[f.Alias] = len(m.fields)
	}
	m.fields = append(m.fields, graphql.CollectedField{Field: f, Selections: f.SelectionSet})
}

// index is where the field of an alias is, or -1.
func (m *merger) index(alias string) int {
	if len(m.fields) <= few {
		return slices.IndexFunc(m.fields, func(f graphql.CollectedField) bool { return f.Alias == alias })
	}
	if m.at == nil {
		m.at = make(map[string]int, 2*len(m.fields))
		for i, f := range m.fields {
			m.at[f.Alias] = i
		}
	}
	if i, ok := m.at[alias]; ok {
		return i
	}
	return -1
}

// covers tells whether an object type meets a type condition.
func (s *Schema) covers(condition string, def *ast.Definition) bool {
	if condition == "" || condition == def.Name {
		return true
	}
	return slices.ContainsFunc(s.ast.PossibleTypes[condition], func(d *ast.Definition) bool { return d.Name == def.Name })
}

// wanted decides @skip and @include.
func (c *compiler) wanted(list ast.DirectiveList) bool {
	for _, d := range list {
		if d.Name == "skip" && c.condition(d) || d.Name == "include" && !c.condition(d) {
			return false
		}
	}
	return true
}

func (c *compiler) condition(d *ast.Directive) bool {
	arg := d.Arguments.ForName("if")
	if arg == nil {
		return false
	}
	if arg.Value.Kind == ast.Variable {
		return c.truth[arg.Value.Raw]
	}
	return arg.Value.Raw == "true"
}
