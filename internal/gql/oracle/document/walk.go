package document

// parts of a document that can be broken, wherever they stand.
type places struct {
	parts      []*Part
	variables  []*Variable
	selections []*Selection
	sets       []*[]*Selection
	arguments  []*[]*Argument // lists of arguments and of fields of input objects
	directives []*[]*Directive
	values     []*Value
}

// survey finds all places of a document.
func survey(d *Document) *places {
	s := &places{parts: d.Parts}
	for _, p := range d.Parts {
		s.sets = append(s.sets, &p.Selections)
		s.uses(&p.Directives)
		for _, v := range p.Variables {
			s.variables = append(s.variables, v)
			s.uses(&v.Directives)
			if v.Default != nil {
				s.value(v.Default)
			}
		}
		s.set(p.Selections)
	}
	return s
}

func (s *places) set(list []*Selection) {
	for _, sel := range list {
		s.selections = append(s.selections, sel)
		s.sets = append(s.sets, &sel.Selections)
		s.given(&sel.Arguments)
		s.uses(&sel.Directives)
		s.set(sel.Selections)
	}
}

func (s *places) uses(list *[]*Directive) {
	s.directives = append(s.directives, list)
	for _, d := range *list {
		s.given(&d.Arguments)
	}
}

func (s *places) given(list *[]*Argument) {
	s.arguments = append(s.arguments, list)
	for _, a := range *list {
		s.value(a.Value)
	}
}

func (s *places) value(v *Value) {
	s.values = append(s.values, v)
	for _, item := range v.Items {
		s.value(item)
	}
	if v.Kind == Object {
		s.given(&v.Fields)
	}
}
