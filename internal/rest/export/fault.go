package export

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5/middleware"

	"kontrak/internal/fault"
)

// statuses are those of kinds of faults, and of the codes that have another.
var (
	statuses = map[fault.Kind]int{
		fault.Malformed: http.StatusBadRequest, fault.Unauthenticated: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden,
		fault.NotFound: http.StatusNotFound, fault.Invalid: http.StatusBadRequest, fault.Conflict: http.StatusConflict,
		fault.Limited: http.StatusTooManyRequests, fault.Unavailable: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
	}
	statusesOfCodes = map[fault.Code]int{fault.MethodNotAllowed: http.StatusMethodNotAllowed}
)

// failure is the envelope of every failure, as outside of every door.
type failure struct {
	Error failureBody `json:"error"`
}

type failureBody struct {
	Code    fault.Code    `json:"code"`
	Message string        `json:"message"`
	Fields  []fault.Field `json:"fields,omitempty"`
	ErrorID string        `json:"errorId,omitempty"`
}

// known gives the fault of an error; what is none is a mistake of ours.
func known(err error) *fault.Error {
	if f, ok := fault.As(err); ok {
		return f
	}
	return fault.New(fault.InternalError, "")
}

// fail answers with a failure, before the first byte.
func (e *exports) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := known(err)
	body := failureBody{Code: f.Code, Message: f.Message, Fields: f.Fields}
	status := cmp.Or(statusesOfCodes[f.Code], statuses[f.Kind], http.StatusInternalServerError)
	switch status {
	case http.StatusInternalServerError:
		body = failureBody{Code: fault.InternalError, Message: fault.New(fault.InternalError, "").Message, ErrorID: middleware.GetReqID(r.Context())}
		e.log.ErrorContext(r.Context(), "a request failed", "error_id", body.ErrorID, "method", r.Method, "path", r.URL.Path, "error", err)
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", fmt.Sprint(cmp.Or(f.Meta["retry_after"], any(1))))
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(failure{Error: body}) // the client has gone: nobody is left to tell
}

// broke ends an answer that has begun: half a file must not look like a whole one. A
// client that went away is no failure of ours.
func (e *exports) broke(ctx context.Context, _ http.ResponseWriter, r *http.Request, err error) {
	if _, left := errors.AsType[gone](err); left || ctx.Err() != nil {
		e.log.DebugContext(ctx, "the client went away", "path", r.URL.Path)
		panic(http.ErrAbortHandler)
	}
	if f, known := fault.As(err); known && f.Kind == fault.Unauthenticated {
		e.log.InfoContext(ctx, "an export ended with its session", "path", r.URL.Path)
		panic(http.ErrAbortHandler)
	}
	e.log.ErrorContext(ctx, "an export broke off", "error_id", middleware.GetReqID(ctx), "path", r.URL.Path, "error", err)
	panic(http.ErrAbortHandler)
}
