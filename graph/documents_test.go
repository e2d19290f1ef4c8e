package graph_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kontrak/graph"
	"kontrak/internal/persisted"
)

// byHash is the extension that names a document.
func byHash(document string) string {
	return fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":%q}}`, persisted.Hash(document))
}

// asked is one way to ask for a document by its hash, with or without its text.
var byAnyWay = map[string]func(t *testing.T, w *wired, document, text string) string{
	"POST": func(t *testing.T, w *wired, document, text string) string {
		_, body := w.post(t, good, fmt.Sprintf(`{"query":%q,"extensions":%s}`, text, byHash(document)))
		return body
	},
	"GET": func(_ *testing.T, w *wired, document, text string) string {
		v := url.Values{"extensions": {byHash(document)}}
		if text != "" {
			v.Set("query", text)
		}
		_, body := w.do(httptest.NewRequest(http.MethodGet, "/query?"+v.Encode(), nil), good)
		return body
	},
	"events": func(_ *testing.T, w *wired, document, text string) string {
		r := httptest.NewRequest(http.MethodPost, "/query", strings.NewReader(fmt.Sprintf(`{"query":%q,"extensions":%s}`, text, byHash(document))))
		r.Header.Set("Content-Type", "application/json")
		_, body := w.do(r, good, "Accept", "text/event-stream")
		return body
	},
	"WebSocket": func(t *testing.T, w *wired, document, text string) string {
		l := w.call(t, good)
		l.say(fmt.Sprintf(`{"id":"1","type":"subscribe","payload":{"query":%q,"extensions":%s}}`, text, byHash(document)))
		got, err := l.next()
		if err != nil {
			t.Fatal(err)
		}
		return got
	},
	"form": func(t *testing.T, w *wired, document, text string) string {
		r, _ := form{operations: fmt.Sprintf(`{"query":%q,"extensions":%s}`, text, byHash(document)), places: "{}"}.request(t)
		_, body := w.do(r, good, preflight, "1")
		return body
	},
}

func TestDocumentsAreNamedByTheirHashOnEveryTransport(t *testing.T) {
	t.Parallel()
	for way, ask := range byAnyWay {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			w := wire(t, nil)
			const document = "{ me }"
			for _, c := range []struct{ name, text, want string }{
				{"before it came", "", `"message":"PersistedQueryNotFound"`},
				{"with another text", "{ me me }", "hash does not match"},
				{"as before", "", `"code":"PERSISTED_QUERY_NOT_FOUND"`},
				{"with its text", document, "user 1"},
				{"and then without", "", "user 1"},
			} {
				if got := ask(t, w, document, c.text); !strings.Contains(got, c.want) {
					t.Errorf("%s: %s", c.name, got)
				}
			}
		})
	}
}

func TestWhatIsNamedByItsHashIsHeldToTheLimitsAll(t *testing.T) {
	t.Parallel()
	w := wire(t, func(c *graph.HandlerConfig) { c.Limits.Aliases = 1 })
	const document = "{ a: me b: me }"
	for _, text := range []string{document, "", ""} {
		if got := byAnyWay["POST"](t, w, document, text); !strings.Contains(got, "TOO_MANY_ALIASES") {
			t.Error(got)
		}
	}
	long := "{ me } #" + strings.Repeat(" ", 100_000)
	for _, text := range []string{long, ""} {
		if got := byAnyWay["POST"](t, w, long, text); text != "" != strings.Contains(got, "QUERY_TOO_LONG") || text == "" != strings.Contains(got, "NOT_FOUND") {
			t.Error(got)
		}
	}
}

func TestWhereOnlyRegisteredDocumentsAreAnsweredTheOthersAreRefused(t *testing.T) {
	t.Parallel()
	const known, other = "{ me }", "{ me me }"
	w := wire(t, func(c *graph.HandlerConfig) {
		c.Documents = persisted.Config{Registered: map[string]string{persisted.Hash(known): known}, Only: true}
	})
	for way, ask := range byAnyWay {
		for _, c := range []struct{ document, text, want string }{
			{known, "", "user 1"}, {known, known, "user 1"}, {other, other, "DOCUMENT_NOT_REGISTERED"}, {other, "", "NOT_FOUND"},
		} {
			if got := ask(t, w, c.document, c.text); !strings.Contains(got, c.want) {
				t.Errorf("%s: %s", way, got)
			}
		}
	}
	for query, want := range map[string]string{known: "user 1", other: "DOCUMENT_NOT_REGISTERED", "{ __schema { queryType { name } } }": "DOCUMENT_NOT_REGISTERED"} {
		if _, got := w.post(t, good, `{"query":"`+query+`"}`); !strings.Contains(got, want) {
			t.Error(got)
		}
	}
}
