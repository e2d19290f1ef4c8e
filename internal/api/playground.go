package api

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kontrak/web"
)

// Demo is what the playground offers everybody: accounts that sign in with one
// press. Outside of the demo there are none.
type Demo struct {
	Accounts []DemoAccount `json:"accounts"`
	Password string        `json:"password"` // of each of them
	// SQL tells that the graph shows the SQL statements of an operation to who asks.
	SQL bool `json:"sql"`
}

// DemoAccount is an account that the demo offers.
type DemoAccount struct {
	Email string `json:"email"`
	Role  string `json:"role"`
	About string `json:"about"`
}

// playgroundPolicy lets the page load its own files and call its own host. Styles
// are its files, and elements that carry the nonce; the attributes cannot be done
// without, because the editor places its lines with them. A style attribute runs
// nothing, and what it may load is bounded by the other directives. The editor's
// underlines are data: images.
const playgroundPolicy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"style-src 'self' 'nonce-" + web.Nonce + "'; style-src-attr 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// playground serves the page at "/" and what it loads.
type playground struct {
	page   string // with gaps for the nonce
	assets map[string]asset
}

// asset is a file whose name changes with its content.
type asset struct {
	kind   string
	packed []byte // by gzip
}

// newPlayground reads the built files. It fails when they are not those of a
// playground.
func newPlayground(files fs.FS, demo Demo) (*playground, error) {
	page, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, fmt.Errorf("api: playground: %w", err)
	}
	// Marshal writes <, > and & so that no text can end the element that it stands in.
	demo.Accounts = append([]DemoAccount{}, demo.Accounts...) // none is [], not null
	settings, err := json.Marshal(demo)
	if err != nil {
		return nil, fmt.Errorf("api: playground: %w", err)
	}
	if !bytes.Contains(page, []byte(web.Settings)) || !bytes.Contains(page, []byte(web.Nonce)) {
		return nil, errors.New("api: playground: index.html has no gaps for settings and nonce")
	}
	p := &playground{
		page:   strings.ReplaceAll(string(page), web.Settings, string(settings)),
		assets: map[string]asset{},
	}
	names, err := fs.Glob(files, "assets/*.gz")
	if err != nil {
		return nil, fmt.Errorf("api: playground: %w", err)
	}
	for _, name := range names {
		packed, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("api: playground: %w", err)
		}
		name = strings.TrimSuffix(path.Base(name), ".gz")
		kind, ok := assetKinds[path.Ext(name)]
		if !ok {
			return nil, fmt.Errorf("api: playground: %s is of an unknown kind", name)
		}
		p.assets[name] = asset{kind, packed}
	}
	return p, nil
}

// assetKinds is a table of our own, because the system's differs between machines.
var assetKinds = map[string]string{
	".js":  "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".md":  "text/markdown; charset=utf-8",
	".svg": "image/svg+xml",
	".ttf": "font/ttf",
}

// servePage answers "/". Each answer has a nonce of its own, so it is not stored.
func (p *playground) servePage(w http.ResponseWriter, _ *http.Request) {
	nonce := rand.Text()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", strings.ReplaceAll(playgroundPolicy, web.Nonce, nonce))
	_, _ = io.WriteString(w, strings.ReplaceAll(p.page, web.Nonce, nonce)) // the client has gone: nobody is left to tell
}

// serveAsset answers "/assets/{name}". A file of that name never changes, so
// that browsers and proxies may keep it for good; only texts for people have
// names that stay.
func (p *playground) serveAsset(w http.ResponseWriter, r *http.Request) {
	name := chi.URLParam(r, "name")
	a, ok := p.assets[name]
	if !ok {
		refuse(w, http.StatusNotFound, errNowhere)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	if path.Ext(name) != ".md" {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Add("Vary", "Accept-Encoding")
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(a.packed)))
		_, _ = w.Write(a.packed) // the client has gone: nobody is left to tell
		return
	}
	plain, err := gzip.NewReader(bytes.NewReader(a.packed))
	if err != nil {
		panic(err) // it was packed when the program was built
	}
	_, _ = io.Copy(w, plain) // as above
}

// takesGzip tells whether the client reads gzip, as every browser does.
func takesGzip(r *http.Request) bool {
	for _, list := range r.Header.Values("Accept-Encoding") {
		for offer := range strings.SplitSeq(list, ",") {
			coding, weight, _ := strings.Cut(strings.ToLower(offer), ";")
			coding, weight = strings.TrimSpace(coding), strings.TrimSpace(weight)
			if coding == "gzip" || coding == "*" {
				return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
			}
		}
	}
	return false
}
