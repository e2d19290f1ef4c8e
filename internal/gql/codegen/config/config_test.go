package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kontrak/internal/gql/codegen/config"
)

func TestAKeyThatCannotBeHonouredIsRefusedByName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, yml string
		key       string
		line      int
		reason    bool // gqlgen knows the key
		supported string
	}{
		{"a typing error", "schema: [a]\nautobnd: [x]", "autobnd", 2, false, "autobind"},
		{"federation", "federation: {filename: x.go}", "federation", 1, true, "exec"},
		{"a template", "model: {filename: m/m.go, model_template: x}", "model_template", 1, true, "filename, package"},
		{"a resolver template", "resolver:\n  layout: follow-schema\n  dir: graph\n  resolver_template: x", "resolver_template", 4, true, "batch, dir"},
		{"preserve_resolver", "resolver: {preserve_resolver: true}", "preserve_resolver", 1, true, "layout"},
		{"function syntax", "use_function_syntax_for_execution_context: true", "use_function_syntax_for_execution_context", 1, true, "schema"},
		{"the subscription context", "subscription_context_field: true", "subscription_context_field", 1, true, "schema"},
		{"getters of protobuf", "autobind_getter_haser: true", "autobind_getter_haser", 1, true, "schema"},
		{"a key of a model", "models:\n  A:\n    model: x.A\n    extraField: {}", "extraField", 4, false, "enum_values, extraFields, fields"},
		{"a key of an extra field", "models: {A: {extraFields: {B: {typ: bool}}}}", "typ", 1, false, "description, overrideTags, type"},
		{"a key of an embedded extra field", "models: {A: {embedExtraFields: [{type: bool}, {tags: x}]}}", "tags", 1, false, "overrideTags"},
		{"a key of a field", "models: {A: {fields: {b: {resolvr: true}}}}", "resolvr", 1, false, "batch, fieldName, omittable, resolver"},
		{"a key of an enum value", "models: {A: {enum_values: {B: {val: x.B}}}}", "val", 1, false, "value"},
		{"a key of a directive", "directives: {a: {skip: true}}", "skip", 1, false, "skip_runtime"},
		{"a key of exec", "exec: {filename: a.go, filename_template: x}", "filename_template", 1, true, "worker_limit"},
		{"a key of batch", "resolver: {batch: {on: true}}", "on", 1, false, "enabled"},
		{"a tuning key", "use_buffer_pooling: true", "use_buffer_pooling", 1, true, "schema"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("gqlgen.yml", "/x", []byte(c.yml))
			var bad *config.UnsupportedKeyError
			if !errors.As(err, &bad) {
				t.Fatalf("%v", err)
			}
			if bad.Key != c.key || bad.Line != c.line || (bad.Reason != "") != c.reason || !strings.Contains(strings.Join(bad.Supported, ", "), c.supported) {
				t.Errorf("%+v", bad)
			}
			if !strings.Contains(err.Error(), "supported there: ") {
				t.Errorf("the message lists no keys: %v", err)
			}
		})
	}
}

func TestTheReadmeListsEverySupportedKey(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, yml := range []string{"x: 1", "exec: {x: 1}", "model: {x: 1}", "resolver: {x: 1}", "models: {A: {x: 1}}", "models: {A: {fields: {b: {x: 1}}}}",
		"models: {A: {extraFields: {b: {x: 1}}}}", "models: {A: {enum_values: {B: {x: 1}}}}", "directives: {a: {x: 1}}", "go_initialisms: {x: 1}", "resolver: {batch: {x: 1}}"} {
		_, err := config.Parse("gqlgen.yml", "/x", []byte(yml))
		var bad *config.UnsupportedKeyError
		if !errors.As(err, &bad) {
			t.Fatal(err)
		}
		for _, key := range bad.Supported {
			if !strings.Contains(string(readme), "`"+key+"`") && !strings.Contains(string(readme), "`"+key+":") && !strings.Contains(string(readme), "{"+key+":") {
				t.Errorf("%s in %s is not in the README", key, bad.Where)
			}
		}
	}
}

func TestEveryBadKeyIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := config.Parse("gqlgen.yml", "/x", []byte("one: 1\ntwo: 2\nmodels: {A: {three: 3}}"))
	for _, w := range []string{`gqlgen.yml:1: unknown key "one" in the top level`, `gqlgen.yml:2: unknown key "two"`, `gqlgen.yml:3: unknown key "three" in a type of models`} {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("%v\nlacks %q", err, w)
		}
	}
}

func TestAValueThatCannotBeHonouredIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ yml, key string }{
		{"exec: {layout: follow-schema}", "exec.layout"},
		{"exec: {filename: generated}", "exec.filename"},
		{"exec: {worker_limit: -1}", "exec.worker_limit"},
		{"model: {filename: models}", "model.filename"},
		{"resolver: {layout: single-file, dir: graph}", "resolver.layout"},
		{"resolver: {dir: graph}", "resolver.layout"},
		{"resolver: {layout: follow-schema}", "resolver.dir"},
		{"resolver: {layout: follow-schema, dir: graph, filename_template: x.go}", "resolver.filename_template"},
		{"skip_validation: false", "skip_validation"},
		{"skip_mod_tidy: false", "skip_mod_tidy"},
		{"call_argument_directives_with_null: true", "call_argument_directives_with_null"},
	} {
		_, err := config.Parse("gqlgen.yml", "/x", []byte(c.yml))
		var bad *config.ValueError
		if !errors.As(err, &bad) || bad.Key != c.key {
			t.Errorf("%s: %v", c.yml, err)
		}
	}
	for _, yml := range []string{"schema: {a: b}", "exec: [", "omit_getters: perhaps", "autobind: [a]\nautobind: [b]", "models: [x]"} {
		if _, err := config.Parse("gqlgen.yml", "/x", []byte(yml)); err == nil {
			t.Errorf("%q was accepted", yml)
		}
	}
}

// project writes files into a fresh directory and loads gqlgen.yml from there.
func project(t *testing.T, files map[string]string) (*config.Config, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return config.Load(filepath.Join(dir, "gqlgen.yml"))
}

const goMod = "module shop\n\ngo 1.26\n"

