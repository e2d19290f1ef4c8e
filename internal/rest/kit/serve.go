package kit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/actor"
	"kontrak/internal/once"
)

// success is the envelope of a success; a route without a result has no data.
type success struct {
	OK   bool `json:"ok"`
	Data any  `json:"data,omitempty"`
}

// endpoint decodes a request, calls a use-case and gives the data that answers.
type endpoint func(*request) (any, error)

// newRecord is the data of an answer to a request that made a record.
type newRecord struct{ data any }

// serve answers a route that is about a resource. The order of the checks decides
// what a caller learns: a request that cannot be read, the key, and then what the
// endpoint says (rulings, "Order of checks").
func (d *Dialect) serve(of resource, e endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		data, err := d.answer(w, r, e)
		if err != nil {
			d.fail(w, r, of, err)
			return
		}
		status := http.StatusOK
		if made, is := data.(newRecord); is {
			status, data = http.StatusCreated, made.data
		}
		d.write(w, r, status, success{OK: true, Data: data})
	}
}

func (d *Dialect) answer(w http.ResponseWriter, r *http.Request, e endpoint) (any, error) {
	in, err := read(w, r)
	if err != nil {
		return nil, err
	}
	who, err := d.auth.AuthenticateKey(r.Context(), r)
	if err != nil {
		return nil, err
	}
	in.Request, in.institution = r.WithContext(actor.With(r.Context(), who)), who.CurrentInstitution
	if once.Writes(r) {
		if err := d.auth.PassProgramWrite(in.institution); err != nil {
			return nil, err
		}
		// Whoever the keys of two institutions act for, they are two callers.
		route := fmt.Sprint(chi.RouteContext(r.Context()).RoutePattern(), " of ", in.institution)
		in.Request = once.Over(in.Request, route, func() once.Body { return once.Body{JSON: in.body} })
	}
	data, err := e(in)
	if errors.Is(err, once.ErrDone) {
		if _, made := data.(newRecord); made {
			return newRecord{}, nil
		}
		return nil, nil //nolint:nilnil // an answer without data
	}
	return data, err
}

// recovered answers a panic as an internal failure. Nothing has been written by
// then: every answer is written whole, at the end.
func (d *Dialect) recovered(w http.ResponseWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	d.Fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

// write answers with a body, whole and at once.
func (d *Dialect) write(w http.ResponseWriter, r *http.Request, status int, body any) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // links stay readable; this is never HTML
	if err := encoder.Encode(body); err != nil {
		if status < http.StatusInternalServerError {
			d.Fail(w, r, err)
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

// instant prints a time as 2006-01-02T15:04:05.000Z.
type instant time.Time

// MarshalJSON writes the instant in UTC with milliseconds.
func (i instant) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(i).UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// maybe gives an instant that may not be there.
func maybe(t *time.Time) *instant { return (*instant)(t) }

// each converts a list; an empty one is printed as [].
func each[V, B any](items []*V, to func(*V) B) []B {
	bodies := make([]B, len(items))
	for i, v := range items {
		bodies[i] = to(v)
	}
	return bodies
}
