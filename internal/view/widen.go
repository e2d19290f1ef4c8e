package view

import "sync"

// widened names the fields that everybody sees although their tags say otherwise.
var widened sync.Map // "Partner.Email" → true

// Widen lets everybody see fields, named as in "Partner.Email", until restore is
// called. It is for the tests that show that an unveiled field is noticed, and for
// nobody else; no view may be made while it is called, or while restore is.
func Widen(fields ...string) (restore func()) {
	for _, f := range fields {
		widened.Store(f, true)
	}
	audits.Clear()
	return func() {
		widened.Clear()
		audits.Clear()
	}
}

// tiesOf gives who sees a field of a view by its tag.
func tiesOf(typeName, field, tag string) Tie {
	if _, open := widened.Load(typeName + "." + field); open {
		return ^Tie(0)
	}
	return parse(tag)
}
