package yedpay

import (
	"errors"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/once"
)

const (
	// maxForm bounds a form in all (rulings, "Limits").
	maxForm = 50 << 20
	// maxFields bounds a form without files.
	maxFields = 1 << 20
	// formMemory is how many bytes of its files are kept in memory; what is beyond is
	// kept in temporary files while the request runs.
	formMemory = 256 << 10

	defaultLimit = 40
	maxLimit     = 100
	// maxNumber is what a greater number counts as: behind every list.
	maxNumber = 1 << 40
)

// request is a request whose sender is known.
type request struct {
	*http.Request
	w     http.ResponseWriter
	who   actor.Actor
	query url.Values
	// personal says that a personal token was sent.
	personal bool
}

// endpoint decodes a request, calls a use-case and gives the body that answers.
type endpoint func(*request) (any, error)

// serve answers a route. The order of the checks decides what a caller learns: a
// request that cannot be read, the token, and then what the endpoint says (rulings,
// "Order of checks").
func (d *dialect) serve(e endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := d.answer(w, r, e)
		if err != nil {
			d.fail(w, r, err)
			return
		}
		d.write(w, r, http.StatusOK, body)
	}
}

func (d *dialect) answer(w http.ResponseWriter, r *http.Request, e endpoint) (any, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.New(fault.BadRequest, "The query of the address cannot be read: write % as %25 and ; as %3B.").Because(err)
	}
	in := &request{w: w, query: values}
	if in.who, in.personal, err = d.caller(r); err != nil {
		return nil, err
	}
	in.Request = r.WithContext(actor.With(r.Context(), in.who))
	if once.Writes(r) {
		if err := d.auth.PassWrites(in.who, 1); err != nil {
			return nil, err
		}
		in.Request = once.Over(in.Request, chi.RouteContext(r.Context()).RoutePattern(), func() once.Body { return once.Body{Form: in.MultipartForm} })
	}
	body, err := e(in)
	if errors.Is(err, once.ErrDone) {
		return object{Success: true}, nil
	}
	return body, err
}

// caller finds out who sends the request: by the token of a sign-in, or by a personal
// token, which no other dialect takes.
//
// Faults: UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED.
func (d *dialect) caller(r *http.Request) (who actor.Actor, personal bool, err error) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 1 {
		scheme, token, _ := strings.Cut(headers[0], " ")
		if token = strings.TrimSpace(token); strings.EqualFold(scheme, "Bearer") && authn.IsPersonal(token) {
			who, err = d.auth.VerifyPersonal(r.Context(), token)
			return who, true, err
		}
	}
	who, err = d.auth.Authenticate(r.Context(), r)
	if err == nil && who.Anonymous() {
		err = fault.New(fault.TokenMissing, "")
	}
	return who, false, err
}

// paging is a page that is asked for.
type paging struct{ number, size int }

// paging reads limit and page. What is no number of rows, or of a page, is as if it
// were absent.
func (r *request) paging() paging {
	p := paging{number: r.number("page", 1), size: r.number("limit", defaultLimit)}
	p.size = min(p.size, maxLimit)
	return p
}

// number gives a parameter that is a whole number from 1; of several the last counts.
func (r *request) number(name string, otherwise int) int {
	n, err := strconv.ParseInt(last(r.query[name]), 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || n < 1 {
		return otherwise
	}
	return int(min(n, maxNumber)) // ParseInt gives the nearest number for one beyond its own
}

// last gives the last of several values, and "" of none.
func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// mediaOf gives the media type of a request's body, or "".
func mediaOf(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// form reads a body that brings files. done gives back what was kept for it.
//
// Faults: UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST, BODY_TOO_LARGE, BODY_TOO_SLOW,
// TOO_MANY_FILES, FILE_TOO_LARGE.
func (r *request) form() (sent *multipart.Form, done func(), err error) {
	if mediaOf(r.Request) != "multipart/form-data" {
		return nil, nil, fault.New(fault.UnsupportedMedia, "Send the document as multipart/form-data.")
	}
	r.Body = http.MaxBytesReader(r.w, r.Body, maxForm)
	if err := r.ParseMultipartForm(formMemory); err != nil {
		return nil, nil, unread(err)
	}
	sent = r.MultipartForm
	done = func() { _ = sent.RemoveAll() } // in the system's temporary directory
	count := 0
	for _, files := range sent.File {
		for _, f := range files {
			count++
			if f.Size > market.MaxUploadBytes {
				done()
				return nil, nil, fault.Newf(fault.FileSizeLimit, "The file has %d bytes, and %d are allowed.", f.Size, market.MaxUploadBytes)
			}
		}
	}
	if count > 1 {
		done()
		return nil, nil, fault.New(fault.FileCountLimit, "Send one document at a time.")
	}
	return sent, done, nil
}

// fields reads a body of names and values, with or without parts.
//
// Faults: UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST, BODY_TOO_LARGE, BODY_TOO_SLOW.
func (r *request) fields() (url.Values, error) {
	r.Body = http.MaxBytesReader(r.w, r.Body, maxFields)
	switch mediaOf(r.Request) {
	case "multipart/form-data":
		if err := r.ParseMultipartForm(formMemory); err != nil {
			return nil, unread(err)
		}
		defer func() { _ = r.MultipartForm.RemoveAll() }() // as above
		return r.MultipartForm.Value, nil
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, unread(err)
		}
		return r.PostForm, nil
	case "":
		if r.ContentLength == 0 {
			return url.Values{}, nil
		}
	}
	return nil, fault.New(fault.UnsupportedMedia, "Send the fields as application/x-www-form-urlencoded.")
}

// unread says why a body could not be read.
func unread(err error) error {
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return fault.New(fault.BodyTooLarge, "").Because(err)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fault.New(fault.BodyTooSlow, "").Because(err)
	}
	return fault.New(fault.BadRequest, "The form cannot be read.").Because(err)
}
