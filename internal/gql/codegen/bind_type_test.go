package codegen_test

import (
	"strings"
	"testing"

	"kontrak/internal/gql/codegen"
	"kontrak/internal/gql/codegen/codegentest"
)

func TestAScalarIsBoundByMethodsByFunctionsOrAsAString(t *testing.T) {
	t.Parallel()
	const scalar = `package scalar
import ("context"; "io"; "time"; "kontrak/internal/gql/graphql")
type Money struct{ Value int64 }
func (m Money) MarshalGQL(w io.Writer) {}
func (m *Money) UnmarshalGQL(v any) error { return nil }
type Secret string
func (s *Secret) MarshalGQLContext(ctx context.Context, w io.Writer) error { return nil }
func (s *Secret) UnmarshalGQLContext(ctx context.Context, v any) error { return nil }
func MarshalDay(t time.Time) graphql.Marshaler { return graphql.Null }
func UnmarshalDay(v any) (time.Time, error) { return time.Time{}, nil }
func MarshalZone(t *time.Location) graphql.ContextMarshaler { return nil }
func UnmarshalZone(ctx context.Context, v any) (*time.Location, error) { return nil, nil }
type Code string
func MarshalHalf(s string) graphql.Marshaler { return graphql.Null }
func MarshalOdd(s string) graphql.Marshaler { return graphql.Null }
func UnmarshalOdd(v any) (int, error) { return 0, nil }
type Bare struct{}
`
	pkgs := map[string]string{"shop/scalar": scalar}
	const models = `models:
  Money: {model: shop/scalar.Money}
  Secret: {model: shop/scalar.Secret}
  Day: {model: shop/scalar.Day}
  Zone: {model: shop/scalar.Zone}
  Code: {model: shop/scalar.Code}
`
	s := codegentest.MustBind(t, models, "scalar Money scalar Secret scalar Day scalar Zone scalar Code type Query { money: Money! secret: Secret day: Day zone: Zone code: Code! days: [Day!]! }", pkgs)
	im := codegen.NewImports("shop/graph")
	for _, c := range []struct {
		field, typ string
		kind       codegen.CodecKind
		ctx, onPtr bool
		cast       bool
	}{
		{"Query.money", "*scalar.Money", codegen.CodecMethods, false, false, false},
		{"Query.secret", "*scalar.Secret", codegen.CodecMethods, true, true, false},
		{"Query.day", "*time.Time", codegen.CodecFuncs, false, false, false},
		{"Query.zone", "*time.Location", codegen.CodecFuncs, true, false, false},
		{"Query.code", "scalar.Code", codegen.CodecFuncs, false, false, true},
		{"Query.days", "[]*time.Time", codegen.CodecFuncs, false, false, false},
	} {
		f := codegentest.Field(t, s, c.field)
		got := f.Type.Named().Codec
		if im.Type(f.Type.Go) != c.typ || got.Kind != c.kind || got.Context != c.ctx || got.MarshalOnPtr != c.onPtr || (got.Cast != nil) != c.cast {
			t.Errorf("%s: %s %+v", c.field, im.Type(f.Type.Go), got)
		}
	}
	for _, c := range []struct{ model, want string }{
		{"shop/scalar.Half", "no UnmarshalHalf"},
		{"shop/scalar.Odd", "UnmarshalOdd must be UnmarshalOdd(any) (string, error)"},
		{"shop/scalar.Bare", "has no MarshalGQL(io.Writer)"},
		{"shop/scalar.Nothing", "no function MarshalNothing"},
	} {
		_, err := codegentest.Bind(t, "models: {X: {model: "+c.model+"}}", "scalar X type Query { x: X }", pkgs)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.model, err)
		}
	}
}

