package testkit

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kontrak/internal/authn"
)

// Response is what the program answered.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request through the handler that is served. token may be empty. The
// body may be nil, a text or bytes as they are to be sent, or a value that is
// encoded as JSON.
func (a *App) Do(t testing.TB, method, path, token string, body any) *Response {
	t.Helper()
	r := a.Request(t, method, path, token, body)
	return a.Send(r)
}

// Request makes a request for Send, so that a test can change it first.
func (a *App) Request(t testing.TB, method, path, token string, body any) *http.Request {
	t.Helper()
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		a.secrets.body([]byte(b))
		content = strings.NewReader(b)
	case []byte:
		a.secrets.body(b)
		content = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		a.secrets.body(raw)
		content = bytes.NewReader(raw)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, path, content)
	if content != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

type keyOf struct{}

// Keyed gives a test whose requests of the graph and of Send carry this
// Idempotency-Key.
func Keyed(t testing.TB, key string) testing.TB {
	return keyed{t, context.WithValue(t.Context(), keyOf{}, key)}
}

type keyed struct {
	testing.TB
	ctx context.Context //nolint:containedctx // it is what the test's own is replaced by
}

// Context is the test's, with the key.
func (k keyed) Context() context.Context { return k.ctx }

// Send sends a request through the handler that is served.
func (a *App) Send(r *http.Request) *Response {
	if key := r.Header.Get(authn.KeyHeader); key != "" {
		a.secrets.secret(key)
	}
	if key, ok := r.Context().Value(keyOf{}).(string); ok {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	a.Handler.ServeHTTP(w, r)
	return &Response{Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
}

// JSON decodes the body into the target.
func (r *Response) JSON(t testing.TB, target any) {
	t.Helper()
	if err := json.Unmarshal(r.Body, target); err != nil {
		t.Fatalf("status %d, no JSON: %v\n%s", r.Status, err, r.Body)
	}
}

// Exact gives the body as an object, with numbers as they are written.
func (r *Response) Exact(t testing.TB) map[string]any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(r.Body))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		t.Fatalf("status %d, no JSON: %v\n%.300s", r.Status, err, r.Body)
	}
	return object
}

// Object gives the body as an object.
func (r *Response) Object(t testing.TB) map[string]any {
	t.Helper()
	var object map[string]any
	r.JSON(t, &object)
	return object
}
