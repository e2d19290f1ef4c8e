package nukitu

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kontrak/internal/fault"
	"kontrak/internal/market"
)

// The bounds of what a query may ask for.
const (
	maxPageNumber = 1_000_000_000
)

// query are the parameters behind the question mark. Reading one notes what is
// wrong with it, so that all bad parameters are answered at once.
type query struct {
	values url.Values
	bad    fault.Fields
}

// word gives a parameter; "" when it is absent, which clients also write as
// undefined or null.
func (q *query) word(name string) string {
	switch value := q.values.Get(name); value {
	case "undefined", "null":
		return ""
	default:
		return value
	}
}

// text gives a parameter that is searched for as it stands; null is a text.
func (q *query) text(name string) string {
	value := q.values.Get(name)
	if value == "undefined" {
		return ""
	}
	return value
}

// id gives a parameter that is the id of a record, or nil.
func (q *query) id(name string) *int64 {
	value := q.word(name)
	if value == "" {
		return nil
	}
	id := recordID(value)
	if id == 0 {
		q.bad.Add(name, "must be the id of a record: a whole number from 1")
		return nil
	}
	return &id
}

// recordID reads the id of a record as it is printed: digits alone, the first of
// them not 0. It gives 0 for anything else.
func recordID(text string) int64 {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != text {
		return 0
	}
	return id
}

// number gives a parameter that is a decimal number, or nil.
func (q *query) number(name string) *float64 {
	value := q.word(name)
	if value == "" {
		return nil
	}
	x, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) || strings.ContainsAny(value, "_xX") {
		q.bad.Add(name, "must be a decimal number")
		x = 0
	}
	return &x
}

// flag gives a parameter that is true or false, or nil.
func (q *query) flag(name string) *bool {
	switch q.word(name) {
	case "":
		return nil
	case "true", "1":
		return new(true)
	case "false", "0":
		return new(false)
	}
	q.bad.Add(name, "must be true or false")
	return nil
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

// paging is the numbered page that is asked for.
type paging struct{ number, size int }

// page reads page and per_page (rulings, "Formats").
func (q *query) page() paging {
	return paging{
		number: q.count("page", 1, maxPageNumber, false),
		size:   q.count("per_page", market.DefaultPage, market.MaxPage, true),
	}
}

// count gives a whole number from 1; above the limit it is cut, or refused.
func (q *query) count(name string, absent, limit int, cut bool) int {
	value := q.word(name)
	if value == "" {
		return absent
	}
	n, err := strconv.Atoi(value)
	if errors.Is(err, strconv.ErrRange) && n > 0 {
		err = nil // Atoi gives the nearest number
	}
	if err == nil && n > limit && cut {
		n = limit
	}
	if err != nil || n < 1 || n > limit {
		must := "must be a whole number from 1"
		if !cut {
			must += " to " + strconv.Itoa(limit)
		}
		q.bad.Add(name, "%s", must)
		return absent
	}
	return n
}

func (p paging) market() market.Page { return market.NumberedPage(p.number, p.size) }