func TestAnEnumIsBoundToGoConstants(t *testing.T) {
	t.Parallel()
	const life = `package life
type Status string
const ( Open Status = "open"; Done Status = "done"; Wrong = 1 )
func Func() {}
`
	pkgs := map[string]string{"shop/life": life}
	const query = "type Query { status: Status! all: [Status!]! }\n"
	byConfig := "models: {Status: {model: shop/life.Status, enum_values: {OPEN: {value: shop/life.Open}, DONE: {value: shop/life.Done}}}}"
	byDirective := `enum Status @goModel(model: "shop/life.Status") { OPEN @goEnum(value: "shop/life.Open") DONE @goEnum(value: "shop/life.Done") }`
	for name, s := range map[string]*codegen.Schema{
		"config":    codegentest.MustBind(t, byConfig, query+"enum Status { OPEN DONE }", pkgs),
		"directive": codegentest.MustBind(t, "", query+byDirective, pkgs),
	} {
		c := codegentest.Field(t, s, "Query.status").Type.Codec
		if c.Kind != codegen.CodecEnum || len(c.EnumValues) != 2 || c.EnumValues[0].Name != "OPEN" || c.EnumValues[1].Go.Name() != "Done" {
			t.Errorf("%s: %+v", name, c)
		}
	}
	for _, c := range []struct{ yml, want string }{
		{"models: {Status: {model: shop/life.Status, enum_values: {OPEN: {value: shop/life.Open}}}}", "value DONE has no Go constant"},
		{"models: {Status: {model: shop/life.Status, enum_values: {OPEN: {value: shop/life.Open}, DONE: {value: shop/life.Func}}}}", "neither a constant nor a variable"},
		{"models: {Status: {model: shop/life.Status, enum_values: {OPEN: {value: shop/life.Open}, DONE: {value: shop/life.Wrong}}}}", "is untyped int, not life.Status"},
		{"models: {Status: {model: shop/life.Status, enum_values: {GONE: {value: shop/life.Open}}}}", "no such value in the schema"},
		{"models: {Status: {model: shop/life.Status}}", "name the Go constant of each value"},
	} {
		if _, err := codegentest.Bind(t, c.yml, query+"enum Status { OPEN DONE }", pkgs); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n%v", c.yml, err)
		}
	}
}

func TestImplementorsMustSatisfyTheGoInterface(t *testing.T) {
	t.Parallel()
	const sdl = "type Query { node: Node any: Any2 } interface Node { id: ID! } type Item implements Node { id: ID! } type Other implements Node { id: ID! } union Any2 = Item | Other"
	const view = `package view
type Node interface { IsNode() }
type Any2 interface{}
type Item struct { ID string }
func (Item) IsNode() {}
type Other struct { ID string }
`
	_, err := codegentest.Bind(t, autobindView, sdl, map[string]string{"shop/view": view})
	if err == nil || !strings.Contains(err.Error(), "Other: implements Node, but neither view.Other nor *view.Other satisfies the Go interface view.Node: method IsNode is missing; add func (Other) IsNode()") {
		t.Fatalf("%v", err)
	}
	if strings.Contains(err.Error(), "Item") {
		t.Errorf("Item was blamed: %v", err)
	}
	_, err = codegentest.Bind(t, autobindView, sdl, map[string]string{"shop/view": view + "func (o *Other) IsNode(int) {}"})
	if err == nil || !strings.Contains(err.Error(), "has another signature") {
		t.Errorf("%v", err)
	}
	s := codegentest.MustBind(t, autobindView, sdl, map[string]string{"shop/view": view + "func (o *Other) IsNode() {}"})
	for _, a := range s.Abstracts {
		if len(a.Implementors) != 2 || a.Implementors[0].Object.Name != "Item" {
			t.Fatalf("%s: %+v", a.Name, a.Implementors)
		}
		if a.Name == "Node" && (!a.Implementors[0].ByValue || a.Implementors[1].ByValue || !a.Implementors[1].ByPtr) {
			t.Errorf("%+v", a.Implementors)
		}
	}
}

func TestInputsTellAbsentFromNullByOmittable(t *testing.T) {
	t.Parallel()
	const view = `package view
import "kontrak/internal/gql/graphql"
type Patch struct { Name graphql.Omittable[*string]; Count *int32 }
type Bad struct { Name graphql.Omittable[string] }
`
	s := codegentest.MustBind(t, autobindView+"models: {Int: {model: kontrak/internal/gql/graphql.Int32}, Loose: {model: 'map[string]any'}}",
		"type Query { a(p: Patch!, l: Loose): String } input Patch { name: String count: Int = 3 } input Loose { x: [Int!] }", map[string]string{"shop/view": view})
	im := codegen.NewImports("shop/graph")
	if got := codegentest.Field(t, s, "Query.a").ResolverParams(im); got != "ctx context.Context, p view.Patch, l map[string]any" {
		t.Errorf("params: %s", got)
	}
	for _, in := range s.Inputs {
		switch in.Name {
		case "Patch":
			name, count := in.Fields[0], in.Fields[1]
			if !name.Type.Omittable || im.Type(name.Type.Go) != "*string" || im.Type(name.Type.Declared()) != "graphql.Omittable[*string]" {
				t.Errorf("name: %+v", name.Type)
			}
			if count.Type.Omittable || count.Default == nil || count.Default.Raw != "3" {
				t.Errorf("count: %+v", count)
			}
		case "Loose":
			if !in.Map || im.Type(in.Fields[0].Type.Go) != "[]int32" {
				t.Errorf("loose: %+v", in)
			}
		}
	}
	_, err := codegentest.Bind(t, autobindView, "type Query { a(p: Bad!): String } input Bad { name: String! }", map[string]string{"shop/view": view})
	if err == nil || !strings.Contains(err.Error(), "String! is required and cannot be graphql.Omittable[string]") {
		t.Errorf("%v", err)
	}
}
