package contract_test

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/codegen/codegentest"
	"kontrak/internal/gql/codegen/config"
)

// finish reads a schema of one file.
func finish(sdl string) error {
	cfg, err := config.Parse("gqlgen.yml", "/shop", nil)
	if err != nil {
		return err
	}
	cfg.Sources = []*ast.Source{{Name: "schema.graphqls", Input: sdl}}
	return cfg.Finish()
}

const unbindableView = `package view

import ("context"; "io"; "kontrak/internal/gql/graphql")

type Item struct {
	ID      string
	Wrong   chan int
	Twice_  string
	Twice   string
	Deep    **string
	List    *[]string
	Broken  Missing
	Other   Part
	Must    graphql.Omittable[string]
}

func (Item) Two() (string, int) { return "", 0 }
func (Item) Three() (string, error, bool) { return "", nil, false }
func (Item) Nothing() {}
func (Item) Strange(other string) string { return "" }
func (Item) Narrow(n int8) string { return "" }
func (Item) Many(first ...int) string { return "" }
func (Item) Late(n int, ctx context.Context) string { return "" }

type Part struct { Full_Name string }
func (Part) FullName() string { return "" }

type A struct { Both string }
type B struct { Both string }
type Twin struct { A; B }
type Both interface{ M() }
type C struct { Both }
type Hidden struct { A; C }

type Node interface { IsNode() }
type Bare struct { ID string }
type Odd struct { ID string }
func (Odd) IsNode(int) {}

type Money struct{}
func (Money) MarshalGQL(w io.Writer) {}
func MarshalHalf(s string) graphql.Marshaler { return graphql.Null }
func MarshalMixed(s string) graphql.Marshaler { return graphql.Null }
func UnmarshalMixed(v any) (int, error) { return 0, nil }
func MarshalPlain(s string) string { return "" }
func UnmarshalPlain(v any) (string, error) { return "", nil }
type Status string
const Open Status = "o"
type In struct { ID int; Req graphql.Omittable[string] }
`

