package program

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/clock"
	"kontrak/internal/files"
	"kontrak/internal/lifecycle"
	"kontrak/internal/mail"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/world"
)

// demoCommand starts everything in one process, and leaves nothing behind.
type demoCommand struct {
	addrSettings  `embed:""`
	logSettings   `embed:""`
	limitSettings `embed:""`
	apiSettings   `embed:""`

	GraphSQL    string `setting:"" name:"graph-sql" group:"The graph" default:"asked" placeholder:"WHEN" help:"Whether answers hold the SQL statements of an operation: off, asked or always. Off where other machines can ask."`
	AllowRemote bool   `help:"Let other machines in, although everybody knows the demo's password."`
}

// demoGrace is how long requests under way may take when the demo ends. Nothing
// stands before a demo that would have to turn elsewhere first.
const demoGrace = 5 * time.Second

// demoTokenLife is how long the printed tokens are good.
const demoTokenLife = 24 * time.Hour

// Run serves the demo world until the context ends.
func (c *demoCommand) Run(ctx context.Context, env *Env, src *sources) (err error) {
	log, err := c.logger(src, env)
	if err != nil {
		return err
	}
	if err := c.check(src); err != nil {
		return err
	}
	options, err := c.graph(src)
	if err != nil {
		return err
	}
	var flush func()
	if options.Tracer, flush, err = c.Otel.traced(ctx, env, log); err != nil {
		return err
	}
	defer flush()
	if c.GraphSQL != sqlOff && c.loopback() {
		options.Statements = statements(c.GraphSQL == sqlAlways)
	}
	srv, err := listen(ctx, c.Addr, leave{grace: demoGrace}, log)
	if err != nil {
		return err
	}
	srv.bounds, options.Stream = c.HTTP.bounds(), srv.streams.begin
	defer func() { _ = srv.listener.Close() }() // served or not, it is not needed any more
	st, err := store.Open(ctx, store.Config{URL: "sqlite::memory:", Logger: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }() // removes the database
	d, err := newDemo(ctx, st, log, env)
	if err != nil {
		return err
	}
	p := parts{
		store: st, keys: d.keys, publicURL: srv.url(), files: d.files, now: d.clock.Now, held: d.clock, wall: env.Wall, log: log,
		ending: srv.ending, limits: c.limits(), notes: d.notes(srv.url()), demo: d.offer(),
		graph: options, bodies: c.HTTP.bodies(), box: &mail.Box{}, privateHooks: c.loopback(),
	}
	app, auth, h, err := p.assemble()
	if err != nil {
		return err
	}
	if err := tellPast(ctx, st, d.world, app, env.Wall, log); err != nil {
		return err
	}
	if c.loopback() { // whoever has the link may sign
		if d.link, err = d.signingLink(ctx, app); err != nil {
			return err
		}
	}
	leave, err := liveSettings{}.tellLive(ctx, &p, app)
	if err != nil {
		return err
	}
	defer leave()
	defer run(ctx, append(p.mailLoops(app, auth, p.box, mailInterval), p.eventLoops(app, auth, nil, mailInterval)...)...)()
	d.print(env.Stdout, srv.url())
	return srv.serve(ctx, h)
}

// check refuses to show the demo, whose password is in the documentation, to
// other machines, unless that is wanted.
func (c *demoCommand) check(src *sources) error {
	if err := errors.Join(
		c.addrSettings.check(src), c.limitSettings.check(src), c.apiSettings.check(src), checkSQL(src, c.GraphSQL, false),
	); err != nil {
		return err
	}
	if !c.loopback() && !c.AllowRemote {
		return fmt.Errorf("the demo's password is known to everybody, and %s can be reached from other machines: use 127.0.0.1, or add --allow-remote", c.Addr)
	}
	return nil
}

// demo is a demo world that is ready to be served.
type demo struct {
	world  *world.World
	clock  *clock.Held
	keys   keyring
	files  files.Store
	tokens map[string]string // by address
	link   string            // of somebody who is asked to sign; "" where it is not shown
}

// newDemo fills the database and signs everybody in.
func newDemo(ctx context.Context, st *store.Store, log *slog.Logger, env *Env) (*demo, error) {
	if err := bringUp(ctx, st, true, log); err != nil {
		return nil, err
	}
	hash, err := authn.HashPassword(ctx, world.Password)
	if err != nil {
		return nil, err
	}
	made := throwaway()
	w, err := world.Demo(ctx, st, world.Config{Now: world.Now, PasswordHash: hash, Secrets: market.Links{Key: made.link}})
	if err != nil {
		return nil, err
	}
	d := &demo{world: w, clock: clock.Hold(w.Now), keys: made, files: files.NewMemory(w.Files, w.Public), tokens: map[string]string{}}
	auth, err := newAuth(st, d.keys, env.Wall, env.Wall, authn.Limits{})
	if err != nil {
		return nil, err
	}
	for _, a := range mainAccounts(w) {
		if d.tokens[a.Email], err = auth.Mint(ctx, a.UserID, demoTokenLife); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// signingLink gives the link of a participant who is asked to sign, and needs no code.
func (d *demo) signingLink(ctx context.Context, app *market.App) (string, error) {
	admin := mainAccounts(d.world)[3]
	ctx = actor.With(ctx, actor.Actor{UserID: admin.UserID, Role: admin.Role})
	page, err := app.Signatures(ctx, market.SignatureFilter{}, market.OffsetPage(0, market.MaxPage), market.SignatureWants)
	if err != nil {
		return "", err
	}
	for _, s := range page.Items {
		for _, p := range s.Participants {
			if p.Status == lifecycle.ParticipantRequested && p.Send == lifecycle.SendEmail {
				return app.SigningLink(ctx, s.UUID, p.UUID)
			}
		}
	}
	return "", errors.New("program: nobody of the demo is asked to sign")
}

// mainAccounts are those that the documentation names.
func mainAccounts(w *world.World) []world.Account { return w.Accounts[:min(4, len(w.Accounts))] }
