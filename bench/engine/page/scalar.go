package page

import (
	"errors"
	"io"
	"strconv"
	"time"

	"kontrak/internal/view"
)

var errOutputOnly = errors.New("this scalar is only ever written")

// GlobalID is an opaque id: a type's name and a number, encoded.
type GlobalID = view.GlobalID

// Int64 is a whole number of 64 bits.
type Int64 int64

// AppendGQL appends the number.
func (i Int64) AppendGQL(b []byte) []byte { return strconv.AppendInt(b, int64(i), 10) }

// MarshalGQL writes the number.
func (i Int64) MarshalGQL(w io.Writer) { _, _ = w.Write(i.AppendGQL(nil)) }

// UnmarshalGQL fails.
func (i *Int64) UnmarshalGQL(any) error { return errOutputOnly }

// ImplementsGraphQLType tells the other engine which scalar this is.
func (Int64) ImplementsGraphQLType(name string) bool { return name == "Int64" }

// UnmarshalGraphQL fails.
func (i *Int64) UnmarshalGraphQL(any) error { return errOutputOnly }

// Time is an instant. It writes itself as JSON as time.Time does.
type Time struct{ time.Time }

// AppendGQL appends the instant.
func (t Time) AppendGQL(b []byte) []byte {
	return append(t.AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
}

// MarshalGQL writes the instant.
func (t Time) MarshalGQL(w io.Writer) { _, _ = w.Write(t.AppendGQL(nil)) }

// UnmarshalGQL fails.
func (t *Time) UnmarshalGQL(any) error { return errOutputOnly }

// ImplementsGraphQLType tells the other engine which scalar this is.
func (Time) ImplementsGraphQLType(name string) bool { return name == "Time" }

// UnmarshalGraphQL fails.
func (t *Time) UnmarshalGraphQL(any) error { return errOutputOnly }
