package once

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
)

// Hash hashes what was sent. Each part goes in with its length, so that no two
// requests run into the same bytes.
type Hash struct{ sum hash.Hash }

// NewHash begins a hash.
func NewHash() Hash { return Hash{sha256.New()} }

// Text adds texts.
func (h Hash) Text(parts ...string) {
	for _, p := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.sum.Write(size[:])
		h.sum.Write([]byte(p))
	}
}

// JSON adds a value as JSON, the keys of its maps in their order.
func (h Hash) JSON(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	h.Text(string(text))
	return nil
}

// File adds what a file holds, and leaves it at its beginning.
func (h Hash) File(content io.ReadSeeker) error {
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return err
	}
	of := sha256.New()
	if _, err := io.Copy(of, content); err != nil {
		return err
	}
	h.Text(string(of.Sum(nil)))
	_, err := content.Seek(0, io.SeekStart)
	return err
}

// form adds the fields and the files of a form, whatever stood between its parts.
func (h Hash) form(f *multipart.Form) error {
	for _, name := range slices.Sorted(maps.Keys(f.Value)) {
		h.Text("field", name)
		h.Text(f.Value[name]...)
	}
	for _, name := range slices.Sorted(maps.Keys(f.File)) {
		for _, header := range f.File[name] {
			h.Text("file", name, header.Filename)
			if err := h.part(header); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h Hash) part(header *multipart.FileHeader) error {
	content, err := header.Open()
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // it was only read
	return h.File(content)
}

// Sum gives the hash in hex.
func (h Hash) Sum() string { return hex.EncodeToString(h.sum.Sum(nil)) }

// Body is what a REST request brought beside its address.
type Body struct {
	JSON any // the object that was sent
	Form *multipart.Form
}

// Writes tells whether a request may change something.
func Writes(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
}

// Over returns a REST request whose action has the request's key. What its body holds
// is asked for when the action begins; the operation is its method and its route.
func Over(r *http.Request, route string, body func() Body) *http.Request {
	if !Writes(r) || len(r.Header.Values(Header)) == 0 {
		return r
	}
	return r.WithContext(With(r.Context(), func(context.Context) (Write, error) {
		key, _, err := Sent(r.Header)
		if err != nil {
			return Write{}, err
		}
		h, sent := NewHash(), body()
		h.Text(r.Method, r.URL.EscapedPath(), r.URL.Query().Encode())
		if sent.Form != nil {
			err = h.form(sent.Form)
		} else {
			err = h.JSON(sent.JSON)
		}
		return Write{Operation: r.Method + " " + route, Key: key, Hash: h.Sum()}, err
	}))
}
