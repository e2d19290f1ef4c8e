package routes

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// TestTheGraphSaysWhatEveryRouteSays: everybody asks each route that is for their role,
// with parameters by chance, and asks its twin in the graph for the same. Every key that
// the route says is what the graph says, in the same order, with the same totals; what the
// route refuses, the graph refuses by the same code and names the same fields; and a route
// says nothing that the graph has no place for.
func TestTheGraphSaysWhatEveryRouteSays(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		filled := map[string]bool{}
		for seed := range uint64(*worlds) {
			if seed > 0 {
				db = map[string]func(testing.TB) testkit.Database{"sqlite": testkit.SQLite, "postgres": testkit.Postgres}[db.Name](t)
			}
			p := settle(t, db, seed)
			p.fill(t, seed)
			for i := range reads {
				p.compare(t, &reads[i], rand.New(rand.NewPCG(seed, uint64(i))), filled)
			}
		}
		nothingIsEmpty(t, filled)
	})
}

// nothingIsEmpty fails when a key, within the object that it belongs to, was null
// wherever it is said: then nothing was compared.
func nothingIsEmpty(t *testing.T, filled map[string]bool) {
	t.Helper()
	for _, r := range reads {
		if !filled["answer."+r.route] {
			t.Errorf("%s: nobody gets an answer", r.route)
		}
		for _, key := range shapeOf(t, r.shape).places("data") {
			if at := lastOf(key); filled[at] == (neverFilled[at] != "") {
				t.Errorf("%s: it is %v that %s was filled", r.route, filled[at], at)
			}
		}
	}
}

// lastOf is a key with that of the object which it is in.
func lastOf(at string) string {
	keys := strings.Split(strings.ReplaceAll(at, "[]", ""), ".")
	return strings.Join(keys[len(keys)-2:], ".")
}

// compare asks a route and its twin as everybody.
func (p *place) compare(t *testing.T, r *read, rng *rand.Rand, filled map[string]bool) {
	t.Helper()
	s := shapeOf(t, r.shape)
	people := p.those(r.roles)
	if r.public {
		people = append(people, person{})
	}
	wrong := 0
	for _, who := range people {
		for range *visits * max(1, 40/len(people)) {
			a := p.asking(t, r, who, rng)
			c := &comparison{id: a.id, filled: filled}
			if p.both(t, r, s, a, c) {
				filled["answer."+r.route] = true
			}
			if len(c.bad) > 0 && wrong < 3 {
				wrong++
				t.Errorf("%s, asked %s by %s for %d:\n\t%s", r.route, a.query.Encode(), who.email, a.id, strings.Join(c.bad, "\n\t"))
			}
		}
	}
}

// asking makes a request by chance.
func (p *place) asking(t testing.TB, r *read, who person, rng *rand.Rand) *asking {
	t.Helper()
	a := &asking{who: who, rng: rng, query: url.Values{}, arguments: map[string]string{}, names: map[string]string{}}
	if r.most > 0 {
		a.id = int64(1 + rng.IntN(r.most+1))
		if r.ids != "" && rng.IntN(5) > 0 {
			if mine := p.numbersAt(t, who, r.ids, r.of); len(mine) > 0 {
				a.id = mine[rng.IntN(len(mine))]
			}
		}
	}
	for _, q := range r.ask {
		q(a)
	}
	if r.list != "" {
		if rng.IntN(3) > 0 {
			a.query.Set("page", fmt.Sprint(1+rng.IntN(3)))
		}
		if rng.IntN(3) > 0 {
			a.query.Set("per_page", fmt.Sprint([]int{1, 2, 5, 20, 100, 1000}[rng.IntN(6)]))
		}
	}
	return a
}

