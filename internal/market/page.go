package market

import (
	"context"
	stdsql "database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// MaxPage is the largest page of every list (design, section 2).
const MaxPage = 100

// DefaultPage is the size of a page when none is asked for.
const DefaultPage = 20

// Page says which part of a list is wanted: by position (graph) or by number
// (REST).
type Page struct {
	size     int
	offset   int
	after    string
	before   string
	backward bool
	total    bool
}

// NumberedPage is the page of that number, from 1, with its total.
func NumberedPage(number, size int) Page {
	return Page{size: size, offset: (number - 1) * size, total: true}
}

// FirstPage is the first so many rows, which are not counted.
func FirstPage(size int) Page { return Page{size: size} }

// OffsetPage is the page after so many rows, with its total.
func OffsetPage(offset, size int) Page {
	return Page{size: size, offset: offset, total: true}
}

// Connection is what a connection of the graph is asked for.
type Connection struct {
	First, Last   *int32
	After, Before *string
	// Total says that totalCount is selected.
	Total bool
}

// Page gives the page that the arguments of a connection ask for.
//
// Faults: INVALID for a size outside 1 to 100, or for first and last together.
func (c Connection) Page() (Page, error) {
	var bad fault.Fields
	p := Page{size: DefaultPage, total: c.Total}
	size := func(name string, n *int32) {
		if n == nil {
			return
		}
		bad.Check(*n >= 1 && *n <= MaxPage, name, "must be between 1 and %d", MaxPage)
		p.size = int(*n)
	}
	size("first", c.First)
	size("last", c.Last)
	bad.Check(c.First == nil || c.Last == nil, "last", "cannot be combined with first")
	p.backward = c.Last != nil
	position := func(name string, cursor *string) string {
		if cursor == nil {
			return ""
		}
		bad.Check(*cursor != "", name, "is not a cursor of this list in this order")
		return *cursor
	}
	p.after, p.before = position("after", c.After), position("before", c.Before)
	return p, bad.Err(fault.InputInvalid)
}

// order is how a list is sorted: by a key, then by id in the same direction. Every
// cursor names its order, so that it cannot be used with another.
type order struct {
	name string
	// nullable says that the key may be null; such rows come last in both directions.
	nullable bool
	key      func(*sql.Selector) string
	id       func(*sql.Selector) string
	desc     bool
	// arg makes the cursor's key into an argument of the statement.
	arg func(json.RawMessage) (any, error)
}

// instantKey reads an instant, which cursors hold in milliseconds.
func instantKey(raw json.RawMessage) (any, error) {
	var ms int64
	err := json.Unmarshal(raw, &ms)
	at := time.UnixMilli(ms).UTC()
	if err == nil && !storable(at) {
		err = errors.New("market: no instant that a row can hold")
	}
	return at, err
}

// storable tells whether both databases keep the instant in its order: PostgreSQL
// refuses those far away, and SQLite's texts are in order for years of four digits.
func storable(at time.Time) bool {
	year := at.UTC().Year()
	return !at.IsZero() && year >= 1 && year <= 9999
}

// numberKey reads an amount.
func numberKey(raw json.RawMessage) (any, error) {
	var n int64
	err := json.Unmarshal(raw, &n)
	return n, err
}

// textKey reads a text.
func textKey(raw json.RawMessage) (any, error) {
	var text string
	err := json.Unmarshal(raw, &text)
	if err == nil && !store.Storable(text) {
		err = errors.New("market: no text that a row can hold")
	}
	return text, err
}

// cursor writes the position of a row: a key that is an instant, a number, a text
// or nothing.
func (o order) cursor(key any, id int64) string {
	if at, ok := key.(time.Time); ok {
		key = at.UnixMilli()
	}
	raw, _ := json.Marshal([]any{o.name, key, id}) // a string and two numbers always encode
	return base64.RawURLEncoding.EncodeToString(raw)
}

// position reads a cursor.
//
// Faults: INVALID for anything that cursor did not write for this order.
func (o order) position(field, cursor string) (key any, id int64, err error) {
	var parts [3]json.RawMessage
	var name string
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(raw, &parts)
	}
	if err == nil {
		err = json.Unmarshal(parts[0], &name)
	}
	if err == nil {
		err = json.Unmarshal(parts[2], &id)
	}
	switch {
	case err != nil, o.nullable && string(parts[1]) == "null":
	default:
		key, err = o.arg(parts[1])
	}
	// Whatever was not written here is refused, though it might be understood.
	if err != nil || name != o.name || o.cursor(key, id) != cursor {
		var bad fault.Fields
		bad.Add(field, "is not a cursor of this list in this order")
		return nil, 0, bad.Err(fault.InputInvalid)
	}
	return key, id, nil
}

