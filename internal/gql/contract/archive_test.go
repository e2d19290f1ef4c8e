package contract_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// testCase is one file of testdata/cases: a program in small, and what is to be seen of it.
//
// The file is a txtar archive. Its comment says in a sentence what the case shows, and after "covers:" which features of
// the contract it stands for, one a line. In every file of it "THIS/" stands for the import path of the program.
//
// What is left out of an archive comes from defaults: gqlgen.yml (an archive's own lines come after the usual ones,
// unless it has a schema key), go.graphqls with the directives that steer generation, and main.go with Handler and Test.
type testCase struct {
	name     string
	sentence string
	covers   []string
	files    map[string]string

	// What is to be seen, each line for itself, beside the answers in the file requests.
	has, lacks map[string][]string // in the files that generation leaves behind
	fails      []string            // in the generator's error; then there is no program
}

const module = "kontrak/contract"

const usualConfig = `schema: ["*.graphqls"]
exec: {filename: graph/generated.go, package: graph}
model: {filename: graph/model/models_gen.go, package: model}
resolver: {layout: follow-schema, dir: graph, package: graph}
`

const generatorDirectives = `
directive @goModel(model: String, models: [String!], forceGenerate: Boolean) on OBJECT | INPUT_OBJECT | SCALAR | ENUM | INTERFACE | UNION
directive @goField(forceResolver: Boolean, name: String, omittable: Boolean, batch: Boolean) on INPUT_FIELD_DEFINITION | FIELD_DEFINITION
directive @goTag(key: String!, value: String) repeatable on INPUT_FIELD_DEFINITION | FIELD_DEFINITION
directive @goExtraField(name: String, type: String!, overrideTags: String, description: String) repeatable on OBJECT | INPUT_OBJECT
directive @goEnum(value: String) on ENUM_VALUE
`

const usualMain = `package %[1]s

import (
	_ "embed"
	"net/http"
	"testing"

	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/extension"
	"kontrak/internal/gql/graphql/handler/transport"

	"%[2]s/ask"
	"%[2]s/%[1]s/graph"
)

//go:embed requests
var requests string

func Handler() http.Handler {
	srv := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{}}))
	srv.AddTransport(transport.POST{})
	srv.Use(extension.Introspection{})
	return srv
}

func Test(t *testing.T) { ask.Requests(t, Handler(), requests) }
`

// usualTest is for cases with a Handler of their own.
const usualTest = `package %[1]s

import (
	_ "embed"
	"testing"

	"%[2]s/ask"
)

//go:embed requests
var requests string

func Test(t *testing.T) { ask.Requests(t, Handler(), requests) }
`

func cases(t *testing.T) []*testCase {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	all := make([]*testCase, 0, len(files))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := parseCase(strings.TrimSuffix(filepath.Base(file), ".txtar"), txtar.Parse(data))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, c)
	}
	return all
}

func parseCase(name string, a *txtar.Archive) (*testCase, error) {
	c := &testCase{name: name, files: map[string]string{}, has: map[string][]string{}, lacks: map[string][]string{}}
	sentence, covers, _ := strings.Cut(string(a.Comment), "covers:")
	c.sentence, c.covers = strings.TrimSpace(sentence), linesOf(covers)
	if c.sentence == "" || len(c.covers) == 0 {
		return nil, fmt.Errorf("no sentence, or nothing that it covers")
	}
	for _, f := range a.Files {
		text := strings.ReplaceAll(string(f.Data), "THIS/", module+"/"+name+"/")
		if file, ok := strings.CutPrefix(f.Name, "has "); ok {
			c.has[file] = linesOf(text)
		} else if file, ok := strings.CutPrefix(f.Name, "lacks "); ok {
			c.lacks[file] = linesOf(text)
		} else if f.Name == "fails" {
			c.fails = linesOf(text)
		} else {
			c.files[f.Name] = text
		}
	}
	c.complete()
	return c, nil
}

func (c *testCase) complete() {
	if own := c.files["gqlgen.yml"]; !strings.Contains("\n"+own, "\nschema:") {
		c.files["gqlgen.yml"] = usualConfig + own
	}
	if _, ok := c.files["go.graphqls"]; !ok {
		c.files["go.graphqls"] = generatorDirectives
	}
	if _, ok := c.files["graph/model/models_gen.go"]; !ok {
		c.files["graph/model/models_gen.go"] = "package model\n" // packages load faster where the file is there
	}
	main, ok := c.files["main.go"]
	switch {
	case !ok:
		c.files["main.go"] = fmt.Sprintf(usualMain, c.name, module)
	case !strings.Contains(main, "func Test("):
		c.files["test.go"] = fmt.Sprintf(usualTest, c.name, module)
	}
}

func linesOf(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
