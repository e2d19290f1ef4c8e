// Package scalar writes and reads types of other packages.
package scalar

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"kontrak/internal/gql/graphql"
	"kontrak/shop/view"
)

func MarshalDay(d view.Day) graphql.Marshaler {
	if d == (view.Day{}) {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) { fmt.Fprintf(w, "\"%04d-%02d-%02d\"", d.Year, d.Month, d.Day) })
}

func UnmarshalDay(v any) (view.Day, error) {
	s, ok := v.(string)
	if !ok {
		return view.Day{}, fmt.Errorf("a day is text, not %T", v)
	}
	t, err := time.Parse("2006-01-02", s)
	return view.Day{Year: t.Year(), Month: int(t.Month()), Day: t.Day()}, err
}

func MarshalZone(z *time.Location) graphql.ContextMarshaler {
	return graphql.ContextWriterFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, strconv.Quote(z.String()))
		return err
	})
}

func UnmarshalZone(_ context.Context, v any) (*time.Location, error) {
	return time.LoadLocation(fmt.Sprint(v))
}
