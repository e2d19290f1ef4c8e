package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kontrak/internal/gql/api"
	"kontrak/internal/gql/codegen/config"
)

// project is a program of its own, written to a fresh directory, that uses this module.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text := regexp.MustCompile(`(?m)^module .*$`).ReplaceAllString(string(mod), "module kontrak/shop")
	write(t, dir, "go.mod", text+"\nrequire kontrak v0.0.0\n\nreplace kontrak => "+root+"\n")
	write(t, dir, "go.sum", string(sum))
	for name, text := range files {
		write(t, dir, name, text)
	}
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func generate(t *testing.T, dir string) (map[string]string, error) {
	t.Helper()
	cfg, err := config.Load(filepath.Join(dir, "gqlgen.yml"))
	if err != nil {
		return nil, err
	}
	changes, err := api.Generate(cfg)
	kinds := map[string]string{}
	for _, c := range changes {
		kinds[c.File] = c.Kind
	}
	return kinds, err
}

var shop = map[string]string{
	"gqlgen.yml": `
schema: [schema.graphqls]
exec: {filename: graph/generated.go, package: graph}
model: {filename: graph/model/models_gen.go, package: model}
resolver: {layout: follow-schema, dir: graph, package: graph}
autobind: [kontrak/shop/view]
omit_getters: true
struct_tag: json
directives: {visible: {skip_runtime: true}}
models:
  Int: {model: [kontrak/internal/gql/graphql.Int32, kontrak/internal/gql/graphql.Int]}
  Day: {model: kontrak/shop/graph/scalar.Day}
  Status:
    model: kontrak/shop/life.Status
    enum_values: {OPEN: {value: kontrak/shop/life.Open}, DONE: {value: kontrak/shop/life.Done}}
`,
	"schema.graphqls": `
directive @goField(forceResolver: Boolean, name: String, omittable: Boolean, batch: Boolean) on INPUT_FIELD_DEFINITION | FIELD_DEFINITION
directive @visible(to: [String!]!) on FIELD_DEFINITION
directive @upper on FIELD_DEFINITION
scalar Day
scalar Time
"What has an id."
interface Node { id: ID! }
type Query {
  node(id: ID!): Node
  items(first: Int = 20, status: Status, kind: Kind): [Item!]!
  found: [Found!]!
}
type Mutation { itemRename(input: ItemRenameInput!): ItemRenamePayload! }
type Subscription { itemChanged(id: ID!): Item! }
enum Status { OPEN DONE }
enum Kind { BIG SMALL }
union Found = Item | Note
type Item implements Node {
  id: ID!
  status: Status! @visible(to: ["all"])
  name: String @upper
  day: Day!
  made: Time!
  parent: Item
  children: [Item!]!
  notes: [Note!]! @goField(forceResolver: true, batch: true)
  owner: Item @goField(forceResolver: true)
  late: Boolean!
  grid: [[Item]!]
}
type Note { text: String! kind: Kind! }
input ItemRenameInput { id: ID! name: String @goField(omittable: true) day: Day tags: [String!] nested: NestedInput }
input NestedInput { a: Int = 3 }
type ItemRenamePayload { item: Item }
`,
	"life/life.go": "package life\n\ntype Status string\n\nconst (\n\tOpen Status = \"open\"\n\tDone Status = \"done\"\n)\n",
	"view/view.go": `package view

import (
	"context"
	"time"

	"kontrak/shop/life"
)

type Item struct {
	ID       string
	Status   life.Status
	Name     *string
	Day      Day
	Made     time.Time
	Parent   *Item
	Children []*Item
	Grid     [][]*Item
}

type Day struct{ Year, Month, Day int }

func (Item) IsNode()  {}
func (Item) IsFound() {}

func (i *Item) Late(ctx context.Context) (bool, error) { return false, nil }
`,
	"graph/scalar/scalar.go": `package scalar

import (
	"fmt"
	"io"

	"kontrak/internal/gql/graphql"
	"kontrak/shop/view"
)

func MarshalDay(d view.Day) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { fmt.Fprintf(w, "%q", fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)) })
}

func UnmarshalDay(v any) (view.Day, error) {
	var d view.Day
	_, err := fmt.Sscanf(fmt.Sprint(v), "%04d-%02d-%02d", &d.Year, &d.Month, &d.Day)
	return d, err
}
`,
}

