package transport_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/fixture/graph"
	"kontrak/internal/gql/internal/fixture/world"
)

func server() *handler.Server {
	srv := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{All: world.New()}}))
	srv.AddTransport(transport.Options{})
	srv.AddTransport(transport.GET{})
	srv.AddTransport(transport.POST{ResponseHeaders: map[string][]string{"x-test": {"1"}}})
	srv.SetParserTokenLimit(50)
	return srv
}

func TestPostAnswersAsTheSpecificationSays(t *testing.T) {
	t.Parallel()
	const plain, response = "application/json", "application/graphql-response+json"
	for _, c := range []struct {
		name, accept, body string
		status             int
		media, want        string
	}{
		{"a query", "", `{"query":"{__typename}"}`, 200, plain, `{"data":{"__typename":"Query"}}`},
		{"any type will do", "*/*", `{"query":"{__typename}"}`, 200, plain, `{"data":{"__typename":"Query"}}`},
		{"the newer type", response, `{"query":"{__typename}"}`, 200, response, `{"data":{"__typename":"Query"}}`},
		{"the preferred type", "application/json;q=0.5, " + response, `{"query":"{__typename}"}`, 200, response, `{"data":{"__typename":"Query"}}`},
		{"the first of equals", response + ", " + plain, `{"query":"{__typename}"}`, 200, response, `{"data":{"__typename":"Query"}}`},
		{"no type that there is", "text/html", `{"query":"{__typename}"}`, 406, plain, ""},
		{"null members", "", `{"query":"{__typename}","variables":null,"operationName":null,"extensions":null}`, 200, plain, `{"data":{"__typename":"Query"}}`},
		{"a syntax error, older type", plain, `{"query":"{"}`, 200, plain, `{"errors":[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}`},
		{"a syntax error, newer type", response, `{"query":"{"}`, 400, response, ""},
		{"an unknown field", response, `{"query":"{nothing}"}`, 400, response, `{"errors":[{"message":"Cannot query field \"nothing\" on type \"Query\".","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
		{"an unknown operation", response, `{"query":"query A{__typename}","operationName":"B"}`, 400, response, `{"errors":[{"message":"operation B not found","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
		{"no name among several", response, `{"query":"query A{__typename} query B{__typename}"}`, 400, response, ""},
		{"one of several", plain, `{"query":"query A{__typename} query B{b:__typename}","operationName":"B"}`, 200, plain, `{"data":{"b":"Query"}}`},
		{"a variable of the wrong type", response, `{"query":"query($i:ID!){person(id:$i){id}}","variables":{"i":[1]}}`, 400, response, `{"errors":[{"message":"$i: cannot use list as ID","locations":[{"line":1,"column":7}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
		{"too many tokens", plain, `{"query":"{` + strings.Repeat("a:__typename ", 30) + `}"}`, 200, plain, ""},
		{"a subscription", response, `{"query":"subscription{count(to:1)}"}`, 405, response, ""},
		{"no query", plain, `{}`, 400, plain, `{"errors":[{"message":"query is missing"}]}`},
		{"a query that is no text", plain, `{"query":1}`, 400, plain, `{"errors":[{"message":"request body could not be decoded: query has the wrong type"}]}`},
		{"variables that are no object", plain, `{"query":"{__typename}","variables":[]}`, 400, plain, ""},
		{"not JSON, which is not repeated", plain, `secret`, 400, plain, `{"errors":[{"message":"request body could not be decoded: it is not JSON"}]}`},
		{"nothing", plain, ``, 400, plain, `{"errors":[{"message":"request body could not be decoded: it is empty"}]}`},
		{"a list", plain, `[]`, 400, plain, ""},
		{"null", plain, `null`, 400, plain, `{"errors":[{"message":"request body could not be decoded: not an object"}]}`},
		{"two values", plain, `{"query":"{__typename}"}{}`, 400, plain, ""},
		{"introspection that was not allowed", plain, `{"query":"{__schema{queryType{name}}}"}`, 200, plain, `{"errors":[{"message":"introspection disabled","path":["__schema"],"locations":[{"line":1,"column":2}]}],"data":null}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
			r.Header.Set("Content-Type", "application/json; charset=utf-8")
			if c.accept != "" {
				r.Header.Set("Accept", c.accept)
			}
			w := httptest.NewRecorder()
			server().ServeHTTP(w, r)
			got := w.Body.String()
			if w.Code != c.status || w.Header().Get("Content-Type") != c.media+"; charset=utf-8" || !json.Valid([]byte(got)) {
				t.Errorf("got %d %s %s", w.Code, w.Header().Get("Content-Type"), got)
			}
			if c.want != "" && got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestBodiesBeyondTheirLimitAreTooLarge(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	w := httptest.NewRecorder()
	r.Body = http.MaxBytesReader(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"query":"{__typename}"}`)).Body, 10)
	r.Header.Set("Content-Type", "application/json")
	server().ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	address := func(query, variables string) string {
		return "/?" + url.Values{"query": {query}, "variables": {variables}}.Encode()
	}
	for _, c := range []struct {
		name, method, target string
		status               int
		want, allow          string
	}{
		{"a query by GET", "GET", address(`query($i:ID!){person(id:$i){name}}`, `{"i":1}`), 200, `{"data":{"person":{"name":"Ann"}}}`, ""},
		{"a mutation by GET", "GET", address(`mutation{add(n:1)}`, ``), 405, `{"errors":[{"message":"GET requests cannot run a mutation"}]}`, "POST"},
		{"broken variables", "GET", address(`{__typename}`, `{`), 400, `{"errors":[{"message":"variables could not be decoded"}]}`, ""},
		{"nothing", "GET", "/", 400, `{"errors":[{"message":"query is missing"}]}`, ""},
		{"OPTIONS", "OPTIONS", "/", 200, "", "OPTIONS, GET, POST"},
		{"HEAD", "HEAD", "/", 405, "", "OPTIONS, GET, POST"},
		{"DELETE", "DELETE", "/", 400, `{"errors":[{"message":"transport not supported"}]}`, ""},
		{"POST without a type", "POST", "/", 400, `{"errors":[{"message":"transport not supported"}]}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			server().ServeHTTP(w, httptest.NewRequest(c.method, c.target, nil))
			if w.Code != c.status || w.Body.String() != c.want || w.Header().Get("Allow") != c.allow {
				t.Errorf("got %d %s %s", w.Code, w.Header().Get("Allow"), w.Body)
			}
		})
	}
}