// apply sorts and cuts a selection for the page. It takes one row more than the
// page holds, which tells whether there is a next one.
func (p Page) apply(s *sql.Selector, o order) error {
	for _, bound := range []struct {
		field, cursor string
		desc          bool
	}{{"after", p.after, o.desc}, {"before", p.before, !o.desc}} {
		if bound.cursor == "" {
			continue
		}
		key, id, err := o.position(bound.field, bound.cursor)
		if err != nil {
			return err
		}
		if o.nullable {
			s.Where(o.beyondNulls(s, key, id, bound.desc, bound.field == "before"))
			continue
		}
		s.Where(beyond(o.key(s), o.id(s), key, id, bound.desc))
	}
	p.sort(s, o)
	s.Limit(p.size + 1)
	if p.offset > 0 {
		s.Offset(p.offset)
	}
	return nil
}

// sort sorts a selection as the page wants it: a backward one from the end.
func (p Page) sort(s *sql.Selector, o order) {
	way, nulls := " ASC", ""
	if o.desc != p.backward {
		way = " DESC"
	}
	switch {
	case o.nullable && p.backward:
		nulls = " NULLS FIRST"
	case o.nullable:
		nulls = " NULLS LAST"
	}
	s.OrderExpr(sql.Expr(o.key(s)+way+nulls), sql.Expr(o.id(s)+way))
}

// beyond is the predicate that a row comes after a position.
func beyond(keyColumn, idColumn string, key any, id int64, desc bool) *sql.Predicate {
	op := " > "
	if desc {
		op = " < "
	}
	return sql.P(func(b *sql.Builder) {
		b.WriteString("(" + keyColumn + op).Arg(key).
			WriteString(" OR (" + keyColumn + " = ").Arg(key).
			WriteString(" AND " + idColumn + op).Arg(id).WriteString("))")
	})
}

// beyondNulls is beyond for a key that may be null: rows without one stand at the
// end of the list, so that they come after every key and before none.
func (o order) beyondNulls(s *sql.Selector, key any, id int64, desc, before bool) *sql.Predicate {
	column := o.key(s)
	null, there := sql.ExprP(column+" IS NULL"), sql.ExprP(column+" IS NOT NULL")
	switch {
	case key != nil && before:
		return beyond(column, o.id(s), key, id, desc)
	case key != nil:
		return sql.Or(beyond(column, o.id(s), key, id, desc), null)
	}
	op := " > "
	if desc {
		op = " < "
	}
	among := sql.And(null, sql.P(func(b *sql.Builder) { b.WriteString(o.id(s) + op).Arg(id) }))
	if before {
		return sql.Or(there, among)
	}
	return among
}

// cut takes the extra row away and puts a backward page into the list's order.
func cut[R any](p Page, rows []*R) (page []*R, hasPrevious, hasNext bool) {
	more := len(rows) > p.size
	if more {
		rows = rows[:p.size]
	}
	if p.backward {
		slices.Reverse(rows)
		return rows, more, p.before != ""
	}
	return rows, p.after != "" || p.offset > 0, more
}

// asPage makes a page of views from the rows that a page's selection found.
func asPage[R, V any](p Page, o order, rows []*R, total *int64, position func(*R) (any, int64), see func([]*R) ([]*V, error)) (*view.Page[V], error) {
	rows, hasPrevious, hasNext := cut(p, rows)
	items, err := see(rows)
	if err != nil {
		return nil, err
	}
	page := &view.Page[V]{Items: items, Total: total, HasNext: hasNext, HasPrevious: hasPrevious}
	page.Cursors = make([]string, len(rows))
	for i, r := range rows {
		key, id := position(r)
		page.Cursors[i] = o.cursor(key, id)
	}
	return page, nil
}

// reader runs a statement: a client in a snapshot, or a transaction.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*stdsql.Rows, error)
}
