package kit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/fault"
	"kontrak/internal/market"
)

// maxBody bounds a JSON body (rulings, "Limits").
const maxBody = 1 << 20

// request is a request whose parts could be read.
type request struct {
	*http.Request
	query *query
	// body is the JSON object that was sent; empty when there was none.
	body map[string]json.RawMessage
	// institution is where the key is good.
	institution int64
}

// read takes a request apart, before anybody asks who sent it.
//
// Faults: BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, BODY_TOO_SLOW.
func read(w http.ResponseWriter, r *http.Request) (*request, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.New(fault.BadRequest, "The query of the address cannot be read: write % as %25 and ; as %3B.").Because(err)
	}
	in := &request{Request: r, query: &query{values: values}}
	if r.Method == http.MethodPost || r.Method == http.MethodPatch {
		in.body, err = readObject(w, r)
	}
	return in, err
}

// readObject reads the one JSON object of a body. A body without a byte is an object
// without fields.
func readObject(w http.ResponseWriter, r *http.Request) (map[string]json.RawMessage, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if _, over := errors.AsType[*http.MaxBytesError](err); over {
			return nil, fault.New(fault.BodyTooLarge, "The request body is larger than 1 MB.").Because(err)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, fault.New(fault.BodyTooSlow, "").Because(err)
		}
		return nil, fault.New(fault.BadRequest, "").Because(err)
	}
	if len(raw) == 0 {
		return map[string]json.RawMessage{}, nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, fault.New(fault.UnsupportedMedia, "Send the body as application/json.")
	}
	var object map[string]json.RawMessage
	if !utf8.Valid(raw) {
		return nil, fault.New(fault.BadRequest, "The body is not UTF-8.")
	}
	if err := json.Unmarshal(raw, &object); err != nil || object == nil {
		return nil, fault.New(fault.BadRequest, "").Because(err)
	}
	return object, nil
}

// id gives the id that stands in the path; what is no id belongs to no record.
//
// Faults: NOT_FOUND.
func (r *request) id(missing string) (int64, error) {
	text := chi.URLParam(r.Request, "id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != text {
		return 0, fault.New(fault.RecordNotFound, missing)
	}
	return id, nil
}

// input gives the fields that were sent: under input, as documented, or at the top.
func (r *request) input() *fields {
	f := &fields{values: r.body, bad: &fault.Fields{}}
	raw, wrapped := r.body["input"]
	if !wrapped {
		return f
	}
	f.values = nil
	if err := json.Unmarshal(raw, &f.values); err != nil || f.values == nil {
		f.bad.Add("input", "must be an object")
	}
	return f
}

// fields are the fields of a JSON object. Reading one notes what is wrong with it,
// so that all bad fields are answered at once.
type fields struct {
	values map[string]json.RawMessage
	prefix string
	bad    *fault.Fields
}

func isNull(raw json.RawMessage) bool { return bytes.Equal(raw, []byte("null")) }

// value gives a field of a change: absent, null and a value stay apart.
func value[T any](f *fields, name, must string) market.Optional[T] {
	raw, sent := f.values[name]
	switch {
	case !sent:
		return market.Optional[T]{}
	case isNull(raw):
		return market.Null[T]()
	}
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		f.bad.Add(f.prefix+name, "%s", must)
		return market.Optional[T]{}
	}
	return market.Some(v)
}

// text gives a field that is a text.
func (f *fields) text(name string) market.Optional[string] {
	return value[string](f, name, "must be a text")
}

// ids gives a field that is a list of ids.
func (f *fields) ids(name string) market.Optional[[]int64] {
	const must = "must be a list of whole numbers"
	list := value[[]*int64](f, name, must)
	switch {
	case !list.Sent():
		return market.Optional[[]int64]{}
	case list.Null():
		return market.Null[[]int64]()
	}
	ids := make([]int64, 0, len(list.Or(nil)))
	for _, id := range list.Or(nil) {
		if id == nil {
			f.bad.Add(f.prefix+name, must)
			return market.Optional[[]int64]{}
		}
		ids = append(ids, *id)
	}
	return market.Some(ids)
}

// objects gives a field that is a list of objects.
func (f *fields) objects(name string) market.Optional[[]*fields] {
	list := value[[]map[string]json.RawMessage](f, name, "must be a list of objects")
	switch {
	case !list.Sent():
		return market.Optional[[]*fields]{}
	case list.Null():
		return market.Null[[]*fields]()
	}
	items := make([]*fields, len(list.Or(nil)))
	for i, values := range list.Or(nil) {
		items[i] = &fields{values: values, prefix: fmt.Sprintf("%s%s[%d].", f.prefix, name, i), bad: f.bad}
	}
	return market.Some(items)
}
