package testkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"kontrak/internal/market"
)

// Beginnings of files, as far as anybody looks at them.
const (
	PNG  = "\x89PNG\r\n\x1a\n and the rest of a picture"
	JPEG = "\xff\xd8\xff\xe0\x00\x10JFIF and the rest of a picture"
	GIF  = "GIF89a and the rest of a picture"
	WEBP = "RIFF\x10\x00\x00\x00WEBPVP8 and the rest of a picture"
	PDF  = "%PDF-1.7 and the rest of a paper"
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
