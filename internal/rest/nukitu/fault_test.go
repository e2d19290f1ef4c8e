package nukitu

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/fault"
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
	for code := range verdicts {
		if !known[code] {
			t.Errorf("%s is no code", code)
		}
	}
}

func TestFailuresHaveOneEnvelope(t *testing.T) {
	t.Parallel()
	fields := func(code fault.Code) error {
		var bad fault.Fields
		bad.Add("partner_id", "is not eligible")
		bad.Add("kind", "must be known")
		bad.Add("partner_id", "is required")
		return bad.Err(code)
	}
	for _, c := range []struct {
		name   string
		err    error
		status int
		body   string
		header string
	}{
		{"a bad field", fields(fault.InputInvalid), 400, `{"success":false,"error":{"code":"validation_error","message":"Some fields are not valid.","details":{"kind":["must be known"],"partner_id":["is not eligible","is required"]}}}`, ""},
		{"a bad parameter", fields(fault.ParameterInvalid), 400, `{"success":false,"error":{"code":"invalid_parameter","message":"Some parameters are not valid.","details":{"kind":["must be known"],"partner_id":["is not eligible","is required"]}}}`, ""},
		{"a refusal", fault.New(fault.WrongState, "").Refuse("state", "supervisor_pending", "accepted"), 400, `{"success":false,"error":{"code":"invalid_state","message":"The contract is not in a state that allows this.","refusals":[{"rule":"state","needed":"supervisor_pending","actual":"accepted"}]}}`, ""},
		{"somebody was faster", fault.New(fault.Stale, ""), 400, `{"success":false,"error":{"code":"invalid_state","message":"Somebody else changed this meanwhile: read it again."}}`, ""},
		{"too late", fault.New(fault.DeadlinePassed, ""), 400, `{"success":false,"error":{"code":"deadline_passed","message":"The deadline for this has passed."}}`, ""},
		{"no token", fault.New(fault.TokenMissing, ""), 401, `{"success":false,"error":{"code":"unauthorized","message":"Sign in first: send Authorization: Bearer with an access token."}}`, "Www-Authenticate: Bearer"},
		{"an old token", fault.New(fault.TokenExpired, ""), 401, `{"success":false,"error":{"code":"token_expired","message":"The access token has expired: sign in again."}}`, "Www-Authenticate: Bearer"},
		{"another role", fault.New(fault.RoleForbidden, ""), 403, `{"success":false,"error":{"code":"forbidden","message":"Your role may not do this."}}`, ""},
		{"nothing there", fault.New(fault.RecordNotFound, ""), 404, `{"success":false,"error":{"code":"not_found","message":"There is no such record."}}`, ""},
		{"too much", fault.New(fault.RateLimited, ""), 429, `{"success":false,"error":{"code":"rate_limited","message":"Too many requests: wait and try again."}}`, ""},
		{"too much, with the wait", fault.New(fault.RateLimited, "").With("retry_after", 50), 429, `{"success":false,"error":{"code":"rate_limited","message":"Too many requests: wait and try again.","details":{"retry_after":["50"]}}}`, "Retry-After: 50"},
		{"busy", fault.New(fault.Busy, ""), 503, `{"success":false,"error":{"code":"unavailable","message":"The service is busy: try again."}}`, "Retry-After: 1"},
		{"a cause is not shown", fault.New(fault.Busy, "").Because(errors.New("secret")), 503, `{"success":false,"error":{"code":"unavailable","message":"The service is busy: try again."}}`, "Retry-After: 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := &dialect{log: slog.New(slog.DiscardHandler)}
			w := httptest.NewRecorder()
			d.fail(w, httptest.NewRequest(http.MethodGet, "/", nil), c.err)
			if d := cmp.Diff(c.body+"\n", w.Body.String()); d != "" || w.Code != c.status {
				t.Errorf("status %d, want %d: %s", w.Code, c.status, d)
			}
			if name, value, _ := strings.Cut(c.header, ": "); w.Header().Get(name) != value {
				t.Errorf("%s is %q, want %q", name, w.Header().Get(name), value)
			}
		})
	}
}

func TestMistakesOfOursAreHiddenAndLogged(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"an error that is no fault":    errors.New("secret detail"),
		"an internal fault":            fault.New(fault.InternalError, "secret detail").Because(errors.New("secret detail")),
		"a fault that is not in table": &fault.Error{Kind: fault.Invalid, Code: "NEW", Message: "secret detail"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			d := &dialect{log: slog.New(slog.NewTextHandler(&log, nil))}
			w := httptest.NewRecorder()
			d.fail(w, httptest.NewRequest(http.MethodGet, "/api/v1/contracts?q=secret", nil), err)
			checkInternal(t, w, log.String())
			if !strings.Contains(log.String(), "secret detail") || strings.Contains(log.String(), "q=secret") {
				t.Errorf("the log says: %s", log.String())
			}
		})
	}
}

// checkInternal wants a plain sentence and the id under which more is logged.
func checkInternal(t *testing.T, w *httptest.ResponseRecorder, log string) {
	t.Helper()
	var body failure
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	want := failure{Error: failureBody{Code: "internal_error", Message: "Something went wrong on our side.", ErrorID: body.Error.ErrorID}}
	if d := cmp.Diff(want, body); d != "" || w.Code != http.StatusInternalServerError {
		t.Errorf("status %d: %s", w.Code, d)
	}
	if body.Error.ErrorID == "" || !strings.Contains(log, "error_id="+body.Error.ErrorID) {
		t.Errorf("the id %q is not in the log: %s", body.Error.ErrorID, log)
	}
}

func TestAPanicIsAnsweredInTheEnvelope(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	h := New(Config{Logger: slog.New(slog.NewTextHandler(&log, nil))}) // without an App every route panics
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/auth/login", strings.NewReader(`{"email":"a","password":"b"}`))
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(w, r)
	checkInternal(t, w, log.String())
	if !strings.Contains(log.String(), "nil pointer") || !strings.Contains(log.String(), "accounts.go") {
		t.Errorf("the log does not say where: %s", log.String())
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

func TestPagesAreNumbered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name               string
		page, size, total  int
		pages, before, nxt int // 0: null
	}{
		{"the first of several", 1, 20, 100, 5, 0, 2},
		{"one in the middle", 3, 20, 100, 5, 2, 4},
		{"the last", 5, 20, 100, 5, 4, 0},
		{"a last that is not full", 6, 20, 101, 6, 5, 0},
		{"the only one", 1, 20, 20, 1, 0, 0},
		{"past the end", 9, 20, 100, 5, 5, 0},
		{"far past the end", 1_000_000_000, 20, 1, 1, 1, 0},
		{"an empty list", 1, 20, 0, 0, 0, 0},
		{"past the end of an empty list", 3, 20, 0, 0, 0, 0},
	} {
		null := func(n *int) int {
			if n == nil {
				return 0
			}
			return *n
		}
		m := pagesOf(paging{c.page, c.size}, c.total)
		if m.Page != c.page || m.PerPage != c.size || m.TotalCount != c.total || m.TotalPages != c.pages ||
			null(m.PrevPage) != c.before || null(m.NextPage) != c.nxt {
			t.Errorf("%s: %+v, before %d, next %d", c.name, m, null(m.PrevPage), null(m.NextPage))
		}
	}
}
