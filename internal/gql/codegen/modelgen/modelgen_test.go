package modelgen_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/gql/codegen"
	"kontrak/internal/gql/codegen/codegentest"
	"kontrak/internal/gql/codegen/config"
	"kontrak/internal/gql/codegen/modelgen"
)

var update = flag.Bool("update", false, "write the golden files anew")

func generate(t *testing.T, yml, sdl string) (*config.Config, string, error) {
	t.Helper()
	cfg, pkgs, err := codegentest.Load(t, yml, sdl, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := codegen.AutoBind(cfg, pkgs); err != nil {
		t.Fatal(err)
	}
	src, err := modelgen.Generate(cfg, pkgs)
	return cfg, string(src), err
}

func TestModelsAreThoseThatGqlgenWrites(t *testing.T) {
	t.Parallel()
	sdl, err := os.ReadFile("testdata/schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	const int32s = "models: {Int: {model: kontrak/internal/gql/graphql.Int32}}\n"
	for _, c := range []struct{ golden, yml string }{
		{"default.golden", ""},
		{"settings.golden", int32s + "omit_getters: true\nomit_root_models: true\nomit_resolver_fields: true\nnullable_input_omittable: true\n" +
			"enable_model_json_omitempty_tag: false\nenable_model_json_omitzero_tag: true\nomit_enum_json_marshalers: true\n" +
			"struct_fields_always_pointers: false\nomit_slice_element_pointers: true\nomit_gqlgen_file_notice: true\n"},
	} {
		_, got, err := generate(t, c.yml, string(sdl))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", c.golden)
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
			t.Errorf("%s:\n%s", c.golden, d)
		}
	}
}

func TestGeneratedTypesBecomeModels(t *testing.T) {
	t.Parallel()
	cfg, _, err := generate(t, "", "type Query { a: user_role } type user_role { id: ID! }")
	if err != nil {
		t.Fatal(err)
	}
	if got := cfg.Models["user_role"].Model; len(got) != 1 || got[0] != "shop/graph/model.UserRole" {
		t.Errorf("%v", got)
	}
	if cfg.UserDefined("Query") {
		t.Error("a root type became a model")
	}
}

func TestABoundTypeIsNotGeneratedUnlessForced(t *testing.T) {
	t.Parallel()
	const sdl = "type Query { a: A } type A { id: ID! }"
	if _, src, _ := generate(t, "omit_root_models: true\nmodels: {A: {model: shop/view.A}}", sdl); src != "" {
		t.Errorf("generated:\n%s", src)
	}
	if _, src, _ := generate(t, "models: {A: {model: shop/view.A, forceGenerate: true}}", sdl); !strings.Contains(src, "type A struct") {
		t.Errorf("not generated:\n%s", src)
	}
}

func TestConstantsOfOneEnumNeverCollide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ values, want string }{
		{"value Value", `MyEnumValue MyEnum = "value" MyEnumValue0 MyEnum = "Value"`},
		{"Value value TitleValue title_value", `MyEnumValue MyEnum = "Value" MyEnumvalue MyEnum = "value" MyEnumTitleValue MyEnum = "TitleValue" MyEnumtitle_value MyEnum = "title_value"`},
		{"TitleValue title_value title_Value Title_Value", `MyEnumTitleValue MyEnum = "TitleValue" MyEnumtitle_value MyEnum = "title_value" MyEnumtitle_Value MyEnum = "title_Value" MyEnumTitle_Value MyEnum = "Title_Value"`},
	} {
		_, src, err := generate(t, "", "type Query { a: MyEnum } enum MyEnum { "+c.values+" }")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(src), " "); !strings.Contains(got, c.want) {
			t.Errorf("%s:\n%s", c.values, src)
		}
	}
}

func TestWhatCannotBeGeneratedIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sdl, want string }{
		{"type Query { a: A } type A { b: Odd } scalar Odd", "schema.graphqls:1: A.b: Odd has no Go type"},
		{"type Query { a(i: In): Int } input In { a: Int! @goField(omittable: true) }", "schema.graphqls:1: In.a: only a nullable field of an input can be omittable"},
		{"type Query { a: A } type A { a: Int @goField(omittable: true) }", "schema.graphqls:1: A.a: only a nullable field of an input can be omittable"},
	} {
		if _, _, err := generate(t, "", c.sdl); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v\nlacks %q", err, c.want)
		}
	}
}

func TestExtraFieldsStandInTheStructAndNotInTheSchema(t *testing.T) {
	t.Parallel()
	const (
		sdl = `type Query { a: A }
type A @goExtraField(name: "Zone", type: "*time.Location", description: "Where it is.") @goExtraField(type: "time.Time") @goExtraField(name: "Odd", type: "bool") { id: ID! }
input In @goExtraField(name: "Odd", type: "[]bool", overrideTags: "xml:\"odd\"") { a: Int }`
		yml = "models: {A: {extraFields: {Odd: {type: '[]*time.Time', overrideTags: 'yaml:\"odd\"'}}, embedExtraFields: [{type: '*time.Timer'}]}}"
	)
	_, src, err := generate(t, yml, sdl)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"type A struct { ID string `json:\"id\"` Odd []*time.Time `yaml:\"odd\"` // Where it is. Zone *time.Location *time.Timer time.Time }",
		"Odd []bool `xml:\"odd\"`",
	} {
		if got := strings.Join(strings.Fields(src), " "); !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
}

func TestExtraFieldsThatWouldBeLostAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, yml, sdl, want string }{
		{"of a bound type", "models: {A: {model: time.Time, extraFields: {B: {type: bool}}}}", "type Query { a: A } type A { id: ID }", "schema.graphqls:1: A: extra fields are for generated structs; the type is bound to time.Time"},
		{"of a root", "models: {Query: {extraFields: {B: {type: bool}}}}", "type Query { a: Int }", "Query: extra fields are for generated structs; a root type"},
		{"of an enum", "models: {E: {embedExtraFields: [{type: bool}]}}", "type Query { a: E } enum E { X }", "E: extra fields are for generated structs; only objects and inputs"},
		{"of no package", "models: {A: {extraFields: {B: {type: Thing}}}}", "type Query { a: A } type A { id: ID }", `A: extra field B: "Thing" is no basic type`},
		{"of a type that is not there", "models: {A: {extraFields: {B: {type: time.Nothing}}}}", "type Query { a: A } type A { id: ID }", "package time declares no type Nothing"},
		{"of a package that is not there", "models: {A: {extraFields: {B: {type: shop/nowhere.A}}}}", "type Query { a: A } type A { id: ID }", "shop/nowhere was not found"},
		{"without a type", "models: {A: {extraFields: {B: {description: x}}}}", "type Query { a: A } type A { id: ID }", "A: extra field B"},
		{"a slice without a name", "models: {A: {embedExtraFields: [{type: '[]bool'}]}}", "type Query { a: A } type A { id: ID }", "[]bool cannot be embedded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := generate(t, c.yml, c.sdl); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nlacks %q", err, c.want)
			}
		})
	}
}
