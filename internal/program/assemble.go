package program

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"kontrak/internal/api"
	"kontrak/internal/authn"
	"kontrak/internal/clock"
	"kontrak/internal/files"
	"kontrak/internal/live"
	"kontrak/internal/mail"
	"kontrak/internal/market"
	"kontrak/internal/push"
	"kontrak/internal/store"
	"kontrak/internal/trace"
	"kontrak/internal/trace/export"
)

// Who signs tokens, and for whom.
const (
	issuer   = "kontrak"
	audience = "kontrak"
)

// linkLife is the shortest life of a link to a private file.
const linkLife = time.Hour

// parts are what a running program is made of.
type parts struct {
	store     *store.Store
	keys      keyring
	publicURL string
	public    public
	files     files.Store
	now, wall func() time.Time
	held      *clock.Held // behind now, in the demo
	log       *slog.Logger
	notes     []string
	demo      api.Demo
	limits    authn.Limits
	graph     api.GraphOptions
	bodies    api.Bodies
	mails     mail.Sender // nil: they wait in the outbox
	pushes    *push.FCM   // nil: there are none
	box       *mail.Box   // where they are kept instead of being sent
	hub       *live.Hub   // where events are published
	// privateHooks lets webhooks tell this machine and its network.
	privateHooks bool
	// ending is set when no new requests are wanted.
	ending *atomic.Bool
}

var errEnding = errors.New("program: it is ending")

func newAuth(st *store.Store, ring keyring, now, wall func() time.Time, limits authn.Limits) (*authn.Service, error) {
	return authn.New(authn.Config{
		Store: st, Now: now, Wall: wall, Keys: ring.jwt, Issuer: issuer, Audience: audience, Limits: limits,
		Codes: authn.Codes{Key: ring.sub("one-time codes")},
	})
}

// app makes the use-cases, for those whom auth signs in.
func (p parts) app(auth *authn.Service) *market.App {
	return market.New(market.Config{
		Store: p.store, Now: p.now, Held: p.held, Wall: p.wall, Files: p.files, Links: p.links(), Hooks: p.hooks(), Logger: p.log, Stands: auth.Stands, Invite: auth.Invite,
	})
}

func (p parts) links() market.Links {
	return market.Links{Base: p.publicURL, Key: p.keys.link, Life: linkLife}
}

// assemble makes what the parts are for: the use-cases, who is who, and the handler.
func (p parts) assemble() (*market.App, *authn.Service, http.Handler, error) {
	auth, err := newAuth(p.store, p.keys, p.now, p.wall, p.limits)
	if err != nil {
		return nil, nil, nil, err
	}
	app := p.app(auth)
	h, err := p.handler(app, auth)
	return app, auth, h, err
}

// handler puts the parts together around the use-cases.
func (p parts) handler(app *market.App, auth *authn.Service) (http.Handler, error) {
	p.graph.Origins = append(slices.Clone(p.public.origins), originOf(p.publicURL)...)
	p.demo.SQL = p.graph.Statements.Collect != nil
	return api.New(api.Config{
		Doors: api.Doors(app, auth, p.log, p.graph), Bodies: p.bodies, Files: p.files, Links: p.links(), Ready: p.ready,
		Wall: p.wall, Logger: p.log, Notes: p.notes, Demo: p.demo, Mails: p.box,
		TrustedProxies: p.public.proxies, Origins: p.public.origins,
		Secure: strings.HasPrefix(p.publicURL, "https://"),
	})
}

// originOf gives the origin of an address: pages there are ours, whatever host a
// proxy names to us.
func originOf(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}

// traced gives what makes spans, where they are wanted, and what sends the last of
// them at the end.
func (t traceSettings) traced(ctx context.Context, env *Env, log *slog.Logger) (trace.Tracer, func(), error) {
	if t.Endpoint == "" {
		return nil, func() {}, nil
	}
	tracer, flush, err := export.Open(ctx, export.Config{
		Endpoint: t.Endpoint, Sample: t.Sample, Stream: env.Stderr, Logger: log, Version: version(),
	})
	if err != nil {
		return nil, nil, err
	}
	return tracer, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		if err := flush(ctx); err != nil {
			log.Warn("the last spans were not exported", "error", err)
		}
	}, nil
}

// flushTime is how long the last spans may take.
const flushTime = 5 * time.Second

// ready tells whether requests can be served. While the program ends it is not,
// so that load balancers turn elsewhere.
func (p parts) ready(ctx context.Context) error {
	if p.ending.Load() {
		return errEnding
	}
	return p.store.Ping(ctx)
}
