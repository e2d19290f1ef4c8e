// Package changelog is how the history of a contract keeps what changed: the columns
// of the contract by their names, those of its payment with "payment." before
// them, and each list that hangs on it whole, as one document. Whoever writes the
// history writes it so, and whoever plays it back reads it so. Played back from
// the first row on, the changes give every version of a contract.
package changelog

import (
	"bytes"
	stdsql "database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// The names of what hangs on a contract. The first five are lists; the others are
// documents, or null while there is none.
const (
	Schedules       = "schedules"
	ContactPersons  = "contact_persons"
	PricingItems    = "pricing_items"
	Assignments     = "assignments"
	TimeAdjustments = "time_adjustments"
	Inspection      = "inspection"
	Conclusion      = "conclusion"
	Review          = "review"
)

// PaymentPrefix stands before the columns of the payment.
const PaymentPrefix = "payment."

// Changes are what one change of a contract changed, by name.
type Changes map[string]Change

// Change is a value before and after. A row that was not there yet has null for
// every column; in a list that is empty there is nothing.
type Change struct {
	From json.RawMessage `json:"from"`
	To   json.RawMessage `json:"to"`
}

// JSON gives the changes as a history row holds them.
func (c Changes) JSON() json.RawMessage {
	raw, _ := json.Marshal(c) // valid JSON always encodes
	return raw
}

// Add takes further changes in, which came after these: what was changed twice went
// from the first value to the last.
func (c Changes) Add(more Changes) {
	for name, change := range more {
		if before, twice := c[name]; twice {
			change.From = before.From
		}
		c.tell(name, change.From, change.To)
	}
}

// tell notes a change, unless there is none.
func (c Changes) tell(name string, from, to json.RawMessage) {
	if bytes.Equal(from, to) {
		delete(c, name)
		return
	}
	c[name] = Change{From: from, To: to}
}

// Of gives the change of one document.
func Of(name string, from, to json.RawMessage) Changes {
	c := Changes{}
	c.tell(name, from, to)
	return c
}

// State is what a history tells of a contract up to one of its rows: the last value
// of each name. What it does not name is empty.
type State map[string]json.RawMessage

// Play brings the state to the row with these changes.
func (s State) Play(changes []byte) error {
	var told Changes
	if err := json.Unmarshal(changes, &told); err != nil {
		return fmt.Errorf("changelog: changes: %w", err)
	}
	for name, change := range told {
		s[name] = change.To
	}
	return nil
}

var null = json.RawMessage("null")

// instantForm is how an instant stands in JSON: UTC in milliseconds.
const instantForm = "2006-01-02T15:04:05.000Z"

// Text gives the value of a column as JSON: instants in UTC to the millisecond,
// what is not there as null, and a list that is not there as an empty one.
func Text(v any) json.RawMessage {
	switch v := v.(type) {
	case *[]byte:
		return compact(*v, "[]")
	case json.RawMessage:
		return compact(v, "null")
	case []string:
		if v == nil {
			return json.RawMessage("[]")
		}
	case time.Time:
		return json.RawMessage(`"` + v.UTC().Format(instantForm) + `"`)
	case *time.Time:
		if v == nil {
			return null
		}
		return Text(*v)
	case *stdsql.Null[time.Time]:
		if !v.Valid {
			return null
		}
		return Text(v.V)
	case driver.Valuer:
		if value, _ := v.Value(); value != nil {
			return Text(value)
		}
		return null
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // columns are texts, numbers and lists of texts
	}
	return text
}

// compact takes the spaces out that PostgreSQL puts into what it stores.
func compact(raw []byte, empty string) json.RawMessage {
	var text bytes.Buffer
	if len(raw) == 0 || json.Compact(&text, raw) != nil {
		return json.RawMessage(empty)
	}
	return text.Bytes()
}

// Set puts a value that Text has written where a row keeps it. at is a pointer to
// the column's value; null makes it empty.
func Set(at any, text json.RawMessage) error {
	if images, ok := at.(*[]byte); ok {
		*images = bytes.Clone(text)
		return nil
	}
	place := reflect.ValueOf(at).Elem()
	if bytes.Equal(text, null) {
		place.SetZero()
		return nil
	}
	if _, ok := at.(stdsql.Scanner); !ok {
		return json.Unmarshal(text, at)
	}
	if err := json.Unmarshal(text, place.FieldByName("V").Addr().Interface()); err != nil {
		return err
	}
	place.FieldByName("Valid").SetBool(true)
	return nil
}
