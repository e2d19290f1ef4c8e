package exec

import (
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/place"
)

// plan is an operation made ready to run. It holds no variable values: only the booleans of @skip and @include went
// into it.
type plan struct {
	schema *Schema
	op     *ast.OperationDefinition
	// parts are what runs one after the other: one for a query, one for each field of a mutation.
	parts  []*part
	frames sync.Pool

	nodes []node
	edges []*edge
	// careful says of each node whether it cannot be written quickly, once that was found out.
	careful []atomic.Bool
	// observes is set when directives or interceptors may hand on a context of their own.
	observes bool
	// text is the document, for the places of errors; nil where it is not known.
	text *place.Text
	// length is that of the last response, for the next buffer.
	length atomic.Int64
}

// part is a run of root fields that are resolved together.
type part struct {
	root  node
	edges []*edge
}

// edge is a field that is resolved in phase one, in one place of an operation.
type edge struct {
	id     int
	parent node
	index  int // of the field within its parent
	object string
	field  graphql.CollectedField
	typ    *ast.Type
	depth  int // of lists around objects; a leaf keeps its own lists
	leaf   bool
	kids   []node   // one, or one for each possible type
	kindOf []uint16 // by object index, which kid plus 1; only where there is a choice

	isMethod   bool
	isResolver bool
	observed   bool
	directives []boundDirective // innermost first

	resolver resolver
}

// resolver is the typed part of an edge.
type resolver interface {
	// resolve fills the slots of e and the columns of its children for every row of its parent.
	resolve(x *execution, e *edge)
	// argsMap gives the decoded arguments by name.
	argsMap(args any) map[string]any
}

// nonNull tells whether null is forbidden at a list level; level depth is the innermost value.
func (e *edge) nonNull(level int) bool {
	t := e.typ
	for ; level > 0; level-- {
		t = t.Elem
	}
	return t.NonNull
}

func (e *edge) typeName() string { return e.typ.Name() }

// node is a selection on one concrete object type in one place of an operation.
type node interface {
	info() *nodeInfo
	newColumn() rowColumn
	// expand makes the node's fields, and edges for those that need one.
	expand(c *compiler)
	// followOn puts a comma before the first field.
	followOn()
	// start gives a root node its one row.
	start(f *frame)
	// writeFields appends a row's fields without the braces around them.
	writeFields(w *Writer, row int32) bool
	// write appends one row as JSON. On false nothing was appended: null, or an error that w reported.
	write(w *Writer, row int32) bool
	// quick appends one row to b, and quickFields a row's fields; false means that it has to be done with care.
	quick(w *Writer, b []byte, row int32) ([]byte, bool)
	quickFields(w *Writer, b []byte, row int32) ([]byte, bool)
}

// nodeInfo is a node whatever its Go type.
type nodeInfo struct {
	id     int
	object string
	edge   *edge // that leads here; nil for a root
	sels   []ast.SelectionSet
	def    *ast.Definition
	fields []planField
	null   *ast.Value // the variable of a condition within that is null, which makes the object an error
}

// planField is a field within a node, in the order of the response.
type planField struct {
	key     []byte // with the comma before it, and with the value where that is known
	name    string
	field   graphql.CollectedField
	again   []*ast.Field // further mentions that were merged into this one
	edge    *edge        // nil for leaves
	nonNull bool
}

// objectNode is a node whose rows have the Go type P.
type objectNode[P comparable] struct {
	nodeInfo
	table *Object[P]
	steps []step[P] // by field
}

func (o *Object[P]) newNode(info nodeInfo) node { return &objectNode[P]{nodeInfo: info, table: o} }

func (n *objectNode[P]) info() *nodeInfo      { return &n.nodeInfo }
func (n *objectNode[P]) newColumn() rowColumn { return &column[P]{} }

func (n *objectNode[P]) expand(c *compiler) {
	m := c.collect(n.def, n.sels)
	if m.null != nil {
		n.null = m.null
		return
	}
	n.fields = make([]planField, 0, len(m.fields))
	n.steps = make([]step[P], 0, len(m.fields))
	for i, f := range m.fields {
		pf := planField{name: f.Name, field: f, again: m.again[i], key: c.key(n.fields, f.Alias)}
		var st step[P]
		if f.Name == "__typename" {
			pf.key = append(pf.key, '"')
			pf.key = append(append(pf.key, n.object...), '"')
		} else {
			pf.nonNull = f.Definition.Type.NonNull
			entry := n.entry(c, f.Name)
			directives := c.directives(f)
			if observed := c.observed || len(directives) > 0; entry.leaf != nil && !observed {
				st.leaf, st.plain = entry.leaf, entry.plain
			} else {
				pf.edge = c.edge(n, len(n.fields), f)
				pf.edge.isMethod, pf.edge.isResolver = entry.isMethod, entry.isResolver
				pf.edge.observed, pf.edge.directives = observed, directives
				c.plan.observes = c.plan.observes || observed
				entry.source.bind(c, pf.edge)
			}
		}
		st.edge, st.nonNull = pf.edge, pf.nonNull
		if e := pf.edge; e != nil && e.depth == 0 && e.kindOf == nil && len(e.kids) == 1 {
			st.kid = e.kids[0]
		}
		st.setKey(pf.key)
		n.fields, n.steps = append(n.fields, pf), append(n.steps, st)
	}
}

func (n *objectNode[P]) followOn() {
	key := append([]byte{','}, n.fields[0].key...)
	n.fields[0].key = key
	n.steps[0].setKey(key)
}

func (n *objectNode[P]) entry(c *compiler, name string) *Field[P] {
	if isMeta(n.def, c.schema.ast, name) {
		return metaField[P](c.schema, name)
	}
	return &n.table.fields[n.table.byName[name]]
}

// leafNode is the values of a leaf field that is resolved in phase one.
type leafNode[V any] struct {
	nodeInfo
	put Put[V]
}

func (n *leafNode[V]) info() *nodeInfo      { return &n.nodeInfo }
func (n *leafNode[V]) newColumn() rowColumn { return &valueColumn[V]{} }
func (n *leafNode[V]) expand(*compiler)     {}

func (n *leafNode[V]) write(w *Writer, row int32) bool {
	return n.put(w, w.f.cols[n.id].(*valueColumn[V]).values[row])
}

// noArgs stands in where a leaf needs an edge for its context.
type noArgs struct{}

func (noArgs) resolve(*execution, *edge)                                       {}
func (noArgs) argsMap(any) map[string]any                                      { return nil }
func (n *leafNode[V]) followOn()                                               {}
func (n *leafNode[V]) start(*frame)                                            {}
func (n *leafNode[V]) quickFields(_ *Writer, b []byte, _ int32) ([]byte, bool) { return b, false }
func (n *leafNode[V]) writeFields(*Writer, int32) bool                         { return false }
