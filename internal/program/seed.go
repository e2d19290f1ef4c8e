package program

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"kontrak/internal/world"
)

// seedCommand fills a database.
type seedCommand struct {
	databaseSettings `embed:""`
	logSettings      `embed:""`

	Contracts int `required:"" placeholder:"N" help:"How many contracts to add, each with all that belongs to it."`
}

// Run adds the contracts, and shows how far it is.
func (c *seedCommand) Run(ctx context.Context, env *Env, src *sources) (err error) {
	if c.Contracts < 1 {
		return &usageError{errors.New("--contracts must be at least 1")}
	}
	log, err := c.logger(src, env)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, c.databaseSettings, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := bringUp(ctx, st, true, log); err != nil {
		return err
	}
	began := env.Wall()
	done := 0
	show, finish := progress(env.Stderr, c.Contracts, env.Wall)
	err = world.Seed(ctx, st, world.SeedOptions{Contracts: c.Contracts, Now: env.Now(), Progress: func(n, total int) {
		done = n
		show(n, total)
	}})
	finish()
	took := env.Wall().Sub(began)
	say(env.Stdout, "added %d contracts in %s, %.0f a second", done, took.Round(time.Millisecond), float64(done)/max(took.Seconds(), 0.001))
	return err
}

// progress gives how to show that n of total are done, and how to end the
// showing: a bar on a terminal, a line each few seconds elsewhere.
func progress(w io.Writer, total int, wall func() time.Time) (show func(n, total int), finish func()) {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		bar := progressbar.NewOptions(total,
			progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("contracts"), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionFullWidth(), progressbar.OptionThrottle(100*time.Millisecond))
		return func(n, _ int) { _ = bar.Set(n) }, func() { say(w, "") } // a bar that cannot be drawn stops nothing
	}
	const pause = 5 * time.Second
	last := wall()
	return func(n, total int) {
		if now := wall(); now.Sub(last) >= pause || n == total {
			last = now
			say(w, "%d of %d contracts", n, total)
		}
	}, func() {}
}
