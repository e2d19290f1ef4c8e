package openapi

import (
	"bytes"
	"net/http"
)

// Hold gives a handler that answers as next does, and tells fail what in an answer of a
// described operation is not as the document says. Requests that no operation describes
// pass. It keeps each answer whole until it is checked: it is for tests.
func (d *Document) Hold(next http.Handler, fail func(error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method, target := r.Method, r.URL.String()
		if method == http.MethodHead {
			method = http.MethodGet // a body that the server is going to drop is checked too
		}
		if d.Find(method, target) == nil {
			next.ServeHTTP(w, r)
			return
		}
		kept := &answerKept{header: http.Header{}, status: http.StatusOK}
		next.ServeHTTP(kept, r)
		if err := d.Check(method, target, kept.status, kept.header.Get("Content-Type"), kept.body.Bytes()); err != nil {
			fail(err)
		}
		for name, values := range kept.header {
			w.Header()[name] = values
		}
		w.WriteHeader(kept.status)
		_, _ = w.Write(kept.body.Bytes()) // into a recorder
	})
}

// answerKept is an answer that was not sent yet.
type answerKept struct {
	header http.Header
	status int
	wrote  bool
	body   bytes.Buffer
}

func (a *answerKept) Header() http.Header { return a.header }

// WriteHeader keeps the first status, as a server does.
func (a *answerKept) WriteHeader(status int) {
	if !a.wrote {
		a.status, a.wrote = status, true
	}
}

func (a *answerKept) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}
