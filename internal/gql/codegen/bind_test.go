package codegen_test

import (
	"errors"
	"strings"
	"testing"

	"kontrak/internal/gql/codegen"
	"kontrak/internal/gql/codegen/codegentest"
	"kontrak/internal/gql/codegen/config"
)

const autobindView = "autobind: [shop/view]\n"

func TestAFieldIsBoundTheWayItsGoTypeOffers(t *testing.T) {
	t.Parallel()
	const view = `package view
import ("context"; "time")
type base struct { Created time.Time }
type Stamp struct { Author string }
type Item struct {
	ID string
	FullName string
	TotalPrice *int64
	Tags []string
	Parent *Item
	Children []*Item
	Grid [][]*Item
	Values []Item
	*Stamp
	base
	Other string ` + "`gql:\"short_text\"`" + `
	Kind
}
type Kind struct { KindName string }
func (i *Item) Late(ctx context.Context, at time.Time) (bool, error) { return false, nil }
func (i Item) Maybe() (string, bool) { return "", false }
func (i Item) Plain(first *int32) string { return "" }
`
	const sdl = `
scalar Time
scalar Int64
type Query { item: Item }
type Item {
  id: ID!
  fullName: String
  totalPrice: Int64
  tags: [String!]!
  parent: Item
  children: [Item!]!
  grid: [[Item]!]
  values: [Item!]
  author: String
  created: Time!
  shortText: String!
  kindName: String!
  late(at: Time!): Boolean!
  maybe: String
  plain(first: Int, unused: Int): String!
  alias: String @goField(name: "FullName")
  linked: Item @goField(forceResolver: true)
  related(first: Int): [Item!]! @goField(forceResolver: true, batch: true)
}
`
	s := codegentest.MustBind(t, autobindView+"struct_tag: gql\nmodels: {Int: {model: kontrak/internal/gql/graphql.Int32}}", sdl, map[string]string{"shop/view": view})
	im := codegen.NewImports("shop/graph")
	for _, c := range []struct {
		coord  string
		access codegen.Access
		goPath string
		typ    string
		form   codegen.Form
	}{
		{"Query.item", codegen.AccessResolver, "", "*view.Item", codegen.FormPointer},
		{"Item.id", codegen.AccessField, "ID", "string", codegen.FormValue},
		{"Item.fullName", codegen.AccessField, "FullName", "string", codegen.FormValue},
		{"Item.totalPrice", codegen.AccessField, "TotalPrice", "*int64", codegen.FormPointer},
		{"Item.tags", codegen.AccessField, "Tags", "[]string", codegen.FormSlice},
		{"Item.parent", codegen.AccessField, "Parent", "*view.Item", codegen.FormPointer},
		{"Item.children", codegen.AccessField, "Children", "[]*view.Item", codegen.FormSlice},
		{"Item.grid", codegen.AccessField, "Grid", "[][]*view.Item", codegen.FormSlice},
		{"Item.values", codegen.AccessField, "Values", "[]view.Item", codegen.FormSlice},
		{"Item.author", codegen.AccessField, "Author", "string", codegen.FormValue},
		{"Item.created", codegen.AccessField, "Created", "time.Time", codegen.FormValue},
		{"Item.shortText", codegen.AccessField, "Other", "string", codegen.FormValue},
		{"Item.kindName", codegen.AccessField, "KindName", "string", codegen.FormValue},
		{"Item.late", codegen.AccessMethod, "Late", "bool", codegen.FormValue},
		{"Item.maybe", codegen.AccessMethod, "Maybe", "string", codegen.FormValue},
		{"Item.plain", codegen.AccessMethod, "Plain", "string", codegen.FormValue},
		{"Item.alias", codegen.AccessField, "FullName", "string", codegen.FormValue},
		{"Item.linked", codegen.AccessResolver, "", "*view.Item", codegen.FormPointer},
		{"Item.related", codegen.AccessBatch, "", "[]*view.Item", codegen.FormSlice},
	} {
		f := codegentest.Field(t, s, c.coord)
		if got := im.Type(f.Type.Go); f.Access != c.access || f.GoPath != c.goPath || got != c.typ || f.Type.Form != c.form {
			t.Errorf("%s: access %d path %q type %s form %d, want %d %q %s %d",
				c.coord, f.Access, f.GoPath, got, f.Type.Form, c.access, c.goPath, c.typ, c.form)
		}
	}
	late, maybe, plain := codegentest.Field(t, s, "Item.late"), codegentest.Field(t, s, "Item.maybe"), codegentest.Field(t, s, "Item.plain")
	if !late.MethodCtx || !late.MethodError || !late.MethodOnPtr || len(late.MethodArgs) != 1 {
		t.Errorf("late: %+v", late)
	}
	if !maybe.MethodOK || maybe.MethodOnPtr || maybe.MethodCtx {
		t.Errorf("maybe: %+v", maybe)
	}
	if len(plain.Args) != 2 || len(plain.MethodArgs) != 1 || plain.MethodArgs[0].Name != "first" {
		t.Errorf("plain: %+v", plain)
	}
	if got := codegentest.Field(t, s, "Item.related").ResolverSignature(im); got != "(ctx context.Context, objs []*view.Item, first *int32) ([][]*view.Item, error)" {
		t.Errorf("related: %s", got)
	}
	if got := codegentest.Field(t, s, "Query.item").ResolverSignature(im); got != "(ctx context.Context) (*view.Item, error)" {
		t.Errorf("item: %s", got)
	}
}

