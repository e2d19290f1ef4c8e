package exec

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
)

// merger lists the fields of selections on an object type after fragments and conditions, merged by response key.
type merger struct {
	c      *compiler
	def    *ast.Definition
	fields []graphql.CollectedField
	again  map[int][]*ast.Field // by the place in fields: what was merged into it; nil for nothing
	// null is the variable of a condition that is null, which no condition may be: the object cannot be answered.
	null *ast.Value
	at   map[string]int // where each alias is in fields; made when there are many
	seen []string
}

// few is up to how many fields it is faster to look at each than to keep a map.
const few = 16

func (c *compiler) collect(def *ast.Definition, sels []ast.SelectionSet) *merger {
	m := &merger{c: c, def: def}
	for _, set := range sels {
		m.fields = slices.Grow(m.fields, len(set))
		m.walk(set)
	}
	return m
}

func (m *merger) walk(set ast.SelectionSet) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if m.wanted(sel.Directives) {
				m.add(sel)
			}
		case *ast.InlineFragment:
			if m.wanted(sel.Directives) && m.c.schema.covers(sel.TypeCondition, m.def) {
				m.walk(sel.SelectionSet)
			}
		case *ast.FragmentSpread:
			if !slices.Contains(m.seen, sel.Name) && m.wanted(sel.Directives) {
				m.seen = append(m.seen, sel.Name)
				if m.c.schema.covers(sel.Definition.TypeCondition, m.def) {
					m.walk(sel.Definition.SelectionSet)
				}
			}
		}
		if m.null != nil {
			return
		}
	}
}

func (m *merger) add(f *ast.Field) {
	if i := m.index(f.Alias); i >= 0 {
		have := &m.fields[i]
		have.Selections = append(slices.Clip(have.Selections), f.SelectionSet...)
		if m.again == nil {
			m.again = map[int][]*ast.Field{}
		}
		m.again[i] = append(m.again[i], f)
		return
	}
	if m.at != nil {
		m.at[f.Alias] = len(m.fields)
	}
	m.fields = append(m.fields, graphql.CollectedField{Field: m.own(f), Selections: f.SelectionSet})
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

// own is a field as the object type defines it, which may say more than the interface it was selected on: another type
// that fits, further arguments, other defaults.
func (m *merger) own(f *ast.Field) *ast.Field {
	def := m.def.Fields.ForName(f.Name)
	if def == nil || def == f.Definition {
		return f
	}
	own := *f
	own.Definition = def
	return &own
}

// covers tells whether an object type meets a type condition.
func (s *Schema) covers(condition string, def *ast.Definition) bool {
	if condition == "" || condition == def.Name {
		return true
	}
	return slices.ContainsFunc(s.ast.PossibleTypes[condition], func(d *ast.Definition) bool { return d.Name == def.Name })
}

// wanted decides @skip, and then @include.
func (m *merger) wanted(list ast.DirectiveList) bool {
	return !m.condition(list, "skip", false) && m.null == nil && m.condition(list, "include", true) && m.null == nil
}

// condition is the value of one directive, or otherwise where it does not stand. One that is null is kept.
func (m *merger) condition(list ast.DirectiveList, name string, otherwise bool) bool {
	if len(list) == 0 {
		return otherwise
	}
	d := list.ForName(name)
	if d == nil {
		return otherwise
	}
	arg := d.Arguments.ForName("if")
	if arg == nil {
		return otherwise
	}
	if arg.Value.Kind != ast.Variable {
		return arg.Value.Raw == "true"
	}
	value, known := m.c.truth[arg.Value.Raw]
	if !known {
		m.null = arg.Value
	}
	return value
}
