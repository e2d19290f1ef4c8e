// Package api puts every door of the program on one http.Handler: the graph,
// the REST dialects, files, health and a page that says what there is. What is
// the same for all of them is done here once: the client's address, request ids,
// the log of requests, security headers, limits of bodies, and the recovery from
// panics. No rules live here.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/files"
	"kontrak/internal/mail"
	"kontrak/internal/market"
	"kontrak/web"
)

// Door is one surface of the program, such as a REST dialect.
type Door struct {
	// Path is where it begins, without a slash at the end. The handler sees
	// whole paths, and gets every one at or below it.
	Path    string
	Handler http.Handler
	// Fail answers err in the door's own envelope. It is called when the handler
	// panicked before it had answered. By default the answer is plain JSON.
	Fail func(w http.ResponseWriter, r *http.Request, err error)
	// Secret says that paths below Path hold secrets, which no log may hold.
	Secret bool
	// Title and About present the door on the page at "/about".
	Title, About string
	// OpenAPI describes what the door answers, or is nil. Doors of one dialect share
	// one description.
	OpenAPI *Description
}

// Config says what stands behind the doors. Logger, Wall and Ready are required.
type Config struct {
	Doors []Door
	// Files are the stored files; without them /files answers 404.
	Files files.Store
	// Links tell whether the link of a private file is good.
	Links market.Links
	// Ready fails while the program cannot answer.
	Ready func(context.Context) error
	// Wall is real time: ages of links, durations in the log.
	Wall   func() time.Time
	Logger *slog.Logger
	// TrustedProxies may say for whom they ask, by X-Forwarded-For.
	TrustedProxies []netip.Prefix
	// Bodies bound what requests bring.
	Bodies Bodies
	// Origins are the exact origins of browsers that may call: none by default.
	Origins []string
	// Secure says that clients come by https, and shall not come otherwise.
	Secure bool
	// Notes are shown on the page at "/about".
	Notes []string
	// Demo is what the playground at "/" offers everybody: nothing by default.
	Demo Demo
	// Mails are shown at "/mail"; nil: there is no such page.
	Mails *mail.Box
}

// New makes the handler. It fails when the configuration cannot be served: a
// part is missing, or two doors share a path.
func New(c Config) (http.Handler, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	around := chi.Chain(
		clientAddress(c.TrustedProxies),
		requestID,
		accessLog(c.Logger, c.Wall, c.shownPath),
		securityHeaders(c.Secure),
		recoverer(c.Logger, c.failer(), c.shownPath),
		crossOrigin(c.Origins),
		c.Bodies.orDefault().limit,
	)
	play, err := newPlayground(web.Files(), c.Demo)
	if err != nil {
		return nil, err
	}
	return around.Handler(c.dispatch(c.ownRoutes(play))), nil
}

// dispatch gives each request to its door, untouched, so that the door answers
// unknown paths and methods in its own envelope; what no door takes is ours.
func (c Config) dispatch(own http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d, ok := c.door(r.URL.Path); ok {
			d.Handler.ServeHTTP(w, r)
			return
		}
		own.ServeHTTP(w, r)
	})
}

// door gives the door of a path: the longest one that it is at or below.
func (c Config) door(path string) (Door, bool) {
	best, found := Door{}, false
	for _, d := range c.Doors {
		below, ok := strings.CutPrefix(path, d.Path)
		if ok && (below == "" || below[0] == '/') && len(d.Path) > len(best.Path) {
			best, found = d, true
		}
	}
	return best, found
}

// shownPath is the path as logs may hold it.
func (c Config) shownPath(path string) string {
	if d, ok := c.door(path); ok && d.Secret && path != d.Path {
		return d.Path + "/…"
	}
	return path
}

// ownRoutes routes what stands beside the doors.
func (c Config) ownRoutes(play *playground) http.Handler {
	r := chi.NewRouter()
	reads(r, "/files/{name}", fileServer{files: c.Files, links: c.Links, wall: c.Wall, log: c.Logger}.serve)
	reads(r, "/healthz", alive)
	reads(r, "/readyz", ready(c.Ready, c.Logger))
	reads(r, "/", play.servePage)
	reads(r, "/assets/{name}", play.serveAsset)
	reads(r, "/about", indexPage(c))
	if c.Mails != nil {
		reads(r, "/mail", mailsPage(c.Mails))
	}
	reads(r, "/openapi/{dialect}.json", descriptions(c.Doors))
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusNotFound, errNowhere) })
	r.MethodNotAllowed(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, errMethod)
	})
	return r
}

// reads routes both methods of reading.
func reads(r chi.Router, path string, h http.HandlerFunc) {
	r.Get(path, h)
	r.Head(path, h)
}

func (c Config) check() error {
	if c.Logger == nil || c.Wall == nil || c.Ready == nil {
		return errors.New("api: Config needs Logger, Wall and Ready")
	}
	seen := map[string]bool{"/files": true, "/healthz": true, "/readyz": true, "/assets": true, "/about": true, "/openapi": true, "": true}
	for _, d := range c.Doors {
		switch {
		case !strings.HasPrefix(d.Path, "/") || strings.HasSuffix(d.Path, "/"):
			return errors.New("api: the path of a door begins with a slash and ends without one: " + d.Path)
		case d.Handler == nil:
			return errors.New("api: nothing stands behind the door " + d.Path)
		case seen[d.Path]:
			return errors.New("api: two doors have the path " + d.Path)
		}
		seen[d.Path] = true
	}
	return nil
}

// failer gives how to answer a failure: as the door of the path does.
func (c Config) failer() func(*http.Request) func(http.ResponseWriter, *http.Request, error) {
	return func(r *http.Request) func(http.ResponseWriter, *http.Request, error) {
		d, _ := c.door(r.URL.Path)
		return d.Fail
	}
}
