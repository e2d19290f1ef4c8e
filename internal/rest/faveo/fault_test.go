package faveo

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/rest/openapi"
)

func TestEveryFaultHasItsStatus(t *testing.T) {
	t.Parallel()
	d := &dialect{log: slog.New(slog.DiscardHandler)}
	document := openapi.MustParse(OpenAPI)
	var bad fault.Fields
	bad.Add("name", "is required")
	for _, def := range fault.Codes() {
		if def.GraphOnly {
			continue
		}
		if _, listed := statuses[def.Code]; !listed && def.Code != fault.WrongCredentials && def.Code != fault.PartnerIneligible {
			t.Errorf("%s has no status", def.Code)
		}
	}
	for _, c := range []struct {
		err    error
		status int
		body   string
		header map[string]string
	}{
		{fault.New(fault.TokenMissing, ""), 401, `"Token not provided"`, map[string]string{"WWW-Authenticate": "Bearer"}},
		{fault.New(fault.TokenInvalid, ""), 401, `"Token invalid"`, nil},
		{fault.New(fault.TokenExpired, ""), 401, `"Token expired"`, nil},
		{fault.New(fault.RoleForbidden, "Permission denied"), 403, `"Permission denied"`, nil},
		{fault.New(fault.RecordNotFound, "There is no such agreement."), 404, `"Contract not found"`, nil},
		{fault.New(fault.WrongState, "Nothing waits for approval."), 400, `"Nothing waits for approval."`, nil},
		{fault.New(fault.Stale, ""), 400, `"Somebody else changed this meanwhile: read it again."`, nil},
		{bad.Err(fault.InputInvalid), 412, `{"name":["is required"]}`, nil},
		{fault.New(fault.BodyTooLarge, ""), 413, `"The request body is too large."`, nil},
		{fault.New(fault.BodyTooSlow, ""), 408, `"The request body comes too slowly."`, nil},
		{fault.New(fault.UnsupportedMedia, ""), 415, `"The content type is not supported here."`, nil},
		{fault.New(fault.RateLimited, "").With("retry_after", 50), 429, `"Too many requests: wait and try again. Seconds to wait: 50."`, map[string]string{"Retry-After": "50"}},
		{fault.New(fault.Busy, ""), 503, `"The service is busy: try again."`, map[string]string{"Retry-After": "1"}},
		{fault.New(fault.InternalError, "").Because(errors.New("secret detail")), 500, `"Something went wrong"`, nil},
		{errors.New("secret detail"), 500, `"Something went wrong"`, nil},
		{fault.New(fault.PartnerIneligible, "secret detail"), 500, `"Something went wrong"`, nil},
	} {
		w := httptest.NewRecorder()
		d.fail(w, httptest.NewRequest(http.MethodPost, Path+"/contract-approve/7", nil), c.err)
		if want := `{"success":false,"message":` + c.body + "}\n"; w.Code != c.status || w.Body.String() != want {
			t.Errorf("%v: %d %s, want %d %s", c.err, w.Code, w.Body, c.status, want)
		}
		for name, value := range c.header {
			if w.Header().Get(name) != value {
				t.Errorf("%v: %s is %q", c.err, name, w.Header().Get(name))
			}
		}
		if err := document.Check(http.MethodPost, Path+"/contract-approve/7", w.Code, w.Header().Get("Content-Type"), w.Body.Bytes()); err != nil {
			t.Error(err)
		}
	}
}

func TestAnAbortedAnswerStaysAborted(t *testing.T) {
	t.Parallel()
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("recovered %v", p)
		}
	}()
	d := &dialect{}
	defer d.recovered(nil, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil))
	panic(http.ErrAbortHandler)
}

// TestEveryRouteIsDescribedAndNothingElse: by the router itself.
func TestEveryRouteIsDescribedAndNothingElse(t *testing.T) {
	t.Parallel()
	differences, routes, err := openapi.MustParse(OpenAPI).Differs((&dialect{}).routes())
	if len(differences) > 0 || routes != 14 || err != nil {
		t.Errorf("%d routes: %q %v", routes, differences, err)
	}
}
