package faveo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/once"
)

// success is the envelope of a success: a message, data, or both.
type success struct {
	Success bool   `json:"success"`
	Message string `json:"message,omitempty"`
	Data    any    `json:"data,omitempty"`
}

// endpoint decodes a request, calls a use-case and gives what answers.
type endpoint func(*request) (*success, error)

// serve answers a route. The order of the checks decides what a caller learns: a
// request that cannot be read, the token, the role, and then what the endpoint says
// (rulings, "Order of checks").
func (d *dialect) serve(e endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := d.answer(w, r, e)
		if err != nil {
			d.fail(w, r, err)
			return
		}
		body.Success = true
		d.write(w, r, http.StatusOK, body)
	}
}

func (d *dialect) answer(w http.ResponseWriter, r *http.Request, e endpoint) (*success, error) {
	in, err := read(w, r)
	if err != nil {
		return nil, err
	}
	if in.Request, err = d.admit(r); err != nil {
		return nil, err
	}
	if once.Writes(r) {
		if err := d.auth.PassWrites(actor.From(in.Context()), 1); err != nil {
			return nil, err
		}
		in.Request = once.Over(in.Request, chi.RouteContext(r.Context()).RoutePattern(), in.sent)
	}
	if err := in.readForm(w); err != nil {
		return nil, err
	}
	defer in.close()
	body, err := e(in)
	if errors.Is(err, once.ErrDone) { // of a repeat, and there is nothing to show any more
		return &success{Message: "Contract Saved Successfully"}, nil
	}
	return body, err
}

// admit finds out who calls. The agents of the dialect are our supervisors.
//
// Faults: UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED, FORBIDDEN.
func (d *dialect) admit(r *http.Request) (*http.Request, error) {
	who, err := d.auth.Authenticate(r.Context(), r)
	if err != nil {
		return nil, err
	}
	if who.Anonymous() {
		return nil, fault.New(fault.TokenMissing, "")
	}
	// access: agents and administrators (Faveo reference, section 2).
	if !who.Is(actor.Supervisor, actor.Admin) {
		return nil, fault.New(fault.RoleForbidden, "Permission denied")
	}
	return r.WithContext(actor.With(r.Context(), who)), nil
}

// recovered answers a panic as an internal failure. Nothing has been written by
// then: every answer is written whole, at the end.
func (d *dialect) recovered(w http.ResponseWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	d.fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

// write answers with a body, whole and at once.
func (d *dialect) write(w http.ResponseWriter, r *http.Request, status int, body any) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // links stay readable; this is never HTML
	if err := encoder.Encode(body); err != nil {
		if status < http.StatusInternalServerError {
			d.fail(w, r, err)
		}
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "no-store") // every answer is for one caller
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	if _, err := w.Write(b.Bytes()); err != nil {
		d.log.DebugContext(r.Context(), "the client went away", "path", r.URL.Path, "error", err)
	}
}
