package program

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
)

// userCommands manage accounts.
type userCommands struct {
	Create userCreateCommand `cmd:"" help:"Open an account. Its password is asked for, or read from standard input or KONTRAK_USER_PASSWORD."`
}

// userCreateCommand opens an account. The password is no flag: everybody on the
// machine could read it.
type userCreateCommand struct {
	databaseSettings `embed:""`
	logSettings      `embed:""`

	Role  string `required:"" enum:"admin,supervisor,institution,partner" placeholder:"ROLE" help:"admin, supervisor, institution or partner."`
	Email string `required:"" placeholder:"ADDRESS" help:"Address to sign in with."`
	Name  string `placeholder:"NAME" help:"Full name; by default the part of the address before the @."`
}

// passwordVariable is where scripts give the password of a new account.
const passwordVariable = prefix + "USER_PASSWORD"

// Run opens the account and prints its number.
func (c *userCreateCommand) Run(ctx context.Context, env *Env, src *sources) (err error) {
	log, err := c.logger(src, env)
	if err != nil {
		return err
	}
	password, err := newPassword(env)
	if err != nil {
		return err
	}
	name := c.Name
	if name == "" {
		name, _, _ = strings.Cut(c.Email, "@")
	}
	st, err := openStore(ctx, c.databaseSettings, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := bringUp(ctx, st, true, log); err != nil {
		return err
	}
	id, err := authn.OpenAccount{Email: c.Email, Name: name, Role: actor.Role(c.Role), Password: password}.
		Open(ctx, st, env.Now())
	if fault.Is(err, fault.Duplicate) {
		return fmt.Errorf("the address %[1]s has an account already: give another one with --email, or use that account: kontrak token --email %[1]s",
			authn.FoldEmail(c.Email))
	}
	if err != nil {
		return err
	}
	say(env.Stdout, "opened account %d: %s, %s", id, authn.FoldEmail(c.Email), c.Role)
	return nil
}

// newPassword reads the password of a new account: from the environment, from a
// person, who types it twice, or from the first line of standard input.
func newPassword(env *Env) (string, error) {
	if given, ok := env.LookupEnv(passwordVariable); ok && given != "" {
		return given, nil
	}
	if in, ok := env.Stdin.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		return askTwice(env, in)
	}
	line, err := bufio.NewReader(io.LimitReader(env.Stdin, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("the password cannot be read: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", errors.New("there is no password: type it when asked, send it on standard input, or set " + passwordVariable)
	}
	return line, nil
}

func askTwice(env *Env, in *os.File) (string, error) {
	var typed [2]string
	for i, question := range []string{"Password: ", "Once more: "} {
		_, _ = io.WriteString(env.Stderr, question) // a prompt
		text, err := term.ReadPassword(int(in.Fd()))
		say(env.Stderr, "")
		if err != nil {
			return "", fmt.Errorf("the password cannot be read: %w", err)
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ: run the command again")
	}
	return typed[0], nil
}
