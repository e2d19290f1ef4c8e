package matrix

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/rest/faveo"
	"kontrak/internal/rest/kit"
	"kontrak/internal/testkit"
)

// operation is a root field of the graph, or a route.
type operation struct {
	// name is the field, or the method and the path with {parameters}.
	name string
	// reads are what an operation that writes nothing is asked: a row each.
	reads []read
	// live says that it is a subscription.
	live bool
	// write is what one that writes is asked; nil for one that reads.
	write *write
}

// read is one question. With <> in it, what is asked about is put there.
type read struct {
	object string // how the row is called
	about  string // what stands for <>
	text   string // arguments in the graph, a path or a body in REST
}

// write says how an operation that writes is asked for. The object that it is about
// stands for <> in path, good and bad.
type write struct {
	own, foreign, missing string
	// spoiled is the object for the bad input, where that is another state of the own.
	spoiled string
	// good is an input that is right, and bad one in which something is wrong that is
	// looked at after rights and existence: a field, the state or the version.
	good, bad string
	// file is where a file of the input stands in the graph, parts are what a form holds
	// in REST beside good and bad.
	file  string
	parts []testkit.Part
	// badFile is the file of a bad input, where that is what is wrong with it.
	badFile string
	// by does it in the end; the first who may by default.
	by string
	// prepare notes what the good input needs.
	prepare func(t testing.TB, s *stage)
	// fresh lets it be done in a world in which nothing was done before.
	fresh bool
	// everybody says that nobody need be signed in.
	everybody bool
	// after says that nothing could be wrong with its input, so that it is asked when the
	// rest has been; ends that it ends the session of whoever asks.
	after, ends bool
}

// answer is a cell: a short code, and the body for comparison.
type answer struct {
	code string
	body string
}

// graph asks a root field.
func (s *stage) graph(t testing.TB, token, document, file string) answer {
	t.Helper()
	var got *testkit.Response
	if file != "" {
		got = s.Send(s.AskWithFiles(t, token, document, map[string]any{"file": nil}, map[string]string{"variables.file": fileOf(t, file)}))
	} else {
		got = s.Do(t, http.MethodPost, "/query", token, map[string]string{"query": document})
	}
	return answer{graphCode(t, got.Body), string(got.Body)}
}

// first keeps what is sent until the first event, and ends the request then.
type first struct {
	head http.Header
	body bytes.Buffer
	end  context.CancelFunc
}

func (f *first) Header() http.Header { return f.head }

func (f *first) WriteHeader(int) {}

func (f *first) Write(p []byte) (int, error) { return f.body.Write(p) }

func (f *first) Flush() {
	if strings.Contains(f.body.String(), "\ndata: {") {
		f.end()
	}
}

// subscribe asks for a subscription over events, and reads the first.
func (s *stage) subscribe(t testing.TB, token, document string) answer {
	t.Helper()
	if token != "" {
		token = "Bearer " + token
	}
	return s.subscribeBy(t, token, document)
}

// subscribeBy is subscribe with a header Authorization.
func (s *stage) subscribeBy(t testing.TB, authorization, document string) answer {
	t.Helper()
	r := s.Request(t, http.MethodPost, "/query", "", map[string]string{"query": document})
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Minute)
	defer cancel()
	r.Header.Set("Accept", "text/event-stream")
	got := &first{head: http.Header{}, end: cancel}
	s.Handler.ServeHTTP(got, r.WithContext(ctx))
	text := got.body.String()
	event := text
	if _, data, streamed := strings.Cut(text, "\ndata: "); streamed {
		event, _, _ = strings.Cut(data, "\n")
	}
	return answer{graphCode(t, []byte(event)), text}
}

// fileOf gives the bytes of a file by its kind.
func fileOf(t testing.TB, kind string) string {
	t.Helper()
	switch kind {
	case "document":
		return testkit.Document(t)
	case "page":
		return testkit.HTML
	case "png":
		return testkit.PNG
	}
	t.Fatalf("no file is called %s", kind)
	return ""
}

// words are the codes of the graph as the table spells them.
var words = map[string]string{
	"UNAUTHENTICATED": "401", "FORBIDDEN": "403", "NOT_FOUND": "404", "INVALID": "400", "WRONG_STATE": "state", "STALE": "stale",
	"DEADLINE_PASSED": "late", "PARTNER_NOT_ELIGIBLE": "unfit", "DUPLICATE": "twice",
	"WRONG_CREDENTIALS": "wrong", "TOKEN_INVALID": "wrong",
}

func word(code string) string {
	if short, known := words[code]; known {
		return short
	}
	return strings.ToLower(code)
}

