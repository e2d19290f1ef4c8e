package faveo

import (
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/market"
)

// The sizes of a page, and how far into a list one may ask.
const (
	defaultLimit = 10
	maxLimit     = 1000
	maxOffset    = 1 << 53
)

// query are the parameters behind the question mark, with what stands in brackets
// put to its name: k[]=, k[0]= and a repeated k= are one list. Reading one notes what
// is wrong with it, so that all bad parameters are answered at once.
type query struct {
	values map[string][]string
	// lists are the names that came with brackets, and odd those whose brackets hold
	// no number.
	lists, odd map[string]bool
	bad        fault.Fields
}

// ungrouped puts the values to their names.
func ungrouped(values url.Values) *query {
	q := &query{values: map[string][]string{}, lists: map[string]bool{}, odd: map[string]bool{}}
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { // k[2] before k[10]
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	for _, key := range keys {
		name, place, bracket := strings.Cut(key, "[")
		if bracket {
			inner, closed := strings.CutSuffix(place, "]")
			if !closed || strings.Trim(inner, "0123456789") != "" {
				q.odd[name] = true
				continue
			}
			q.lists[name] = true
		}
		q.values[name] = append(q.values[name], values[key]...)
	}
	return q
}

// none tells whether a value stands for nothing, as clients write it (rulings,
// "Formats").
func none(value string) bool { return value == "" || value == "undefined" || value == "null" }

// last gives the value of a parameter that has one; of several the last counts.
func (q *query) last(name string) string {
	q.bad.Check(!q.lists[name] && !q.odd[name], name, "must be one value, not a list")
	all := q.values[name]
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// word gives a parameter, or "" when it is absent.
func (q *query) word(name string) string {
	if value := q.last(name); !none(value) {
		return value
	}
	return ""
}

// text gives a parameter that is searched for as it stands; null is a text.
func (q *query) text(name string) string {
	if value := q.last(name); value != "undefined" {
		return value
	}
	return ""
}

// list gives the values of a list.
func (q *query) list(name string) []string {
	q.bad.Check(!q.odd[name], name, "must be a list: %[1]s[]=, %[1]s[0]= or a repeated %[1]s=", name)
	return q.values[name]
}

// texts gives a list of texts; nil when none was given.
func (q *query) texts(name string) []string {
	var all []string
	for _, value := range q.list(name) {
		if value != "" && value != "undefined" {
			all = append(all, value)
		}
	}
	return all
}

// ids gives a list of whole numbers, which may also be divided by commas; nil when
// none was given. One that no record can have is left out: it matches nothing.
func (q *query) ids(name string) []int64 {
	var all []int64
	for _, value := range q.list(name) {
		for part := range strings.SplitSeq(value, ",") {
			if part = strings.TrimSpace(part); none(part) {
				continue
			}
			if all == nil {
				all = []int64{}
			}
			id, err := strconv.ParseInt(part, 10, 64)
			switch {
			case err == nil:
				all = append(all, id)
			case !errors.Is(err, strconv.ErrRange):
				q.bad.Add(name, "must be whole numbers")
				return all
			}
		}
	}
	return all
}

// bound gives a parameter that is a whole number from 0, cut to the most that
// there can be; nil when it is absent.
func (q *query) bound(name string, most int64) *int64 {
	value := q.word(name)
	if value == "" {
		return nil
	}
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		q.bad.Add(name, "must be a whole number from 0")
		return nil
	}
	return new(int64(min(n, uint64(most)))) // ParseUint gives the greatest number for a greater one
}

// count gives a whole number from 1; what is none has the default.
func (q *query) count(name string, absent int) int {
	all := q.values[name]
	if len(all) == 0 || q.lists[name] {
		return absent
	}
	n, err := strconv.Atoi(all[len(all)-1])
	if errors.Is(err, strconv.ErrRange) {
		return max(n, absent) // Atoi gives the nearest number
	}
	if err != nil || n < 1 {
		return absent
	}
	return n
}

// oneOf gives a parameter that is one of the words, or "".
func (q *query) oneOf(name string, words ...string) string {
	value := q.word(name)
	if value != "" && !slices.Contains(words, value) {
		q.bad.Add(name, "must be one of %s", strings.Join(words, ", "))
		return ""
	}
	return value
}

const mustBeRange = "must be start~end, each YYYY-MM-DD HH:MM:SS or empty, and the end not before the start"

// span gives a range start~end, in UTC; both ends count, the second that the end
// names to its last instant.
func (q *query) span(name string) market.InstantRange {
	var r market.InstantRange
	value := q.word(name)
	if value == "" {
		return r
	}
	first, last, divided := strings.Cut(value, "~")
	from, fromOK := instantOf(first)
	to, toOK := instantOf(last)
	if !divided || !fromOK || !toOK || from != nil && to != nil && to.Before(*from) {
		q.bad.Add(name, mustBeRange)
		return r
	}
	if r.From = from; from != nil && from.IsZero() {
		r.From = new(from.Add(time.Millisecond)) // the first instant that is stored
	}
	if to != nil {
		r.Before = new(to.Add(time.Second))
		if r.Before.Year() > 9999 {
			r.Before = new(r.Before.Add(-time.Nanosecond)) // nothing lies beyond
		}
	}
	return r
}

// instantOf reads an instant; nil when there is none.
func instantOf(text string) (*time.Time, bool) {
	if none(text) {
		return nil, true
	}
	at, err := time.Parse(time.DateTime, text)
	if err != nil || len(text) != len(time.DateTime) || at.Year() < 1 {
		return nil, false
	}
	return &at, true
}

// page is the numbered page that is asked for.
type page struct{ number, size int }

func (q *query) page() page {
	p := page{number: q.count("page", 1), size: min(q.count("limit", defaultLimit), maxLimit)}
	if p.number == math.MaxInt {
		p.number = 1 // the framework takes what no integer holds for none
	}
	return p
}

// market gives the page as rows after others. What lies beyond every list is empty,
// however far.
func (p page) market() market.Page {
	before := maxOffset
	if p.number-1 < maxOffset/p.size {
		before = (p.number - 1) * p.size
	}
	return market.OffsetPage(before, p.size)
}
