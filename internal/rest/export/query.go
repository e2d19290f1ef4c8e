package export

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
)

// query are the parameters of a request. Reading one notes what is wrong with it, so that
// all are answered at once.
type query struct {
	values url.Values
	known  []string
	bad    fault.Fields
}

func newQuery(r *http.Request) *query {
	values, err := url.ParseQuery(r.URL.RawQuery)
	q := &query{values: values}
	q.bad.Check(err == nil, "query", "cannot be read")
	return q
}

// unread gives what is wrong, parameters that the list does not have included: one that is
// misspelt would give more than was asked for.
func (q *query) unread() fault.Fields {
	for name := range q.values {
		q.bad.Check(slices.Contains(q.known, name), name, "is no parameter of this list")
	}
	return q.bad
}

// texts gives the values of a parameter that may be given several times. An empty one is
// absent.
func (q *query) texts(name string) []string {
	q.known = append(q.known, name)
	return slices.DeleteFunc(slices.Clone(q.values[name]), func(text string) bool { return text == "" })
}

// text gives a parameter that is given once; "" when it is absent.
func (q *query) text(name string) string {
	list := q.texts(name)
	q.bad.Check(len(list) < 2, name, "must be given once")
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// words gives those of a fixed list.
func words[W ~string](q *query, name string, known []W) []W {
	var list []W
	for _, text := range q.texts(name) {
		if !slices.Contains(known, W(text)) {
			q.bad.Add(name, "must be one of %v", known)
			return nil
		}
		list = append(list, W(text))
	}
	return list
}

// word gives one of a fixed list, or nil.
func word[W ~string](q *query, name string, known []W) *W {
	list := words(q, name, known)
	q.bad.Check(len(list) < 2, name, "must be given once")
	if len(list) != 1 {
		return nil
	}
	return &list[0]
}

// ids gives numbers of records.
func (q *query) ids(name string) []int64 {
	var list []int64
	for _, text := range q.texts(name) {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id < 1 {
			q.bad.Add(name, "must be the id of a record: a whole number from 1")
			return nil
		}
		list = append(list, id)
	}
	return list
}

// id gives the number of a record, or nil.
func (q *query) id(name string) *int64 {
	list := q.ids(name)
	q.bad.Check(len(list) < 2, name, "must be given once")
	if len(list) != 1 {
		return nil
	}
	return &list[0]
}

// instant gives an instant as RFC 3339 writes it, or nil.
func (q *query) instant(name string) *time.Time {
	text := q.text(name)
	if text == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if year := at.UTC().Year(); err != nil || year < 1 || year > 9999 {
		q.bad.Add(name, "must be an instant of a year from 1 to 9999, as 2026-06-08T02:00:00Z")
		return nil
	}
	return &at
}

// flag gives true or false, or nil.
func (q *query) flag(name string) *bool {
	switch text := q.text(name); text {
	case "":
		return nil
	case "true", "false":
		return new(text == "true")
	}
	q.bad.Add(name, "must be true or false")
	return nil
}

func fromContracts(q *query) market.ContractFilter {
	return market.ContractFilter{
		Statuses: words(q, "status", lifecycle.ContractStatuses), InstitutionIDs: q.ids("institution_id"),
		CreatedFrom: q.instant("created_from"), CreatedBefore: q.instant("created_before"), Text: q.text("text"),
	}
}

func fromAgreements(q *query) market.AgreementFilter {
	return market.AgreementFilter{
		Statuses: words(q, "status", lifecycle.AgreementStatuses), InstitutionIDs: q.ids("institution_id"),
		Created: market.InstantRange{From: q.instant("created_from"), Before: q.instant("created_before")}, Text: q.text("text"),
	}
}

func fromPartners(q *query) market.PartnerFilter {
	own := q.flag("own")
	return market.PartnerFilter{
		ServiceID: q.id("service_id"), SubServiceID: q.id("sub_service_id"), Kind: word(q, "kind", lifecycle.Kinds),
		OpenToWork: q.flag("open_to_work"), Text: q.text("q"), Own: own != nil && *own,
	}
}
