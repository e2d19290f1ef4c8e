// Package export gives whole lists as files: contracts, agreements and partners, as CSV
// (RFC 4180) or NDJSON, page by page, each under what the caller may see. It holds no
// rules: every page is one of the lists of internal/market.
//
// docs/exports.md has what a client needs to know.
package export

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// Path is where exports begin.
const Path = "/export"

// Config names what exports are made of. Every part is required.
type Config struct {
	App    *market.App
	Auth   *authn.Service
	Logger *slog.Logger
}

// exports answers the routes.
type exports struct {
	app  *market.App
	auth *authn.Service
	log  *slog.Logger
	busy turns
}

// New gives the handler of everything under Path.
func New(c Config) http.Handler {
	e := &exports{app: c.App, auth: c.Auth, log: c.Logger}
	r := chi.NewRouter()
	for pattern, h := range map[string]http.HandlerFunc{
		Path + "/contracts.{form:(?:csv|ndjson)}":  e.contracts,
		Path + "/agreements.{form:(?:csv|ndjson)}": e.agreements,
		Path + "/partners.{form:(?:csv|ndjson)}":   e.partners,
	} {
		r.Get(pattern, h)
		r.Head(pattern, h)
	}
	r.NotFound(func(w http.ResponseWriter, r *http.Request) {
		e.fail(w, r, fault.New(fault.RecordNotFound, "There is no such export."))
	})
	r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", "GET, HEAD")
		e.fail(w, r, fault.New(fault.MethodNotAllowed, ""))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		// A router above has consumed a part of the path for itself, not for us.
		r.ServeHTTP(w, req.WithContext(context.WithValue(req.Context(), chi.RouteCtxKey, (*chi.Context)(nil))))
	})
}

// contracts answers GET /export/contracts.csv and .ndjson.
func (e *exports) contracts(w http.ResponseWriter, r *http.Request) {
	q := newQuery(r)
	f := fromContracts(q)
	f.Unread = q.unread()
	serve(e, w, r, list[view.Contract]{"contracts", contractColumns, func(ctx context.Context, p market.Page) (*view.Page[view.Contract], error) {
		return e.app.Contracts(ctx, f, market.ContractOrder{Ascending: true}, p, contractWants)
	}})
}

// agreements answers GET /export/agreements.csv and .ndjson.
func (e *exports) agreements(w http.ResponseWriter, r *http.Request) {
	q := newQuery(r)
	f := fromAgreements(q)
	f.Unread = q.unread()
	serve(e, w, r, list[view.Agreement]{"agreements", agreementColumns, func(ctx context.Context, p market.Page) (*view.Page[view.Agreement], error) {
		return e.app.Agreements(ctx, f, market.AgreementOrder{}, p, agreementWants)
	}})
}

// partners answers GET /export/partners.csv and .ndjson.
func (e *exports) partners(w http.ResponseWriter, r *http.Request) {
	q := newQuery(r)
	f := fromPartners(q)
	f.Unread = q.unread()
	serve(e, w, r, list[view.Partner]{"partners", partnerColumns, func(ctx context.Context, p market.Page) (*view.Page[view.Partner], error) {
		return e.app.Partners(ctx, f, market.PartnerOrder{}, p, partnerWants)
	}})
}

// list is a list that is exported: its name, its columns and its pages.
type list[V any] struct {
	name    string
	columns []column[V]
	page    func(context.Context, market.Page) (*view.Page[V], error)
}

// after gives the page after a position, nil for the first.
func (l list[V]) after(ctx context.Context, position *string) (*view.Page[V], error) {
	p, err := market.Connection{First: new(int32(market.MaxPage)), After: position}.Page()
	if err != nil {
		return nil, err
	}
	return l.page(ctx, p)
}

// patience is how long a client may take to receive a page.
const patience = 30 * time.Second

// serve sends a list. What is wrong with the request, and a first page that cannot be
// read, is answered before the first byte.
func serve[V any](e *exports, w http.ResponseWriter, r *http.Request, l list[V]) {
	who, err := e.admit(r)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	// Who calls is looked at anew for each page: a session that ended gets no more rows.
	next := func(position *string) (*view.Page[V], error) {
		who, err := e.admit(r)
		if err != nil {
			return nil, err
		}
		return l.after(actor.With(r.Context(), who), position)
	}
	leave, err := e.busy.enter(who.UserID)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	defer leave()
	first, err := l.after(actor.With(r.Context(), who), nil)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	form := forms[chi.URLParam(r, "form")]
	w.Header().Set("Content-Type", form.mediaType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+l.name+"."+chi.URLParam(r, "form")+`"`)
	if r.Method == http.MethodHead {
		return
	}
	shown := readableColumns(l.columns, market.RoleTies(who.Role))
	if err := send(http.NewResponseController(w), form.writer(w), next, shown, first); err != nil {
		e.broke(r.Context(), w, r, err)
	}
}

// admit finds out who calls.
//
// Faults: UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED.
func (e *exports) admit(r *http.Request) (actor.Actor, error) {
	who, err := e.auth.Authenticate(r.Context(), r)
	if err == nil && who.Anonymous() {
		err = fault.New(fault.TokenMissing, "")
	}
	return who, err
}

// send writes the pages one after the other: one is in memory at a time.
func send[V any](conn *http.ResponseController, out rowWriter, next func(*string) (*view.Page[V], error), shown []column[V], page *view.Page[V]) error {
	if err := out.begin(namesOf(shown)); err != nil {
		return gone{err}
	}
	values := make([]any, len(shown))
	for {
		_ = conn.SetWriteDeadline(in(patience)) // a writer that is no connection has no deadlines, and needs none
		for _, item := range page.Items {
			for i, c := range shown {
				values[i] = c.value(item)
			}
			if err := out.row(values); err != nil {
				return gone{err}
			}
		}
		if err := out.flush(); err != nil {
			return gone{err}
		}
		_ = conn.Flush()
		if !page.HasNext {
			return nil
		}
		last := page.Cursors[len(page.Cursors)-1]
		var err error
		if page, err = next(&last); err != nil {
			out.broken(err)
			return err
		}
	}
}

// in gives the instant so long from now. Deadlines of connections are real time, which
// contexts know.
func in(d time.Duration) time.Time {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	at, _ := ctx.Deadline()
	return at
}

// gone says that nobody is left to write to.
type gone struct{ error }
