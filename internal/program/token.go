package program

import (
	"context"
	"errors"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/market"
	"kontrak/internal/store"
)

// tokenCommand prints an access token, or a new API key.
type tokenCommand struct {
	databaseSettings `embed:""`
	logSettings      `embed:""`

	Email string        `xor:"who" required:"" placeholder:"ADDRESS" help:"The account, by its address."`
	User  int64         `xor:"who" required:"" placeholder:"ID" help:"The account, by its number."`
	Life  time.Duration `default:"1h" placeholder:"TIME" help:"How long the token is good."`

	APIKey      string `placeholder:"LABEL" help:"Make an API key with this label in the place of a token, good until it is revoked."`
	Institution int64  `placeholder:"ID" help:"The institution of the API key, of which the account is a member."`
}

// maxTokenLife keeps a token from outliving what anybody remembers of it.
const maxTokenLife = 365 * 24 * time.Hour

// Run opens a session for the account and prints its token.
func (c *tokenCommand) Run(ctx context.Context, env *Env, src *sources) (err error) {
	if c.Life < time.Second || c.Life > maxTokenLife {
		return &usageError{errors.New("--life must be between 1s and 8760h")}
	}
	if (c.APIKey == "") != (c.Institution == 0) {
		return &usageError{errors.New("--api-key and --institution go together")}
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
	auth, err := newAuth(st, ring, env.Wall, env.Wall, authn.Limits{})
	if err != nil {
		return err
	}
	id, err := c.account(ctx, st)
	if err != nil {
		return err
	}
	token, err := c.make(ctx, auth, parts{store: st, now: env.Wall, wall: env.Wall, log: log}, id)
	if err != nil {
		return err
	}
	say(env.Stdout, "%s", token)
	return nil
}

// make opens a session, or makes an API key as the back office would.
func (c *tokenCommand) make(ctx context.Context, auth *authn.Service, p parts, userID int64) (string, error) {
	if c.APIKey == "" {
		return auth.Mint(ctx, userID, c.Life)
	}
	operator := actor.With(ctx, actor.Actor{UserID: userID, Role: actor.Admin})
	_, secret, err := p.app(auth).CreateAPIKey(operator, market.CreateAPIKey{InstitutionID: &c.Institution, UserID: &userID, Label: c.APIKey})
	return secret, err
}

func (c *tokenCommand) account(ctx context.Context, st *store.Store) (int64, error) {
	if c.User != 0 {
		return c.User, nil
	}
	return authn.UserID(ctx, st, c.Email)
}
