package kit

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/market"
)

// query are the parameters behind the question mark. Reading one notes what is
// wrong with it, so that all bad parameters are answered at once.
type query struct {
	values url.Values
	bad    fault.Fields
}

// text gives a parameter that is searched for as it stands; "" when it is absent.
func (q *query) text(name string) string {
	value := q.values.Get(name)
	if value == "undefined" {
		return ""
	}
	return value
}

// word is text of a parameter that has a form: clients write null for one that is
// absent.
func (q *query) word(name string) string {
	if value := q.text(name); value != "null" {
		return value
	}
	return ""
}

// list gives the items of a list: parted by commas, the parameter repeated, or
// written as name[]. nil when there is not one item.
func (q *query) list(name string) []string {
	var items []string
	for _, value := range slices.Concat(q.values[name], q.values[name+"[]"]) {
		if value == "undefined" {
			continue
		}
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
	}
	return items
}

// ids gives a list of ids.
func (q *query) ids(name string) []int64 {
	var ids []int64
	wrong := false
	for _, item := range q.list(name) {
		id, err := strconv.ParseInt(item, 10, 64)
		wrong = wrong || err != nil && item != "null"
		if err == nil {
			ids = append(ids, id)
		}
	}
	q.bad.Check(!wrong, name, "must be whole numbers, parted by commas")
	return ids
}

// keyForm is what the client's own keys look like (Kit reference, section 3).
var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

const keyRule = "must be letters, digits, - and _, at most 40"

// keys gives a list of customers' own keys.
func (q *query) keys(name string) []string {
	keys := q.list(name)
	q.bad.Check(!slices.ContainsFunc(keys, func(key string) bool { return !keyForm.MatchString(key) }), name, "%s", keyRule)
	return keys
}

// oneOf gives a parameter that is one of the words, or nil.
func oneOf[W ~string](q *query, name string, words ...W) *W {
	value := W(q.word(name))
	if value == "" {
		return nil
	}
	if !slices.Contains(words, value) {
		q.bad.Add(name, "must be one of %s", strings.Trim(fmt.Sprint(words), "[]"))
		return nil
	}
	return &value
}

// span gives the range between two parameters, both included to the millisecond. A
// bare day is its first millisecond after which something may be, and its last one
// before which.
func (q *query) span(after, before string) market.InstantRange {
	var span market.InstantRange
	if at, _, ok := q.moment(after); ok {
		if cut := at.Truncate(time.Millisecond); cut.Before(at) {
			at = cut.Add(time.Millisecond)
		}
		if !at.IsZero() { // nothing comes before the first instant
			span.From = &at
		}
	}
	if at, day, ok := q.moment(before); ok {
		at = at.Truncate(time.Millisecond).Add(time.Millisecond)
		if day {
			at = at.Add(24*time.Hour - time.Millisecond)
		}
		if at.Year() <= 9999 { // after the last instant that is kept, nothing drops out
			span.Before = &at
		}
	}
	return span
}

// moment gives a parameter that is an instant of ISO 8601 or a day.
func (q *query) moment(name string) (at time.Time, day, ok bool) {
	value := q.word(name)
	if value == "" {
		return at, false, false
	}
	at, err := time.Parse(time.DateOnly, value)
	if day = err == nil; !day {
		at, err = time.Parse(time.RFC3339Nano, value)
	}
	at = at.UTC()
	if err != nil || at.Year() < 1 || at.Year() > 9999 {
		q.bad.Add(name, "must be an instant such as 2024-11-19T06:00:00.000Z, or a day such as 2024-11-19")
		return at, false, false
	}
	return at, day, true
}

// The bounds of a page (Kit reference, section 3).
const (
	defaultLimit = 10
	maxLimit     = 100
	maxOffset    = 1 << 53
)

// page reads limit and offset.
func (q *query) page() market.Page {
	limit := q.count("limit", defaultLimit, 1)
	offset := q.count("offset", 0, 0)
	return market.OffsetPage(min(offset, maxOffset), min(limit, maxLimit))
}

// count gives a whole number that is not less than the least.
func (q *query) count(name string, absent, least int) int {
	value := q.word(name)
	if value == "" {
		return absent
	}
	n, err := strconv.Atoi(value)
	if errors.Is(err, strconv.ErrRange) && n == math.MaxInt {
		err = nil // Atoi gives the nearest number
	}
	if err != nil || n < least {
		q.bad.Add(name, "must be a whole number from %d", least)
		return absent
	}
	return n
}
