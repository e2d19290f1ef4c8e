package exec

import (
	"errors"
	"slices"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/jsontext"
)

// compiler makes one plan.
type compiler struct {
	schema   *Schema
	plan     *plan
	observed bool
	// truth is the value of the variables in @skip and @include; those that are null are not in it.
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
		plan: &plan{schema: s, op: op, text: textOf(op)},
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
	c.plan.careful = make([]atomic.Bool, len(c.plan.nodes))
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
	m := c.collect(def, []ast.SelectionSet{set})
	if m.null != nil {
		n := c.root(def, nil)
		n.info().null = m.null
		c.part(n)
		return
	}
	for i, f := range m.fields {
		merged := *f.Field
		merged.SelectionSet, merged.Directives = f.Selections, withoutConditions(f.Directives)
		n := c.root(def, []ast.SelectionSet{{&merged}})
		c.part(n)
		only := &n.info().fields[0]
		only.again = m.again[i]
		if i > 0 {
			n.followOn()
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