func TestWhatCannotBeBoundIsRefusedWithPlaceAndRemedy(t *testing.T) {
	t.Parallel()
	const view = `package view
import "context"
type Item struct {
	ID string
	Wrong chan int
	Twice_ string
	Twice string
	Deep **string
	List *[]string
	Broken Missing
}
type A struct { Both string }
type B struct { Both string }
type Both interface{}
type C struct { Both }
type Hidden struct { A; C }
type Pair struct { Full_Name string }
func (Pair) FullName() string { return "" }
type Twin struct { ID string; A; B }
func (Item) Two() (string, int) { return "", 0 }
func (Item) Strange(other string) string { return "" }
func (Item) Many(first ...int32) string { return "" }
func (Item) Context(ctx context.Context) (string, error) { return "", nil }
`
	const before = "type Query { a: String }\n"
	for _, c := range []struct {
		name, sdl, yml string
		want           []string
	}{
		{"no Go field", "type Item { id: ID! partnerName: String }", "",
			[]string{"schema.graphqls:2: Item.partnerName: no field or method of view.Item (shop/view/view.go:3)", "PartnerName", "@goField(forceResolver: true)", "models.Item.fields.partnerName.resolver: true", "does not compile"}},
		{"another Go type", "type Item { id: Int! }", "",
			[]string{"Item.id: view.Item.ID at shop/view/view.go:4 does not fit", "Int is bound to int or int32 or int64, which string is not", "forceResolver"}},
		{"a Go type that GraphQL has nothing for", "type Item { wrong: String }", "", []string{"String is bound to string, which chan int is not"}},
		{"a list over a plain field", "type Item { id: [ID!] }", "", []string{"[ID!] needs a slice, not string"}},
		{"a pointer to a slice", "type Item { list: [String!] }", "", []string{"needs a slice, not *[]string"}},
		{"two pointers", "type Item { deep: String }", "", []string{"which **string is not"}},
		{"two names that differ by an underscore", "type Item { twice: String }", "", []string{`several fields of view.Item match "Twice"`, "keep one of them"}},
		{"two embedded structs with the name", "type Twin { both: String }", "", []string{"several structs embedded in view.Twin"}},
		{"a method and a field with the name", "type Pair { fullName: String }", "", []string{`both a method and a field of view.Pair match "FullName"`}},
		{"a field that Go cannot select", "type Hidden { both: String }", "", []string{"view.Hidden.Both is ambiguous in Go"}},
		{"a field whose type does not compile", "type Item { broken: String }", "", []string{"its Go type does not compile", "undefined: Missing"}},
		{"a method with odd results", "type Item { two: String }", "", []string{"must return (T), (T, error) or (T, bool), not (string, int)"}},
		{"a method with a foreign parameter", "type Item { strange(name: String!): String }", "", []string{"parameter other of the method is no argument of the field"}},
		{"a variadic method", "type Item { many(first: Int!): String }", "", []string{"must not be variadic"}},
		{"batch without resolver", "type Item { id: ID! @goField(batch: true) }", "", []string{"@goField(forceResolver: true, batch: true)"}},
		{"batch on a root", "extend type Query { b: String @goField(forceResolver: true, batch: true) }", "", []string{"one parent only"}},
		{"a reserved argument name", "extend type Query { b(ctx: String): String }", "", []string{"argument ctx"}},
		{"a reserved argument name of a directive", "directive @x(next: String) on FIELD_DEFINITION", "", []string{"@x: argument next"}},
		{"two objects of a union with one Go type", "union Both = Item | Same type Item { id: ID! } type Same { id: ID! } extend type Query { both: Both }",
			"models: {Same: {model: shop/view.Item}, Both: {model: shop/view.Both}}", []string{"Item and Same are both bound to view.Item"}},
		{"no Go type at all", "type Ghost { id: ID! }", "", []string{"schema.graphqls:2: Ghost: has no Go type"}},
		{"a Go type that is not there", "type Item { id: ID! }", "models: {Item: {model: shop/view.Nothing}}", []string{"package shop/view declares no Nothing"}},
		{"a package that is not there", "type Item { id: ID! }", "models: {Item: {model: shop/nowhere.Item}}", []string{"shop/nowhere was not found"}},
		{"a model without package", "type Item { id: ID! }", "models: {Item: {model: Item}}", []string{`"Item" names no package`}},
		{"several models for an object", "type Item { id: ID! }", "models: {Item: {model: [shop/view.Item, shop/view.Twin]}}", []string{"which only scalars may be"}},
		{"an input that is no struct", "input In { id: ID! }", "models: {In: {model: [time.Duration]}}", []string{"must be bound to a struct"}},
		{"an interface that is none", "interface Face { id: ID! }", "models: {Face: {model: shop/view.Item}}", []string{"must be bound to a Go interface"}},
		{"a scalar without Go type", "scalar Odd", "", []string{"models.Odd.model"}},
		{"an input field without Go field", "input Item { nothing: ID! }", "", []string{"Item.nothing: no field of view.Item matches Nothing"}},
		{"a resolver on an input", "input Item { id: ID! @goField(forceResolver: true) }", "", []string{"resolvers of input fields are not supported"}},
		{"a model in the package of the resolvers", "type Item { id: ID! }", "models: {Item: {model: shop/graph.Item}}", []string{"cannot hold models"}},
		{"an unsupported directive argument", `directive @x on OBJECT
extend type Query { b: String @inlineArguments }
directive @inlineArguments on FIELD_DEFINITION`, "", []string{"@inlineArguments is not supported"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := codegentest.Bind(t, autobindView+c.yml, before+c.sdl, map[string]string{"shop/view": view})
			if err == nil {
				t.Fatal("it was accepted")
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%v\nlacks %q", err, w)
				}
			}
		})
	}
}

