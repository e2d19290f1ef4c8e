package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql/handler/transport"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The media types of requests.
const (
	jsonBody = "application/json"
	formBody = "multipart/form-data"
)

// door stands before the graph: it refuses what carries no GraphQL request, reads
// what can be read, and finds out who calls.
type door struct {
	HandlerConfig
	graph http.Handler
}

// refusal is why a request does not come to the graph.
type refusal struct {
	status int
	fault  *fault.Error
}

// ServeHTTP goes through the order of checks: a request that cannot be decoded is
// refused as such before its token is looked at (rulings, "Order of checks").
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if no := wellSent(w, r); no != nil {
		refuse(w, no.status, no.fault)
		return
	}
	body := &sentBody{ReadCloser: r.Body}
	r.Body = body
	decodable, no := d.read(r)
	if no != nil {
		refuse(w, no.status, no.fault)
		return
	}
	who, err := d.Authenticate(r)
	if err != nil && decodable {
		d.turnAway(w, r, err)
		return
	}
	ctx := actor.With(r.Context(), who)
	ctx = context.WithValue(ctx, callerKey{}, &caller{authorization: r.Header.Get("Authorization"), who: who})
	ctx = context.WithValue(withSender(ctx, r), bodyKey{}, body)
	if d.Stream != nil && lasts(r) {
		var cancel context.CancelFunc
		ctx, cancel = d.Stream(ctx)
		defer cancel()
	}
	d.graph.ServeHTTP(w, r.WithContext(ctx))
}

// wellSent refuses a method and a content type that carry no GraphQL request, and
// a form that a page of somebody else's may have sent.
func wellSent(w http.ResponseWriter, r *http.Request) *refusal {
	switch r.Method {
	case http.MethodGet, http.MethodOptions:
		return nil
	case http.MethodPost:
	default:
		w.Header().Set("Allow", "GET, OPTIONS, POST")
		return &refusal{http.StatusMethodNotAllowed, fault.New(fault.MethodNotAllowed, "")}
	}
	switch mediaOf(r) {
	case jsonBody:
		return nil
	case formBody:
		if preflighted(r) {
			return nil
		}
		return &refusal{http.StatusBadRequest, fault.New(fault.PreflightMissing, "")}
	}
	return &refusal{http.StatusUnsupportedMediaType, fault.New(fault.UnsupportedMedia, "Send the request as application/json, or as multipart/form-data where it brings files.")}
}

// mediaOf gives the media type of a request's body, or "".
func mediaOf(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// lasts tells whether a request may be answered for as long as its caller likes.
func lasts(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" || strings.Contains(r.Header.Get("Accept"), "text/event-stream")
}

// read reads a body into memory before anything is parsed, and tells whether it
// holds a GraphQL request at all. It refuses one that is larger than the limit
// which internal/api puts on it, comes too slowly or holds too many values. Of a
// form it reads the beginning; the files are read later.
func (d *door) read(r *http.Request) (decodable bool, no *refusal) {
	if r.Method != http.MethodPost {
		return true, nil
	}
	if mediaOf(r) == formBody {
		return d.readForm(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return false, unread(err)
	}
	if f := d.Limits.CheckBody(body); f != nil {
		return false, &refusal{http.StatusRequestEntityTooLarge, f}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return json.Valid(body), nil
}

// unread says why a body could not be read to its end.
func unread(err error) *refusal {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return &refusal{http.StatusRequestEntityTooLarge, fault.Newf(fault.BodyTooLarge, "The request body is larger than %d bytes.", tooLarge.Limit)}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &refusal{http.StatusRequestTimeout, fault.New(fault.BodyTooSlow, "")}
	}
	return &refusal{http.StatusBadRequest, fault.New(fault.BadRequest, "The request body could not be read to its end.")}
}

// sentBody is a body that remembers why it could not be read on, for the words of
// the answer: a form is read behind the door.
type sentBody struct {
	io.ReadCloser
	failed *fault.Error
}

type bodyKey struct{}

// Read reads on.
func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.failed = unread(err).fault
	}
	return n, err
}

// bodyFault gives why the body of a request could not be read on, or nil.
func bodyFault(ctx context.Context) *fault.Error {
	if b, ok := ctx.Value(bodyKey{}).(*sentBody); ok {
		return b.failed
	}
	return nil
}

// turnAway answers a caller whose token is not taken.
func (d *door) turnAway(w http.ResponseWriter, r *http.Request, err error) {
	f, ok := fault.As(err)
	if !ok {
		d.Logger.ErrorContext(r.Context(), "authentication failed", "error", err)
		refuse(w, http.StatusInternalServerError, fault.New(fault.InternalError, ""))
		return
	}
	refuse(w, statusOf(f.Kind), f)
}

// statusOf is the status of a request that is refused before it is executed.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// refuse answers a request that is not executed, in GraphQL's envelope.
func refuse(w http.ResponseWriter, status int, f *fault.Error) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	transport.SendError(w, status, dress(&gqlerror.Error{}, f))
}