// both asks the route and its twin, and tells whether the route had an answer.
func (p *place) both(t testing.TB, r *read, s shape, a *asking, c *comparison) bool {
	t.Helper()
	method, path, _ := strings.Cut(r.route, " ")
	path = "/api/v1" + strings.ReplaceAll(path, "{id}", fmt.Sprint(a.id))
	var body any
	if method == http.MethodGet {
		path += "?" + a.query.Encode()
	} else {
		body = a.body()
	}
	got := p.app.Do(t, method, path, a.who.token, body)
	said := got.Exact(t)
	if a.own != "" {
		if got.Status != http.StatusBadRequest {
			c.wrong(r.route, "is answered %d, though %s", got.Status, a.own)
		}
		return false
	}
	twin := p.twin(t, r, s, a)
	c.root, _ = twin["data"].(map[string]any)
	if want, refused := p.refused(r, twin, c); refused || got.Status != http.StatusOK {
		if have := refusedByRoute(said, a.names); have.String() != want.String() {
			c.wrong("refusal", "%d %s, in the graph %s", got.Status, have, want)
		}
		return false
	}
	p.said(r, s, a, said, c)
	return true
}

// refused tells how the twin refused, if it did.
func (p *place) refused(r *read, twin map[string]any, c *comparison) (refusal, bool) {
	if f, is := refusedByGraph(twin); is {
		return f, true
	}
	if r.writes {
		if f, is := refusedByPayload(c.root); is {
			return f, true
		}
	}
	for _, needed := range r.there {
		if c.follow(c.root, strings.Split(needed.place, ".")) == nil {
			return refusal{code: map[int]string{http.StatusNotFound: "NOT_FOUND", http.StatusForbidden: "FORBIDDEN", http.StatusBadRequest: "WRONG_STATE"}[needed.status]}, true
		}
	}
	return refusal{}, false
}

// refusedByPayload reads the errors of the one mutation.
func refusedByPayload(data map[string]any) (refusal, bool) {
	var r refusal
	for _, payload := range data {
		payload, _ := payload.(map[string]any)
		list, _ := payload["userErrors"].([]any)
		for _, e := range list {
			e := e.(map[string]any)
			r.code = fmt.Sprint(e["code"])
			if field, is := e["field"].(string); is {
				r.fields = append(r.fields, withoutPlaces(field))
			}
		}
	}
	return r.tidy(), r.code != ""
}

// said compares an answer with the twin's.
func (p *place) said(r *read, s shape, a *asking, said map[string]any, c *comparison) {
	if said["success"] != true {
		c.wrong("success", "is %v", said["success"])
	}
	switch {
	case r.list != "":
		nodes, _ := c.follow(c.root, append(strings.Split(r.list, "."), "nodes")).([]any)
		c.page(a, r, s, said, nodes)
	case r.array != "":
		list, _ := c.follow(c.root, strings.Split(r.array, ".")).([]any)
		if r.keep != nil {
			list = r.keep(a, list)
		}
		c.any("data", s, said["data"], append([]any{}, list...))
	default:
		data, _ := said["data"].(map[string]any)
		c.object("data", s, data, c.root)
	}
	if len(said) != map[bool]int{true: 3, false: 2}[r.list != ""] {
		c.wrong("answer", "has other keys than success, data and meta")
	}
}

// page compares a page with that part of the whole list.
func (c *comparison) page(a *asking, r *read, s shape, said map[string]any, nodes []any) {
	number, size := 1, 20
	if n, err := strconv.Atoi(a.query.Get("page")); err == nil {
		number = n
	}
	if n, err := strconv.Atoi(a.query.Get("per_page")); err == nil {
		size = min(n, 100)
	}
	list := strings.Split(r.list, ".")
	total := len(nodes)
	c.same("total in the graph", c.follow(c.root, append(list, "totalCount")), int64(total))
	from := min((number-1)*size, total)
	c.any("data", s, said["data"], append([]any{}, nodes[from:min(from+size, total)]...))
	all := (total + size - 1) / size
	want := map[string]any{"page": int64(number), "per_page": int64(size), "total_count": int64(total), "total_pages": int64(all), "prev_page": nil, "next_page": nil}
	if before := min(number-1, all); before > 0 {
		want["prev_page"] = int64(before)
	}
	if number < all {
		want["next_page"] = int64(number + 1)
	}
	if r.unread {
		want["unread_count"] = c.follow(c.root, append(list, "unreadCount"))
	}
	c.same("meta", said["meta"], want)
}

