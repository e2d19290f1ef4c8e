package faveo

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"

	"github.com/go-chi/chi/v5/middleware"

	"kontrak/internal/fault"
)

// statuses is the dialect's one table of faults (Faveo reference, sections 2 and 5):
// 412 for a failed validation, 404 for a missing record, 400 for a refused move.
var statuses = map[fault.Code]int{
	fault.BadRequest:       http.StatusBadRequest,
	fault.InputInvalid:     http.StatusPreconditionFailed,
	fault.ParameterInvalid: http.StatusPreconditionFailed,
	fault.Duplicate:        http.StatusPreconditionFailed,
	fault.WrongState:       http.StatusBadRequest,
	fault.Stale:            http.StatusBadRequest,
	fault.DeadlinePassed:   http.StatusBadRequest,
	fault.KeyConflict:      http.StatusBadRequest,
	fault.TokenMissing:     http.StatusUnauthorized,
	fault.TokenInvalid:     http.StatusUnauthorized,
	fault.TokenExpired:     http.StatusUnauthorized,
	fault.RoleForbidden:    http.StatusForbidden,
	fault.AccountSuspended: http.StatusForbidden,
	fault.EmailNotVerified: http.StatusForbidden,
	fault.RecordNotFound:   http.StatusNotFound,
	fault.MethodNotAllowed: http.StatusMethodNotAllowed,
	fault.BodyTooLarge:     http.StatusRequestEntityTooLarge,
	fault.FileCountLimit:   http.StatusRequestEntityTooLarge,
	fault.FileSizeLimit:    http.StatusRequestEntityTooLarge,
	fault.BodyTooSlow:      http.StatusRequestTimeout,
	fault.UnsupportedMedia: http.StatusUnsupportedMediaType,
	fault.RateLimited:      http.StatusTooManyRequests,
	fault.Busy:             http.StatusServiceUnavailable,
	fault.TimedOut:         http.StatusServiceUnavailable,
	fault.OutcomeUnknown:   http.StatusServiceUnavailable,
	fault.InternalError:    http.StatusInternalServerError,
}

// The documented sentences.
const (
	unknownPath     = "not-found"
	unknownContract = "Contract not found"
)

var sentences = map[fault.Code]string{
	fault.TokenMissing:  "Token not provided",
	fault.TokenInvalid:  "Token invalid",
	fault.TokenExpired:  "Token expired",
	fault.InternalError: "Something went wrong",
}

// failure is the envelope of every failure. The message is a sentence, or for a failed
// validation an object: what is wrong with each field.
type failure struct {
	Success bool `json:"success"`
	Message any  `json:"message"`
}

// fail answers with a failure. One that is no fault, or an internal one, is logged
// with the id of the request, and only a plain sentence is shown.
func (d *dialect) fail(w http.ResponseWriter, r *http.Request, err error) {
	f, known := fault.As(err)
	if !known {
		f = fault.New(fault.InternalError, "")
	}
	status, listed := statuses[f.Code]
	if !listed {
		f, status = fault.New(fault.InternalError, ""), http.StatusInternalServerError
	}
	h := w.Header()
	switch status {
	case http.StatusInternalServerError:
		d.log.ErrorContext(r.Context(), "a request failed", "error_id", errorID(r), "method", r.Method, "path", r.URL.Path, "error", err)
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
	case http.StatusTooManyRequests:
		h.Set("Retry-After", fmt.Sprint(cmp.Or(f.Meta["retry_after"], any(1))))
	}
	d.write(w, r, status, failure{Message: messageOf(f)})
}

// errorID gives the id under which a failure is logged: the request's own, which the
// answer carries as X-Request-Id.
func errorID(r *http.Request) string {
	if id := middleware.GetReqID(r.Context()); id != "" {
		return id
	}
	return rand.Text()
}

func messageOf(f *fault.Error) any {
	if len(f.Fields) > 0 {
		reasons := map[string][]string{}
		for _, field := range f.Fields {
			reasons[field.Name] = append(reasons[field.Name], field.Message)
		}
		return reasons
	}
	if sentence, ok := sentences[f.Code]; ok {
		return sentence
	}
	if f.Code == fault.RecordNotFound && f.Message != unknownPath {
		return unknownContract
	}
	return f.Sentence()
}

// instants are those of the use-cases' messages, which this dialect writes as it reads
// them.
var instants = regexp.MustCompile(`(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z`)

// renamed gives a fault whose fields have the dialect's names. Where the dialect has
// said itself what is wrong with a field, nothing is added: what a use-case says of it
// follows from that.
func renamed(err error, names map[string]string, own *fault.Fields) error {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	said := map[string]bool{}
	if mine, ok := fault.As(own.Err(f.Code)); ok {
		for _, field := range mine.Fields {
			said[field.Name] = true
		}
	}
	all := *own
	for _, field := range f.Fields {
		name := cmp.Or(names[field.Name], field.Name)
		if !said[name] && !said[field.Name] {
			all.Add(name, "%s", instants.ReplaceAllString(field.Message, "$1 $2"))
		}
	}
	return all.Err(f.Code)
}
