package api_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kontrak/internal/api"
	"kontrak/internal/files"
	"kontrak/internal/market"
)

const (
	png = "\x89PNG\r\n\x1a\n and so on"
	pdf = "%PDF-1.7 and so on"
	svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
)

// storage gives both sources with the same files.
func storage(t *testing.T) map[string]files.Store {
	t.Helper()
	public := map[string]bool{"picture.png": true, "note.html": true, "vector.svg": true}
	bodies := map[string][]byte{
		"picture.png": []byte(png), "proof.png": []byte(png), "paper.pdf": []byte(pdf),
		"note.html": []byte("<!doctype html><script>alert(1)</script>"), "vector.svg": []byte(svg), "empty": nil,
	}
	dir := t.TempDir()
	d, err := files.OpenDirectory(filepath.Join(dir, "files"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	for name, body := range bodies {
		folder := "private"
		if public[name] {
			folder = "public"
		}
		if err := os.WriteFile(filepath.Join(dir, "files", folder, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "secret.txt"), filepath.Join(dir, "files", "public", "link.txt")); err != nil {
		t.Fatal(err)
	}
	return map[string]files.Store{"in memory": files.NewMemory(bodies, public), "in a directory": d}
}

// signed gives the path of a private file's link, made at a time.
func signed(name string, at time.Time) string {
	return strings.TrimPrefix(links.Private(name, at).URL, links.Base)
}

func TestFilesAreServed(t *testing.T) {
	t.Parallel()
	foreign := market.Links{Key: []byte("another key, of another program!"), Life: time.Hour}
	for where, store := range storage(t) {
		s := serve(t, api.Config{Files: store, Links: links})
		for _, c := range []struct {
			name, path        string
			status            int
			kind, disposition string
		}{
			{"a public picture is shown", "/files/picture.png", 200, "image/png", "inline"},
			{"a private one with its link", signed("proof.png", noon), 200, "image/png", "inline"},
			{"a paper is saved", signed("paper.pdf", noon), 200, "application/pdf", "attachment"},
			{"a page is only ever saved", "/files/note.html", 200, "application/octet-stream", "attachment"},
			{"so is a drawing that can run scripts", "/files/vector.svg", 200, "application/octet-stream", "attachment"},
			{"an empty file", signed("empty", noon), 200, "application/octet-stream", "attachment"},
			{"a private one without its link does not exist", "/files/proof.png", 404, "", ""},
			{"nor with an old link", signed("proof.png", noon.Add(-3*time.Hour)), 404, "", ""},
			{"nor with the link of another file", strings.Replace(signed("paper.pdf", noon), "paper.pdf", "proof.png", 1), 404, "", ""},
			{"a second expiry changes nothing", signed("proof.png", noon) + "&expires=9999999999", 200, "image/png", "inline"},
			{"nor with a forged expiry", "/files/proof.png?expires=9999999999&signature=" + strings.Repeat("0", 64), 404, "", ""},
			{"nor with a link of another key", foreign.Private("proof.png", noon).URL, 404, "", ""},
			{"an unknown file does not exist", "/files/unknown.png", 404, "", ""},
			{"nor what lies outside", "/files/..%2fsecret.txt", 404, "", ""},
			{"nor what lies outside, spelt otherwise", "/files/%2e%2e%2f%2e%2e%2fsecret.txt", 404, "", ""},
			{"nor a path", "/files/public/picture.png", 404, "", ""},
			{"nor a path in one segment", "/files/public%2fpicture.png", 404, "", ""},
			{"nor what a link points to", "/files/link.txt", 404, "", ""},
			{"nor a hidden file", "/files/.profile", 404, "", ""},
			{"nor a name with a zero", "/files/picture.png%00.txt", 404, "", ""},
			{"nor the folder", "/files/", 404, "", ""},
		} {
			t.Run(where+"/"+c.name, func(t *testing.T) {
				w := s.do("GET", c.path)
				if w.Code != c.status {
					t.Fatalf("%s: %d %s, want %d", c.path, w.Code, w.Body, c.status)
				}
				if c.status != http.StatusOK {
					return
				}
				h := w.Header()
				if h.Get("Content-Type") != c.kind || !strings.HasPrefix(h.Get("Content-Disposition"), c.disposition+";") {
					t.Errorf("%s: %v", c.path, h)
				}
				if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
					t.Errorf("%s: %v", c.path, h)
				}
			})
		}
	}
}

func TestAFileIsNotSentTwice(t *testing.T) {
	t.Parallel()
	for where, store := range storage(t) {
		s := serve(t, api.Config{Files: store, Links: links})
		first := s.do("GET", "/files/picture.png")
		again := s.do("GET", "/files/picture.png", header("If-None-Match", first.Header().Get("ETag")))
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s: %d with %d bytes", where, again.Code, again.Body.Len())
		}
		if got := first.Header().Get("Cache-Control"); !strings.Contains(got, "public") {
			t.Errorf("%s: a public file is cached as %q", where, got)
		}
		if got := s.do("GET", signed("proof.png", noon)).Header().Get("Cache-Control"); !strings.Contains(got, "private") {
			t.Errorf("%s: a private file is cached as %q", where, got)
		}
	}
}
