// Command audit holds the engine against the GraphQL-over-HTTP specification: it serves the fixture's schema, or takes
// the server at the address given with -url, and runs the audits of npm's graphql-http on it. It needs node and npm.
//
//	go run kontrak/internal/gql/audit
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/extension"
	"kontrak/internal/gql/graphql/handler/lru"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/fixture/graph"
	"kontrak/internal/gql/internal/fixture/world"
)

func main() {
	url := flag.String("url", "", "the `address` of a server to audit, instead of the fixture's")
	flag.Parse()
	if err := audit(*url); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func audit(url string) error {
	if url == "" {
		srv := httptest.NewServer(server())
		defer srv.Close()
		url = srv.URL
	}
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		return fmt.Errorf("the directory of the audits is not known")
	}
	dir := filepath.Dir(file)
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		if err := run(dir, "npm", "ci", "--no-audit", "--no-fund"); err != nil {
			return err
		}
	}
	return run(dir, "node", "audit.mjs", url)
}

// server has every transport that speaks HTTP, in the order in which programs add them.
func server() *handler.Server {
	srv := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{All: world.New()}}))
	srv.AddTransport(transport.Websocket{})
	srv.AddTransport(transport.Options{})
	srv.AddTransport(transport.SSE{})
	srv.AddTransport(transport.GET{})
	srv.AddTransport(transport.POST{})
	srv.AddTransport(transport.MultipartForm{})
	srv.Use(extension.Introspection{})
	srv.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](100)})
	return srv
}

func run(dir, name string, args ...string) error {
	cmd := exec.CommandContext(context.Background(), name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	return cmd.Run()
}
