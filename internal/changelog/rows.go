package changelog

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"kontrak/ent"
)

// The columns that no history row tells of, and those that no document holds: they
// follow from the history row itself, or from the contract that it belongs to. Which
// agreement governs a contract stands in the agreement's history.
var (
	unrecorded = []string{"version", "created_at", "updated_at", "institution_id", "contract_id", "agreement_id", "search_text"}
	owners     = []string{"institution_id", "contract_id", "review_id"}
)

// OfContract tells what differs in the columns of a contract; before is nil when it
// is new.
func OfContract(before, after *ent.Contract) Changes {
	c := between(before, after, "")
	if before == nil {
		c.tell("institution_id", null, Text(after.InstitutionID))
	}
	delete(c, "id")
	return c
}

// OfAgreement tells what changed in the row of an agreement; before is nil for a new
// one.
func OfAgreement(before, after *ent.Agreement) Changes { return between(before, after, "") }

// OfPayment tells what differs in the columns of a payment; before is nil when it
// is new.
func OfPayment(before, after *ent.Payment) Changes { return between(before, after, PaymentPrefix) }

// between tells which columns of a row of ent differ. A new row came from null, and
// what is empty in it is not told.
func between[T any](before, after *T, prefix string) Changes {
	c := Changes{}
	isNew := before == nil
	if isNew {
		before = new(T)
	}
	old, now := reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem()
	for _, p := range placesOf(old.Type()) {
		if slices.Contains(unrecorded, p.column) {
			continue
		}
		from, to := Text(old.Field(p.field).Interface()), Text(now.Field(p.field).Interface())
		if string(from) == string(to) {
			continue
		}
		if isNew {
			from = null
		}
		c.tell(prefix+p.column, from, to)
	}
	return c
}

// List is the document of a list: rows of ent with all of their columns but those
// that say whose they are.
func List[T any](rows []*T) json.RawMessage {
	text := []byte{'['}
	for i, row := range rows {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, One(row)...)
	}
	return append(text, ']')
}

// One is the document of a single row; null for nil.
func One[T any](row *T) json.RawMessage {
	if row == nil {
		return null
	}
	value := reflect.ValueOf(row).Elem()
	text := []byte{'{'}
	for _, p := range placesOf(value.Type()) {
		if slices.Contains(owners, p.column) {
			continue
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(text, `"`+p.column+`":`...)
		text = append(text, Text(value.Field(p.field).Interface())...)
	}
	return append(text, '}')
}

// Reviewed is a review with its rates.
type Reviewed struct {
	ent.Review
	Ratings []*ent.ReviewRating `json:"ratings"`
}

// ReviewText is the document of a review with its rates, sorted by criterion; null
// for nil.
func ReviewText(review *ent.Review, ratings []*ent.ReviewRating) json.RawMessage {
	if review == nil {
		return null
	}
	sorted := slices.SortedFunc(slices.Values(ratings), func(a, b *ent.ReviewRating) int {
		return int(a.RatingItemID - b.RatingItemID)
	})
	text := One(review)
	return append(append(append(text[:len(text)-1], `,"ratings":`...), List(sorted)...), '}')
}

// Read gives what a document holds: rows of ent, as they are read from the
// database. No document is no row.
func Read[V any](text json.RawMessage) (V, error) {
	var v V
	if len(text) == 0 {
		return v, nil
	}
	err := json.Unmarshal(text, &v)
	return v, err
}

// place is where ent's struct of a row keeps a column.
type place struct {
	column string
	field  int
}

var placesByType sync.Map // reflect.Type → []place

// placesOf lists the columns of ent's struct of a row, by the names that it gives
// them in JSON.
func placesOf(t reflect.Type) []place {
	if known, ok := placesByType.Load(t); ok {
		return known.([]place)
	}
	var places []place
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Name == "Edges" {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		places = append(places, place{column: name, field: i})
	}
	placesByType.Store(t, places)
	return places
}
