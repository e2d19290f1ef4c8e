package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"kontrak/internal/fault"
)

// preflightHeaders show that a page of somebody else's did not send a form: a
// browser sends forms across origins without asking, but not with a header of
// these, which it asks the server for first. Clients send one of them whatever its
// value.
var preflightHeaders = []string{"Apollo-Require-Preflight", "GraphQL-Require-Preflight", "X-Requested-With"}

func preflighted(r *http.Request) bool {
	for _, name := range preflightHeaders {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// The bounds of the beginning of a form: what comes before the files.
const (
	// headText bounds each of its two parts, like a body of JSON.
	headText = 1 << 20
	// headBytes bounds all of it, with what the parser has read ahead.
	headBytes = 2*headText + 64<<10
)

// readForm reads the beginning of a form: its request, and its list of files. It
// refuses it before a file was read where that tells enough, and tells whether the
// request can be decoded. The body that it leaves begins from the beginning.
func (d *door) readForm(r *http.Request) (decodable bool, no *refusal) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return false, nil // the transport says what is wrong
	}
	var kept bytes.Buffer
	head := &io.LimitedReader{R: r.Body, N: headBytes}
	parts := multipart.NewReader(io.TeeReader(head, &kept), params["boundary"])
	defer func() { r.Body = again{io.MultiReader(&kept, r.Body), r.Body} }()

	request, no := d.readPart(parts, "operations")
	if no != nil || request == nil {
		return false, orTooLarge(no, head)
	}
	list, no := d.readPart(parts, "map")
	if no != nil {
		return false, orTooLarge(no, head)
	}
	var files map[string][]string
	if json.Unmarshal(list, &files) == nil {
		if f := d.Uploads.CheckFiles(len(files)); f != nil {
			return false, &refusal{http.StatusRequestEntityTooLarge, f}
		}
	}
	return json.Valid(request), nil
}

// readPart reads a part that is JSON; nil when the next part is another one, which
// the transport then says.
func (d *door) readPart(parts *multipart.Reader, name string) ([]byte, *refusal) {
	part, err := parts.NextPart()
	if err == nil && part.FormName() != name || errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, unread(err)
	}
	text, err := io.ReadAll(io.LimitReader(part, headText+1))
	if err != nil {
		return nil, unread(err)
	}
	if len(text) > headText {
		return nil, &refusal{http.StatusRequestEntityTooLarge, fault.Newf(fault.BodyTooLarge, "The part %s of the form is larger than %d bytes.", name, headText)}
	}
	if f := d.Limits.CheckBody(text); f != nil {
		return nil, &refusal{http.StatusRequestEntityTooLarge, f}
	}
	return text, nil
}

// orTooLarge tells the true reason where the beginning of a form ended only for
// its bound.
func orTooLarge(no *refusal, head *io.LimitedReader) *refusal {
	if head.N > 0 {
		return no
	}
	return &refusal{http.StatusRequestEntityTooLarge, fault.Newf(fault.BodyTooLarge, "The form has more than %d bytes before its files.", headBytes)}
}

// again is a body whose beginning was read.
type again struct {
	io.Reader
	io.Closer
}
