package faveo

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/once"
)

// The limits of bodies (rulings, "Limits").
const (
	maxBody = 1 << 20
	maxForm = 50 << 20
	// formMemory is how many bytes of a form's files are kept in memory; what is
	// beyond is kept in temporary files while the request runs.
	formMemory = 256 << 10
)

// The media types of bodies.
const (
	jsonBody      = "application/json"
	plainForm     = "application/x-www-form-urlencoded"
	multipartForm = "multipart/form-data"
)

// request is a request whose parts could be read.
type request struct {
	*http.Request
	query *query
	// input are the fields that were sent, in the body or in the query.
	input *input
	form  *multipart.Form // nil when there is none
	body  any             // as it was sent, where it is no form with files
	open  []multipart.File
}

// read takes a request apart, before anybody asks who sent it; a form with files only
// once that is known.
//
// Faults: BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, BODY_TOO_SLOW.
func read(w http.ResponseWriter, r *http.Request) (*request, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.New(fault.BadRequest, "The query of the address cannot be read: write % as %25 and ; as %3B.").Because(err)
	}
	in := &request{Request: r, query: ungrouped(values), input: &input{fields: map[string]field{}}}
	if r.Method != http.MethodPost {
		return in, nil
	}
	in.input.takeQuery(in.query)
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == multipartForm {
		if params["boundary"] == "" {
			return nil, fault.New(fault.BadRequest, "The form cannot be read: its Content-Type names no boundary.")
		}
		return in, nil
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, unread(err, "The request body is larger than 1 MB.")
	}
	return in, in.takeBody(kind, raw)
}

// takeBody reads a body without files. One without a byte has no fields.
func (r *request) takeBody(kind string, raw []byte) error {
	switch {
	case len(raw) == 0:
		return nil
	case kind == plainForm:
		values, err := url.ParseQuery(string(raw))
		if err != nil {
			return fault.New(fault.BadRequest, "The form cannot be read.").Because(err)
		}
		r.body = values
		r.input.takeForm(values)
		return nil
	case kind != jsonBody:
		return fault.New(fault.UnsupportedMedia, "Send the body as application/json, multipart/form-data or application/x-www-form-urlencoded.")
	}
	var object map[string]json.RawMessage
	if !utf8.Valid(raw) {
		return fault.New(fault.BadRequest, "The body is not UTF-8.")
	}
	if err := json.Unmarshal(raw, &object); err != nil || object == nil {
		return fault.New(fault.BadRequest, "").Because(err)
	}
	r.body = object
	for name, value := range object {
		r.input.fields[name] = fieldOf(value)
	}
	return nil
}

// sent is what the request brought, once it is read.
func (r *request) sent() once.Body { return once.Body{JSON: r.body, Form: r.form} }

// readForm reads the body where it is a form with files. Those who may not send one
// are turned away before.
//
// Faults: BAD_REQUEST, BODY_TOO_LARGE, BODY_TOO_SLOW, TOO_MANY_FILES, FILE_TOO_LARGE.
func (r *request) readForm(w http.ResponseWriter) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what is no type is no form
	if r.Method != http.MethodPost || kind != multipartForm {
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseMultipartForm(formMemory); err != nil {
		return unread(err, "The form is larger than 50 MB.")
	}
	r.form = r.MultipartForm
	r.input.takeForm(r.form.Value)
	count := 0
	for name, files := range r.form.File {
		for _, file := range files {
			if count++; file.Size > market.MaxUploadBytes {
				return r.closed(fault.Newf(fault.FileSizeLimit, "The file %.100q has %d bytes, and %d are allowed: send a smaller one.", name, file.Size, market.MaxUploadBytes))
			}
		}
	}
	if count > market.MaxUploads {
		return r.closed(fault.Newf(fault.FileCountLimit, "The request has %d files, and %d are allowed.", count, market.MaxUploads))
	}
	return nil
}

// closed gives back what was kept for a request that fails.
func (r *request) closed(err error) error {
	r.close()
	return err
}

// close gives back what was kept for the request.
func (r *request) close() {
	for _, file := range r.open {
		_ = file.Close() // it was only read
	}
	if r.form != nil {
		_ = r.form.RemoveAll() // in the system's temporary directory
	}
}

// unread says why a body could not be read.
func unread(err error, tooLarge string) error {
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return fault.New(fault.BodyTooLarge, tooLarge).Because(err)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fault.New(fault.BodyTooSlow, "").Because(err)
	}
	return fault.New(fault.BadRequest, "").Because(err)
}

// contractID gives the id of the contract that stands in the path. One that is no
// number belongs to no contract, and is answered as such.
//
// Faults: NOT_FOUND.
func (r *request) contractID() (int64, error) {
	id, ok := recordID(chi.URLParam(r.Request, "contractId"))
	if !ok {
		return 0, fault.New(fault.RecordNotFound, unknownContract)
	}
	return id, nil
}

// attachment gives the file that was sent, or nil.
func (r *request) attachment() *market.AgreementFile {
	const name = "attachment"
	var sent []*multipart.FileHeader
	if r.form != nil {
		for key, files := range r.form.File {
			if base, _, _ := bytes.Cut([]byte(key), []byte("[")); string(base) == name {
				sent = append(sent, files...)
			}
		}
	}
	bad := &r.input.bad
	switch {
	case len(sent) > 1:
		bad.Add(name, "must be one file")
		return nil
	case len(sent) == 0:
		bad.Check(r.input.fields[name].empty(), name, "must be a file: send it as multipart/form-data")
		return nil
	}
	content, err := sent[0].Open()
	if err != nil {
		bad.Add(name, "could not be read: send it again")
		return nil
	}
	r.open = append(r.open, content)
	return &market.AgreementFile{Upload: market.Upload{Content: content, Size: sent[0].Size}, Title: sent[0].Filename}
}