// graphCode reads the answer to the one field done.
func graphCode(t testing.TB, body []byte) string {
	t.Helper()
	var got struct {
		Data   map[string]any
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if len(got.Errors) > 0 {
		if got.Errors[0].Extensions.Code == "GRAPHQL_VALIDATION_FAILED" || got.Errors[0].Extensions.Code == "INTERNAL" {
			t.Errorf("the question itself is wrong, or we are: %s", body)
		}
		return word(got.Errors[0].Extensions.Code)
	}
	switch done := got.Data["done"].(type) {
	case nil:
		return "null"
	case []any:
		return some(slices.ContainsFunc(done, func(v any) bool { return v != nil }))
	case map[string]any:
		if bad, _ := done["userErrors"].([]any); len(bad) > 0 {
			code, _ := bad[0].(map[string]any)["code"].(string)
			return word(code)
		}
		if total, is := done["totalCount"].(float64); is {
			return some(total > 0)
		}
	}
	return "ok"
}

func some(is bool) string {
	if is {
		return "ok"
	}
	return "none"
}

// rest asks a route. text is "METHOD /path" with a body behind it, or without.
func (s *stage) rest(t testing.TB, column, text string, parts []testkit.Part) answer {
	t.Helper()
	method, rest, _ := strings.Cut(text, " ")
	path, body, _ := strings.Cut(rest, " ")
	token := s.tokens[column]
	if strings.HasPrefix(path, kit.Path) {
		token = ""
	}
	ask := func(token string) *http.Request {
		if parts != nil {
			return s.Form(t, method, path, token, parts...)
		}
		if body == "" {
			return s.Request(t, method, path, token, nil)
		}
		fields, isForm := strings.CutPrefix(body, "form:")
		r := s.Request(t, method, path, token, fields)
		if isForm {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return r
	}
	r := ask(token)
	if key := s.keys[column]; token == "" && key != "" {
		r.Header.Set("x-api-key", key)
	}
	got := s.Send(r)
	a := answer{restCode(path, got), string(got.Body)}
	if strings.HasPrefix(path, "/v1/") && token != "" && (method == http.MethodGet || got.Status >= 400) {
		// A personal token has the same rights, but to make others.
		again := s.Send(ask(s.personal[column]))
		if makes := method == http.MethodPost && path == "/v1/personal/token"; makes && again.Status != http.StatusForbidden ||
			!makes && (path != yedpayMe && string(again.Body) != a.body || again.Status != got.Status) {
			t.Errorf("%s by %s: an access token gets %d %s, a personal one %d %s", text, column, got.Status, a.body, again.Status, again.Body)
		}
	}
	if at := faveo.Path; strings.HasPrefix(path, at) && (method == http.MethodGet || got.Status >= 400) {
		// The other spelling answers the same.
		again := ask(token)
		again.URL.Path = faveo.PathV3 + strings.TrimPrefix(again.URL.Path, at)
		if v3 := s.Send(again); v3.Status != got.Status || strings.ReplaceAll(string(v3.Body), faveo.PathV3, at) != a.body {
			t.Errorf("%s by %s: %d %s, and under %s %d %s", text, column, got.Status, a.body, faveo.PathV3, v3.Status, v3.Body)
		}
	}
	return a
}

// yedpayMe tells with which token it was asked.
const yedpayMe = "/v1/me"

// restCode is the status, or for what a status alone does not say a word.
func restCode(path string, got *testkit.Response) string {
	text := string(got.Body)
	switch {
	case got.Status >= 500:
		return fmt.Sprint(got.Status, "!")
	case got.Status < 300:
		var body struct {
			Data json.RawMessage
		}
		if json.Unmarshal(got.Body, &body) == nil {
			var counted struct{ Total *int }
			data := strings.TrimSpace(string(body.Data))
			if data == "[]" || json.Unmarshal(body.Data, &counted) == nil && counted.Total != nil && *counted.Total == 0 {
				return "none"
			}
		}
		return "ok"
	case got.Status == http.StatusBadRequest && strings.HasPrefix(path, "/api/v1"):
		for code, short := range map[string]string{"invalid_state": "state", "deadline_passed": "late", "not_eligible": "unfit"} {
			if strings.Contains(text, `"code":"`+code+`"`) {
				return short
			}
		}
	case got.Status == http.StatusConflict:
		return "state"
	}
	return fmt.Sprint(got.Status)
}

// selection asks for something of a type, so that the field is really read.
func selection(schema *ast.Schema, of *ast.Type) string {
	d := schema.Types[of.Name()]
	if d == nil || d.IsLeafType() {
		return ""
	}
	if d.Kind != ast.Object {
		return " { __typename }"
	}
	var parts []string
	for _, f := range d.Fields {
		inner := schema.Types[f.Type.Name()]
		switch {
		case f.Name == "userErrors":
			parts = append(parts, "userErrors { field code message refusals { rule needed actual who possibleFrom } }")
		case f.Name == "totalCount", f.Name == "id", strings.HasSuffix(d.Name, "Payload") && inner.IsLeafType():
			parts = append(parts, f.Name)
		case strings.HasSuffix(d.Name, "Payload") || f.Name == "nodes":
			parts = append(parts, f.Name+" { __typename }")
		}
	}
	if len(parts) == 0 {
		parts = []string{"__typename"}
	}
	return " { " + strings.Join(parts, " ") + " }"
}
