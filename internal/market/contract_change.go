package market

import (
	stdsql "database/sql"
	"fmt"
	"reflect"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/internal/changelog"
	"kontrak/internal/store"
)

// changes are the fields that a change of a contract changed, as its history
// keeps them.
type changes = changelog.Changes

// unrecorded are the columns that no history row tells of: they follow from the
// row itself.
var unrecorded = map[string]bool{contract.FieldVersion: true, contract.FieldUpdatedAt: true}

// mutation is what an update of ent is about to change.
type mutation interface {
	Fields() []string
	ClearedFields() []string
	Field(name string) (ent.Value, bool)
}

// changesOf tells what an update changes in the columns of a row.
func changesOf[R any](m mutation, r *R, columns []columnOf[R], prefix string) changes {
	told := changes{}
	tell := func(name string, to any) {
		if unrecorded[name] {
			return
		}
		for _, c := range columns {
			if c.name != name {
				continue
			}
			from, to := changelog.Text(c.at(r)), changelog.Text(to)
			if string(from) != string(to) {
				told[prefix+name] = changelog.Change{From: from, To: to}
			}
		}
	}
	for _, name := range m.Fields() {
		if to, set := m.Field(name); set {
			tell(name, to)
		}
	}
	for _, name := range m.ClearedFields() {
		tell(name, nil)
	}
	return told
}

// after gives the contract as it is once the move is made, without making it.
// What hangs on the contract stays as it was read.
//
// Faults: WRONG_STATE.
func (m *move) after(on *ent.ContractClient, r *contractRow) (*contractRow, error) {
	update, _, err := m.update(on, r)
	if err != nil {
		return nil, err
	}
	next, err := applied(update.Mutation(), r, contractColumns)
	if err == nil {
		next.version++
	}
	return next, err
}

// applied gives a row as it is once an update is made, without making it, but for
// its version.
func applied[R any](changed mutation, r *R, columns []columnOf[R]) (*R, error) {
	next := *r
	for _, c := range columns {
		to, set := changed.Field(c.name)
		switch {
		case c.name == contract.FieldVersion:
			continue
		case slices.Contains(changed.ClearedFields(), c.name):
			to = nil
		case !set:
			continue
		}
		if err := setColumn(c.at(&next), to); err != nil {
			return nil, fmt.Errorf("market: %s: %w", c.name, err)
		}
	}
	return &next, nil
}

// setColumn puts a value where a row keeps it, as it is read back when it was
// stored; nil is no value.
func setColumn(at, to any) error {
	if instant, ok := to.(time.Time); ok {
		to = store.Instant(instant)
	}
	if at, ok := at.(stdsql.Scanner); ok {
		return at.Scan(to)
	}
	place, value := reflect.ValueOf(at).Elem(), reflect.ValueOf(to)
	if !value.IsValid() || !value.Type().AssignableTo(place.Type()) {
		return fmt.Errorf("a %s cannot hold %T", place.Type(), to)
	}
	place.Set(value)
	return nil
}
