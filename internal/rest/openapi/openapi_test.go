package openapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/rest/openapi"
)

const small = `{
  "openapi": "3.1.0", "info": {"title": "small", "version": "1"},
  "servers": [{"url": "/api"}, {"url": "/v3/api"}],
  "paths": {
    "/things": {"get": {
      "parameters": [{"name": "ids[]", "in": "query"}, {"$ref": "#/components/parameters/Page"}],
      "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Things"}}}},
        "404": {"$ref": "#/components/responses/Missing"}}}},
    "/things/{id}": {"post": {"responses": {"204": {"description": ""}, "default": {"$ref": "#/components/responses/Missing"}}}},
    "/things/new": {"post": {"responses": {"201": {"description": ""}}}},
    "/picture.{form}": {"get": {"responses": {"200": {"description": "", "content": {"image/png": {}}}}}}
  },
  "components": {
    "parameters": {"Page": {"name": "page", "in": "query"}},
    "responses": {"Missing": {"description": "", "content": {"application/json": {"schema": {
      "type": "object", "required": ["message"], "additionalProperties": false, "properties": {"message": {"type": "string"}}}}}}},
    "schemas": {"Things": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
      "Thing": {"type": "object", "required": ["id", "at"], "properties": {"id": {"type": "integer"}, "at": {"type": ["string", "null"], "format": "date-time"}}}}
  }
}`

func TestAnAnswerIsAsTheDocumentSays(t *testing.T) {
	t.Parallel()
	d := openapi.MustParse([]byte(small))
	for _, c := range []struct {
		name, method, target string
		status               int
		media, body, want    string
	}{
		{"a good list", "GET", "/api/things?page=2", 200, "application/json; charset=utf-8", `[{"id":1,"at":null},{"id":2,"at":"2026-06-08T02:00:00Z"}]`, ""},
		{"under the other server", "GET", "/v3/api/things", 200, "application/json", `[]`, ""},
		{"a text for a number", "GET", "/api/things", 200, "application/json", `[{"id":"1","at":null}]`, "got string, want integer"},
		{"a missing key", "GET", "/api/things", 200, "application/json", `[{"id":1}]`, "missing property 'at'"},
		{"a time that is none", "GET", "/api/things", 200, "application/json", `[{"id":1,"at":"noon"}]`, "date-time"},
		{"no JSON", "GET", "/api/things", 200, "application/json", `[`, "EOF"},
		{"another media type", "GET", "/api/things", 200, "text/html", `[]`, "not described"},
		{"a failure by reference", "GET", "/api/things", 404, "application/json", `{"message":"gone"}`, ""},
		{"a key too many", "GET", "/api/things", 404, "application/json", `{"message":"gone","stack":""}`, "additional"},
		{"a status that is not described", "GET", "/api/things", 500, "application/json", `{}`, "answers 500"},
		{"any other status", "POST", "/api/things/7", 418, "application/json", `{"message":"gone"}`, ""},
		{"no body", "POST", "/api/things/7", 204, "", "", ""},
		{"a body where none is described", "POST", "/api/things/7", 204, "", "{}", "none is described"},
		{"the literal path goes first", "POST", "/api/things/new", 201, "", "", ""},
		{"a picture", "GET", "/api/picture.png", 200, "image/png", "\x89PNG", ""},
		{"HEAD answers as GET, without a body", "HEAD", "/api/things", 200, "application/json", "", ""},
		{"another path", "GET", "/api/others", 404, "application/json", `{}`, "is not described"},
		{"another method", "DELETE", "/api/things", 404, "application/json", `{}`, "is not described"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := d.Check(c.method, c.target, c.status, c.media, []byte(c.body))
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if o := d.Find("GET", "/api/things"); !o.Takes("ids[]") || !o.Takes("page") || o.Takes("size") {
		t.Errorf("its parameters are %v", o.Parameters)
	}
}

func TestADocumentThatIsNotGoodIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, from, to, want string }{
		{"another version", `"3.1.0"`, `"3.0.3"`, "no document"},
		{"no JSON", `{`, ``, ""},
		{"a reference into nothing", `#/components/schemas/Thing"`, `#/components/schemas/Thong"`, "not there"},
		{"a reference to the outside", `#/components/responses/Missing`, `https://example.com/x`, "outside"},
		{"a schema of no type", `"type": "array"`, `"type": "lists"`, "type"},
		{"an operation without answers", `"responses": {"201": {"description": ""}}`, `"responses": {}`, "describes no answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := openapi.Parse([]byte(strings.Replace(small, c.from, c.to, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestAHandlerIsHeldToItsDocument: what is wrong is told, what no operation describes
// passes, and the answer is the handler's own.
func TestAHandlerIsHeldToItsDocument(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, target, body string
		status               int
		want                 string
	}{
		{"GET", "/api/things", `[]`, 200, ""},
		{"GET", "/api/things", `[{"id":"1"}]`, 200, "missing property"},
		{"HEAD", "/api/things", `[]`, 200, ""},
		{"GET", "/api/things", ``, 500, "answers 500"},
		{"GET", "/api/others", `anything`, 418, ""},
	} {
		var told []string
		held := openapi.MustParse([]byte(small)).Hold(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(c.status)
			w.WriteHeader(http.StatusTeapot) // too late
			_, _ = w.Write([]byte(c.body))
		}), func(err error) { told = append(told, err.Error()) })
		w := httptest.NewRecorder()
		held.ServeHTTP(w, httptest.NewRequest(c.method, c.target, nil))
		if got := strings.Join(told, ";"); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s %s: told %q, want %q", c.method, c.target, got, c.want)
		}
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %d %s", c.method, c.target, w.Code, w.Body)
		}
	}
}

func TestARouterIsComparedWithItsDocument(t *testing.T) {
	t.Parallel()
	mux := chi.NewRouter()
	none := func(http.ResponseWriter, *http.Request) {}
	for _, base := range []string{"/api", "/v3/api"} {
		mux.Route(base, func(r chi.Router) {
			r.Get("/things", none)
			r.Post("/things/{id}", none)
			r.Post("/things/new", none)
			r.Get("/picture.{form:(?:png|svg)}", none)
		})
	}
	d := openapi.MustParse([]byte(small))
	if got, routes, err := d.Differs(mux); len(got) > 0 || routes != 8 || err != nil {
		t.Errorf("%q of %d routes: %v", got, routes, err)
	}
	mux.Delete("/api/things/{id}", none)
	mux.Get("/v3/api/others", none)
	if got, _, _ := d.Differs(mux); strings.Join(got, ",") != "-DELETE /api/things/{id},-GET /v3/api/others" {
		t.Errorf("%q", got)
	}
	if got, _, _ := d.Differs(chi.NewRouter()); len(got) != 8 || got[0] != "+GET /api/picture.{form}" {
		t.Errorf("%q", got)
	}
}
