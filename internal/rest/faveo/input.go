package faveo

import (
	"bytes"
	"encoding/json"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/market"
)

// field is one field as it was sent, whatever it came in.
type field struct {
	// texts are its values: texts as they are, numbers as they were written.
	texts []string
	// list tells that it was sent as a list, null that it was sent as none, and odd
	// that it holds what no field is: an object, true or false.
	list, null, odd bool
	sent            bool
}

func (f field) empty() bool { return !f.odd && strings.Join(f.texts, "") == "" }

// input are the fields of a request. Reading one notes what is wrong with it, so that
// all bad fields are answered at once.
type input struct {
	fields map[string]field
	bad    fault.Fields
}

// takeForm takes the fields of a form; a name with brackets is a list.
func (in *input) takeForm(values url.Values) {
	q := ungrouped(values)
	for name, texts := range q.values {
		in.fields[name] = field{texts: texts, list: q.lists[name], sent: true}
	}
	for name := range q.odd {
		in.fields[name] = field{odd: true, sent: true}
	}
}

// takeQuery takes fields that stand in the query, where the documentation puts them;
// a body has the last word.
func (in *input) takeQuery(q *query) {
	for name, texts := range q.values {
		f := field{list: q.lists[name], sent: true}
		for _, text := range texts {
			if !none(text) {
				f.texts = append(f.texts, text)
			}
		}
		if len(f.texts) > 0 {
			in.fields[name] = f
		}
	}
}

// fieldOf reads a field of a JSON object.
func fieldOf(raw json.RawMessage) field {
	f := field{sent: true, null: bytes.Equal(raw, []byte("null"))}
	values := []json.RawMessage{raw}
	if raw[0] == '[' {
		f.list, values = true, nil
		_ = json.Unmarshal(raw, &values) // the whole body was read already
	}
	for _, value := range values {
		var text string
		switch c := value[0]; {
		case f.null:
		case c == '"':
			_ = json.Unmarshal(value, &text) // as above
			f.texts = append(f.texts, text)
		case c == '-' || c >= '0' && c <= '9':
			f.texts = append(f.texts, string(value))
		default:
			f.odd = true
		}
	}
	return f
}

// one gives the value of a field that has one. An empty one clears the field, as null
// does.
func (in *input) one(name string) (text string, sent bool) {
	f := in.fields[name]
	if f.odd || f.list {
		in.bad.Add(name, "must be one value")
		return "", false
	}
	if len(f.texts) == 0 {
		return "", f.sent
	}
	return f.texts[len(f.texts)-1], true
}

// optional gives a field: absent, null and a value stay apart. Of a value that read
// does not take, nothing is given.
func optional[T any](in *input, name, must string, read func(string) (T, bool)) market.Optional[T] {
	text, sent := in.one(name)
	switch {
	case !sent:
		return market.Optional[T]{}
	case text == "":
		return market.Null[T]()
	}
	value, ok := read(text)
	if !ok {
		in.bad.Add(name, "%s", must)
		return market.Optional[T]{}
	}
	return market.Some(value)
}

func (in *input) text(name string) market.Optional[string] {
	return optional(in, name, "", func(text string) (string, bool) { return text, true })
}

const mustBeID = "must be the id of a record: a whole number from 1"

func (in *input) id(name string) market.Optional[int64] {
	return optional(in, name, mustBeID, recordID)
}

// recordID reads the id of a record: digits alone.
func recordID(text string) (int64, bool) {
	id, err := strconv.ParseUint(text, 10, 63)
	return int64(id), err == nil && id > 0
}

// cost gives an amount of whole currency units.
func (in *input) cost(name string) market.Optional[int64] {
	return optional(in, name, "must be a whole number from 0", func(text string) (int64, bool) {
		n, err := strconv.ParseUint(text, 10, 63)
		return int64(n), err == nil
	})
}

// count gives a small number.
func (in *input) count(name string) market.Optional[int32] {
	return optional(in, name, "must be a whole number from 0 to "+strconv.Itoa(math.MaxInt32), func(text string) (int32, bool) {
		n, err := strconv.ParseUint(text, 10, 31)
		return int32(n), err == nil
	})
}

// ids gives a list of ids, which in a text may be divided by commas; null clears it.
func (in *input) ids(name string) market.Optional[[]int64] {
	f := in.fields[name]
	if !f.sent {
		return market.Optional[[]int64]{}
	}
	in.bad.Check(!f.odd, name, "must be a list of ids")
	ids := []int64{}
	for _, text := range f.texts {
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part == "" {
				continue // how forms say an empty list
			}
			id, ok := recordID(part)
			if !ok {
				in.bad.Add(name, "must be ids of records: whole numbers from 1")
				return market.Optional[[]int64]{}
			}
			ids = append(ids, id)
		}
	}
	return market.Some(ids)
}

// alias gives a field that was sent under its other name the one that is read.
func (in *input) alias(name, other string) {
	if f := in.fields[other]; f.sent && !in.fields[name].sent {
		in.fields[name] = f
	}
}

// instant gives an instant in UTC.
func (in *input) instant(name string) market.Optional[time.Time] {
	return optional(in, name, "must be YYYY-MM-DD HH:MM:SS", func(text string) (time.Time, bool) {
		at, ok := instantOf(text)
		if !ok || at == nil {
			return time.Time{}, false
		}
		return *at, true
	})
}

// required notes that a field is missing.
func required[T any](in *input, name string, o market.Optional[T]) {
	f := in.fields[name]
	if !o.Sent() && !f.sent || o.Null() {
		in.bad.Add(name, "is required")
	}
}

// pointer gives the value of a field, or nil.
func pointer[T any](o market.Optional[T]) *T {
	if !o.Sent() || o.Null() {
		return nil
	}
	var none T
	return new(o.Or(none))
}