// twin asks the graph: of a list everything, page by page.
func (p *place) twin(t testing.TB, r *read, s shape, a *asking) map[string]any {
	t.Helper()
	ask := p.remembered
	if r.writes {
		ask = p.ask
	}
	if r.list == "" {
		return ask(t, a.who.token, r.document(s, a, ""))
	}
	got := ask(t, a.who.token, r.document(s, a, ""))
	list := strings.Split(r.list, ".")
	c := &comparison{}
	nodes, _ := c.follow(got["data"], append(list, "nodes")).([]any)
	for page := got; c.follow(page["data"], append(list, "pageInfo", "hasNextPage")) == true && !r.onePage; {
		end := c.follow(page["data"], append(list, "pageInfo", "endCursor"))
		page = ask(t, a.who.token, r.document(s, a, fmt.Sprint(end)))
		more, _ := c.follow(page["data"], append(list, "nodes")).([]any)
		if len(more) == 0 {
			t.Fatalf("%s: %v", r.route, page)
		}
		nodes = append(slices.Clone(nodes), more...)
	}
	if at, is := c.follow(got["data"], list).(map[string]any); is {
		at["nodes"] = nodes
		at["pageInfo"].(map[string]any)["hasNextPage"] = false
	}
	return got
}

// document is what the graph is asked.
func (r *read) document(s shape, a *asking, after string) string {
	root := selection{}
	at := root
	switch {
	case r.list != "":
		connection := root.add(strings.Split(r.list, ".")...)
		connection.add("totalCount")
		connection.add("pageInfo", "hasNextPage")
		connection.add("pageInfo", "endCursor")
		if r.unread {
			connection.add("unreadCount")
		}
		at = connection.add("nodes")
	case r.array != "":
		at = root.add(strings.Split(r.array, ".")...)
	}
	at.addShape(root, s)
	for _, needed := range r.there {
		within := root.add(strings.Split(needed.place, ".")...)
		if len(within) == 0 && !strings.HasSuffix(needed.place, ".id") {
			within.add("id")
		}
	}
	calls := r.arguments(a, after)
	if r.writes {
		for name := range root {
			root.add(name, "userErrors", "field")
			root.add(name, "userErrors", "code")
		}
	}
	var b strings.Builder
	b.WriteString(map[bool]string{true: "mutation ", false: ""}[r.writes] + "{ ")
	root.write(&b, "", calls, r.aliases)
	document := b.String() + "}"
	if root["node"] != nil {
		document = strings.Replace(document, ") { ", ") { ... on Notification { ", 1) + "}"
	}
	return document
}

// arguments are those of every place.
func (r *read) arguments(a *asking, after string) map[string]string {
	calls := maps.Clone(r.calls)
	if calls == nil {
		calls = map[string]string{}
	}
	arguments := maps.Clone(a.arguments)
	asked := cmp.Or(r.asked, r.list)
	if asked == "" {
		asked, _, _ = strings.Cut(r.array, ".")
	}
	if r.list != "" {
		arguments["first"] = "100"
		if after != "" {
			arguments["after"] = strconv.Quote(after)
		}
	}
	more := ""
	if len(arguments) > 0 && r.inEach {
		more = ", " + written(arguments)
	} else if len(arguments) > 0 {
		calls[asked] = written(arguments)
	}
	for place, text := range calls {
		text = strings.ReplaceAll(text, "$more", more)
		for _, typeName := range []string{"Contract", "Institution", "Service", "PartnerCertification", "Partner", "CertificationWish", "Certification", "Banner", "Notification"} {
			if i := strings.Index(text, "$"+typeName); i >= 0 {
				text = text[:i] + strconv.Quote(view.GlobalID{Type: typeName, Number: a.id}.String()) + text[i+1+len(typeName):]
			}
		}
		calls[place] = text
	}
	return calls
}
