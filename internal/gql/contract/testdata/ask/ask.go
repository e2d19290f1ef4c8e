// Package ask sends requests to the program of a case and compares the answers.
package ask

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Post answers a query with variables, which are JSON or "".
func Post(t *testing.T, h http.Handler, query, variables string) string {
	t.Helper()
	request := map[string]any{"query": query}
	if variables != "" {
		request["variables"] = json.RawMessage(variables)
	}
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/query", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	return Send(h, r)
}

// Send answers a request.
func Send(h http.Handler, r *http.Request) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return strings.TrimSpace(w.Body.String())
}

// Equal fails with both texts unless they are the same.
func Equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got\n%s\nwant\n%s", what, got, want)
	}
}

// Requests runs requests, each of which ends with the line of its answer:
//
//	query($n: Int) { a(n: $n) }
//	$ {"n": 1}
//	=> {"data":{"a":1}}
func Requests(t *testing.T, h http.Handler, text string) {
	t.Helper()
	var query, variables string
	ran := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if answer, ok := strings.CutPrefix(line, "=> "); ok {
			Equal(t, strings.TrimSpace(query), Post(t, h, query, variables), answer)
			query, variables, ran = "", "", ran+1
		} else if v, ok := strings.CutPrefix(line, "$ "); ok {
			variables = v
		} else {
			query += line + "\n"
		}
	}
	if ran == 0 {
		t.Error("the case has no requests")
	}
}
