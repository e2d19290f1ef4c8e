package nukitu

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/once"
)

// gate says who may come to a route at all. What they may do there is for the
// use-case to say.
type gate struct {
	public bool
	roles  []actor.Role // none: every role
	// forms says that the body may be a form, with files.
	forms bool
	// asks says that nothing is changed, whatever the method.
	asks bool
}

var (
	anybody  = gate{public: true}
	signedIn = gate{}
)

func only(roles ...actor.Role) gate { return gate{roles: roles} }

// withFiles is the gate of a route that takes files.
func (g gate) withFiles() gate {
	g.forms = true
	return g
}

// asking is the gate of a route that changes nothing.
func (g gate) asking() gate {
	g.asks = true
	return g
}

// endpoint decodes a request, calls a use-case and gives the body that answers.
type endpoint func(*request) (any, error)

// serve answers a route. The order of the checks decides what a caller learns:
// a request that cannot be read, the token, the role, and then what the endpoint
// says (rulings, "Order of checks").
func (d *dialect) serve(g gate, e endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := d.answer(w, r, g, e)
		if err != nil {
			d.fail(w, r, err)
			return
		}
		d.respond(w, r, body)
	}
}

// created is the body of an answer to a request that made a record.
type created struct{ body any }

// newly makes an answer into one to a request that made a record.
func newly(body any, err error) (any, error) { return created{body}, err }

// respond answers with what an endpoint has given.
func (d *dialect) respond(w http.ResponseWriter, r *http.Request, body any) {
	switch body := body.(type) {
	case created:
		d.write(w, r, http.StatusCreated, body.body)
	case picture:
		if err := body.write(w); err != nil {
			d.log.DebugContext(r.Context(), "the client went away", "path", r.URL.Path, "error", err)
		}
	default:
		d.write(w, r, http.StatusOK, body)
	}
}

func (d *dialect) answer(w http.ResponseWriter, r *http.Request, g gate, e endpoint) (any, error) {
	in, err := read(w, r, g.forms)
	if err != nil {
		return nil, err
	}
	if in.Request, err = d.admit(r, g); err != nil {
		return nil, err
	}
	if once.Writes(r) && !g.asks {
		if err := d.auth.PassWrites(actor.From(in.Context()), 1); err != nil {
			return nil, err
		}
		in.Request = once.Over(in.Request, chi.RouteContext(r.Context()).RoutePattern(), in.sent)
	}
	if err := in.readForm(w); err != nil {
		return nil, err
	}
	defer in.form.close()
	body, err := e(in)
	if errors.Is(err, once.ErrDone) {
		return nothing(body), nil
	}
	return body, err
}

// nothing answers a repeat of which there is nothing to show any more.
func nothing(body any) any {
	if _, made := body.(created); made {
		return created{data(nil)}
	}
	return data(nil)
}

// admit finds out who calls and whether the gate is open to them. A public route
// does not look at the token, so that an old one does not keep anybody from
// signing in.
//
// Faults: UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED, FORBIDDEN.
func (d *dialect) admit(r *http.Request, g gate) (*http.Request, error) {
	if g.public {
		return r, nil
	}
	who, err := d.auth.Authenticate(r.Context(), r)
	if err != nil {
		return nil, err
	}
	if who.Anonymous() {
		return nil, fault.New(fault.TokenMissing, "")
	}
	// access: each documented route names the role that it is for.
	if len(g.roles) > 0 && !slices.Contains(g.roles, who.Role) {
		return nil, market.RoleRefusal(who, g.roles)
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
