package program

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"kontrak/internal/api"
	"kontrak/internal/authn"
	"kontrak/internal/files"
	"kontrak/internal/market"
	"kontrak/internal/store"
)

// serveCommand serves until it is told to end.
type serveCommand struct {
	addrSettings     `embed:""`
	serverSettings   `embed:""`
	databaseSettings `embed:""`
	logSettings      `embed:""`
	limitSettings    `embed:""`
	apiSettings      `embed:""`
	workerSettings   `embed:""`
	mailSettings     `embed:""`
	pushSettings     `embed:""`
	hookSettings     `embed:""`
	liveSettings     `embed:""`

	GraphSQL string `setting:"" name:"graph-sql" group:"The graph" default:"off" placeholder:"WHEN" help:"Whether answers hold the SQL statements of an operation: off, asked or always. For development."`
	Migrate  bool   `setting:"" default:"true" negatable:"" help:"Bring the tables up to date before serving."`
}

// Run serves. It ends well when the context ends.
func (c *serveCommand) Run(ctx context.Context, env *Env, src *sources) (err error) {
	log, err := c.logger(src, env)
	if err != nil {
		return err
	}
	public, err := c.read(src)
	if err != nil {
		return err
	}
	options, flush, err := c.graphOptions(ctx, env, src, log)
	if err != nil {
		return err
	}
	defer flush()
	sender, box, err := c.sender(src, !c.open(public))
	if err != nil {
		return err
	}
	pushes, err := c.pushSender(src, env.Wall)
	if err != nil {
		return err
	}
	ring, err := keys(src, c.databaseSettings)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, c.databaseSettings, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := bringUp(ctx, st, c.Migrate, log); err != nil {
		return err
	}
	kept, err := c.openFiles(ctx, src)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	srv, err := listen(ctx, c.Addr, leave{drain: c.Drain, grace: c.Grace}, log)
	if err != nil {
		return err
	}
	srv.bounds, options.Stream = c.HTTP.bounds(), srv.streams.begin
	url := public.url
	if url == "" {
		url = srv.url()
	}
	p := parts{
		store: st, keys: ring, public: public, publicURL: url, files: kept,
		now: env.Now, wall: env.Wall, log: log, ending: srv.ending, limits: c.limits(),
		graph: options, bodies: c.HTTP.bodies(), mails: sender, box: box, pushes: pushes, privateHooks: c.WebhookPrivate,
	}
	return c.answer(ctx, p, srv)
}

// answer answers requests until it is told to end.
func (c *serveCommand) answer(ctx context.Context, p parts, srv *server) error {
	app, auth, h, err := p.assemble()
	if err != nil {
		return err
	}
	end, err := c.begin(ctx, p, app, auth)
	if err != nil {
		return err
	}
	defer end()
	p.log.Info("serving", "addr", srv.listener.Addr().String(), "public_url", p.publicURL, "database", p.store.Dialect())
	return srv.serve(ctx, h)
}

// begin begins what goes on beside requests, and gives what ends it.
func (c *serveCommand) begin(ctx context.Context, p parts, app *market.App, auth *authn.Service) (end func(), err error) {
	leave, err := c.tellLive(ctx, &p, app)
	if err != nil {
		return nil, err
	}
	stop := c.work(ctx, p, app, auth)
	return func() {
		stop()
		leave()
	}, nil
}

// graphOptions are those of the graph, and what sends the last spans at the end.
func (c *serveCommand) graphOptions(ctx context.Context, env *Env, src *sources, log *slog.Logger) (api.GraphOptions, func(), error) {
	options, err := c.graph(src)
	if err != nil {
		return options, nil, err
	}
	var flush func()
	if options.Tracer, flush, err = c.Otel.traced(ctx, env, log); err != nil {
		return options, nil, err
	}
	if c.GraphSQL != sqlOff {
		options.Statements = statements(c.GraphSQL == sqlAlways)
	}
	return options, flush, nil
}

// openFiles opens the store of files: a bucket, or by default a directory.
func (s serverSettings) openFiles(ctx context.Context, src *sources) (files.Store, error) {
	if s.FilesURL == "" {
		kept, err := files.OpenDirectory(s.FilesDir)
		if err != nil {
			return nil, src.bad("files_dir", s.FilesDir, "name a directory that can be written: "+err.Error())
		}
		return kept, nil
	}
	kept, err := files.Open(ctx, s.FilesURL)
	if err != nil {
		return nil, src.bad("files_url", s.FilesURL, "use s3://BUCKET?endpoint=URL&region=REGION or file:DIR: "+err.Error())
	}
	return kept, nil
}

// read understands the settings, or names every wrong one.
func (c *serveCommand) read(src *sources) (public, error) {
	p, err := c.serverSettings.read(src)
	return p, errors.Join(
		err, c.addrSettings.check(src), c.limitSettings.check(src), c.apiSettings.check(src), c.workerSettings.check(src), c.liveSettings.check(src), checkSQL(src, c.GraphSQL, c.open(p)))
}

// open tells whether other machines can reach the program.
func (c *serveCommand) open(p public) bool {
	return !c.loopback() || len(c.TrustedProxies) > 0 || !localURL(p.url)
}

// openStore opens the database.
func openStore(ctx context.Context, db databaseSettings, log *slog.Logger) (*store.Store, error) {
	st, err := store.Open(ctx, store.Config{URL: db.DatabaseURL, Logger: log})
	if err != nil {
		return nil, fmt.Errorf("the database cannot be opened: check the setting database_url: %w", err)
	}
	return st, nil
}

// bringUp migrates, or only makes sure that nothing is missing.
func bringUp(ctx context.Context, st *store.Store, migrate bool, log *slog.Logger) error {
	if !migrate {
		return st.Ping(ctx)
	}
	applied, err := st.Migrate(ctx)
	for _, m := range applied {
		log.Info("migrated", "migration", m.Name, "took", m.Took)
	}
	return err
}
