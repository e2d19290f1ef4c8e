package guard_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/ceiling"
	"kontrak/internal/testkit/doors"
)

// reply is an answer of the graph.
type reply struct {
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Message    string `json:"message"`
		Extensions struct {
			Code string         `json:"code"`
			Kind string         `json:"kind"`
			Meta map[string]any `json:"meta"`
		} `json:"extensions"`
	} `json:"errors"`
	Extensions map[string]any `json:"extensions"`
}

func (r *reply) code() string {
	if len(r.Errors) == 0 {
		return none
	}
	return r.Errors[0].Extensions.Code
}

// text is the body that is sent.
func (h hostile) text(t testing.TB) string {
	if h.body != "" {
		return h.body
	}
	body := map[string]any{"query": h.query}
	if h.variables != "" {
		body["variables"] = json.RawMessage("0")
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	if h.variables == "" {
		return string(text)
	}
	// The encoder would check the variables, which are not all well-formed.
	return strings.Replace(string(text), `"variables":0`, `"variables":`+h.variables, 1)
}

// start starts the program on SQLite: what is tested here happens before any database.
func start(t testing.TB) (app *testkit.App, token string) {
	t.Helper()
	app = doors.Start(t, testkit.Databases(t)[0])
	return app, app.Token(t, "admin@demo.test")
}

func send(t testing.TB, app *testkit.App, token, body string) *reply {
	t.Helper()
	got := app.Do(t, http.MethodPost, "/query", token, body)
	var r reply
	if err := json.Unmarshal(got.Body, &r); err != nil {
		t.Fatalf("status %d, no JSON (%v): %.200s", got.Status, err, got.Body)
	}
	return &r
}

// This test is not parallel, so that its figures are of one request.
func TestAHostileRequestIsRefusedWithItsCodeOrAnsweredInBounds(t *testing.T) {
	app, token := start(t)
	all := hostileRequests()
	if len(all) < 60 {
		t.Fatalf("only %d requests", len(all))
	}
	send(t, app, token, `{"query": "{ viewer { id } }"}`) // what is made on first use is made now
	for _, h := range all {
		body := h.text(t)
		before, began := ceiling.Allocated(), time.Now()
		got := send(t, app, token, body)
		took, bytes := time.Since(began), ceiling.Allocated()-before
		t.Logf("%8.2f ms %8.2f MB  %-24s %s", float64(took.Microseconds())/1e3, float64(bytes)/1e6, got.code(), h.name)
		if got.code() != h.code {
			t.Errorf("%s: got %q, want %q: %.300v", h.name, got.code(), h.code, got.Errors)
		}
		if h.code == none && len(got.Data) == 0 {
			t.Errorf("%s: there is no data", h.name)
		}
		if len(got.Errors) > 20 {
			t.Errorf("%s: %d errors are returned", h.name, len(got.Errors))
		}
		for _, e := range got.Errors {
			if len(e.Message) > 1010 {
				t.Errorf("%s: the message has %d bytes: %.100s…", h.name, len(e.Message), e.Message)
			}
		}
	}
}

func TestANormalQueryIsAnsweredWhileHostileOnesCome(t *testing.T) {
	t.Parallel()
	app, token := start(t)
	const query = `{"query": "{ contracts(first: 5) { totalCount nodes { referenceCode institution { name } schedules { date } } } }"}`
	want := app.Do(t, http.MethodPost, "/query", token, query)
	var hostiles sync.WaitGroup
	done := make(chan struct{})
	hostiles.Go(func() {
		for _, h := range hostileRequests() {
			app.Do(t, http.MethodPost, "/query", token, h.text(t))
		}
		close(done)
	})
	answered := 0
	for running := true; running; answered++ {
		select {
		case <-done:
			running = false
		default:
		}
		if got := app.Do(t, http.MethodPost, "/query", token, query); got.Status != http.StatusOK || string(got.Body) != string(want.Body) {
			t.Fatalf("status %d: %.300s", got.Status, got.Body)
		}
	}
	hostiles.Wait()
	t.Logf("%d normal queries were answered meanwhile", answered)
}
