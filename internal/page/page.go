// Package page serves the page on which participants without an account sign or
// refuse: HTML that needs no scripts, under an address that holds their token. No
// rules live here.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// Path is where the pages are.
const Path = "/sign"

// maxForm bounds what a form brings, in bytes.
const maxForm = 1 << 20

//go:embed page.html
var text string

//go:embed page.css
var style string

var pages = template.Must(template.New("page").Funcs(template.FuncMap{
	"instant": func(at time.Time) string { return at.UTC().Format("2 January 2006, 15:04 UTC") },
	"style":   func() template.CSS { return template.CSS(style) }, //nolint:gosec // it is part of the program
}).Parse(text))

// policy lets the page show its own style, and send its form to where it came from.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}()

// Config names what the page is made of. Every part is required.
type Config struct {
	App    *market.App
	Logger *slog.Logger
	// Pass lets a request from that address pass, and counts it.
	//
	// Faults: RATE_LIMITED, with retry_after in seconds.
	Pass func(address string) error
}

// New makes the handler of the page.
func New(c Config) http.Handler {
	h := handler{c}
	r := chi.NewRouter()
	r.Use(h.guard)
	r.Get(Path+"/{token}", h.show)
	r.Post(Path+"/{token}", h.answer)
	r.NotFound(func(w http.ResponseWriter, r *http.Request) { h.fail(w, r, fault.New(fault.RecordNotFound, "")) })
	r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", "GET, POST")
		h.fail(w, r, fault.New(fault.MethodNotAllowed, ""))
	})
	return r
}

type handler struct{ Config }

// guard sets what every answer carries, and counts the request.
func (h handler) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("Cache-Control", "no-store")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("X-Robots-Tag", "noindex, nofollow")
		if err := h.Pass(r.RemoteAddr); err != nil {
			h.fail(w, r, err)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

func guest(r *http.Request) market.Guest {
	return market.Guest{Token: chi.URLParam(r, "token"), Address: r.RemoteAddr, Agent: r.UserAgent()}
}

func (h handler) show(w http.ResponseWriter, r *http.Request) {
	v, err := h.App.Signing(r.Context(), guest(r))
	if err != nil {
		h.fail(w, r, err)
		return
	}
	h.write(w, r, http.StatusOK, model{Signing: v, Fields: fieldsOf(v, nil, nil)})
}

// answer takes the form. What is wrong with it is shown beside what was filled in.
func (h handler) answer(w http.ResponseWriter, r *http.Request) {
	form, err := readForm(r)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	v, err := h.take(r, form)
	if err == nil {
		h.write(w, r, http.StatusOK, model{Signing: v, Receipt: true})
		return
	}
	f, known := fault.As(err)
	if !known || f.Code != fault.InputInvalid {
		h.fail(w, r, err)
		return
	}
	if v, err = h.App.Signing(r.Context(), guest(r)); err != nil {
		h.fail(w, r, err)
		return
	}
	wrong := wrongOf(f)
	h.write(w, r, http.StatusUnprocessableEntity, model{
		Signing: v, Fields: fieldsOf(v, form.values, wrong), Wrong: true, Reason: form.reason,
		CodeWrong: wrong["code"], ReasonWrong: wrong["reason"], Refusing: form.refuse,
	})
}

func (h handler) take(r *http.Request, f form) (*view.Signing, error) {
	if f.refuse {
		return h.App.RefuseToSign(r.Context(), guest(r), market.RefuseInput{Reason: f.reason, Code: f.code})
	}
	return h.App.Sign(r.Context(), guest(r), market.SignInput{Values: f.values, Code: f.code})
}

// form is what a participant has filled in.
type form struct {
	refuse       bool
	reason, code string
	values       map[int64]string
}

// readForm reads the form.
//
// Faults: BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE.
func readForm(r *http.Request) (form, error) {
	f := form{values: map[int64]string{}}
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "application/x-www-form-urlencoded" {
		return f, fault.New(fault.UnsupportedMedia, "")
	}
	if err := r.ParseForm(); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return f, fault.New(fault.BodyTooLarge, "")
		}
		return f, fault.New(fault.BadRequest, "")
	}
	f.refuse = r.PostForm.Get("answer") == "refuse"
	f.reason, f.code = r.PostForm.Get("reason"), r.PostForm.Get("code")
	for name := range r.PostForm {
		number, ok := strings.CutPrefix(name, "field-")
		if !ok {
			continue
		}
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return f, fault.New(fault.BadRequest, "")
		}
		f.values[id] = strings.ReplaceAll(r.PostForm.Get(name), "\r\n", "\n")
	}
	if a := r.PostForm.Get("answer"); a != "refuse" && a != "sign" {
		return f, fault.New(fault.BadRequest, "")
	}
	return f, nil
}

// wrongOf gives what is wrong with the form, by the names of faults.
func wrongOf(f *fault.Error) map[string]string {
	wrong := map[string]string{}
	for _, field := range f.Fields {
		wrong[field.Name] = field.Message
	}
	return wrong
}

// field is a field as the page shows it.
type field struct {
	*view.SigningField
	Key, Value, Wrong string
}

// Checkbox and Signature tell how the field is filled in.
func (f field) Checkbox() bool { return f.Type == lifecycle.ObjectCheckbox }

// Signature tells whether it is a signature: the name, typed.
func (f field) Signature() bool { return f.Type == lifecycle.ObjectSignature }

// Checked tells whether the box is marked.
func (f field) Checked() bool { return f.Value == "true" }

// fieldsOf gives the fields with what was filled in, and what is wrong with it.
func fieldsOf(v *view.Signing, values map[int64]string, wrong map[string]string) []field {
	list := make([]field, len(v.Fields))
	for i, f := range v.Fields {
		number := strconv.FormatInt(f.ID, 10)
		list[i] = field{SigningField: f, Key: "field-" + number, Value: f.Contents, Wrong: wrong["fields["+number+"]"]}
		if values != nil && f.Input {
			list[i].Value = values[f.ID]
		}
	}
	return list
}

// model is what a page shows: a signing, its receipt, or a failure.
type model struct {
	Signing                *view.Signing
	Fields                 []field
	Receipt                bool
	Wrong, Refusing        bool
	Reason                 string
	ReasonWrong, CodeWrong string
	Title, Message         string
}

// Refused tells what the receipt is of.
func (m model) Refused() bool { return m.Signing.Status == lifecycle.ParticipantRefused }

func (h handler) write(w http.ResponseWriter, r *http.Request, status int, m model) {
	var out bytes.Buffer
	if err := pages.Execute(&out, m); err != nil {
		h.Logger.ErrorContext(r.Context(), "the signing page cannot be written", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the client has gone: nobody is left to tell
}
