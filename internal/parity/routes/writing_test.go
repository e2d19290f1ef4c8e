package routes

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// writing is a request, as one of the two worlds gets it.
type writing struct {
	*write
	t        testing.TB
	place    *place
	who      person
	id       int64
	body     map[string]any // of the route, without its wrapper
	wrapper  string
	given    map[string]any // of the twin
	mutation string
	files    []attached
	takes    shape
}

// good is the good request of a route in a world.
func (p *place) good(t testing.TB, w *write) *writing {
	t.Helper()
	contract := int64(0)
	if strings.HasPrefix(w.email, "$assignee") || strings.Contains(w.body, "$") {
		contract = p.app.World.Contract(w.record)
	}
	email := p.address(t, w.email, contract)
	g := &writing{write: w, t: t, place: p, who: p.person(email), id: p.recordOf(t, w.record, email), files: w.files, takes: shapeOf(t, w.takes)}
	if w.session && g.who.token != "" {
		g.who.token = fmt.Sprint(p.signIn(t, email)["access_token"])
	}
	var err error
	if g.body, g.wrapper, err = attributes(p.found(t, w, contract)); err != nil {
		t.Fatalf("%s: %v", w.route, err)
	}
	return g
}

// by is the request by somebody else.
func (w *writing) by(who person) *writing {
	other := *w
	other.who = who
	return &other
}

// with is the request with another body.
func (w *writing) with(body string) *writing {
	other := *w
	var err error
	if other.body, other.wrapper, err = attributes(body); err != nil {
		w.t.Fatal(err)
	}
	return &other
}

// on is the request about another record.
func (w *writing) on(id int64) *writing {
	other := *w
	other.id = id
	return &other
}

// byRoute sends the request to the route.
func (w *writing) byRoute() refusal {
	w.t.Helper()
	method, path, _ := strings.Cut(w.route, " ")
	path = "/api/v1" + strings.ReplaceAll(path, "{id}", fmt.Sprint(w.id))
	var got *testkit.Response
	switch {
	case len(w.files) > 0:
		parts := fields(w.wrapper, w.body)
		for _, f := range w.files {
			parts = append(parts, testkit.Part{Field: f.field, File: "upload.bin", Body: f.body})
		}
		got = w.place.app.Send(w.place.app.Form(w.t, method, path, w.who.token, parts...))
	case w.wrapper != "":
		got = w.place.app.Do(w.t, method, path, w.who.token, map[string]any{w.wrapper: w.body})
	default:
		got = w.place.app.Do(w.t, method, path, w.who.token, w.body)
	}
	said := got.Exact(w.t)
	if got.Status < 300 {
		return refusal{}
	}
	r := refusal{code: codes[fmt.Sprint(said["error"].(map[string]any)["code"])]}
	if r.code == "" {
		r.code = text(said["error"])
	}
	details, _ := said["error"].(map[string]any)["details"].(map[string]any)
	for field := range details {
		if name := w.takes.rename(field); name != "none" && field != "retry_after" { // the graph asks no password twice
			r.fields = append(r.fields, name)
		}
	}
	return r.tidy()
}

// rename gives the twin's name of a field.
func (s shape) rename(field string) string {
	parts := strings.Split(withoutPlaces(field), ".")
	for i, part := range parts {
		name := part // what an inspection asks for has names of its own
		if i == 0 {
			name = camel(strings.TrimSuffix(part, "_id"))
		}
		for _, l := range s {
			if l.key == part {
				name, s = l.at[0], l.within
				break
			}
		}
		parts[i] = name
	}
	return strings.Join(parts, ".")
}

// byTwin sends the request to the graph.
func (w *writing) byTwin() refusal {
	w.t.Helper()
	w.given, w.mutation = w.takes.given(w.body), w.write.mutation
	if key, typeName, is := strings.Cut(w.path, ":"); is {
		w.given[key] = view.GlobalID{Type: typeName, Number: w.id}.String()
	}
	if w.fix != nil {
		w.fix(w)
	}
	document := fmt.Sprintf(`mutation($input: %s!) { %s(input: $input) { userErrors { field code } } }`, w.input, w.mutation)
	var got *testkit.Response
	if len(w.files) == 0 {
		got = w.place.app.Do(w.t, http.MethodPost, "/query", w.who.token, map[string]any{"query": document, "variables": map[string]any{"input": w.given}})
	} else {
		files := map[string]string{}
		for _, f := range w.files {
			files["variables.input."+f.place] = f.body
			put(w.given, f.place)
		}
		got = w.place.app.Send(w.place.app.AskWithFiles(w.t, w.who.token, document, map[string]any{"input": w.given}, files))
	}
	said := got.Exact(w.t)
	if r, refused := refusedByGraph(said); refused {
		for i, field := range r.fields {
			r.fields[i] = strings.TrimPrefix(field, "input.")
		}
		return r.tidy()
	}
	data, _ := said["data"].(map[string]any)
	r, _ := refusedByPayload(data)
	return r
}

// put makes room for a file.
func put(given map[string]any, at string) {
	keys := strings.Split(at, ".")
	for _, key := range keys[:len(keys)-1] {
		inner, is := given[key].(map[string]any)
		if !is {
			return
		}
		given = inner
	}
	given[keys[len(keys)-1]] = nil
}

// given is the input that means what a body says.
func (s shape) given(body map[string]any) map[string]any {
	input := map[string]any{}
	for key, value := range body {
		i := slices.IndexFunc(s, func(l *leaf) bool { return l.key == key })
		if i < 0 || s[i].at[0] == "none" {
			continue
		}
		input[s[i].at[0]] = s[i].input(value)
	}
	return input
}

// input is a value as the twin takes it.
func (l *leaf) input(value any) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for i := range value {
			list[i] = l.input(value[i])
		}
		return list
	case map[string]any:
		return l.within.given(value)
	case json.Number:
		if n, err := value.Int64(); err == nil && l.of != "" {
			return view.GlobalID{Type: l.of, Number: n}.String()
		}
	case string:
		if l.word {
			return strings.ToUpper(value)
		}
	}
	return value
}

// fields are a body as fields of a form.
func fields(prefix string, body map[string]any) []testkit.Part {
	var parts []testkit.Part
	for _, key := range slices.Sorted(maps.Keys(body)) {
		name := prefix + "[" + key + "]"
		switch value := body[key].(type) {
		case map[string]any:
			parts = append(parts, fields(name, value)...)
		case []any:
			for _, item := range value {
				parts = append(parts, testkit.Part{Field: name + "[]", Body: fmt.Sprint(item)})
			}
		case nil:
		default:
			parts = append(parts, testkit.Part{Field: name, Body: fmt.Sprint(value)})
		}
	}
	return parts
}
