// Package program holds the commands: it reads the settings, puts the parts
// together, and starts and stops them. It decides nothing that a caller of the
// service could notice.
package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"kontrak/internal/fault"
)

// Env is what the program runs in. Every part is required.
type Env struct {
	Args   []string // without the program's name
	Stdin  io.Reader
	Stdout io.Writer // results
	Stderr io.Writer // the log, prompts and errors
	// LookupEnv reads the environment.
	LookupEnv func(string) (string, bool)
	// Now is business time, Wall is real time. They are alike but in the demo,
	// which holds Now.
	Now, Wall func() time.Time
}

// The statuses that the program ends with.
const (
	exitGood  = 0
	exitBad   = 1
	exitUsage = 2
)

const description = `Kontrak: a marketplace of service contracts, as a graph and in REST.

Every setting is a flag, a variable of the environment or a line of the settings file; the first of these that is given counts. Keys are never flags, since everybody on the machine can read those: see docs/settings.md.`

// commands is the command line.
type commands struct {
	Config string `help:"Settings file in YAML; kontrak.yml where it exists." placeholder:"FILE" type:"path"`

	Demo    demoCommand    `cmd:"" help:"Start everything on a temporary database with a small world, to look around."`
	Serve   serveCommand   `cmd:"" help:"Serve the graph and the REST dialects."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's tables up to date."`
	Seed    seedCommand    `cmd:"" help:"Fill a database with contracts, for measuring."`
	Import  importCommand  `cmd:"" help:"Take agreements over from a saved list of Faveo, Kit or Yedpay. What was taken over before is left as it is."`
	User    userCommands   `cmd:"" help:"Manage accounts."`
	Token   tokenCommand   `cmd:"" help:"Print an access token of an account."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// Main runs the command that the arguments name, until it is done or the context
// ends, and gives the status to exit with: 0 when all went well, 1 when it
// failed, 2 when it was called wrongly.
func Main(ctx context.Context, env Env) int {
	var cli commands
	src := &sources{lookup: env.LookupEnv}
	parser, err := newParser(&cli, src, env)
	if err != nil {
		return complain(env, err)
	}
	if len(env.Args) == 0 {
		env.Args = []string{"--help"}
	}
	parsed, code, err := parse(parser, env.Args)
	switch {
	case err != nil:
		return complain(env, &usageError{err})
	case parsed == nil: // --help
		return code
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(&env, src); err != nil {
		return complain(env, err)
	}
	return exitGood
}

func newParser(cli *commands, src *sources, env Env) (*kong.Kong, error) {
	return kong.New(cli,
		kong.Name("kontrak"),
		kong.Description(description),
		kong.Writers(env.Stdout, env.Stderr),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.Resolvers(src),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, Tree: true}),
		kong.ValueFormatter(describe),
	)
}

// describe gives the help of a flag with its default and its variable.
func describe(v *kong.Value) string {
	var facts []string
	if v.HasDefault && !v.IsBool() {
		facts = append(facts, "default "+v.Default)
	}
	if name, ok := variable(v); ok {
		facts = append(facts, "$"+name)
	}
	if len(facts) == 0 {
		return v.Help
	}
	return v.Help + " (" + strings.Join(facts, ", ") + ")"
}

// exited is how --help leaves the parser.
type exited int

func parse(parser *kong.Kong, args []string) (parsed *kong.Context, code int, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exited:
			parsed, code, err = nil, int(p), nil
		default:
			panic(p)
		}
	}()
	parsed, err = parser.Parse(args)
	return parsed, exitGood, err
}

// usageError says that the program was called wrongly.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// complain tells the caller what is wrong and gives the status to exit with.
func complain(env Env, err error) int {
	say(env.Stderr, "kontrak: %s", explain(err))
	if _, ok := errors.AsType[*usageError](err); ok {
		say(env.Stderr, "Run kontrak --help, or a command with --help, to see what there is.")
		return exitUsage
	}
	return exitBad
}

// explain gives the words of an error: those of a fault are for people.
func explain(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return err.Error()
	}
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return f.Error()
	}
	if len(f.Fields) == 0 {
		return f.Message
	}
	lines := []string{f.Message}
	for _, field := range f.Fields {
		lines = append(lines, field.Name+" "+field.Message)
	}
	return strings.Join(lines, "\n  ")
}

// say writes one line. A reader that has gone away is no failure of ours.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