func with(more map[string]string) map[string]string {
	files := map[string]string{}
	for _, m := range []map[string]string{shop, more} {
		for name, text := range m {
			files[name] = text
		}
	}
	return files
}

func TestAProjectIsGeneratedFromNothingAndCompiles(t *testing.T) {
	t.Parallel()
	dir := project(t, shop)
	got, err := generate(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"graph/generated.go", "graph/model/models_gen.go", "graph/schema.resolvers.go", "graph/resolver.go"} {
		if got[f] != "written" {
			t.Errorf("%s: %q", f, got[f])
		}
	}
	cmd := exec.Command("go", "build", "./...")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	again, err := generate(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	for f, kind := range again {
		if kind != "unchanged" {
			t.Errorf("the second run: %s is %s", f, kind)
		}
	}
	if _, ok := again["graph/resolver.go"]; ok {
		t.Error("resolver.go was looked at again")
	}
}

func TestThePackageOfTheResolversNeedNotCompile(t *testing.T) {
	t.Parallel()
	dir := project(t, with(map[string]string{
		"graph/generated.go":        "package graph\n\nthis is stale",
		"graph/app.go":              "package graph\n\nimport \"kontrak/shop/nowhere\"\n\nvar _ = nowhere.Gone{}\n",
		"graph/model/models_gen.go": "package model\n\ntype Item struct{}\n\ntype NoLonger struct{}\n",
	}))
	if _, err := generate(t, dir); err != nil {
		t.Fatal(err)
	}
	models, err := os.ReadFile(filepath.Join(dir, "graph/model/models_gen.go"))
	if err != nil {
		t.Fatal(err)
	}
	if text := string(models); strings.Contains(text, "NoLonger") || strings.Contains(text, "type Item struct") || !strings.Contains(text, "type Kind string") {
		t.Errorf("%s", text)
	}
}

func TestNothingIsWrittenWhenSomethingCannotBeBound(t *testing.T) {
	t.Parallel()
	dir := project(t, with(map[string]string{"view/view.go": strings.Replace(shop["view/view.go"], "Name     *string", "Nickname *string", 1)}))
	_, err := generate(t, dir)
	if err == nil || !strings.Contains(err.Error(), "schema.graphqls:22: Item.name: no field or method of view.Item (view/view.go:10) matches Name") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "graph/model")); !os.IsNotExist(err) {
		t.Errorf("models were written: %v", err)
	}
}

func TestTheCommittedProgramsAreUpToDate(t *testing.T) {
	t.Parallel()
	found, err := filepath.Glob("../internal/*/gqlgen.yml")
	if err != nil || len(found) == 0 {
		t.Fatalf("%v %v", found, err)
	}
	for _, file := range found {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			files, err := api.Files(cfg)
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range files {
				got, err := os.ReadFile(name)
				if err != nil && want != nil || string(got) != string(want) {
					t.Errorf("%s is not what the generator writes: run go run kontrak/internal/gql generate --config %s (%v)", name, file, err)
				}
			}
		})
	}
}

func TestModelsOfAnEarlierRunAreRemovedWhenNoneAreLeft(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{
		"gqlgen.yml": "schema: s.graphqls\nexec: {filename: graph/generated.go}\nmodel: {filename: graph/model/models_gen.go}\nomit_root_models: true\n",
		"s.graphqls": "type Query { a: String }", "graph/model/models_gen.go": "package model\n\ntype Old struct{}\n",
	})
	got, err := generate(t, dir)
	if err != nil || got["graph/model/models_gen.go"] != "removed" {
		t.Errorf("%v %v", got, err)
	}
}
