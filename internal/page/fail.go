package page

import (
	"fmt"
	"net/http"

	"kontrak/internal/fault"
)

// failure is how the page tells of a fault.
type failure struct {
	status         int
	title, message string
}

// gone is the one page for links that are unknown, over, used or replaced.
var gone = failure{http.StatusNotFound, "This link is not good", "It is unknown, or it is good no longer: it was used, replaced by a newer one, or its time is over. An answer that you have given already is kept."}

var failures = map[fault.Code]failure{
	fault.RecordNotFound:   gone,
	fault.MethodNotAllowed: {http.StatusMethodNotAllowed, "This cannot be done here", "Open the link that you were sent."},
	fault.RateLimited:      {http.StatusTooManyRequests, "Too many requests", "Wait a minute, then open the link again."},
	fault.BadRequest:       {http.StatusBadRequest, "The form cannot be read", "Open the link that you were sent, and try again."},
	fault.UnsupportedMedia: {http.StatusUnsupportedMediaType, "The form cannot be read", "Open the link that you were sent, and try again."},
	fault.BodyTooLarge:     {http.StatusRequestEntityTooLarge, "The form is too large", "Open the link that you were sent, and write less."},
	fault.Stale:            {http.StatusConflict, "Somebody was faster", "The document has just changed. Open the link again."},
	fault.Busy:             {http.StatusServiceUnavailable, "Try again in a moment", "Nothing was kept of your answer."},
	fault.TimedOut:         {http.StatusServiceUnavailable, "Try again in a moment", "Nothing was kept of your answer."},
}

// fail answers a fault.
func (h handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	f, known := fault.As(err)
	shown := failure{http.StatusInternalServerError, "Something went wrong", "Open the link again, to see whether your answer was kept."}
	if known {
		if s, ok := failures[f.Code]; ok {
			shown = s
		}
		if wait, ok := f.Meta["retry_after"]; ok {
			w.Header().Set("Retry-After", fmt.Sprint(wait))
		}
	}
	if shown.status == http.StatusInternalServerError {
		h.Logger.ErrorContext(r.Context(), "a signing page failed", "error", err)
	}
	h.write(w, r, shown.status, model{Title: shown.title, Message: shown.message})
}

// Fail answers for a page that panicked.
func Fail(w http.ResponseWriter, _ *http.Request, _ error) {
	http.Error(w, "Something went wrong: open the link again.", http.StatusInternalServerError)
}
