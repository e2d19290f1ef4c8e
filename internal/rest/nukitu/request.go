package nukitu

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
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/once"
)

// maxBody bounds a JSON body (rulings, "Limits").
const maxBody = 1 << 20

// request is a request whose parts could be read.
type request struct {
	*http.Request
	query *query
	// body is the JSON object that was sent, or the fields of a form; empty when
	// there was none.
	body map[string]json.RawMessage
	// form holds the files that came; nil when there were none.
	form *form
}

// read takes a request apart, before anybody asks who sent it; a form, where forms
// are taken, only once that is known.
//
// Faults: BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE.
func read(w http.ResponseWriter, r *http.Request, forms bool) (*request, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.New(fault.BadRequest, "The query of the address cannot be read.").Because(err)
	}
	in := &request{Request: r, query: &query{values: values}}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return in, nil
	}
	if forms && mediaOf(r) == formBody {
		return in, boundary(r)
	}
	in.body, err = readObject(w, r)
	return in, err
}

// sent is what the request brought, once it is read.
func (r *request) sent() once.Body {
	if r.form != nil {
		return once.Body{Form: r.form.sent}
	}
	return once.Body{JSON: r.body}
}

// The media types of bodies.
const (
	jsonBody = "application/json"
	formBody = "multipart/form-data"
)

