package kit

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/fault"
	"kontrak/internal/rest/openapi"
)

func TestEveryFaultHasAVerdict(t *testing.T) {
	t.Parallel()
	known := map[fault.Code]bool{}
	for _, def := range fault.Codes() {
		known[def.Code] = true
		if def.GraphOnly {
			continue
		}
		v, listed := verdicts[def.Code]
		if !listed {
			t.Errorf("%s has no status in this dialect", def.Code)
			continue
		}
		if (v.status >= 500) != (def.Kind == fault.Unavailable || def.Kind == fault.Internal) {
			t.Errorf("%s is %s, and answered with %d", def.Code, def.Kind, v.status)
		}
	}
	for _, of := range []resource{contract, customer, tag, signing, cancelling, sending, template} {
		for code := range of.own {
			if !known[code] {
				t.Errorf("%s is no code", code)
			}
		}
	}
	for code := range verdicts {
		if !known[code] {
			t.Errorf("%s is no code", code)
		}
	}
}

func TestFailuresHaveOneEnvelope(t *testing.T) {
	t.Parallel()
	var bad fault.Fields
	bad.Add("name", "is required")
	bad.Add("registration_number", "must be short")
	for _, c := range []struct {
		name, body, retry string
		of                resource
		err               error
		status            int
	}{
		{"bad fields", `{"ok":false,"message":"Some fields are not valid. title is required; registrationNumber must be short","errorCode":"INVALID_PARAMETER"}`, "", customer, bad.Err(fault.InputInvalid), 400},
		{"no key", `{"ok":false,"message":"The API key is not valid.","errorCode":"UNAUTHORIZED_API_KEY"}`, "", contract, fault.New(fault.TokenInvalid, "The API key is not valid."), 401},
		{"a cause is not shown", `{"ok":false,"message":"The service is busy: try again.","errorCode":"UNAVAILABLE"}`, "1", tag, fault.New(fault.Busy, "").Because(errors.New("secret")), 503},
		{"too often", `{"ok":false,"message":"Too many requests: wait and try again. Seconds to wait: 9.","errorCode":"TOO_MANY_REQUESTS"}`, "9", tag, fault.New(fault.RateLimited, "").With("retry_after", 9), 429},
	} {
		w := httptest.NewRecorder()
		(&Dialect{log: slog.New(slog.DiscardHandler)}).fail(w, httptest.NewRequest(http.MethodGet, "/", nil), c.of, c.err)
		if d := cmp.Diff(c.body+"\n", w.Body.String()); d != "" || w.Code != c.status || w.Header().Get("Retry-After") != c.retry {
			t.Errorf("%s: %d %v %s", c.name, w.Code, w.Header(), d)
		}
	}
}

func TestAPanicIsAnsweredInTheEnvelope(t *testing.T) {
	t.Parallel()
	d := &Dialect{log: slog.New(slog.DiscardHandler), routes: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") })}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest(http.MethodGet, Path+"/contracts", nil))
	if w.Code != http.StatusInternalServerError || !cmp.Equal(w.Body.String()[:12], `{"ok":false,`) || cmp.Equal(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestEveryRouteIsDescribedAndNothingElse: by the router itself.
func TestEveryRouteIsDescribedAndNothingElse(t *testing.T) {
	t.Parallel()
	differences, routes, err := openapi.MustParse(OpenAPI).Differs((&Dialect{}).mux())
	if len(differences) > 0 || routes != 20 || err != nil {
		t.Errorf("%d routes: %q %v", routes, differences, err)
	}
}