// TestWhatCannotBeBoundSaysSchemaLineGoTypeAndRemedy has one case for each way in which a schema and its Go types can
// fail to meet. The schema lines are counted from the second, for the first is the same in all.
func TestWhatCannotBeBoundSaysSchemaLineGoTypeAndRemedy(t *testing.T) {
	t.Parallel()
	const resolver = "or mark the field with @goField(forceResolver: true)"
	for _, c := range []struct{ name, yml, sdl, line, goType, remedy string }{
		{"no Go field", "", "type Item { name: String }", "2: Item.name:", "view.Item (shop/view/view.go:5)", "add the Go field, " + resolver + " (in gqlgen.yml: models.Item.fields.name.resolver: true)"},
		{"another Go type", "", "type Item {\n  id: Int! }", "3: Item.id:", "view.Item.ID at shop/view/view.go:6 does not fit: Int is bound to int or int32 or int64, which string is not", "change one of them, " + resolver},
		{"a Go type that GraphQL has nothing for", "", "type Item { wrong: String }", "2: Item.wrong:", "which chan int is not", "change one of them, " + resolver},
		{"a list over a plain field", "", "type Item { id: [ID!] }", "2: Item.id:", "[ID!] needs a slice, not string", "change one of them, " + resolver},
		{"a pointer to a slice", "", "type Item { list: [String!] }", "2: Item.list:", "not *[]string", "change one of them, " + resolver},
		{"two pointers", "", "type Item { deep: String }", "2: Item.deep:", "which **string is not", "change one of them, " + resolver},
		{"an object of another Go type", "", "type Item { other: Item }", "2: Item.other:", "Item is bound to view.Item, which view.Part is not", "change one of them, " + resolver},
		{"a field whose type does not compile", "", "type Item { broken: String }", "2: Item.broken:", "undefined: Missing", "change one of them, " + resolver},
		{"names that differ by an underscore", "", "type Item { twice: String }", "2: Item.twice:", "several fields of view.Item", "keep one of them, " + resolver},
		{"a method and a field", "", "type Part { fullName: String }", "2: Part.fullName:", "a method and a field of view.Part", "keep one of them, " + resolver},
		{"two embedded structs", "", "type Twin { both: String }", "2: Twin.both:", "several structs embedded in view.Twin", "keep one of them, " + resolver},
		{"a field that Go cannot select", "", "type Hidden { both: String }", "2: Hidden.both:", "view.Hidden.Both is ambiguous in Go", "keep one of them, " + resolver},
		{"two results of which one is neither error nor bool", "", "type Item { two: String }", "2: Item.two:", "(T), (T, error) or (T, bool), not (string, int)", "change one of them, " + resolver},
		{"three results", "", "type Item { three: String }", "2: Item.three:", "not (string, error, bool)", "change one of them, " + resolver},
		{"no result", "", "type Item { nothing: String }", "2: Item.nothing:", "not ()", "change one of them, " + resolver},
		{"a parameter that is no argument", "", "type Item { strange(name: String!): String }", "2: Item.strange:", "view.Item.Strange at shop/view/view.go:20", "change one of them, " + resolver},
		{"a parameter of another type", "", "type Item { narrow(n: Int!): String }", "2: Item.narrow:", "argument n: Int is bound to int or int32 or int64, which int8 is not", "change one of them, " + resolver},
		{"a variadic method", "", "type Item { many(first: Int!): String }", "2: Item.many:", "must not be variadic", "change one of them, " + resolver},
		{"a context that is not the first parameter", "", "type Item { late(n: Int!): String }", "2: Item.late:", "parameter ctx of the method", "change one of them, " + resolver},
		{"batch without resolver", "", "type Item { id: ID! @goField(batch: true) }", "2: Item.id:", "batch is for resolvers", "write @goField(forceResolver: true, batch: true)"},
		{"a parameter's name that is taken", "", "extend type Query { b(ctx: String): String }", "2: Query.b:", "parameter ctx already", "name it otherwise"},
		{"no Go type", "", "type Ghost { id: ID! }", "2: Ghost:", "has no Go type", "name one under models in gqlgen.yml, or set model.filename"},
		{"a Go type that is not there", "models: {Item: {model: shop/view.None}}", "type Item { id: ID! }", "2: Item:", "package shop/view declares no None", "write it, or name another Go type under models.Item.model"},
		{"a package that is not there", "models: {Item: {model: shop/nowhere.Item}}", "type Item { id: ID! }", "2: Item:", "package shop/nowhere was not found", "name another Go type under models.Item.model"},
		{"a Go name without package", "models: {Item: {model: Item}}", "type Item { id: ID! }", "2: Item:", `"Item" names no package`, "write import/path.Name"},
		{"several Go types for an object", "models: {Item: {model: [shop/view.Item, shop/view.Part]}}", "type Item { id: ID! }", "2: Item:", "shop/view.Item, shop/view.Part", "keep one under models.Item.model"},
		{"an interface bound to a struct", "models: {Node: {model: shop/view.Item}}", "interface Node { id: ID! }", "2: Node:", "shop/view.Item is none", "must be bound to a Go interface"},
		{"an input bound to something else", "models: {In: {model: time.Duration}}", "input In { id: Int }", "2: In:", "not to time.Duration", "must be bound to a struct or to map[string]any"},
		{"an implementor without the method", "", "interface Node { id: ID! } type Bare implements Node { id: ID! }", "2: Bare:", "neither view.Bare nor *view.Bare satisfies the Go interface view.Node", "add func (Bare) IsNode()"},
		{"an implementor with another signature", "", "interface Node { id: ID! } type Odd implements Node { id: ID! }", "2: Odd:", "neither view.Odd nor *view.Odd", "it must be IsNode()"},
		{"two objects with one Go type", "models: {Same: {model: shop/view.Bare}, U: {model: shop/view.Any}}", "union U = Bare | Same type Bare { id: ID! } type Same { id: ID! }", "2: Same:", "Bare and Same are both bound to view.Bare", "give one of them a Go type of its own"},
		{"a scalar without Go type", "", "scalar Odd2", "2: Odd2:", "has no Go type", "name one under models.Odd2.model in gqlgen.yml"},
		{"a scalar that cannot be read", "", "scalar Money", "2: Money:", "view.Money has no MarshalGQL(io.Writer) and UnmarshalGQL(any) error", "write the one or the other"},
		{"half a pair of functions", "models: {X: {model: shop/view.Half}}", "scalar X", "2: X:", "shop/view has MarshalHalf", "no UnmarshalHalf"},
		{"a pair of two types", "models: {X: {model: shop/view.Mixed}}", "scalar X", "2: X:", "shop/view.UnmarshalMixed", "must be UnmarshalMixed(any) (string, error)"},
		{"a function that marshals to something else", "models: {X: {model: shop/view.Plain}}", "scalar X", "2: X:", "shop/view.MarshalPlain", "must return graphql.Marshaler or graphql.ContextMarshaler"},
		{"an enum without values in Go", "", "enum Status { OPEN }", "2: Status:", "shop/view.Status has no MarshalGQL", "name the Go constant of each value under models.Status.enum_values"},
		{"an enum with a value left out", "models: {Status: {enum_values: {OPEN: {value: shop/view.Open}}}}", "enum Status { OPEN DONE }", "2: Status:", "value DONE", "has no Go constant under enum_values"},
		{"an enum whose constant is of another type", "models: {Status: {enum_values: {OPEN: {value: shop/view.Item}}}}", "enum Status { OPEN }", "2: Status:", "shop/view.Item", "neither a constant nor a variable"},
		{"an input field without Go field", "", "input In { name: String }", "2: In.name:", "no field of view.In matches Name", "add the Go field"},
		{"an input field of another type", "", "input In { id: String! }", "2: In.id:", "view.In.ID at shop/view/view.go:49 does not fit: String is bound to string, which int is not", "change one of them"},
		{"a required field that tells absent from null", "", "input In { req: String! }", "2: In.req:", "view.In.Req", "String! is required and cannot be graphql.Omittable[string]; change one of them"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pkgs := map[string]string{"shop/view": unbindableView + "type Any interface{}\n"}
			_, err := codegentest.Bind(t, "autobind: [shop/view]\n"+c.yml, "type Query { a: String }\n"+c.sdl, pkgs)
			if err == nil {
				t.Fatal("it was bound")
			}
			for _, want := range []string{"schema.graphqls:" + c.line, c.goType, c.remedy} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v\nlacks %s", err, want)
				}
			}
		})
	}
}