func TestAllFaultsAreReportedTogether(t *testing.T) {
	t.Parallel()
	_, err := codegentest.Bind(t, autobindView, "type Query { a: Item }\ntype Item { one: String\n two: String }",
		map[string]string{"shop/view": "package view\ntype Item struct{}"})
	var be *codegen.BindError
	if !errors.As(err, &be) || be.Coord != "Item.one" || be.Pos.Line != 2 {
		t.Errorf("%v", err)
	}
	if n := strings.Count(err.Error(), "no field or method"); n != 2 {
		t.Errorf("%d faults in:\n%v", n, err)
	}
}

func TestDirectivesRunOnlyWhereTheyMayAndHaveAFunction(t *testing.T) {
	t.Parallel()
	const sdl = `
directive @role(is: Role = ADMIN, why: String) repeatable on FIELD_DEFINITION | OBJECT
directive @visible(to: [String!]) on FIELD_DEFINITION
directive @cap(n: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
directive @check on INPUT_OBJECT
directive @log on FIELD
enum Role { ADMIN }
type Query { item(n: Int @cap(n: 3)): Item @role(why: "own") @visible(to: ["x"]) put(in: In): String }
type Item @role(why: "type") { id: ID! @role(why: "a") @role(why: "b") }
input In @check { a: Int @cap(n: 5) }
`
	const view = "package view\ntype Item struct { ID string }\ntype In struct { A *int }\ntype Role string\nconst Admin Role = \"\""
	s := codegentest.MustBind(t, autobindView+"directives: {visible: {skip_runtime: true}}\nmodels: {Role: {model: shop/view.Role, enum_values: {ADMIN: {value: shop/view.Admin}}}}",
		sdl, map[string]string{"shop/view": view})
	var names []string
	for _, d := range s.Directives {
		names = append(names, d.GoName)
	}
	if got := strings.Join(names, " "); got != "Cap Check Log Role" {
		t.Errorf("directives: %s", got)
	}
	if got := strings.Join(s.Hidden, " "); got != "goEnum goExtraField goField goModel goTag visible" {
		t.Errorf("hidden: %s", got)
	}
	whys := func(coord string) string {
		var out []string
		for _, u := range codegentest.Field(t, s, coord).Directives {
			if u.Args[0].Value.Raw != "ADMIN" {
				t.Errorf("%s: the default is missing", coord)
			}
			out = append(out, u.Args[1].Value.Raw)
		}
		return strings.Join(out, " ")
	}
	if got := whys("Query.item"); got != "type own" {
		t.Errorf("item: %s", got)
	}
	if got := whys("Item.id"); got != "a b" {
		t.Errorf("id: %s", got)
	}
	if a := codegentest.Field(t, s, "Query.item").Args[0]; len(a.Directives) != 1 {
		t.Errorf("argument: %+v", a)
	}
	if in := s.Inputs[0]; len(in.Directives) != 1 || len(in.Fields[0].Directives) != 1 {
		t.Errorf("input: %+v", in)
	}
}

