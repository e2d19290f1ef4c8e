// Package tooling_test runs what clients use to read a schema, and to make code of it, against the server as it is served:
// its limits must let them through, and what they make must work.
package tooling_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/graph"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/extension"
	"kontrak/internal/gql/graphql/handler/transport"
	kinds "kontrak/internal/gql/oracle/graph"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

const (
	productSchema = "../../schema.graphqls"
	kindsSchema   = "../../internal/gql/oracle/schema.graphqls"
)

// toolTime bounds one tool. The slowest takes some seconds.
const toolTime = 3 * time.Minute

// TestToolsReadTheSchema asks for the schema with every option of graphql-js's introspection query, of which GraphiQL's,
// Relay's and Apollo's are some, and finds in the answer what is written, of the product and of a schema with every kind of
// type: deprecated arguments and input fields, @specifiedBy, @oneOf and repeatable directives.
func TestToolsReadTheSchema(t *testing.T) {
	t.Parallel()
	_, url := product(t)
	es := kinds.New()
	srv := handler.New(es)
	srv.AddTransport(transport.POST{})
	srv.Use(extension.Introspection{})
	every := httptest.NewServer(srv)
	t.Cleanup(every.Close)
	for _, c := range []struct {
		name, url, file string
		schema          graphql.ExecutableSchema
	}{
		{"the product", url, productSchema, graph.NewExecutableSchema(graph.Config{})},
		{"a schema with every kind of type", every.URL, kindsSchema, es},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file, err := filepath.Abs(c.file)
			if err != nil {
				t.Fatal(err)
			}
			run(t, "introspection.mjs", append([]string{c.url, file}, hidden(t, c.file, c.schema)...)...)
		})
	}
}

func TestRelayCompilesForTheServer(t *testing.T) {
	t.Parallel()
	token, url := product(t)
	run(t, "relay.mjs", url, token, t.TempDir())
}

func TestCodeGeneratorMakesTypes(t *testing.T) {
	t.Parallel()
	_, url := product(t)
	run(t, "codegen.mjs", url, t.TempDir())
}

func TestApolloClientAsksAndKeeps(t *testing.T) {
	t.Parallel()
	token, url := product(t)
	run(t, "apollo.mjs", url, token)
}

// product serves the whole program, and gives the token of an institution.
func product(t *testing.T) (token, url string) {
	t.Helper()
	tools(t)
	app := doors.Start(t, testkit.SQLite(t))
	srv := httptest.NewServer(http.HandlerFunc(app.Handler.ServeHTTP))
	t.Cleanup(srv.Close)
	return app.Token(t, "institution@demo.test"), srv.URL + "/query"
}

// tools skips the test where Node or the packages are missing, unless KONTRAK_REQUIRE_NODE=1.
func tools(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join("node_modules", "graphql"))
	}
	if err == nil {
		return
	}
	if os.Getenv("KONTRAK_REQUIRE_NODE") == "1" {
		t.Fatalf("%v: run npm ci in graph/tooling", err)
	}
	t.Skipf("%v: run npm ci in graph/tooling", err)
}

func run(t *testing.T, script string, args ...string) {
	t.Helper()
	tools(t)
	ctx, cancel := context.WithTimeout(t.Context(), toolTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{script}, args...)...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	t.Logf("%s", out)
}

// hidden names the directives that a schema is written with and does not show.
func hidden(t *testing.T, file string, shown graphql.ExecutableSchema) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	written, err := gqlparser.LoadSchema(&ast.Source{Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range written.Directives {
		if shown.Schema().Directives[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
