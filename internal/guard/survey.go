package guard

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// facts is what there is to know of a document before its variables are known.
type facts struct {
	operations map[string]operation
	amounts    []amount
	weight     int // nodes of the document's tree
}

// operation is one of a document's operations.
type operation struct {
	cost        amount
	introspects bool
}

// measure is what a selection set amounts to, its fragments included.
type measure struct {
	depth, schemaDepth int   // how deep fields nest, and below __schema and __type
	schemaLists        int   // how deep the lists of types nest
	roots              int64 // fields beside each other
	fields             int64 // all fields
	introspects        bool
	own                amount // objects
	page               amount // objects for each item of the page that the set is in
}

func (m *measure) join(amounts *[]amount, other measure) {
	m.depth = max(m.depth, other.depth)
	m.schemaDepth = max(m.schemaDepth, other.schemaDepth)
	m.schemaLists = max(m.schemaLists, other.schemaLists)
	m.roots = sum(m.roots, other.roots)
	m.fields = sum(m.fields, other.fields)
	m.introspects = m.introspects || other.introspects
	m.own.add(amounts, once, other.own)
	m.page.add(amounts, once, other.page)
}

var once = size{otherwise: 1}

// coordinate is a field of a type; the type is nil where it is not known.
type coordinate struct {
	parent *ast.Definition
	name   string
}

// surveyor walks a document once. It has been parsed, but need not be valid.
type surveyor struct {
	*Guard
	fragments map[string]*ast.FragmentDefinition
	measures  map[string]*measure // by fragment; while it is measured, of nothing
	amounts   []amount

	weight, aliases, directives int
	fieldAliases                map[coordinate]int
	mentions                    map[string]int
	// unknown counts what there is not: fields, types and fragments.
	unknown      int
	firstUnknown *ast.Position
}

// survey measures a document and refuses one that passes a limit.
func (g *Guard) survey(doc *ast.QueryDocument) (*facts, *gqlerror.Error) {
	s := &surveyor{
		Guard:     g,
		fragments: make(map[string]*ast.FragmentDefinition, len(doc.Fragments)),
		measures:  make(map[string]*measure, len(doc.Fragments)),
		mentions:  map[string]int{},
	}
	if len(doc.Fragments) > g.limits.Fragments {
		return nil, refuseFragments(g.limits.Fragments, len(doc.Fragments))
	}
	for _, f := range doc.Fragments {
		s.fragments[f.Name] = f
	}
	f := &facts{operations: make(map[string]operation, len(doc.Operations))}
	for _, op := range doc.Operations {
		m := s.operation(op)
		if refusal := g.checkOperation(m); refusal != nil {
			return nil, refusal
		}
		f.operations[op.Name] = operation{cost: m.own, introspects: m.introspects}
	}
	for _, fragment := range doc.Fragments {
		s.fragment(fragment) // those that nobody spreads count too
	}
	f.amounts, f.weight = s.amounts, s.weight
	return f, s.check()
}

func (s *surveyor) operation(op *ast.OperationDefinition) measure {
	s.note(op.Directives)
	for _, v := range op.VariableDefinitions {
		s.weight += 2
		s.note(v.Directives)
		s.weigh(v.DefaultValue)
	}
	root := s.schema.Query
	switch op.Operation {
	case ast.Mutation:
		root = s.schema.Mutation
	case ast.Subscription:
		root = s.schema.Subscription
	}
	return s.set(root, op.SelectionSet)
}

func (s *surveyor) set(parent *ast.Definition, set ast.SelectionSet) measure {
	var m measure
	for _, selection := range set {
		s.weight++
		switch selection := selection.(type) {
		case *ast.Field:
			s.field(&m, parent, selection)
		case *ast.InlineFragment:
			s.note(selection.Directives)
			m.join(&s.amounts, s.set(s.condition(parent, selection.TypeCondition, selection.Position), selection.SelectionSet))
		case *ast.FragmentSpread:
			s.note(selection.Directives)
			if f := s.fragments[selection.Name]; f != nil {
				m.join(&s.amounts, *s.fragment(f))
			} else {
				s.mistake(selection.Position)
			}
		}
	}
	return m
}

// fragment measures a fragment once. A fragment within itself adds nothing: the
// validator refuses it.
func (s *surveyor) fragment(f *ast.FragmentDefinition) *measure {
	if m, known := s.measures[f.Name]; known {
		return m
	}
	s.measures[f.Name] = &measure{}
	s.note(f.Directives)
	m := s.set(s.condition(nil, f.TypeCondition, f.Position), f.SelectionSet)
	s.measures[f.Name] = &m
	return &m
}

