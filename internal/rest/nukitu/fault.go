package nukitu

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5/middleware"

	"kontrak/internal/authn"
	"kontrak/internal/fault"
)

// verdict is how the dialect answers a fault.
type verdict struct {
	status int
	code   string
}

// verdicts is the dialect's one table of faults. A failed validation, a bad
// parameter and a wrong state are all 400 (Nukitu reference, 1.4 and 8.17).
var verdicts = map[fault.Code]verdict{
	fault.BadRequest:        {http.StatusBadRequest, "bad_request"},
	fault.InputInvalid:      {http.StatusBadRequest, "validation_error"},
	fault.ParameterInvalid:  {http.StatusBadRequest, "invalid_parameter"},
	fault.Duplicate:         {http.StatusBadRequest, "validation_error"},
	fault.PartnerIneligible: {http.StatusBadRequest, "not_eligible"},
	fault.WrongState:        {http.StatusBadRequest, "invalid_state"},
	fault.Stale:             {http.StatusBadRequest, "invalid_state"},
	fault.DeadlinePassed:    {http.StatusBadRequest, "deadline_passed"},
	fault.KeyConflict:       {http.StatusBadRequest, "idempotency_conflict"},
	fault.TokenMissing:      {http.StatusUnauthorized, "unauthorized"},
	fault.TokenInvalid:      {http.StatusUnauthorized, "unauthorized"},
	fault.TokenExpired:      {http.StatusUnauthorized, "token_expired"},
	fault.WrongCredentials:  {http.StatusUnauthorized, "unauthorized"},
	fault.RoleForbidden:     {http.StatusForbidden, "forbidden"},
	fault.AccountSuspended:  {http.StatusForbidden, "account_suspended"},
	fault.EmailNotVerified:  {http.StatusForbidden, "email_not_verified"},
	fault.RecordNotFound:    {http.StatusNotFound, "not_found"},
	fault.MethodNotAllowed:  {http.StatusMethodNotAllowed, "method_not_allowed"},
	fault.BodyTooLarge:      {http.StatusRequestEntityTooLarge, "body_too_large"},
	fault.FileCountLimit:    {http.StatusRequestEntityTooLarge, "too_many_files"},
	fault.FileSizeLimit:     {http.StatusRequestEntityTooLarge, "file_too_large"},
	fault.BodyTooSlow:       {http.StatusRequestTimeout, "body_too_slow"},
	fault.UnsupportedMedia:  {http.StatusUnsupportedMediaType, "unsupported_media_type"},
	fault.RateLimited:       {http.StatusTooManyRequests, "rate_limited"},
	fault.Busy:              {http.StatusServiceUnavailable, "unavailable"},
	fault.TimedOut:          {http.StatusServiceUnavailable, "timeout"},
	fault.OutcomeUnknown:    {http.StatusServiceUnavailable, "outcome_unknown"},
	fault.InternalError:     {http.StatusInternalServerError, internalCode},
}

const internalCode = "internal_error"

// retryAfter is where a fault tells how many seconds to wait, and where the details do.
const retryAfter = "retry_after"

// failure is the envelope of every failure (schema Error).
type failure struct {
	Success bool        `json:"success"`
	Error   failureBody `json:"error"`
}

type failureBody struct {
	Code     string              `json:"code"`
	Message  string              `json:"message"`
	Details  map[string][]string `json:"details,omitempty"`
	Refusals []refusal           `json:"refusals,omitempty"`
	// Verification is what the address of an account waits for that cannot sign in yet.
	Verification *verification `json:"verification,omitempty"`
	ErrorID      string        `json:"error_id,omitempty"`
}

// refusal is one reason why an action was refused.
type refusal struct {
	Rule         string   `json:"rule"`
	Needed       string   `json:"needed"`
	Actual       string   `json:"actual"`
	Who          []string `json:"who,omitempty"`
	PossibleFrom *instant `json:"possible_from,omitempty"`
}

// fail answers with a failure. One that is no fault, or an internal one, is
// logged with an id, and only the id is shown.
func (d *dialect) fail(w http.ResponseWriter, r *http.Request, err error) {
	f, known := fault.As(err)
	if !known {
		f = fault.New(fault.InternalError, "")
	}
	v, listed := verdicts[f.Code]
	if !listed {
		v = verdicts[fault.InternalError]
	}
	body := failureBody{Code: v.code, Message: f.Message, Details: detailsOf(f), Refusals: refusalsOf(f)}
	if sent, is := f.Meta["verification"].(*authn.Verification); is {
		told := toVerification(sent)
		body.Verification = &told
	}
	if v.code == internalCode {
		body = failureBody{Code: v.code, Message: internalMessage, ErrorID: errorID(r)}
		d.log.ErrorContext(r.Context(), "a request failed", "error_id", body.ErrorID,
			"method", r.Method, "path", r.URL.Path, "error", err)
	}
	switch v.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", fmt.Sprint(cmp.Or(f.Meta[retryAfter], any(1))))
	}
	d.write(w, r, v.status, failure{Error: body})
}

// errorID gives the id under which a failure is logged: the request's own, which
// stands on its other lines too.
func errorID(r *http.Request) string {
	if id := middleware.GetReqID(r.Context()); id != "" {
		return id
	}
	return rand.Text()
}

// internalMessage is the sentence of every internal failure.
var internalMessage = fault.New(fault.InternalError, "").Message

// detailsOf gives the messages of each bad field, and of a limit the seconds until one
// may come again.
func detailsOf(f *fault.Error) map[string][]string {
	details := map[string][]string{}
	if wait, ok := f.Meta[retryAfter]; ok {
		details[retryAfter] = []string{fmt.Sprint(wait)}
	}
	for _, field := range f.Fields {
		details[field.Name] = append(details[field.Name], field.Message)
	}
	return details
}

func refusalsOf(f *fault.Error) []refusal {
	var list []refusal
	for _, r := range f.Refusals {
		list = append(list, refusal{Rule: r.Rule, Needed: r.Needed, Actual: r.Actual, Who: r.Who, PossibleFrom: maybe(r.From, toInstant)})
	}
	return list
}
