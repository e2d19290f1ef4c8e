package api

import (
	"cmp"
	"context"
	"io"
	"mime"
	"net/http"
	"time"
)

// Bodies bound the bodies of requests, whatever door they go to; a door may set
// smaller bounds. What is zero has its default.
type Bodies struct {
	// JSON bounds the bytes of a body, and Form those of one that brings files
	// (multipart/form-data).
	JSON, Form int64
	// Rate is how many bytes a second a form must bring, over each Window. A form
	// that keeps to it may take as long as it needs; every other body has the
	// server's time for a whole request.
	Rate   int64
	Window time.Duration
}

// DefaultBodies is what zero bounds mean.
var DefaultBodies = Bodies{JSON: 1 << 20, Form: 50 << 20, Rate: 10 << 10, Window: 10 * time.Second}

func (b Bodies) orDefault() Bodies {
	d := DefaultBodies
	return Bodies{
		JSON: cmp.Or(b.JSON, d.JSON), Form: cmp.Or(b.Form, d.Form),
		Rate: cmp.Or(b.Rate, d.Rate), Window: cmp.Or(b.Window, d.Window),
	}
}

// limit lets no handler read more than the limit: reading on fails with
// *http.MaxBytesError. Reading from a client that sends too slowly fails with
// os.ErrDeadlineExceeded. Each door answers both in its own words.
func (b Bodies) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := b.JSON
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err == nil && kind == "multipart/form-data" {
			most = b.Form
			p := b.pace(w, r)
			defer p.end()
			r.Body = p
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		next.ServeHTTP(w, r)
	})
}

// paced is a body that must come at a pace, in place of the server's time for a
// whole request.
type paced struct {
	io.ReadCloser
	conn   *http.ResponseController
	window time.Duration
	// most is how many bytes a window must bring, and left how many of them are
	// still to come.
	most, left int64
	// answer is how long the answer may take once the body was read; 0 is for ever.
	answer time.Duration
	ended  bool
}

func (b Bodies) pace(w http.ResponseWriter, r *http.Request) *paced {
	most := max(1, int64(float64(b.Rate)*b.Window.Seconds()))
	p := &paced{ReadCloser: r.Body, conn: http.NewResponseController(w), window: b.Window, most: most, left: most}
	if server, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok {
		p.answer = server.WriteTimeout
	}
	p.within(p.window)
	return p
}

// within gives the client so long to send what is missing. A writer that is no
// connection has no deadlines, and needs none.
func (p *paced) within(d time.Duration) {
	_ = p.conn.SetReadDeadline(in(d))
	_ = p.conn.SetWriteDeadline(time.Time{})
}

// Read reads on, and grants another window for one that brought enough.
func (p *paced) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if p.left -= int64(n); p.left <= 0 && err == nil {
		p.left = p.most
		p.within(p.window)
	}
	if err != nil {
		p.end()
	}
	if err == io.EOF {
		_ = p.conn.SetReadDeadline(time.Time{}) // it would end the request's context
	}
	return n, err
}

// end begins the time for the answer.
func (p *paced) end() {
	if p.ended || p.answer <= 0 {
		return
	}
	p.ended = true
	_ = p.conn.SetWriteDeadline(in(p.answer)) // as in within
}

// in gives the instant so long from now, by the clock that deadlines of
// connections are held to.
func in(d time.Duration) time.Time {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	at, _ := ctx.Deadline()
	return at
}
