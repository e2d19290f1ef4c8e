package graph

import (
	"fmt"

	"kontrak/internal/fault"
	"kontrak/internal/view"
)

// ids reads the opaque ids of an input, and notes every one that is wrong.
type ids struct{ bad fault.Fields }

// one reads the id of an object of the type.
func (r *ids) one(field, typeName, id string) int64 {
	found, n, ok := view.ParseGlobalID(id)
	r.bad.Check(ok && found == typeName, field, "is not the id of a %s", typeName)
	return n
}

// many reads the ids of objects of the type.
func (r *ids) many(field, typeName string, list []string) []int64 {
	numbers := make([]int64, len(list))
	for i, id := range list {
		numbers[i] = r.one(fmt.Sprintf("%s[%d]", field, i), typeName, id)
	}
	return numbers
}

// maybe reads an id that may be left out.
func (r *ids) maybe(field, typeName string, id *string) *int64 {
	if id == nil {
		return nil
	}
	return new(r.one(field, typeName, *id))
}

// err names all ids that are wrong.
func (r *ids) err() error { return r.bad.Err(fault.InputInvalid) }

// single reads the id of a root field.
func single(typeName, id string) (int64, error) {
	var r ids
	n := r.one("id", typeName, id)
	return n, r.err()
}
