package exec

import (
	"context"
	"fmt"

	"kontrak/internal/gql/graphql/internal/jsontext"
)

// EnumValue pairs a Go value of an enum with its name in the schema.
type EnumValue[V comparable] struct {
	Name  string
	Value V
}

// EnumType is an enum bound to Go constants.
type EnumType[V comparable] struct {
	name   string
	texts  []enumText[V]
	values map[string]V
}

type enumText[V comparable] struct {
	value V
	text  []byte
}

// Enum makes an enum of its values.
func Enum[V comparable](name string, values ...EnumValue[V]) *EnumType[V] {
	e := &EnumType[V]{name: name, values: map[string]V{}}
	for _, v := range values {
		if e.text(v.Value) == nil {
			e.texts = append(e.texts, enumText[V]{v.Value, jsontext.AppendString(nil, v.Name)})
		}
		e.values[v.Name] = v.Value
	}
	return e
}

// text is the name of v as JSON, nil where v is none of the enum's values. There are few: looking at each is faster than a
// map.
func (e *EnumType[V]) text(v V) []byte {
	for i := range e.texts {
		if e.texts[i].value == v {
			return e.texts[i].text
		}
	}
	return nil
}

// Append is Put for Plain.
func (e *EnumType[V]) Append(b []byte, v V) ([]byte, bool) {
	text := e.text(v)
	return append(b, text...), text != nil
}

// Put writes the name of v, and fails where v is none of the enum's values.
func (e *EnumType[V]) Put(w *Writer, v V) bool {
	text := e.text(v)
	if text == nil {
		return w.Fail(fmt.Errorf("%v is not a value of %s", v, e.name))
	}
	w.b = append(w.b, text...)
	return true
}

// Get decodes the name of an enum's value.
func (e *EnumType[V]) Get(_ context.Context, v any) (V, error) {
	var none V
	if v == nil {
		return none, errNull
	}
	if name, ok := v.(string); ok {
		if value, known := e.values[name]; known {
			return value, nil
		}
	}
	return none, fmt.Errorf("%v is not a valid %s", v, e.name)
}

// Named holds an enum that writes itself to its names: what put writes must be one of them, else the value is an error.
func Named[V any](put Put[V], enum string, names ...string) Put[V] {
	texts := make(map[string]bool, len(names))
	for _, name := range names {
		texts[string(jsontext.AppendString(nil, name))] = true
	}
	return func(w *Writer, v V) bool {
		mark := len(w.b)
		if !put(w, v) {
			return false
		}
		text := w.b[mark:]
		if texts[string(text)] {
			return true
		}
		w.b = w.b[:mark]
		return w.Fail(fmt.Errorf("%s is not a value of %s", text, enum))
	}
}
