package program

import (
	"context"
	"errors"
	"time"

	"kontrak/internal/authn"
	"kontrak/internal/store"
)

// tokenCommand prints an access token.
type tokenCommand struct {
	databaseSettings `embed:""`
	logSettings      `embed:""`

	Email string        `xor:"who" required:"" placeholder:"ADDRESS" help:"The account, by its address."`
	User  int64         `xor:"who" required:"" placeholder:"ID" help:"The account, by its number."`
	Life  time.Duration `default:"1h" placeholder:"TIME" help:"How long the token is good."`
}

// maxTokenLife keeps a token from outliving what anybody remembers of it.
const maxTokenLife = 365 * 24 * time.Hour

// Run opens a session for the account and prints its token.
func (c *tokenCommand) Run(ctx context.Context, env *Env, src *sources) (err error) {
	if c.Life < time.Second || c.Life > maxTokenLife {
		return &usageError{errors.New("--life must be between 1s and 8760h")}
	}
	log, err := c.logger(src, env)
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
	auth, err := newAuth(st, ring, env.Wall, authn.Limits{})
	if err != nil {
		return err
	}
	id, err := c.account(ctx, st)
	if err != nil {
		return err
	}
	token, err := auth.Mint(ctx, id, c.Life)
	if err != nil {
		return err
	}
	say(env.Stdout, "%s", token)
	return nil
}

func (c *tokenCommand) account(ctx context.Context, st *store.Store) (int64, error) {
	if c.User != 0 {
		return c.User, nil
	}
	return authn.UserID(ctx, st, c.Email)
}
