// Command gql generates the code of a GraphQL schema from gqlgen.yml:
//
//	go run kontrak/internal/gql generate [--config gqlgen.yml]
//
// Without --config the file is looked for in the working directory and above it. The exit code is 0 when all was
// generated, 1 when the schema or the configuration does not allow it, 2 when the command line is wrong.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"kontrak/internal/gql/api"
	"kontrak/internal/gql/codegen/config"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

const usage = `usage: gql generate [--config gqlgen.yml]

Writes the models, the executable schema and the resolvers that gqlgen.yml asks for.
`

func run(args []string, out, errOut io.Writer) int {
	if len(args) == 1 && (args[0] == "help" || args[0] == "-h" || args[0] == "--help") {
		fmt.Fprint(out, usage)
		return 0
	}
	if len(args) == 0 || args[0] != "generate" {
		fmt.Fprint(errOut, usage)
		return 2
	}
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(errOut)
	file := flags.String("config", "", "the configuration `file`")
	flags.StringVar(file, "c", "", "the configuration `file`, for short")
	if err := flags.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil || flags.NArg() > 0 {
		fmt.Fprint(errOut, usage)
		return 2
	}
	changes, err := generate(*file)
	for _, c := range changes {
		fmt.Fprintf(out, "%-9s %s\n", c.Kind, c.File)
	}
	if err != nil {
		fmt.Fprintf(errOut, "%v\ngql: nothing more was generated\n", err)
		return 1
	}
	return 0
}

func generate(file string) ([]api.Change, error) {
	if file == "" {
		found, err := findConfig()
		if err != nil {
			return nil, err
		}
		file = found
	}
	cfg, err := config.Load(file)
	if err != nil {
		return nil, err
	}
	return api.Generate(cfg)
}

// findConfig looks for the configuration in the working directory and above it.
func findConfig() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		for _, name := range []string{".gqlgen.yml", "gqlgen.yml", "gqlgen.yaml"} {
			file := filepath.Join(dir, name)
			if _, err := os.Stat(file); err == nil {
				if dir == start {
					return name, nil
				}
				return file, nil
			}
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no gqlgen.yml in %s or above it; name one with --config", start)
		}
	}
}