// condition is the type that a fragment is on.
func (s *surveyor) condition(parent *ast.Definition, name string, at *ast.Position) *ast.Definition {
	if name == "" {
		return parent
	}
	def := s.schema.Types[name]
	if def == nil {
		s.mistake(at)
	}
	return def
}

func (s *surveyor) mistake(at *ast.Position) {
	if s.unknown++; s.unknown == 1 {
		s.firstUnknown = at
	}
}

func (s *surveyor) field(m *measure, parent *ast.Definition, f *ast.Field) {
	s.mentions[f.Name]++
	if f.Alias != f.Name {
		s.aliases++
		if s.fieldAliases == nil {
			s.fieldAliases = map[coordinate]int{}
		}
		s.fieldAliases[coordinate{parent, f.Name}]++
	}
	s.note(f.Directives)
	s.arguments(f.Arguments)
	def := s.definition(parent, f)
	var target *ast.Definition
	if def != nil {
		target = s.schema.Types[def.Type.Name()]
	}
	sub := s.set(target, f.SelectionSet)
	m.roots = sum(m.roots, 1)
	m.fields = sum(m.fields, product(s.width(parent), sum(sub.fields, 1)))
	m.introspects = m.introspects || sub.introspects
	if parent == s.schema.Query && (f.Name == "__schema" || f.Name == "__type") {
		m.introspects = true
		m.depth, m.schemaDepth = max(m.depth, 1), max(m.schemaDepth, 1+sub.depth)
		m.schemaLists = max(m.schemaLists, sub.schemaLists)
		return
	}
	m.depth, m.schemaDepth = max(m.depth, 1+sub.depth), max(m.schemaDepth, sub.schemaDepth)
	if isTypeList(parent, f.Name) {
		sub.schemaLists++
	}
	m.schemaLists = max(m.schemaLists, sub.schemaLists)
	if def != nil && isComposite(target) && !target.BuiltIn {
		s.price(m, f, def, sub)
	}
}

// price adds the objects that a field asks for.
func (s *surveyor) price(m *measure, f *ast.Field, def *ast.FieldDefinition, sub measure) {
	declared, sized := s.sizes[def]
	n := once
	if sized {
		n = declared.sizeOf(f, def, int64(s.limits.Page))
	}
	each := amount{fixed: 1}
	each.add(&s.amounts, once, sub.own)
	switch {
	case declared.page:
		each.add(&s.amounts, n, sub.page)
		m.own.add(&s.amounts, once, each)
	case def.Type.Elem != nil && !sized:
		each.add(&s.amounts, once, sub.page)
		m.page.add(&s.amounts, once, each)
	default:
		each.add(&s.amounts, once, sub.page)
		m.own.add(&s.amounts, n, each)
	}
}

// definition finds a field in the schema.
func (s *surveyor) definition(parent *ast.Definition, f *ast.Field) *ast.FieldDefinition {
	if parent == nil || f.Name == "__typename" {
		return nil
	}
	def := parent.Fields.ForName(f.Name)
	if def == nil {
		s.mistake(f.Position)
	}
	return def
}

// width is how many types of objects a field of that type stands for.
func (s *surveyor) width(parent *ast.Definition) int64 {
	if parent == nil || !parent.IsAbstractType() {
		return 1
	}
	return int64(max(len(s.schema.GetPossibleTypes(parent)), 1))
}

// isTypeList tells whether a field is a list by which descriptions of types lead
// to more types.
func isTypeList(parent *ast.Definition, name string) bool {
	if parent == nil || parent.Name != "__Type" {
		return false
	}
	switch name {
	case "fields", "interfaces", "possibleTypes", "inputFields":
		return true
	}
	return false
}

func (s *surveyor) note(list ast.DirectiveList) {
	for _, d := range list {
		s.directives++
		s.weight++
		s.arguments(d.Arguments)
	}
}

func (s *surveyor) arguments(list ast.ArgumentList) {
	for _, a := range list {
		s.weight++
		s.weigh(a.Value)
	}
}

func (s *surveyor) weigh(v *ast.Value) {
	if v == nil {
		return
	}
	s.weight++
	for _, child := range v.Children {
		s.weigh(child.Value)
	}
}
