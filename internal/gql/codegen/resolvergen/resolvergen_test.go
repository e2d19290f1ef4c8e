package resolvergen_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/gql/codegen"
	"kontrak/internal/gql/codegen/codegentest"
	"kontrak/internal/gql/codegen/resolvergen"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	settings = "autobind: [shop/view]\nresolver: {layout: follow-schema, dir: graph, package: graph}\nmodels: {Int: {model: kontrak/internal/gql/graphql.Int32}}\n"
	view     = "package view\nimport \"time\"\ntype Item struct { ID string; At time.Time }\n"
	sdl      = `
type Query { item(id: ID!, type: String): Item  items(first: Int, search: String): [Item!]! }
type Mutation { itemRename(id: ID!, name: String!): Item! }
type Subscription { itemChanged: Item! }
type Item {
  id: ID!
  at: Time!
  owner: Item @goField(forceResolver: true)
  related(first: Int): [Item!]! @goField(forceResolver: true, batch: true)
}
scalar Time
`
)

// generate runs the generator over a directory that holds the given files of package graph.
func generate(t *testing.T, yml string, before map[string]string) (dir string, after map[string]string, err error) {
	t.Helper()
	cfg, pkgs, err := codegentest.Load(t, yml, sdl, map[string]string{"shop/view": view})
	if err != nil {
		t.Fatal(err)
	}
	if err := codegen.AutoBind(cfg, pkgs); err != nil {
		t.Fatal(err)
	}
	schema, err := codegen.Bind(cfg, pkgs)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	cfg.Resolver.Abs, cfg.Resolver.Path = dir, "shop/graph"
	cfg.Exec.Abs = filepath.Join(dir, "generated.go")
	for name, text := range before {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := resolvergen.Generate(cfg, schema)
	after = map[string]string{}
	for name, text := range files {
		after[filepath.Base(name)] = string(text)
	}
	return dir, after, err
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s:\n%s", name, d)
	}
}

func TestTheFirstRunWritesEveryResolver(t *testing.T) {
	t.Parallel()
	_, got, err := generate(t, settings, nil)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "first.golden", got["schema.resolvers.go"])
	golden(t, "resolver.golden", got["resolver.go"])
}

const edited = `package graph

import (
	"context"
	_ "embed"
	"errors"
	str "strings"
	"time"

	"shop/unused"
	"shop/view"
)

// Item finds one item.
//
// It has a comment of its own.
func (r *queryResolver) Item(ctx context.Context, oldName string) (found *view.Item, problem error) {
	// The body stays as it is,
	found = &view.Item{ID: str.ToUpper("x")} /* comments included */
	return
}

// A comment between declarations is not kept.

// Related was written by hand.
func (r *itemResolver) Related(ctx context.Context, objs []*view.Item) ([][]*view.Item, error) {
	return make([][]*view.Item, len(objs)), nil
}

func (r *itemResolver) Owner(ctx context.Context, obj *view.Item) (*view.Item, error) { return nil, errors.New("none") }

func (r *Resolver) Query() QueryResolver { return &queryResolver{r} }

// Gone is the resolver for a field that was removed.
func (r *queryResolver) Gone(ctx context.Context) (string, error) { return "", nil }

/* helper */
func helper() time.Time { return time.Time{} }

const limit = 3

type queryResolver struct{ *Resolver }
`

func TestWhatIsWrittenInAResolverStaysAndTheRestIsMovedAside(t *testing.T) {
	t.Parallel()
	_, got, err := generate(t, settings, map[string]string{"schema.resolvers.go": edited, "resolver.go": "package graph\n\ntype Resolver struct{ Own int }\n"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "rewritten.golden", got["schema.resolvers.go"])
	if _, ok := got["resolver.go"]; ok {
		t.Error("resolver.go was written although it is there")
	}
}

func TestASecondRunChangesNothing(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]string{"fresh": "", "edited": edited} {
		files := map[string]string{}
		if before != "" {
			files["schema.resolvers.go"] = before
		}
		_, once, err := generate(t, settings, files)
		if err != nil {
			t.Fatal(err)
		}
		_, twice, err := generate(t, settings, once)
		if err != nil {
			t.Fatal(err)
		}
		want, _, _ := strings.Cut(once["schema.resolvers.go"], "\n// !!! WARNING !!!")
		if d := cmp.Diff(want, twice["schema.resolvers.go"]); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

func TestAResolverMovesWithItsFieldToAnotherFile(t *testing.T) {
	t.Parallel()
	_, got, err := generate(t, settings, map[string]string{
		"old.resolvers.go": "package graph\n\nimport \"shop/view\"\n\nfunc (r *queryResolver) Item() (*view.Item, error) { return nil, nil }\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	if text := got["schema.resolvers.go"]; !strings.Contains(text, "Item(ctx context.Context, id string, typeArg *string) (*view.Item, error) {\n\treturn nil, nil\n}") {
		t.Errorf("%s", text)
	}
}

func TestAResolverInAFileOfYourOwnIsRefused(t *testing.T) {
	t.Parallel()
	_, _, err := generate(t, settings, map[string]string{"mine.go": "package graph\n\nfunc (r *queryResolver) Item() {}\n"})
	if err == nil || !strings.Contains(err.Error(), "mine.go: the method Item of queryResolver must stand in schema.resolvers.go") {
		t.Errorf("%v", err)
	}
}

func TestAFileThatDoesNotParseStopsTheRun(t *testing.T) {
	t.Parallel()
	_, got, err := generate(t, settings, map[string]string{"schema.resolvers.go": "package graph\n\nfunc (r *queryResolver) Item( {}\n"})
	if err == nil || !strings.Contains(err.Error(), "schema.resolvers.go:3") || len(got) != 0 {
		t.Errorf("%v %v", err, got)
	}
}

func TestTheGeneratedFileAndTestsAreNotLookedAt(t *testing.T) {
	t.Parallel()
	_, got, err := generate(t, settings, map[string]string{"generated.go": "this is stale", "x_test.go": "package graph\n\nfunc (r *queryResolver) Item() {}\n"})
	if err != nil || strings.Contains(got["schema.resolvers.go"], "Item() {}") {
		t.Errorf("%v", err)
	}
}

func TestCommentsOfTheTemplateCanBeLeftOut(t *testing.T) {
	t.Parallel()
	yml := strings.Replace(settings, "package: graph", "package: graph, omit_template_comment: true", 1) + "omit_gqlgen_file_notice: true\n"
	_, got, err := generate(t, yml, map[string]string{"schema.resolvers.go": edited})
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(got["schema.resolvers.go"], "WARNING")
	if strings.Contains(text, "is the") || strings.Contains(text, "returns") || strings.Contains(text, "Code generated") || !strings.Contains(text, "// Item finds one item.") {
		t.Errorf("%s", text)
	}
}
