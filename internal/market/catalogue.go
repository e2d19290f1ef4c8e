package market

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"

	"entgo.io/ent/dialect/sql"
)

// The catalogue is what contracts are made from and what the back office keeps:
// prices, promotions, templates, criteria, ways to pay, settings. A contract copies
// what it needs when its price is frozen; what it goes on reading by reference
// (what a promotion gives, what a template asks for, the name of a criterion) is
// fixed once it is made. So no change here reaches a contract that is there.

// record is what every record of the catalogue has: the places of its id, of the
// version that a change compares and raises, and of its stamps.
type record struct {
	id, version         *int64
	createdAt, changeAt *time.Time
}

// noun is how the records of one table are changed; R is a row of ent.
type noun[R any] struct {
	name lifecycle.CatalogueNoun
	of   func(*R) record
	// find reads the row with that id, for this transaction alone.
	find func(ctx context.Context, tx *ent.Tx, id int64) (*R, error)
	// room holds what the rule about other rows is about, before the row itself is
	// read; nil where there is no such rule.
	room func(ctx context.Context, tx *ent.Tx) error
	// rule is what other rows have to say, once the input alone is right; before is
	// nil for a new row.
	rule func(ctx context.Context, tx *ent.Tx, before, next *R) error
	// refers notes what a row refers to that is not there, beside whatever else is wrong
	// with the input; nil where it refers to nothing.
	refers func(ctx context.Context, on *ent.Client, bad *fault.Fields, next *R) error
	// insert writes a new row and gives its id.
	insert func(ctx context.Context, tx *ent.Tx, next *R) (int64, error)
	// update writes a row where the version is still the one given, and tells how many
	// rows that were.
	update func(ctx context.Context, tx *ent.Tx, next *R, version int64) (int, error)
	// beside is what belongs to a record and stands in other tables, by the names that
	// changes tell it under; nil for nothing.
	beside func(*R) map[string]any
}

// edit makes the changes of an input in a row, and notes what is wrong with the row
// as it is then.
type edit[R any] func(bad *fault.Fields, next *R)

// create makes a record.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID; DUPLICATE.
func (n *noun[R]) create(ctx context.Context, a *App, fill edit[R]) (*R, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*R, error) { return n.doCreate(ctx, a, fill) }, n.again(a))
}

// again reads a record for the answer of a repeat.
func (n *noun[R]) again(a *App) func(context.Context, memory) (*R, error) {
	return func(ctx context.Context, m memory) (r *R, err error) {
		err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			r, err = n.find(ctx, tx, m.id)
			return err
		})
		return there(r, err)
	}
}

// keep keeps the memory of a change of one record.
func (n *noun[R]) keep(ctx context.Context, tx *ent.Tx, r *R) error {
	return memory{}.keep(ctx, tx, string(n.name), *n.of(r).id)
}

func (n *noun[R]) doCreate(ctx context.Context, a *App, fill edit[R]) (*R, error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	var made *R
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		made = new(R)
		var bad fault.Fields
		fill(&bad, made)
		if err := n.right(ctx, tx.Client(), &bad, made); err != nil {
			return err
		}
		if err := n.add(ctx, tx, who, now, made); err != nil {
			return err
		}
		return n.keep(ctx, tx, made)
	})
	return made, err
}

// right tells all that is wrong with a row: what was noted, and what it refers to.
func (n *noun[R]) right(ctx context.Context, on *ent.Client, bad *fault.Fields, next *R) error {
	if n.refers != nil {
		var missing fault.Fields
		if err := n.refers(ctx, on, &missing, next); err != nil {
			return err
		}
		bad.TakeOther(missing.Err(fault.InputInvalid)) // an id that could not be read is named already
	}
	return bad.Err(fault.InputInvalid)
}

// add writes a new row whose fields are right.
func (n *noun[R]) add(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, next *R) error {
	r := n.of(next)
	*r.version, *r.createdAt, *r.changeAt = 1, now, now
	if n.room != nil {
		if err := n.room(ctx, tx); err != nil {
			return err
		}
	}
	if n.rule != nil {
		if err := n.rule(ctx, tx, nil, next); err != nil {
			return err
		}
	}
	id, err := n.insert(ctx, tx, next)
	if err != nil {
		return err
	}
	*r.id = id
	return n.tell(ctx, tx, who, now, nil, next)
}

// amend changes a record that the caller has read in that version. What changes
// nothing writes nothing.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID;
// DUPLICATE; STALE.
func (n *noun[R]) amend(ctx context.Context, a *App, id, version int64, change edit[R]) (*R, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*R, error) { return n.doAmend(ctx, a, id, version, change) }, n.again(a))
}

