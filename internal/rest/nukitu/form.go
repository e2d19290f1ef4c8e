package nukitu

import (
	"encoding/json"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kontrak/internal/fault"
	"kontrak/internal/market"
)

const (
	// maxForm bounds a form in all (rulings, "Limits").
	maxForm = 50 << 20
	// formMemory is how many bytes of its files are kept in memory; what is beyond is
	// kept in temporary files while the request runs.
	formMemory = 256 << 10
	// formDepth bounds how deep the names of its fields nest.
	formDepth = 6
)

// form is a form while its request runs. A nil form is none.
type form struct {
	sent *multipart.Form
	// files are those of each name, written with dots: contract.proof.
	files map[string][]*multipart.FileHeader
	open  []multipart.File
}

// boundary refuses a form whose parts cannot be told apart.
//
// Faults: BAD_REQUEST.
func boundary(r *http.Request) error {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return fault.New(fault.BadRequest, "The form cannot be read: its Content-Type names no boundary.").Because(err)
	}
	return nil
}

// readForm reads the body where it is a form: its fields as an object, as names
// such as contract[tool_images][] nest them, and its files. Those who may not send
// one are turned away before.
//
// Faults: BAD_REQUEST, BODY_TOO_LARGE, BODY_TOO_SLOW, TOO_MANY_FILES, FILE_TOO_LARGE.
func (r *request) readForm(w http.ResponseWriter) error {
	if r.body != nil || mediaOf(r.Request) != formBody {
		return nil
	}
	sent, err := readChosen(http.MaxBytesReader(w, r.Body, maxForm), r.Header.Get("Content-Type"))
	if err != nil {
		return unread(err, "The form is larger than 50 MB.")
	}
	f := &form{sent: sent, files: map[string][]*multipart.FileHeader{}}
	if err := f.sort(); err != nil {
		f.close()
		return err
	}
	if r.body, err = nested(f.sent.Value); err != nil {
		f.close()
		return err
	}
	r.form = f
	return nil
}

// sort puts the files to their names, and refuses too many and too large ones.
func (f *form) sort() error {
	count := 0
	for _, name := range slices.Sorted(maps.Keys(f.sent.File)) {
		path, err := steps(name)
		if err != nil {
			return err
		}
		key := strings.Join(slices.DeleteFunc(path, func(step string) bool { return step == "" || isIndex(step) }), ".")
		for _, file := range f.sent.File[name] {
			if file.Size > market.MaxUploadBytes {
				return fault.Newf(fault.FileSizeLimit, "The file %s has %d bytes, and %d are allowed: send a smaller one.", name, file.Size, market.MaxUploadBytes)
			}
			f.files[key] = append(f.files[key], file)
			count++
		}
	}
	if count > market.MaxUploads {
		return fault.Newf(fault.FileCountLimit, "The request has %d files, and %d are allowed: send fewer.", count, market.MaxUploads)
	}
	return nil
}

// close gives back what was kept for the request.
func (f *form) close() {
	if f == nil {
		return
	}
	for _, file := range f.open {
		_ = file.Close() // it was only read
	}
	_ = f.sent.RemoveAll() // in the system's temporary directory
}

// unmarshal reads a value that came as a text, which may be a number or JSON.
func (f *form) unmarshal(raw json.RawMessage, target any) bool {
	var text string
	return f != nil && json.Unmarshal(raw, &text) == nil && json.Unmarshal([]byte(text), target) == nil
}

// uploads gives the files of a field of the resource; nil when none came.
func (a *attributes) uploads(name string) []*market.Upload {
	if a.form == nil {
		return nil
	}
	headers := a.form.files[a.prefix+name]
	for _, wrapper := range a.names {
		if wrapped := a.form.files[wrapper+"."+a.prefix+name]; len(wrapped) > 0 {
			headers = wrapped
			break
		}
	}
	var list []*market.Upload
	for _, header := range headers {
		content, err := header.Open()
		if err != nil {
			a.bad.Add(a.prefix+name, "could not be read: send it again")
			continue
		}
		a.form.open = append(a.form.open, content)
		list = append(list, &market.Upload{Content: content, Size: header.Size})
	}
	return list
}

