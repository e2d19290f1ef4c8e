package yedpay

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"

	"kontrak/internal/fault"
)

// The two numbers of a request that nobody has signed in for: the body says 500, as
// documented, and the status line 401, as the vendor's own clients expect (Yedpay
// reference, section 6).
const (
	unauthenticatedStatus = http.StatusUnauthorized
	unauthenticatedBody   = http.StatusInternalServerError
)

// verdict is how the dialect answers a fault. An empty message is the fault's own.
type verdict struct {
	status  int // of the answer
	body    int // what the body says; 0: the same
	message string
}

var (
	unauthenticated = verdict{status: unauthenticatedStatus, body: unauthenticatedBody, message: "Unauthenticated."}
	unauthorized    = verdict{status: http.StatusForbidden, message: "This action is unauthorized."}
	internal        = verdict{status: http.StatusInternalServerError, message: "Server Error"}
)

// verdicts is the dialect's one table of faults.
var verdicts = map[fault.Code]verdict{
	fault.TokenMissing:     unauthenticated,
	fault.TokenInvalid:     unauthenticated,
	fault.TokenExpired:     unauthenticated,
	fault.RoleForbidden:    unauthorized,
	fault.AccountSuspended: unauthorized,
	fault.EmailNotVerified: unauthorized,
	fault.RecordNotFound:   {status: http.StatusNotFound, message: "Not Found."},
	fault.BadRequest:       {status: http.StatusBadRequest},
	fault.WrongState:       {status: http.StatusBadRequest},
	fault.DeadlinePassed:   {status: http.StatusBadRequest},
	fault.Stale:            {status: http.StatusBadRequest},
	fault.KeyConflict:      {status: http.StatusBadRequest},
	fault.InputInvalid:     {status: http.StatusUnprocessableEntity, message: "The given data was invalid."},
	fault.ParameterInvalid: {status: http.StatusUnprocessableEntity, message: "The given data was invalid."},
	fault.Duplicate:        {status: http.StatusUnprocessableEntity},
	fault.MethodNotAllowed: {status: http.StatusMethodNotAllowed},
	fault.BodyTooSlow:      {status: http.StatusRequestTimeout},
	fault.BodyTooLarge:     {status: http.StatusRequestEntityTooLarge},
	fault.FileCountLimit:   {status: http.StatusRequestEntityTooLarge},
	fault.FileSizeLimit:    {status: http.StatusRequestEntityTooLarge},
	fault.UnsupportedMedia: {status: http.StatusUnsupportedMediaType},
	fault.RateLimited:      {status: http.StatusTooManyRequests},
	fault.Busy:             {status: http.StatusServiceUnavailable},
	fault.TimedOut:         {status: http.StatusServiceUnavailable},
	fault.OutcomeUnknown:   {status: http.StatusServiceUnavailable},
	fault.InternalError:    internal,
}

// failure is the envelope of every failure.
type failure struct {
	Success bool      `json:"success"`
	Message string    `json:"message"`
	Status  int       `json:"status"`
	Errors  *badField `json:"errors,omitempty"`
	// Details are all bad fields, where there are several: documented is one.
	Details []badField `json:"details,omitempty"`
}

// badField says what is wrong with a field.
type badField struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Code    int    `json:"code"`
}

// fail answers with a failure. One that is no fault, or an internal one, is logged,
// and nothing of it is shown.
func (d *dialect) fail(w http.ResponseWriter, r *http.Request, err error) {
	f, known := fault.As(err)
	if !known {
		f = fault.New(fault.InternalError, "")
	}
	v, listed := verdicts[f.Code]
	if !listed {
		v = internal
	}
	if v == internal {
		d.log.ErrorContext(r.Context(), "a request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	body := failure{Message: cmp.Or(v.message, f.Sentence()), Status: cmp.Or(v.body, v.status)}
	for _, field := range f.Fields {
		body.Details = append(body.Details, badField{field.Name, field.Message, v.status})
	}
	switch len(body.Details) {
	case 0:
	case 1:
		body.Errors, body.Details = &body.Details[0], nil
	default:
		body.Errors = &body.Details[0]
	}
	switch v.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", fmt.Sprint(cmp.Or(f.Meta["retry_after"], any(1))))
	}
	d.write(w, r, v.status, body)
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

// object is the envelope of a success with one record.
type object struct {
	Success bool `json:"success"`
	Data    any  `json:"data"`
}

// list is the envelope of a success with a page of records.
type list[B any] struct {
	Success bool `json:"success"`
	Data    []B  `json:"data"`
	Meta    meta `json:"meta"`
}

type meta struct {
	Pagination pagination `json:"pagination"`
}

// pagination says where in the list the page is.
type pagination struct {
	Total       int   `json:"total"`
	Count       int   `json:"count"`
	PerPage     int   `json:"per_page"`
	CurrentPage int   `json:"current_page"`
	TotalPages  int   `json:"total_pages"`
	Links       links `json:"links"`
}

// links lead to the pages beside; without any it is an empty list.
type links struct {
	Previous string `json:"previous,omitempty"`
	Next     string `json:"next,omitempty"`
}

// MarshalJSON writes no links as [].
func (l links) MarshalJSON() ([]byte, error) {
	if l == (links{}) {
		return []byte("[]"), nil
	}
	type plain links
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(plain(l))
	return b.Bytes(), err
}

// listOf makes the body of a page.
func listOf[B any](d *dialect, r *request, p paging, rows []B, total int) list[B] {
	if rows == nil {
		rows = []B{}
	}
	m := pagination{Total: total, Count: len(rows), PerPage: p.size, CurrentPage: p.number, TotalPages: max(1, (total+p.size-1)/p.size)}
	if p.number > 1 {
		m.Links.Previous = d.pageLink(r, p.number-1)
	}
	if p.number < m.TotalPages {
		m.Links.Next = d.pageLink(r, p.number+1)
	}
	return list[B]{Success: true, Data: rows, Meta: meta{m}}
}

// pageLink is the address of the request with another page. Its host is the
// configured one, whatever the request says.
func (d *dialect) pageLink(r *request, page int) string {
	query := maps.Clone(r.query)
	query["page"] = []string{strconv.Itoa(page)}
	return d.app.PublicURL() + r.URL.EscapedPath() + "?" + query.Encode()
}

// day writes an instant as its day in UTC, and none as "".
func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// moment writes an instant in UTC.
func moment(t time.Time) string { return t.UTC().Format(time.DateTime) }
