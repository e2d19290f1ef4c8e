package faveo

import (
	"net/url"
	"strconv"
	"strings"

	"kontrak/internal/market"
	"kontrak/internal/view"
)

// The most that a cost and a number of days can be.
const (
	mostCost = 1<<63 - 1
	mostDays = 1<<31 - 1
)

// filterNames are the dialect's names of what the use-case names otherwise.
var filterNames = map[string]string{
	"text": "search-query", "starts": "contract_start_date", "ends": "contract_end_date", "created": "created_at", "updated": "updated_at",
}

// contracts answers GET contract-list.
func (d *dialect) contracts(r *request) (*success, error) {
	q := r.query
	filter, order, p := q.filter(), q.order(), q.page()
	filter.Unread = q.bad
	found, err := d.app.Agreements(r.Context(), filter, order, p.market(), 0)
	if err != nil {
		return nil, renamed(err, filterNames, &q.bad)
	}
	return &success{Data: listOf(d.app.PublicURL()+r.URL.EscapedPath(), r.URL.RawQuery, p, found)}, nil
}

// filter reads the filters (Faveo reference, section 3).
func (q *query) filter() market.AgreementFilter {
	return market.AgreementFilter{
		Text:            q.text("search-query"),
		IDs:             q.ids("contract_ids"),
		TypeIDs:         q.ids("contract_type_ids"),
		ApproverIDs:     q.ids("approver_ids"),
		VendorIDs:       q.ids("vendor_ids"),
		LicenseTypeIDs:  q.ids("license_type_ids"),
		Statuses:        market.FaveoStatuses(q.ids("status_ids")),
		RenewalStatuses: market.FaveoRenewalStatuses(q.ids("renewal_status_ids")),
		OwnerIDs:        q.ids("owner_ids"),
		AssetIDs:        q.ids("asset_ids"),
		NotifyUserIDs:   q.ids("notify_agent_ids"),
		Identifiers:     q.texts("identifiers"),
		CostFrom:        q.bound("cost_begin", mostCost),
		CostTo:          q.bound("cost_end", mostCost),
		NotifyDaysFrom:  q.bound("notify_in_days_begin", mostDays),
		NotifyDaysTo:    q.bound("notify_in_days_end", mostDays),
		Starts:          q.span("contract_start_date"),
		Ends:            q.span("contract_end_date"),
		Created:         q.span("created_at"),
		Updated:         q.span("updated_at"),
	}
}

// order reads how the list is sorted: by id when nothing is said.
func (q *query) order() market.AgreementOrder {
	o := market.AgreementOrder{By: market.AgreementByID}
	switch q.oneOf("sort-field", "name", "contract_number", "expiry", "id") {
	case "name":
		o.By = market.AgreementByTitle
	case "expiry":
		o.By = market.AgreementByEnd
	}
	o.Descending = q.oneOf("sort-order", "asc", "desc") == "desc"
	return o
}

// contractList is a page of contracts, with its keys in the documented order.
type contractList struct {
	CurrentPage  int        `json:"current_page"`
	FirstPageURL string     `json:"first_page_url"`
	From         *int64     `json:"from"`
	LastPage     int64      `json:"last_page"`
	LastPageURL  string     `json:"last_page_url"`
	NextPageURL  *string    `json:"next_page_url"`
	Path         string     `json:"path"`
	PerPage      int        `json:"per_page"`
	PrevPageURL  *string    `json:"prev_page_url"`
	To           *int64     `json:"to"`
	Total        int64      `json:"total"`
	Contracts    []contract `json:"contracts"`
}

// listOf makes the body of a page.
func listOf(path, rawQuery string, p page, found *view.Page[view.Agreement]) contractList {
	rest := beside(rawQuery)
	link := func(number int64) string { return path + "?" + rest + "page=" + strconv.FormatInt(number, 10) }
	size, number := int64(p.size), int64(p.number)
	l := contractList{CurrentPage: p.number, Path: path, PerPage: p.size, Total: *found.Total, Contracts: make([]contract, len(found.Items))}
	l.LastPage = max(1, (l.Total+size-1)/size)
	l.FirstPageURL, l.LastPageURL = link(1), link(l.LastPage)
	if number > 1 {
		l.PrevPageURL = new(link(number - 1))
	}
	if number < l.LastPage {
		l.NextPageURL = new(link(number + 1))
	}
	for i, v := range found.Items {
		l.Contracts[i] = toContract(v)
	}
	if n := int64(len(found.Items)); n > 0 {
		first := (number-1)*size + 1
		l.From, l.To = &first, new(first+n-1)
	}
	return l
}

// beside gives what a query holds besides the page, in the caller's order and ready
// to have something added.
func beside(rawQuery string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(rawQuery, "&") {
		key, value, filled := strings.Cut(part, "=")
		key, keyErr := url.QueryUnescape(key)
		value, valueErr := url.QueryUnescape(value)
		if keyErr != nil || valueErr != nil || part == "" || key == "page" || strings.HasPrefix(key, "page[") {
			continue
		}
		b.WriteString(url.QueryEscape(key))
		if filled {
			b.WriteString("=" + url.QueryEscape(value))
		}
		b.WriteByte('&')
	}
	return b.String()
}