func (n *noun[R]) doAmend(ctx context.Context, a *App, id, version int64, change edit[R]) (*R, error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	var next *R
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if n.room != nil {
			if err := n.room(ctx, tx); err != nil {
				return err
			}
		}
		before, err := n.find(ctx, tx, id)
		if ent.IsNotFound(err) {
			return fault.New(fault.RecordNotFound, "")
		}
		if err != nil {
			return err
		}
		copied := *before
		next = &copied
		var bad fault.Fields
		change(&bad, next)
		if err := n.right(ctx, tx.Client(), &bad, next); err != nil {
			return err
		}
		if *n.of(before).version != version {
			return fault.New(fault.Stale, "")
		}
		if err := n.save(ctx, tx, who, now, before, next); err != nil {
			return err
		}
		return n.keep(ctx, tx, next)
	})
	return next, err
}

// save writes a row that was changed.
//
// Faults: those of the rule; STALE.
func (n *noun[R]) save(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, before, next *R) error {
	if len(n.differences(before, next)) == 0 {
		return nil
	}
	if n.rule != nil {
		if err := n.rule(ctx, tx, before, next); err != nil {
			return err
		}
	}
	r := n.of(next)
	*r.version, *r.changeAt = *r.version+1, now
	changed, err := n.update(ctx, tx, next, *r.version-1)
	if err == nil && changed != 1 {
		err = fault.New(fault.Stale, "")
	}
	if err != nil {
		return err
	}
	return n.tell(ctx, tx, who, now, before, next)
}

// tell writes down who changed what; before is nil for a new row.
func (n *noun[R]) tell(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, before, next *R) error {
	r := n.of(next)
	return tx.CatalogueChange.Create().SetNoun(n.name).SetRecordID(*r.id).SetRecordVersion(*r.version).
		SetActorID(who.UserID).SetChanges(n.differences(before, next).JSON()).SetAt(now).Exec(ctx)
}

// untold are the columns that no change tells of: they follow from the change, or are
// other names of the record.
var untold = map[string]bool{"id": true, "public_id": true, "uuid": true, "version": true, "created_at": true, "updated_at": true, "edges": true}

// differences is differences of the rows, and of what is beside them.
func (n *noun[R]) differences(before, next *R) changes {
	told := differences(before, next)
	if n.beside == nil {
		return told
	}
	was := map[string]any{}
	if before != nil {
		was = n.beside(before)
	}
	for name, to := range n.beside(next) {
		c := changelog.Change{From: valueText(reflect.ValueOf(new(was[name]))), To: valueText(reflect.ValueOf(to))}
		if string(c.From) != string(c.To) {
			told[name] = c
		}
	}
	return told
}

// differences tells what differs between two rows of ent, by their columns; a row
// that was not there has null in all of them.
func differences[R any](before, next *R) changes {
	told, to := changes{}, reflect.ValueOf(next).Elem()
	for i := range to.NumField() {
		f := to.Type().Field(i)
		column, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || f.Anonymous || column == "" || column == "-" || untold[column] {
			continue
		}
		c := changelog.Change{From: json.RawMessage("null"), To: valueText(to.Field(i))}
		if before != nil {
			c.From = valueText(reflect.ValueOf(before).Elem().Field(i))
		}
		if string(c.From) != string(c.To) {
			told[column] = c
		}
	}
	return told
}

func valueText(v reflect.Value) json.RawMessage {
	text, err := json.Marshal(v.Interface())
	if err != nil {
		panic(err) // columns are texts, numbers and JSON
	}
	return text
}

// duplicate is the fault of a field whose value another record has.
func duplicate(field, format string, args ...any) error {
	var bad fault.Fields
	bad.Add(field, format, args...)
	return bad.Err(fault.Duplicate)
}

// freeCode fails when a record with the code is there already.
//
// Faults: DUPLICATE.
func freeCode(taken bool, err error) error {
	if err != nil || !taken {
		return err
	}
	return duplicate("code", "is taken: every code stands for one record, in use or not")
}

// roomFor fails when as many are in use as there may be.
//
// Faults: INVALID.
func roomFor(most int, what string, inUse int, err error) error {
	if err != nil || inUse < most {
		return err
	}
	var bad fault.Fields
	bad.Add("active", "cannot be true: %d %s are in use, and %d may be: switch one off first", inUse, what, most)
	return bad.Err(fault.InputInvalid)
}

// whereActive keeps the records that are in use, or those that are not; all of them
// for nil.
func whereActive(active *bool) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if active != nil {
			s.Where(sql.EQ(s.C("active"), *active))
		}
	}
}

// seen makes the view of what a change gave.
func seen[R, V any](a *App, see func(*App, *R) *V) func(*R, error) (*V, error) {
	return func(r *R, err error) (*V, error) {
		if err != nil {
			return nil, err
		}
		return see(a, r), nil
	}
}
