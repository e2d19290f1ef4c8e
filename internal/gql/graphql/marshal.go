// Package graphql is what resolvers, servers and generated code touch of the engine. Its names, signatures and meanings
// are those of github.com/99designs/gqlgen/graphql, so that code written against it compiles against either.
package graphql

import (
	"context"
	"io"
)

// Marshaler writes itself as one JSON value.
type Marshaler interface {
	MarshalGQL(w io.Writer)
}

// Unmarshaler reads itself from an input value: nil, bool, int64, float64, string or json.Number, []any, map[string]any.
type Unmarshaler interface {
	UnmarshalGQL(v any) error
}

// ContextMarshaler is a Marshaler that may fail and knows its context.
type ContextMarshaler interface {
	MarshalGQLContext(ctx context.Context, w io.Writer) error
}

// ContextUnmarshaler is an Unmarshaler that knows its context.
type ContextUnmarshaler interface {
	UnmarshalGQLContext(ctx context.Context, v any) error
}

// WriterFunc makes a Marshaler of a function.
type WriterFunc func(writer io.Writer)

// MarshalGQL calls f.
func (f WriterFunc) MarshalGQL(w io.Writer) { f(w) }

// ContextWriterFunc makes a ContextMarshaler of a function.
type ContextWriterFunc func(ctx context.Context, writer io.Writer) error

// MarshalGQLContext calls f.
func (f ContextWriterFunc) MarshalGQLContext(ctx context.Context, w io.Writer) error {
	return f(ctx, w)
}

type boundMarshaler struct {
	ctx context.Context
	ContextMarshaler
}

// WrapContextMarshaler makes a Marshaler of m that adds m's error to ctx and writes null in its place.
func WrapContextMarshaler(ctx context.Context, m ContextMarshaler) Marshaler {
	return boundMarshaler{ctx, m}
}

func (b boundMarshaler) MarshalGQL(w io.Writer) {
	if err := b.MarshalGQLContext(b.ctx, w); err != nil {
		AddError(b.ctx, err)
		Null.MarshalGQL(w)
	}
}

// Array writes its elements as a JSON array.
type Array []Marshaler

// MarshalGQL writes the array.
func (a Array) MarshalGQL(w io.Writer) {
	sep := "["
	for _, m := range a {
		_, _ = io.WriteString(w, sep)
		m.MarshalGQL(w)
		sep = ","
	}
	if len(a) == 0 {
		_, _ = io.WriteString(w, "[")
	}
	_, _ = io.WriteString(w, "]")
}

type lit struct{ b []byte }

func (l lit) MarshalGQL(w io.Writer) { _, _ = w.Write(l.b) }

func (l lit) MarshalGQLContext(_ context.Context, w io.Writer) error {
	_, err := w.Write(l.b)
	return err
}

// The JSON literals. A marshal function that returns Null means the value is null.
var (
	Null  = &lit{[]byte("null")}
	True  = &lit{[]byte("true")}
	False = &lit{[]byte("false")}
)
