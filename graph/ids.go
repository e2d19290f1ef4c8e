package graph

import (
	"context"
	"fmt"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// ids reads the opaque ids of an input, and notes every one that is wrong.
type ids struct{ bad fault.Fields }

// one reads the id of an object of the type; 0 for what is none.
func (r *ids) one(field, typeName, id string) int64 {
	found, n, ok := view.ParseGlobalID(id)
	if !ok || found != typeName {
		r.bad.Add(field, "is not an id of type %s", typeName)
		return 0
	}
	return n
}

// recordOf reads the id of a record for a command whose use-case says, once it knows
// who calls, that it is none of the type.
func recordOf(typeName, id string) int64 {
	if id == "" {
		return 0 // a question about an action may leave it out
	}
	var r ids
	if n := r.one("id", typeName, id); n != 0 {
		return n
	}
	return market.NoRecord
}

// many reads the ids of objects of the type; those that are none are left out.
func (r *ids) many(field, typeName string, list []string) []int64 {
	numbers := make([]int64, 0, len(list))
	for i, id := range list {
		if n := r.one(fmt.Sprintf("%s[%d]", field, i), typeName, id); n != 0 {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// maybe reads an id that may be left out.
func (r *ids) maybe(field, typeName string, id *string) *int64 {
	if id == nil {
		return nil
	}
	if n := r.one(field, typeName, *id); n != 0 {
		return &n
	}
	return nil
}

// err names all ids that are wrong.
func (r *ids) err() error { return r.bad.Err(fault.InputInvalid) }

// signedIn fails for nobody: who calls is asked before what was sent is looked at
// (rulings, "Order of checks").
//
// Faults: UNAUTHENTICATED.
func signedIn(ctx context.Context) error {
	if actor.From(ctx).Anonymous() {
		return fault.New(fault.TokenMissing, "")
	}
	return nil
}

// single reads the id of a root field.
//
// Faults: UNAUTHENTICATED, INVALID.
func single(ctx context.Context, typeName, id string) (int64, error) {
	if err := signedIn(ctx); err != nil {
		return 0, err
	}
	var r ids
	n := r.one("id", typeName, id)
	return n, r.err()
}
