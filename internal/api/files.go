package api

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/files"
	"kontrak/internal/market"
)

// fileServer serves /files/{name}: public files to everybody, private ones to
// whoever holds a good link. Whatever else is asked for does not exist.
type fileServer struct {
	files files.Store
	links market.Links
	wall  func() time.Time
	log   *slog.Logger
}

// fileName is how stored files are named. Nothing else reaches a file system.
var fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,199}(\.[A-Za-z0-9]{1,8})?$`)

func (s fileServer) serve(w http.ResponseWriter, r *http.Request) {
	name, err := url.PathUnescape(chi.URLParam(r, "name"))
	if err != nil || s.files == nil || !fileName.MatchString(name) {
		refuse(w, http.StatusNotFound, errNowhere)
		return
	}
	f, err := s.files.Open(r.Context(), name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.log.ErrorContext(r.Context(), "file cannot be read", "name", name, "error", err)
		}
		refuse(w, http.StatusNotFound, errNowhere)
		return
	}
	defer func() { _ = f.Content.Close() }() // it was only read
	// access: a private file is for whoever got its link from an answer.
	q := r.URL.Query()
	if !f.Public && !s.links.Valid(name, q.Get("expires"), q.Get("signature"), s.wall()) {
		refuse(w, http.StatusNotFound, errNowhere)
		return
	}
	s.send(w, r, name, f)
}

func (s fileServer) send(w http.ResponseWriter, r *http.Request, name string, f *files.File) {
	kind, shown, err := sniff(f.Content)
	if err != nil {
		s.log.ErrorContext(r.Context(), "file cannot be read", "name", name, "error", err)
		refuse(w, http.StatusNotFound, errNowhere)
		return
	}
	disposition := "attachment"
	if shown {
		disposition = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("ETag", `"`+name+`"`)
	h.Set("Cache-Control", "private, max-age=300")
	if f.Public {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin") // pictures stand in pages of other origins
	}
	http.ServeContent(w, r, "", time.Time{}, f.Content)
}

// sniff reads what the content is from its first bytes, whatever its name says.
// Pictures are shown in place; whatever is not a known kind is only ever saved.
func sniff(content io.ReadSeeker) (kind string, shown bool, err error) {
	head := make([]byte, files.SniffBytes)
	n, err := io.ReadFull(content, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", false, err
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return "", false, err
	}
	if k, known := files.Sniff(head[:n]); known {
		return k.Type, k.Picture, nil
	}
	return "application/octet-stream", false, nil
}
