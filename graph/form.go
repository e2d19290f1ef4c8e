package graph

import (
	"bytes"
	"encoding/json"
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
	// partText bounds each of its two parts, like a body of JSON.
	partText = 1 << 20
	// partHead bounds what stands before a part and what a part says of itself, with
	// what the parser reads ahead.
	partHead = 64 << 10
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
	head := &io.LimitedReader{R: r.Body}
	parts := multipart.NewReader(io.TeeReader(head, &kept), params["boundary"])
	defer func() { r.Body = again{io.MultiReader(&kept, r.Body), r.Body} }()

	request, no := d.readPart(head, parts, "operations")
	if no != nil || request == nil {
		return false, no
	}
	list, no := d.readPart(head, parts, "map")
	if no != nil {
		return false, no
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
func (d *door) readPart(head *io.LimitedReader, parts *multipart.Reader, name string) ([]byte, *refusal) {
	head.N = partHead
	part, err := parts.NextPart()
	if head.N <= 0 {
		return nil, &refusal{http.StatusRequestEntityTooLarge, fault.Newf(fault.BodyTooLarge, "The form has more than %d bytes before its part %s.", partHead, name)}
	}
	if err != nil {
		return nil, cutOff(err)
	}
	if part.FormName() != name {
		return nil, nil
	}
	head.N = partText + partHead
	text, err := io.ReadAll(io.LimitReader(part, partText+1))
	if len(text) > partText || head.N <= 0 {
		return nil, &refusal{http.StatusRequestEntityTooLarge, fault.Newf(fault.BodyTooLarge, "The part %s of the form is larger than %d bytes.", name, partText)}
	}
	if err != nil {
		return nil, cutOff(err)
	}
	if f := d.Limits.CheckBody(text); f != nil {
		return nil, &refusal{http.StatusRequestEntityTooLarge, f}
	}
	return text, nil
}

// cutOff refuses a form that came to its end by a limit; what is wrong with any
// other, the transport says.
func cutOff(err error) *refusal {
	if no := unread(err); no.status != http.StatusBadRequest {
		return no
	}
	return nil
}

// again is a body whose beginning was read.
type again struct {
	io.Reader
	io.Closer
}
