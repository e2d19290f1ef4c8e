package program

import (
	"context"
	"errors"
	"path"
	"time"
)

// migrateCommand brings the tables up to date.
type migrateCommand struct {
	databaseSettings `embed:""`
	logSettings      `embed:""`

	Status bool `help:"Only show which migrations there are, and which are applied."`
}

// Run migrates, and says what it did.
func (c *migrateCommand) Run(ctx context.Context, env *Env, src *sources) (err error) {
	log, err := c.logger(src, env)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, c.databaseSettings, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if c.Status {
		all, err := st.MigrationStatus(ctx)
		for _, m := range all {
			state := "missing"
			if m.Applied {
				state = "applied " + m.At.Format(time.RFC3339)
			}
			say(env.Stdout, "%04d  %-30s  %s", m.Version, path.Base(m.Name), state)
		}
		return err
	}
	applied, err := st.Migrate(ctx)
	for _, m := range applied {
		say(env.Stdout, "applied %s in %s", path.Base(m.Name), m.Took.Round(time.Millisecond))
	}
	if err == nil && len(applied) == 0 {
		say(env.Stdout, "nothing to do: the tables are up to date")
	}
	return err
}
