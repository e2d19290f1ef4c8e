// Package document makes random GraphQL documents over a schema, breaks them, and makes broken ones small.
package document

import (
	"slices"
)

// Document is a document as it is written. It may be wrong in every way that can be parsed, and in some that cannot.
type Document struct {
	Parts []*Part
}

// Part is an operation or a fragment.
type Part struct {
	Keyword    string // query, mutation, subscription or fragment; empty for a query that is only a selection
	Name       string
	On         string // a fragment's type condition
	Variables  []*Variable
	Directives []*Directive
	Selections []*Selection
}

// Variable is the definition of a variable.
type Variable struct {
	Name, Type string
	Default    *Value
	Directives []*Directive
}

// SelectionKind tells selections apart.
type SelectionKind int

// The kinds of selection.
const (
	Field SelectionKind = iota
	Inline
	Spread
)

// Selection is a field, an inline fragment or a spread.
type Selection struct {
	Kind       SelectionKind
	Alias      string
	Name       string // of a field or fragment, or the inline fragment's type condition, which may be empty
	Arguments  []*Argument
	Directives []*Directive
	Selections []*Selection
	parent     string // the type it is selected on, for those who break documents
}

// Argument is an argument, or a field of an input object.
type Argument struct {
	Name  string
	Value *Value
}

// Directive is a use of a directive.
type Directive struct {
	Name      string
	Arguments []*Argument
}

// ValueKind tells values apart.
type ValueKind int

// The kinds of value: written as they stand, lists and input objects.
const (
	Raw ValueKind = iota
	List
	Object
)

// Value is a value in a document.
type Value struct {
	Kind   ValueKind
	Raw    string
	Items  []*Value
	Fields []*Argument
}

// Operations lists the operations.
func (d *Document) Operations() []*Part {
	return slices.DeleteFunc(slices.Clone(d.Parts), func(p *Part) bool { return p.Keyword == "fragment" })
}

// Fragments lists the fragments.
func (d *Document) Fragments() []*Part {
	return slices.DeleteFunc(slices.Clone(d.Parts), func(p *Part) bool { return p.Keyword != "fragment" })
}

// Clone copies a document.
func (d *Document) Clone() *Document {
	return &Document{Parts: each(d.Parts, func(p *Part) *Part {
		c := *p
		c.Variables = each(p.Variables, func(v *Variable) *Variable {
			w := *v
			w.Default, w.Directives = v.Default.clone(), each(v.Directives, (*Directive).clone)
			return &w
		})
		c.Directives, c.Selections = each(p.Directives, (*Directive).clone), each(p.Selections, (*Selection).clone)
		return &c
	})}
}

func (s *Selection) clone() *Selection {
	c := *s
	c.Arguments, c.Directives = each(s.Arguments, (*Argument).clone), each(s.Directives, (*Directive).clone)
	c.Selections = each(s.Selections, (*Selection).clone)
	return &c
}

func (d *Directive) clone() *Directive {
	return &Directive{d.Name, each(d.Arguments, (*Argument).clone)}
}

func (a *Argument) clone() *Argument { return &Argument{a.Name, a.Value.clone()} }

func (v *Value) clone() *Value {
	if v == nil {
		return nil
	}
	return &Value{v.Kind, v.Raw, each(v.Items, (*Value).clone), each(v.Fields, (*Argument).clone)}
}

// each maps a list and keeps nil.
func each[T any](list []T, f func(T) T) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(list))
	for i, item := range list {
		out[i] = f(item)
	}
	return out
}
