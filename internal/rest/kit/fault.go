package kit

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5/middleware"

	"kontrak/internal/fault"
	"kontrak/internal/market"
)

// verdict is how the dialect answers a fault.
type verdict struct {
	status int
	code   string
}

// The codes that stand for more than one fault.
const (
	badParameter = "INVALID_PARAMETER"
	badKey       = "UNAUTHORIZED_API_KEY"
	badCustomKey = "INVALID_CUSTOMER_CUSTOM_KEY"
	inConflict   = "CONFLICT"
	internalCode = "INTERNAL_ERROR"
)

// verdicts is the dialect's one table of faults (Kit reference, section 5); what a
// resource calls its own is in resource.
var verdicts = map[fault.Code]verdict{
	fault.BadRequest:        {http.StatusBadRequest, badParameter},
	fault.InputInvalid:      {http.StatusBadRequest, badParameter},
	fault.ParameterInvalid:  {http.StatusBadRequest, badParameter},
	fault.PartnerIneligible: {http.StatusBadRequest, badParameter},
	fault.TokenMissing:      {http.StatusUnauthorized, badKey},
	fault.TokenInvalid:      {http.StatusUnauthorized, badKey},
	fault.TokenExpired:      {http.StatusUnauthorized, badKey},
	fault.WrongCredentials:  {http.StatusUnauthorized, badKey},
	fault.RoleForbidden:     {http.StatusForbidden, "FORBIDDEN_USER"},
	fault.AccountSuspended:  {http.StatusForbidden, "FORBIDDEN_BUSINESS"}, // the institution of the key
	fault.EmailNotVerified:  {http.StatusForbidden, "FORBIDDEN_USER"},
	fault.RecordNotFound:    {http.StatusNotFound, "NOT_FOUND"},
	fault.MethodNotAllowed:  {http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED"},
	fault.Duplicate:         {http.StatusConflict, "ALREADY_EXISTS"},
	fault.WrongState:        {http.StatusConflict, inConflict},
	fault.Stale:             {http.StatusConflict, inConflict},
	fault.DeadlinePassed:    {http.StatusConflict, inConflict},
	fault.KeyConflict:       {http.StatusConflict, inConflict},
	fault.BodyTooSlow:       {http.StatusRequestTimeout, "BODY_TOO_SLOW"},
	fault.BodyTooLarge:      {http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE"},
	fault.FileCountLimit:    {http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE"},
	fault.FileSizeLimit:     {http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE"},
	fault.UnsupportedMedia:  {http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE"},
	fault.RateLimited:       {http.StatusTooManyRequests, "TOO_MANY_REQUESTS"},
	fault.Busy:              {http.StatusServiceUnavailable, "UNAVAILABLE"},
	fault.TimedOut:          {http.StatusServiceUnavailable, "UNAVAILABLE"},
	fault.OutcomeUnknown:    {http.StatusServiceUnavailable, "UNAVAILABLE"},
	fault.InternalError:     {http.StatusInternalServerError, internalCode},
}

// resource is what a route is about: its own codes, where it has some, and how the
// use-cases' fields are called here where that is not their name in camelCase.
type resource struct {
	own    map[fault.Code]verdict
	fields map[string]string
	// path gives where a field of the use-case stands in the body; nil for where its name says.
	path func(string) string
	// customKey is the field that holds a customer's own key, if there is one.
	customKey string
	// taken is what another record's own key is called, where it has a code.
	taken verdict
}

var (
	contract = resource{
		own:       map[fault.Code]verdict{fault.RecordNotFound: {http.StatusNotFound, "NOT_FOUND_CONTRACT"}},
		customKey: "customerCustomKeys",
	}
	customer = resource{
		own: map[fault.Code]verdict{
			fault.RecordNotFound: {http.StatusNotFound, "NOT_FOUND_CUSTOMER"},
			fault.Duplicate:      {http.StatusConflict, "ALREADY_CUSTOMER_EXISTS"},
			fault.WrongState:     {http.StatusConflict, "CUSTOMER_IN_USE"},
		},
		fields:    map[string]string{"name": "title"},
		customKey: "customKey",
	}
	tag = resource{
		own: map[fault.Code]verdict{
			fault.RecordNotFound: {http.StatusNotFound, "NOT_FOUND_TAG"},
			fault.Duplicate:      {http.StatusConflict, "ALREADY_TAG_EXISTS"},
			fault.WrongState:     {http.StatusConflict, "TAG_IN_USE"},
		},
		fields: map[string]string{"position": "order"},
	}
)

// failure is the envelope of every failure.
type failure struct {
	OK        bool   `json:"ok"`
	Message   string `json:"message"`
	ErrorCode string `json:"errorCode"`
}

// Fail answers a failure of a request that is about nothing in particular.
func (d *Dialect) Fail(w http.ResponseWriter, r *http.Request, err error) {
	d.fail(w, r, resource{}, err)
}

// fail answers with a failure. One that is no fault, or an internal one, is logged
// with an id, and only the id is shown.
func (d *Dialect) fail(w http.ResponseWriter, r *http.Request, of resource, err error) {
	f, known := fault.As(err)
	if !known {
		f = fault.New(fault.InternalError, "")
	}
	v, listed := of.own[f.Code]
	if !listed {
		if v, listed = verdicts[f.Code]; !listed {
			v = verdicts[fault.InternalError]
		}
	}
	if v.status == http.StatusBadRequest && of.customKey != "" && slices.ContainsFunc(f.Fields, of.namesCustomKey) {
		v.code = badCustomKey
	}
	if of.taken.code != "" && len(f.Fields) > 0 && !slices.ContainsFunc(f.Fields, func(f fault.Field) bool { return f.Message != market.KeyTaken }) {
		v = of.taken // nothing else is wrong
	}
	body := failure{Message: of.explain(f), ErrorCode: v.code}
	if v.code == internalCode {
		id := errorID(r)
		body.Message = fault.New(fault.InternalError, "").Message + " (" + id + ")"
		d.log.ErrorContext(r.Context(), "a request failed", "error_id", id, "method", r.Method, "path", r.URL.Path, "error", err)
	}
	switch v.status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", fmt.Sprint(cmp.Or(f.Meta["retry_after"], any(1))))
	}
	d.write(w, r, v.status, body)
}

// errorID gives the id under which a failure is logged: the request's own, which
// stands on its other lines too.
func errorID(r *http.Request) string {
	if id := middleware.GetReqID(r.Context()); id != "" {
		return id
	}
	return rand.Text()
}

// namesCustomKey tells whether a field holds a customer's own key.
func (of resource) namesCustomKey(f fault.Field) bool { return camel(f.Name) == of.customKey }

// explain writes what is wrong with each field into the message, since the envelope
// has no other place for it.
func (of resource) explain(f *fault.Error) string {
	var b strings.Builder
	b.WriteString(f.Sentence())
	said := map[string]bool{} // names, and names with what was said of them
	for _, field := range f.Fields {
		name := of.fields[field.Name]
		if name == "" {
			name = camel(field.Name)
		}
		if of.path != nil {
			name = of.path(name)
		}
		text := " " + name + " " + field.Message + ";"
		if said[text] || said[name] && field.Message == "is required" {
			continue // it was read and refused, so it is not missing too
		}
		said[text], said[name] = true, true
		b.WriteString(text)
	}
	return strings.TrimSuffix(b.String(), ";")
}

// camel writes registration_number as registrationNumber.
func camel(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		if word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}
