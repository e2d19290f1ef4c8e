package testkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"kontrak/internal/market"
)

// Small files of each kind that is taken.
var (
	PNG  = drawn(png.Encode)
	JPEG = drawn(func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) })
	GIF  = drawn(func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) })
	// WEBP has one pixel without a loss: a box of VP8L.
	WEBP = "RIFF\x1e\x00\x00\x00WEBPVP8L\x11\x00\x00\x00/\x00\x00\x00\x00\x07\xd0\xff\xfe\xf7\xbf\xff\x81\x88\xe8\x7f\x00\x00"
)

// drawn encodes a small picture.
func drawn(encode func(io.Writer, image.Image) error) string {
	var b strings.Builder
	if err := encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		panic(err) // a builder takes everything
	}
	return b.String()
}

// A paper, and files that are not taken.
const (
	PDF  = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
	HTML = "<!doctype html><script>alert(1)</script>"
	SVG  = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
)

// Upload is a file for a use-case.
func Upload(content string) *market.Upload {
	return &market.Upload{Content: strings.NewReader(content), Size: int64(len(content))}
}

// Part is a part of a form: a file when it has a file's name.
type Part struct{ Field, File, Body string }

// Form makes a request whose body is a form.
func (a *App) Form(t testing.TB, method, path, token string, parts ...Part) *http.Request {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		create := w.CreateFormField
		if p.File != "" {
			create = func(field string) (io.Writer, error) { return w.CreateFormFile(field, p.File) }
		}
		part, err := create(p.Field)
		if err == nil {
			_, err = part.Write([]byte(p.Body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := a.Request(t, method, path, token, body.Bytes())
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// AskWithFiles makes a request of the graph with files: each stands at its place,
// such as variables.input.file, where the variables hold null.
func (a *App) AskWithFiles(t testing.TB, token, document string, variables any, files map[string]string) *http.Request {
	t.Helper()
	operations, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	places := map[string][]string{}
	var bodies []Part
	for place, body := range files {
		name := fmt.Sprint(len(places))
		places[name] = []string{place}
		bodies = append(bodies, Part{name, "upload.bin", body})
	}
	list, again := json.Marshal(places)
	if err := errors.Join(err, again); err != nil {
		t.Fatal(err)
	}
	r := a.Form(t, http.MethodPost, "/query", token, append([]Part{{"operations", "", string(operations)}, {"map", "", string(list)}}, bodies...)...)
	r.Header.Set("GraphQL-Require-Preflight", "1")
	return r
}