// file gives the one file of a field, or nil.
func (a *attributes) file(name string) *market.Upload {
	list := a.uploads(name)
	if len(list) == 0 {
		a.bad.Check(!a.sent(name), a.prefix+name, "must be a file: send it as multipart/form-data")
		return nil
	}
	if len(list) > 1 {
		a.bad.Add(a.prefix+name, "must be one file")
		return nil
	}
	return list[0]
}

// pictures gives a list of pictures that replaces another: the addresses of those
// that stay, and the files of new ones; absent, null and a list stay apart.
func (a *attributes) pictures(name string) market.Optional[[]market.Attachment] {
	raw, sent := a.values[name]
	uploads := a.uploads(name)
	if !sent && len(uploads) == 0 {
		return market.Optional[[]market.Attachment]{}
	}
	if sent && isNull(raw) && len(uploads) == 0 {
		return market.Null[[]market.Attachment]()
	}
	var kept []string
	a.value(name, "must be a list of pictures: addresses of those that stay, new ones as files of multipart/form-data", &kept)
	var list []market.Attachment
	for _, link := range kept {
		if link != "" { // how forms say an empty list
			list = append(list, market.Attachment{Kept: link})
		}
	}
	for _, u := range uploads {
		list = append(list, market.Attachment{Upload: u})
	}
	return market.Some(list)
}

// nested makes an object of the fields of a form.
//
// Faults: BAD_REQUEST.
func nested(fields map[string][]string) (map[string]json.RawMessage, error) {
	top := &node{}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		path, err := steps(name)
		if err != nil {
			return nil, err
		}
		for i, text := range fields[name] {
			if !top.put(path, i, text) {
				return nil, fault.Newf(fault.BadRequest, "The form's fields contradict each other at %.100q.", name)
			}
		}
	}
	object := map[string]json.RawMessage{}
	for step, inner := range top.inner {
		object[step] = inner.json()
	}
	return object, nil
}

// steps takes the name of a field apart: a[b][] is a, b and a place in a list.
func steps(name string) ([]string, error) {
	head, rest, nests := strings.Cut(name, "[")
	path := []string{head}
	if nests {
		inner, ok := strings.CutSuffix(rest, "]")
		path = append(path, strings.Split(inner, "][")...)
		nests = !ok
	}
	if head == "" || nests || len(path) > formDepth || strings.ContainsAny(strings.Join(path, ""), "[]") {
		return nil, fault.Newf(fault.BadRequest, "The form has a field of no readable name: %.100q.", name)
	}
	return path, nil
}

// node is a value of a form while it is put together: a text, or what is inside.
type node struct {
	text  *string
	inner map[string]*node
}

// put puts the i-th text of a name at its place; false when something else is
// there.
func (n *node) put(path []string, i int, text string) bool {
	if len(path) == 0 {
		if n.inner != nil {
			return false
		}
		n.text = &text // of several the last counts
		return true
	}
	if n.text != nil {
		return false
	}
	step := path[0]
	if step == "" {
		step = strconv.Itoa(i)
	}
	if n.inner == nil {
		n.inner = map[string]*node{}
	}
	if n.inner[step] == nil {
		n.inner[step] = &node{}
	}
	return n.inner[step].put(path[1:], i, text)
}

// notText stands for a text of a form that is not in UTF-8. No field takes an object
// of it, so that whoever reads the field refuses it by its name.
var notText = json.RawMessage(`{"\u0000":"not UTF-8"}`)

// json writes the value: what is inside is a list when all its places are numbers.
func (n *node) json() json.RawMessage {
	if n.text != nil && !utf8.ValidString(*n.text) {
		return notText
	}
	var value any = n.text
	if n.inner != nil {
		object := map[string]json.RawMessage{}
		for step, inner := range n.inner {
			object[step] = inner.json()
		}
		value = object
		if all := slices.Collect(maps.Keys(n.inner)); !slices.ContainsFunc(all, func(step string) bool { return !isIndex(step) }) {
			slices.SortFunc(all, func(a, b string) int { return place(a) - place(b) })
			list := make([]json.RawMessage, len(all))
			for i, step := range all {
				list[i] = object[step]
			}
			value = list
		}
	}
	raw, _ := json.Marshal(value) // texts, lists and objects of them always encode
	return raw
}

// isIndex tells whether a step is a place in a list.
func isIndex(step string) bool {
	n, err := strconv.Atoi(step)
	return err == nil && n >= 0 && n < 1000
}

func place(step string) int {
	n, _ := strconv.Atoi(step) // isIndex has read it
	return n
}
