package imports

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kontrak/internal/fault"
	"kontrak/internal/store"
)

// fields are those of an object of a row. Reading one notes what is wrong with it, so
// that a row is refused with all that is wrong at once.
type fields struct {
	raw    []byte
	values map[string]json.RawMessage
	prefix string
	bad    fault.Fields
	notes  []Remark
	up     *fields // whose field this is
}

// top is where remarks are kept.
func (f *fields) top() *fields {
	for f.up != nil {
		f = f.up
	}
	return f
}

func (f *fields) wrong(name, format string, args ...any) {
	f.top().bad.Add(f.prefix+name, format, args...)
}

func (f *fields) note(name, message string) {
	f.top().notes = append(f.top().notes, Remark{Field: f.prefix + name, Message: message})
}

// open reads the object; false when it is none.
func (f *fields) open() bool {
	if f.values == nil && (json.Unmarshal(f.raw, &f.values) != nil || f.values == nil) {
		f.wrong("", "is no object")
		return false
	}
	return true
}

func (f *fields) isNull(name string) bool {
	raw, sent := f.values[name]
	return !sent || string(raw) == "null"
}

// text gives a text of so many letters; a missing one is "".
func (f *fields) text(name string, least, most int) string {
	var s string
	if f.isNull(name) {
		if least > 0 {
			f.wrong(name, "is required")
		}
		return ""
	}
	if json.Unmarshal(f.values[name], &s) != nil {
		f.wrong(name, "must be a text")
		return ""
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(s)); n < least {
		f.wrong(name, "is required")
	}
	if utf8.RuneCountInString(s) > most || !store.Storable(s) {
		f.wrong(name, "must have at most %d letters, and not the zero character", most)
		return ""
	}
	return s
}

// number gives a whole number that is not below the least.
func (f *fields) number(name string, least, most int64) int64 {
	var n int64
	if f.isNull(name) || json.Unmarshal(f.values[name], &n) != nil {
		f.wrong(name, "must be a whole number")
		return 0
	}
	if n < least || n > most {
		f.wrong(name, "must be between %d and %d", least, most)
	}
	return n
}

// oneOf gives a text that is one of the words.
func oneOf[T ~string](f *fields, name string, words []T) T {
	word := T(f.text(name, 0, 100))
	if !slices.Contains(words, word) {
		f.wrong(name, "is not known: %.100q", string(word))
	}
	return word
}

// moment gives an instant that is written in one of the forms; nil when there is none.
func (f *fields) moment(name string, forms ...string) *time.Time {
	text := f.text(name, 0, 40)
	if text == "" {
		return nil
	}
	for _, form := range forms {
		if at, err := time.Parse(form, text); err == nil && at.Year() >= 1 && at.Year() <= 9999 {
			at = store.Instant(at.UTC())
			return &at
		}
	}
	f.wrong(name, "is no time as %s", forms[0])
	return nil
}

// object gives an object of the row; nil when it is null or missing.
func (f *fields) object(name string) *fields {
	if f.isNull(name) {
		return nil
	}
	inner := &fields{raw: f.values[name], prefix: f.prefix + name + ".", up: f}
	if json.Unmarshal(inner.raw, &inner.values) != nil || inner.values == nil {
		f.wrong(name, "must be an object")
		return nil
	}
	return inner
}

// list gives the objects of a list.
func (f *fields) list(name string, most int) []*fields {
	if f.isNull(name) {
		return nil
	}
	var raws []json.RawMessage
	if json.Unmarshal(f.values[name], &raws) != nil {
		f.wrong(name, "must be a list")
		return nil
	}
	if len(raws) > most {
		f.wrong(name, "must have at most %d entries", most)
		return nil
	}
	var all []*fields
	for _, raw := range raws {
		inner := &fields{raw: raw, prefix: f.prefix + name + "[].", up: f}
		if json.Unmarshal(raw, &inner.values) != nil || inner.values == nil {
			f.wrong(name, "must be a list of objects")
			return nil
		}
		all = append(all, inner)
	}
	return all
}
