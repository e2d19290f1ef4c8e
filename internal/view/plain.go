package view

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// JSON is a value of any form, already encoded.
type JSON json.RawMessage

// AppendGQL appends the value; none is null.
func (j JSON) AppendGQL(b []byte) []byte {
	if len(j) == 0 {
		return append(b, "null"...)
	}
	return append(b, j...)
}

// MarshalGQL writes the value.
func (j JSON) MarshalGQL(w io.Writer) { _, _ = w.Write(j.AppendGQL(nil)) }

// UnmarshalGQL reads any value.
func (j *JSON) UnmarshalGQL(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("this is no JSON: %w", err)
	}
	*j = text
	return nil
}

// instantForm is how the graph writes an instant: UTC in milliseconds.
const instantForm = "2006-01-02T15:04:05.000Z"

// Plain writes a view, or a list of views, as one value: the names are those of the
// graph, enums are in upper case, people and the catalogue are named by their ids,
// and files by their names.
func Plain(v any) JSON { return appendPlain(nil, reflect.ValueOf(v)) }

// named is what has an id in the graph.
type named interface{ GlobalID() GlobalID }

func appendPlain(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Invalid:
		return append(b, "null"...)
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return appendReference(b, v)
	case reflect.Slice:
		return appendList(b, v)
	case reflect.String:
		text := v.String()
		if path := v.Type().PkgPath(); strings.HasSuffix(path, "/lifecycle") || strings.HasSuffix(path, "/actor") {
			text = strings.ToUpper(text)
		}
		return appendScalar(b, text)
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			return appendScalar(b, at.UTC().Format(instantForm))
		}
		return appendObject(b, v)
	}
	return appendScalar(b, v.Interface())
}

func appendScalar(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts, numbers and booleans always encode
	}
	return append(b, text...)
}

func appendList(b []byte, v reflect.Value) []byte {
	if raw, ok := v.Interface().(JSON); ok {
		return raw.AppendGQL(b)
	}
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendPlain(b, v.Index(i))
	}
	return append(b, ']')
}

// appendReference appends what a pointer leads to: of what has a life of its own the
// id alone.
func appendReference(b []byte, v reflect.Value) []byte {
	switch at := v.Interface().(type) {
	case *File:
		return appendScalar(b, at.Name)
	case *Institution, *Partner, *Person, *SubService, *PaymentMethod, *Promotion:
		return at.(named).GlobalID().AppendGQL(b)
	case named:
		b = append(b, `{"id":`...)
		b = at.GlobalID().AppendGQL(b)
		return append(append(b, ','), appendObject(nil, v.Elem())[1:]...)
	}
	return appendPlain(b, v.Elem())
}

// appendObject appends the fields of a view, the number as databaseId.
func appendObject(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	first := true
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous || !f.IsExported() {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		name := graphName(f.Name)
		if name == "id" {
			name = "databaseId"
		}
		b = append(appendScalar(b, name), ':')
		b = appendPlain(b, v.Field(i))
	}
	return append(b, '}')
}