// mediaOf gives the media type of a request's body, or "".
func mediaOf(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

// readObject reads the one JSON object of a body. A body without a byte is an
// object without attributes.
func readObject(w http.ResponseWriter, r *http.Request) (map[string]json.RawMessage, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, unread(err, "The request body is larger than 1 MB.")
	}
	if len(raw) == 0 {
		return map[string]json.RawMessage{}, nil
	}
	if mediaOf(r) != jsonBody {
		return nil, fault.New(fault.UnsupportedMedia, "Send the body as application/json.")
	}
	if !utf8.Valid(raw) {
		return nil, fault.New(fault.BadRequest, "Send the body in UTF-8.")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil || object == nil {
		// What was sent is not repeated: it may hold a password.
		return nil, fault.New(fault.BadRequest, "").Because(err)
	}
	return object, nil
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

// contractID gives the id of the contract that stands in the path. One that is no number belongs to no
// record, and is answered as such.
//
// Faults: NOT_FOUND.
func (r *request) contractID() (int64, error) {
	id := recordID(chi.URLParam(r.Request, "id"))
	if id == 0 {
		return 0, fault.New(fault.RecordNotFound, "There is no such contract.")
	}
	return id, nil
}

// attributes gives what was sent under the name of the resource or, when that is
// not there, at the top (Nukitu reference, 0.4). Where a resource has several names, what
// stands under any of them counts, and what stands under two of them as the first has it.
func (r *request) attributes(names ...string) *attributes {
	top := &attributes{values: r.body, bad: &fault.Fields{}, form: r.form, names: names}
	var wrapped map[string]json.RawMessage
	for _, name := range names {
		if !top.sent(name) {
			continue
		}
		if wrapped == nil {
			wrapped = map[string]json.RawMessage{}
		}
		for field, raw := range top.object(name).values {
			if _, twice := wrapped[field]; !twice {
				wrapped[field] = raw
			}
		}
	}
	if wrapped != nil {
		top.values = wrapped
	}
	return top
}

// attributes are the fields of a JSON object. Reading one notes what is wrong
// with it, so that all bad fields are answered at once.
type attributes struct {
	values map[string]json.RawMessage
	prefix string
	bad    *fault.Fields
	// form is what they came in, when that was a form: then every value is a text.
	form *form
	// names are those of the resource, under which attributes may stand.
	names []string
}

func isNull(raw json.RawMessage) bool { return bytes.Equal(raw, []byte("null")) }

// value decodes a field into the target and tells whether there was one.
func (a *attributes) value(name, must string, target any) bool {
	raw, sent := a.values[name]
	if !sent || isNull(raw) {
		return false
	}
	if bytes.Equal(raw, notText) {
		a.bad.Add(a.prefix+name, "must be text in UTF-8")
		return false
	}
	if err := json.Unmarshal(raw, target); err != nil && !a.form.unmarshal(raw, target) {
		a.bad.Add(a.prefix+name, "%s", must)
		return false
	}
	return true
}

// text gives a field that is a text; "" when it is absent.
func (a *attributes) text(name string) string {
	var s string
	a.value(name, "must be a text", &s)
	return s
}

// decimal gives a field that is a number, or a text that holds one, as it was
// sent; "" when it is absent.
func (a *attributes) decimal(name string) string {
	var n json.Number // takes numbers and texts that are numbers
	if a.value(name, "must be a decimal number", &n) {
		return n.String()
	}
	return ""
}

// required gives a text that may not be missing or empty.
func (a *attributes) required(name string) string {
	var s string
	if sent := a.value(name, "must be a text", &s); s == "" && (sent || !a.sent(name)) {
		a.bad.Add(a.prefix+name, "is required")
	}
	return s
}

func (a *attributes) sent(name string) bool {
	raw, sent := a.values[name]
	return sent && !isNull(raw)
}

// short gives a text that is kept, of at most so many letters.
func (a *attributes) short(name string, most int) string {
	s := a.text(name)
	a.bad.Check(utf8.RuneCountInString(s) <= most, a.prefix+name, "must have at most %d letters", most)
	a.bad.Check(!strings.ContainsRune(s, 0), a.prefix+name, "must not hold the zero character")
	return s
}

// visible gives a text of at most so many characters, all of them visible ones of ASCII.
func (a *attributes) visible(name string, most int) string {
	s := a.text(name)
	a.bad.Check(authn.Visible(s, most), a.prefix+name, authn.MustBeVisible, most)
	return s
}

// oneOf gives a text that is one of the words; "" when it is absent.
func (a *attributes) oneOf(name string, words ...string) string {
	s := a.text(name)
	a.bad.Check(s == "" || slices.Contains(words, s), a.prefix+name, "must be one of %s", strings.Join(words, " "))
	return s
}

// id gives a field that is the id of a record; 0 when it is absent.
func (a *attributes) id(name string) int64 {
	var id int64
	const must = "must be the id of a record: a whole number from 1"
	if a.value(name, must, &id) && id < 1 {
		a.bad.Add(a.prefix+name, "%s", must)
		return 0
	}
	return id
}

// object gives the fields of a field that is an object; none when it is absent.
func (a *attributes) object(name string) *attributes {
	inner := &attributes{prefix: a.prefix + name + ".", bad: a.bad, form: a.form, names: a.names}
	a.value(name, "must be an object", &inner.values)
	return inner
}

// optional gives a text of a change: absent, null and a text stay apart.
func (a *attributes) optional(name string) market.Optional[string] {
	raw, sent := a.values[name]
	switch {
	case !sent:
		return market.Optional[string]{}
	case isNull(raw):
		return market.Null[string]()
	}
	return market.Some(a.text(name))
}

// optionalAs is optional of another kind of text.
func optionalAs[T ~string](o market.Optional[string]) market.Optional[T] {
	switch {
	case !o.Sent():
		return market.Optional[T]{}
	case o.Null():
		return market.Null[T]()
	}
	return market.Some(T(o.Or("")))
}

// list gives the fields of each object of a list: absent, null and a list stay
// apart.
func (a *attributes) list(name string) market.Optional[[]*attributes] {
	raw, sent := a.values[name]
	if !sent {
		return market.Optional[[]*attributes]{}
	}
	if isNull(raw) {
		return market.Null[[]*attributes]()
	}
	var items []map[string]json.RawMessage
	if !a.value(name, "must be a list of objects", &items) {
		items = nil // some of it may have been read
	}
	list := make([]*attributes, len(items))
	for i, values := range items {
		list[i] = &attributes{values: values, prefix: fmt.Sprintf("%s%s[%d].", a.prefix, name, i), bad: a.bad, form: a.form, names: a.names}
	}
	return market.Some(list)
}

// mapped converts a list that may be absent or null.
func mapped[T, U any](o market.Optional[[]T], to func(T) U) market.Optional[[]U] {
	switch {
	case !o.Sent():
		return market.Optional[[]U]{}
	case o.Null():
		return market.Null[[]U]()
	}
	list := make([]U, len(o.Or(nil)))
	for i, item := range o.Or(nil) {
		list[i] = to(item)
	}
	return market.Some(list)
}

// flag gives a field that is true or false, also as Rails clients write it.
func (a *attributes) flag(name string) bool {
	switch raw := string(a.values[name]); raw {
	case "true", `"true"`, "1", `"1"`:
		return true
	case "", "null", "false", `"false"`, "0", `"0"`, `""`:
	default:
		a.bad.Add(a.prefix+name, "must be true or false")
	}
	return false
}

// sentFlag is flag of a field that may be left out: nil without it.
func (a *attributes) sentFlag(name string) *bool {
	if !a.sent(name) {
		return nil
	}
	return new(a.flag(name))
}

// amount gives a field that is a whole number, or nil.
func (a *attributes) amount(name string) *int64 {
	var n int64
	if !a.value(name, "must be a whole number", &n) {
		return nil
	}
	return &n
}

// err gives one fault for all fields that could not be read.
//
// Faults: INVALID.
func (a *attributes) err() error { return a.bad.Err(fault.InputInvalid) }

// explain gives the fault of a use-case that was given nothing for what could not
// be read: where it says that a field is missing, here is known why.
func (a *attributes) explain(err error) error {
	own, unread := fault.As(a.err())
	if !unread || !fault.Is(err, fault.InputInvalid) {
		return err
	}
	if slices.ContainsFunc(own.Fields, func(o fault.Field) bool { return slices.Contains(a.names, o.Name) }) {
		return own // nothing within it could be read
	}
	a.bad.TakeOther(err)
	return a.err()
}
