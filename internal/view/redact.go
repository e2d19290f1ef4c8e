package view

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// Row is embedded in every view. It remembers how the caller stands to the row,
// so that a null can be told apart: nothing there, or not for this caller.
type Row struct{ ties Tie }

// Ties gives the caller's ties to the row.
func (r *Row) Ties() Tie { return r.ties }

func (r *Row) stand(ties Tie) { r.ties = ties }

// row is what every pointer to a view is.
type row interface {
	Ties() Tie
	stand(Tie)
}

// Redact empties every field of the view that the ties do not cover. The view
// must be a pointer to a struct that embeds Row. It goes no deeper: each row of a
// tree has ties of its own and is redacted by whoever made it.
func Redact(v row, ties Tie) {
	v.stand(ties)
	value := reflect.ValueOf(v).Elem()
	for _, i := range auditOf(value.Type()).hidden(ties) {
		value.Field(i).SetZero()
	}
}

// See is Redact that gives the view back.
func See[V row](v V, ties Tie) V {
	Redact(v, ties)
	return v
}

// Hidden tells whether the field of the view was emptied because of its tag, and
// gives the tag. name is the field's name in the graph.
func Hidden(v any, name string) (rule string, hidden bool) {
	r, ok := v.(row)
	if !ok {
		return "", false
	}
	f, ok := auditOf(reflect.TypeOf(v).Elem()).byName[name]
	if !ok || r.Ties().Any(f.ties) {
		return "", false
	}
	return f.tag, true
}

// Tagged is one field of a view with the tag that governs it.
type Tagged struct {
	Name string
	Tag  string
	Ties Tie
}

// Audit lists the fields of a view, in order, for the document of who sees what.
// Each exported field but Row must have a tag: Audit fails on one that has none.
func Audit(v any) ([]Tagged, error) {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var list []Tagged
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous || !f.IsExported() {
			continue
		}
		tag, ok := f.Tag.Lookup("see")
		if !ok || strings.TrimSpace(tag) == "" {
			return nil, fmt.Errorf("view: %s.%s has no see tag, so nobody would see it", t.Name(), f.Name)
		}
		list = append(list, Tagged{Name: f.Name, Tag: tag, Ties: parse(tag)})
	}
	return list, nil
}

// audit is what is known of a view's type: which field which ties may see.
type audit struct {
	fields []auditField
	byName map[string]auditField
	// empty holds the indexes of the fields that a set of ties hides.
	empty sync.Map // Tie → []int
}

type auditField struct {
	index int
	name  string // in Go
	tag   string
	ties  Tie
}

var audits sync.Map // reflect.Type → *audit

func auditOf(t reflect.Type) *audit {
	if a, ok := audits.Load(t); ok {
		return a.(*audit)
	}
	a := &audit{byName: map[string]auditField{}}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous || !f.IsExported() {
			continue
		}
		entry := auditField{index: i, name: f.Name, tag: f.Tag.Get("see")}
		if entry.tag != "" {
			entry.ties = tiesOf(t.Name(), f.Name, entry.tag)
		}
		a.fields = append(a.fields, entry)
		a.byName[graphName(f.Name)] = entry
	}
	actual, _ := audits.LoadOrStore(t, a)
	return actual.(*audit)
}

// graphName is what the graph calls a field of a view: its Go name with the
// first word in lower case.
func graphName(name string) string {
	n := 1
	for n < len(name) && isUpper(name[n]) && (n+1 == len(name) || isUpper(name[n+1])) {
		n++
	}
	return strings.ToLower(name[:n]) + name[n:]
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func (a *audit) hidden(ties Tie) []int {
	if list, ok := a.empty.Load(ties); ok {
		return list.([]int)
	}
	var list []int
	for _, f := range a.fields {
		if !ties.Any(f.ties) {
			list = append(list, f.index)
		}
	}
	a.empty.Store(ties, list)
	return list
}

// Readable tells whether the ties cover a field of a view, by its name in Go. It panics
// where the view has no such field.
func Readable(v any, field string, ties Tie) bool {
	for _, f := range auditOf(reflect.TypeOf(v)).fields {
		if f.name == field {
			return ties.Any(f.ties)
		}
	}
	panic(fmt.Sprintf("view: %T has no %s", v, field))
}
