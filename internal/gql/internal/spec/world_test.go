package spec_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

// thing is an object of any type of the schema. Cases write it as JSON, with the schema's names.
type thing struct {
	// Is is the name of the type where the schema leaves a choice.
	Is string
	// Errs are the errors of resolvers, by field; Panics are what they panic with.
	Errs, Panics map[string]string

	String  *string
	Int     *int64
	Float   *number
	Boolean *bool
	ID      *string
	Color   *string
	Even    *int
	Any     any

	Ints0, Ints1, Ints2, Ints3     []*int64
	Evens0, Evens1, Evens2, Evens3 []*int
	Colors0                        []*string
	Grid0, Grid2, Grid3            [][]*int64
	EvenGrid2                      [][]*int

	Box                            *thing
	Boxes0, Boxes1, Boxes2, Boxes3 []*thing
	Shelf0, Shelf2, Shelf3         [][]*thing

	Node, Named, Pet, Animal, Found *thing
	Nodes, Pets0, Pets2             []*thing
	Packs0, Packs2                  [][]*thing

	Name, Nick, Size *string
	Friend           *thing
	Barks            *bool
	Lives            *int64
	Weight           *number
}

// number is a float that JSON may not have.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"NaN"`:
		*n = number(math.NaN())
	case `"Infinity"`:
		*n = number(math.Inf(1))
	default:
		return json.Unmarshal(b, (*float64)(n))
	}
	return nil
}

// world reads what a case says of its data.
func world(t testing.TB, text string) *thing {
	t.Helper()
	root := &thing{}
	if text == "" {
		return root
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(root); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return root
}

// asked is what a resolver of the field gives beside its value.
func (o *thing) asked(field string) error {
	if o == nil {
		return nil
	}
	if p, ok := o.Panics[field]; ok {
		panic(p)
	}
	if e, ok := o.Errs[field]; ok {
		return errors.New(e)
	}
	return nil
}

type rootKey struct{}

// request is what the resolvers of one request share.
type request struct {
	root  *thing
	total int
	// log is what happened, in order.
	log []string
	// events is the source of a subscription.
	events *source
	// inside, where it is set, is called in each resolver of an object's field.
	inside func(ctx context.Context, field string)
}

func requestOf(ctx context.Context) *request { return ctx.Value(rootKey{}).(*request) }

func (r *request) note(format string, args ...any) {
	r.log = append(r.log, fmt.Sprintf(format, args...))
}