func TestSubscriptionsAreStreams(t *testing.T) {
	t.Parallel()
	s := codegentest.MustBind(t, autobindView, "type Item { id: ID! } type Query { a: String } type Subscription { items(of: ID!): Item! }", map[string]string{"shop/view": "package view\ntype Item struct{ ID string }"})
	f := codegentest.Field(t, s, "Subscription.items")
	if got := f.ResolverSignature(codegen.NewImports("shop/graph")); f.Access != codegen.AccessStream || got != "(ctx context.Context, of string) (<-chan *view.Item, error)" {
		t.Errorf("%d %s", f.Access, got)
	}
}

func TestAnInstanceOfAGenericTypeIsBoundThroughAnAlias(t *testing.T) {
	t.Parallel()
	const view = `package view
type Page[T any] struct { Nodes []*T; Total int64 }
func (p *Page[T]) First() *T { return nil }
type Item struct { ID string }
type ItemPage = Page[Item]
`
	s := codegentest.MustBind(t, autobindView, "scalar Int64 type Query { items: ItemPage! } type ItemPage { nodes: [Item!]! total: Int64! first: Item } type Item { id: ID! }",
		map[string]string{"shop/view": view})
	im := codegen.NewImports("shop/graph")
	for coord, want := range map[string]string{
		"Query.items": "*view.Page[shop/view.Item]", "ItemPage.nodes": "[]*view.Item", "ItemPage.total": "int64", "ItemPage.first": "*view.Item",
	} {
		if got := im.Type(codegentest.Field(t, s, coord).Type.Go); got != strings.ReplaceAll(want, "shop/", "") {
			t.Errorf("%s: %s", coord, got)
		}
	}
}

func TestAnObjectMayBeAGoInterface(t *testing.T) {
	t.Parallel()
	const view = "package view\nimport \"context\"\ntype Named interface { Name() string }\ntype Item interface { Named; ID(ctx context.Context) (string, error) }"
	s := codegentest.MustBind(t, autobindView, "type Query { item: Item! items: [Item] } type Item { id: ID! name: String! }", map[string]string{"shop/view": view})
	im := codegen.NewImports("shop/graph")
	if f := codegentest.Field(t, s, "Query.item"); f.Type.Form != codegen.FormInterface || im.Type(f.Type.Go) != "view.Item" {
		t.Errorf("%d %s", f.Type.Form, im.Type(f.Type.Go))
	}
	if f := codegentest.Field(t, s, "Query.items"); im.Type(f.Type.Go) != "[]view.Item" {
		t.Errorf("%s", im.Type(f.Type.Go))
	}
	if f := codegentest.Field(t, s, "Item.name"); f.Access != codegen.AccessMethod || f.GoPath != "Name" {
		t.Errorf("%+v", f)
	}
	if f := codegentest.Field(t, s, "Item.id"); !f.MethodCtx || !f.MethodError || im.Type(f.Object.Ref()) != "view.Item" {
		t.Errorf("%+v", f)
	}
}

func TestResolverBatchMakesEveryResolverABatch(t *testing.T) {
	t.Parallel()
	const sdl = "type Query { item: Item } type Item { next: Item @goField(forceResolver: true) id: ID! }"
	for _, yml := range []string{"resolver: {layout: follow-schema, dir: graph, batch: true}", "resolver: {layout: follow-schema, dir: graph, batch: {enabled: true}}"} {
		s := codegentest.MustBind(t, autobindView+yml, sdl, map[string]string{"shop/view": "package view\ntype Item struct{ ID string }"})
		if f := codegentest.Field(t, s, "Item.next"); f.Access != codegen.AccessBatch {
			t.Errorf("%s: %d", yml, f.Access)
		}
		if f := codegentest.Field(t, s, "Query.item"); f.Access != codegen.AccessResolver {
			t.Errorf("root: %d", f.Access)
		}
	}
}

func TestNeededPackagesAreThoseThatGqlgenYmlNames(t *testing.T) {
	t.Parallel()
	cfg, _, err := codegentest.Load(t, autobindView+"models: {A: {model: ./own.A}, UUID: {model: kontrak/internal/gql/graphql.UUID}}", "type Query { a: A } scalar A", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(codegen.NeededPackages(cfg), " "); got != config.Runtime+" shop/own shop/view" {
		t.Errorf("%s", got)
	}
}
