package parity

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kontrak/internal/rest/faveo"
	"kontrak/internal/rest/kit"
	"kontrak/internal/rest/openapi"
	"kontrak/internal/rest/yedpay"
	"kontrak/internal/testkit"
)

// said is what a surface lists: each agreement as it is printed, by our id or by the id
// that the surface has, and the total that is printed beside.
type said struct {
	rows  []map[string]any
	total int64
}

// within gives what stands at the keys.
func within(object map[string]any, keys ...string) any {
	var found any = object
	for _, key := range keys {
		inner, _ := found.(map[string]any)
		found = inner[key]
	}
	return found
}

// add takes up a page, and tells whether it had rows.
func (s *said) add(t testing.TB, rows, total any) bool {
	t.Helper()
	n, err := total.(json.Number).Int64()
	if err != nil || len(s.rows) > 0 && n != s.total {
		t.Errorf("the total is %v after %d: %v", total, s.total, err)
	}
	s.total = n
	list, _ := rows.([]any)
	for _, row := range list {
		s.rows = append(s.rows, row.(map[string]any))
	}
	return len(list) > 0
}

// fetch sends a request and holds the answer to the dialect's document.
func fetch(t testing.TB, app *testkit.App, d *openapi.Document, r *http.Request) map[string]any {
	t.Helper()
	got := app.Send(r)
	if got.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", r.URL, got.Status, got.Body)
	}
	if d != nil {
		if err := d.Check(r.Method, r.URL.String(), got.Status, got.Header.Get("Content-Type"), got.Body); err != nil {
			t.Errorf("%.500v", err)
		}
	}
	return got.Exact(t)
}

var (
	yedpays = openapi.MustParse(yedpay.OpenAPI)
	faveos  = openapi.MustParse(faveo.OpenAPI)
	kits    = openapi.MustParse(kit.OpenAPI)
)

// byYedpay lists the contracts of a company.
func byYedpay(t testing.TB, app *testkit.App, token, company string) said {
	t.Helper()
	var s said
	for page, more := 1, true; more; page++ {
		got := fetch(t, app, yedpays, app.Request(t, http.MethodGet, fmt.Sprintf("/v1/companies/%s/contracts?limit=100&page=%d", company, page), token, nil))
		more = s.add(t, got["data"], within(got, "meta", "pagination", "total"))
	}
	return s
}

// byFaveo lists the contracts of an agent or an administrator.
func byFaveo(t testing.TB, app *testkit.App, token string) said {
	t.Helper()
	var s said
	for page, more := 1, true; more; page++ {
		got := fetch(t, app, faveos, app.Request(t, http.MethodGet, fmt.Sprintf("%s/contract-list?limit=1000&page=%d", faveo.Path, page), token, nil))
		more = s.add(t, within(got, "data", "contracts"), within(got, "data", "total"))
	}
	return s
}

// byKit lists the contracts of a key.
func byKit(t testing.TB, app *testkit.App, key string) said {
	t.Helper()
	var s said
	for more := true; more; {
		r := app.Request(t, http.MethodGet, fmt.Sprintf("%s/contracts?limit=100&offset=%d", kit.Path, len(s.rows)), "", nil)
		r.Header.Set("x-api-key", key)
		got := fetch(t, app, kits, r)
		more = s.add(t, within(got, "data", "contracts"), within(got, "data", "total"))
	}
	return s
}

// byGraph lists the agreements of a caller, with every field of the table.
func byGraph(t testing.TB, app *testkit.App, token string) said {
	t.Helper()
	var s said
	query := fmt.Sprintf(`query($after: String) { agreements(first: 100, after: $after, orderBy: ID_ASC) {
		totalCount nodes { %s } pageInfo { endCursor } } }`, selection(table()))
	var after any
	for more := true; more; {
		got := fetch(t, app, nil, app.Request(t, http.MethodPost, "/query", token, map[string]any{"query": query, "variables": map[string]any{"after": after}}))
		if got["errors"] != nil {
			t.Fatalf("%v", got["errors"])
		}
		more = s.add(t, within(got, "data", "agreements", "nodes"), within(got, "data", "agreements", "totalCount"))
		after = within(got, "data", "agreements", "pageInfo", "endCursor")
	}
	return s
}

// selection writes the fields of the table as the graph selects them.
func selection(fields []field) string {
	var b strings.Builder
	for _, f := range fields {
		if f.graph.at == "" {
			continue
		}
		keys := strings.Split(strings.ReplaceAll(f.graph.at, "[]", ""), ".")
		b.WriteString(strings.Join(keys, " { ") + strings.Repeat(" }", len(keys)-1) + "\n")
	}
	return b.String()
}

// follow gives what stands at a path; nil when something above it is null.
func follow(t testing.TB, object any, path string) any {
	t.Helper()
	if path == "" {
		return object
	}
	key, rest, _ := strings.Cut(path, ".")
	key, through := strings.CutSuffix(key, "[]")
	inner, isObject := object.(map[string]any)
	if object == nil {
		return nil
	}
	value, there := inner[key]
	if !isObject || !there {
		t.Errorf("there is no %s in %v", key, object)
		return nil
	}
	if !through || value == nil {
		return follow(t, value, rest)
	}
	list := []any{}
	for _, item := range value.([]any) {
		list = append(list, follow(t, item, rest))
	}
	return list
}

// write gives a plain value as the surface writes it, as JSON.
func (w written) write(value any) string {
	var one func(any) any
	one = func(value any) any {
		if list, many := value.([]any); many {
			written := []any{}
			for _, item := range list {
				written = append(written, one(item))
			}
			return written
		}
		switch {
		case value == nil:
			return w.none
		case w.as != nil:
			return w.as(value)
		}
		return value
	}
	return text(one(value))
}

func text(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// leaves collects the paths of everything in a printed object; what is null is a leaf.
func leaves(into map[string]bool, prefix string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			leaves(into, strings.TrimPrefix(prefix+"."+key, "."), inner)
		}
	case []any:
		for _, inner := range value {
			leaves(into, prefix+"[]", inner)
		}
	default:
		into[prefix] = into[prefix] || value != nil && value != ""
	}
}