func TestLoadResolvesPathsAgainstTheFile(t *testing.T) {
	t.Parallel()
	c, err := project(t, map[string]string{
		"go.mod":              goMod,
		"b.graphqls":          "extend type Query { b: String }",
		"a.graphqls":          "type Query { a: String }",
		"deep/er/c.graphqls":  "extend type Query { c: String }",
		"deep/er/d.otherkind": "no schema at all",
		"gqlgen.yml": `
schema: ["*.graphqls", "deep/**/*.graphqls", a.graphqls]
exec: {filename: graph/generated.go}
model: {filename: graph/model/models_gen.go}
resolver: {layout: follow-schema, dir: graph}
`,
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range c.Sources {
		names = append(names, s.Name)
	}
	if got := strings.Join(names, " "); got != "a.graphqls b.graphqls deep/er/c.graphqls" {
		t.Errorf("sources: %s", got)
	}
	if c.Exec.Path != "shop/graph" || c.Exec.Package != "graph" || c.Model.Path != "shop/graph/model" || c.Resolver.Package != "graph" {
		t.Errorf("%+v %+v %+v", c.Exec, c.Model, c.Resolver)
	}
	if path, name := c.SplitModel("./view.Item"); path != "shop/view" || name != "Item" {
		t.Errorf("%s %s", path, name)
	}
	if path, name := c.SplitModel("example.com/a.b/c.Item"); path != "example.com/a.b/c" || name != "Item" {
		t.Errorf("%s %s", path, name)
	}
}

func TestLoadSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no file", map[string]string{"go.mod": goMod}, "read the configuration"},
		{"no schema file", map[string]string{"go.mod": goMod, "gqlgen.yml": "schema: x.graphqls"}, `no file matches "x.graphqls"`},
		{"a schema that does not parse", map[string]string{"go.mod": goMod, "gqlgen.yml": "schema: x.graphqls", "x.graphqls": "type Query {"}, "x.graphqls:1"},
		{"an output outside of the module", map[string]string{"go.mod": goMod, "x.graphqls": "type Query { a: Int }", "gqlgen.yml": "schema: x.graphqls\nexec: {filename: ../generated.go}"}, "outside of the module"},
		{"a field that is not in the schema", map[string]string{"go.mod": goMod, "x.graphqls": "type Query { a: A } type A { id: ID }",
			"gqlgen.yml": "schema: x.graphqls\nmodels: {A: {fields: {name: {resolver: true}}}}"}, "no such field"},
		{"a type that is not in the schema", map[string]string{"go.mod": goMod, "x.graphqls": "type Query { a: Int }",
			"gqlgen.yml": "schema: x.graphqls\nmodels: {UUID: {model: kontrak/internal/gql/graphql.UUID}, Itm: {model: shop/view.Item}}"}, `models: "Itm": no such type`},
		{"a directive that is not declared", map[string]string{"go.mod": goMod, "x.graphqls": "type Query { a: Int }",
			"gqlgen.yml": "schema: x.graphqls\ndirectives: {visible: {skip_runtime: true}}"}, "not declared in the schema"},
		{"models in the package of the resolvers", map[string]string{"go.mod": goMod, "x.graphqls": "type Query { a: Int }",
			"gqlgen.yml": "schema: x.graphqls\nexec: {filename: graph/generated.go}\nmodel: {filename: graph/models.go}"}, "model.filename"},
		{"an argument of @goField that is not supported", map[string]string{"go.mod": goMod, "gqlgen.yml": "schema: x.graphqls",
			"x.graphqls": "directive @goField(type: String) on FIELD_DEFINITION type Query { a: Int @goField(type: \"x\") }"}, `argument "type" of @goField is not supported`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := project(t, c.files)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nlacks %q", err, c.want)
			}
		})
	}
}

func TestDirectivesOfTheSchemaCompleteTheFile(t *testing.T) {
	t.Parallel()
	c, err := project(t, map[string]string{"go.mod": goMod, "gqlgen.yml": "schema: x.graphqls\nmodels: {A: {fields: {id: {fieldName: Key}}}}", "x.graphqls": `
directive @goModel(model: String, models: [String!], forceGenerate: Boolean) on OBJECT | SCALAR | ENUM
directive @goField(forceResolver: Boolean, name: String, omittable: Boolean, batch: Boolean) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @goEnum(value: String) on ENUM_VALUE
type Query { a: A }
type A @goModel(model: "shop/view.A") { id: ID @goField(name: "Other") b: A @goField(forceResolver: true, batch: true) }
scalar S @goModel(models: ["shop/s.One", "shop/s.Two"])
enum E @goModel(forceGenerate: true) { X @goEnum(value: "shop/e.X") }
input In { a: Int @goField(omittable: true) b: Int @goField(omittable: false) }
`})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.FieldOf("A", "id").FieldName; got != "Key" {
		t.Errorf("the file must win over the schema: %q", got)
	}
	if f := c.FieldOf("A", "b"); !f.Resolver || f.Batch == nil || !*f.Batch {
		t.Errorf("%+v", f)
	}
	if a, b := c.FieldOf("In", "a").Omittable, c.FieldOf("In", "b").Omittable; a == nil || !*a || b == nil || *b {
		t.Errorf("%v %v", a, b)
	}
	if m := c.Models["S"].Model; len(m) != 2 || !c.UserDefined("S") || c.UserDefined("E") || !c.Models["E"].ForceGenerate {
		t.Errorf("%v", c.Models)
	}
	if v := c.Models["E"].EnumValues["X"]; v == nil || v.Value != "shop/e.X" {
		t.Errorf("%v", c.Models["E"])
	}
}
