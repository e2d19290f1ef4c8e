package contract_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/gql/codegen/codegentest"
	"kontrak/internal/gql/codegen/config"
)

// gqlgenKeys are all keys of gqlgen.yml by its published JSON schema, with the names that a user chooses left out.
func gqlgenKeys(t *testing.T) []string {
	t.Helper()
	keys := linesOf(read(t, "testdata/gqlgen_keys.txt"))
	if len(keys) < 60 {
		t.Fatalf("only %d keys", len(keys))
	}
	return keys
}

// yamlOf writes a file with one key in it.
func yamlOf(key, value string) string {
	parts := strings.Split(key, ".")
	text := parts[len(parts)-1] + ": " + value
	for _, p := range slices.Backward(parts[:len(parts)-1]) {
		switch p {
		case "models", "fields", "enum_values", "extraFields", "directives":
			text = fmt.Sprintf("%s: {Name: {%s}}", p, text)
		case "embedExtraFields":
			text = fmt.Sprintf("%s: [{%s}]", p, text)
		default:
			text = fmt.Sprintf("%s: {%s}", p, text)
		}
	}
	return text
}

// supported tells whether a key is taken, and gives the refusal of one that is not.
func supported(t *testing.T, key string) *config.UnsupportedKeyError {
	t.Helper()
	_, err := config.Parse("gqlgen.yml", "/x", []byte(yamlOf(key, "null")))
	if refusal, ok := errors.AsType[*config.UnsupportedKeyError](err); ok {
		return refusal
	}
	return nil
}

func TestAKeyOfGqlgenIsTakenOrRefusedByNameWithTheReason(t *testing.T) {
	t.Parallel()
	refused := 0
	for _, key := range gqlgenKeys(t) {
		refusal := supported(t, key)
		if refusal == nil {
			continue
		}
		refused++
		last := key[strings.LastIndex(key, ".")+1:]
		if refusal.Key != last || refusal.Reason == "" || refusal.Line != 1 || !strings.Contains(refusal.Error(), "gqlgen.yml:1: key \""+last+"\"") {
			t.Errorf("%s: %v", key, refusal)
		}
	}
	if refused < 20 {
		t.Errorf("only %d keys were refused", refused)
	}
}

func TestAKeyThatGqlgenHasNotIsNoneHereEither(t *testing.T) {
	t.Parallel()
	known := gqlgenKeys(t)
	for _, key := range supportedKeys(t) {
		if !slices.Contains(known, key) {
			t.Errorf("%s is taken, and gqlgen has no such key", key)
		}
	}
}

// supportedKeys lists the keys that are taken, as the refusal of an unknown one names them.
func supportedKeys(t *testing.T) []string {
	t.Helper()
	var keys []string
	for _, where := range []string{"", "exec", "model", "resolver", "resolver.batch", "models", "models.fields", "models.enum_values",
		"models.extraFields", "models.embedExtraFields", "directives", "go_initialisms"} {
		refusal := supported(t, strings.TrimPrefix(where+".no_such_key", "."))
		if refusal == nil {
			t.Fatalf("an unknown key in %q was taken", where)
		}
		for _, key := range refusal.Supported {
			full := strings.TrimPrefix(where+"."+key, ".")
			switch full { // they hold others
			case "exec", "model", "resolver", "models", "directives", "go_initialisms", "models.fields", "models.enum_values",
				"models.extraFields", "models.embedExtraFields":
			default:
				keys = append(keys, full)
			}
		}
	}
	return keys
}

func TestWhatIsNotSupportedIsRefusedByName(t *testing.T) {
	t.Parallel()
	const base = "type Query { a: String }\n"
	for _, c := range []struct{ name, yml, sdl, want string }{
		{"the executable schema in several files", "exec: {layout: follow-schema}", base, `exec.layout: "follow-schema"`},
		{"resolvers in one file", "resolver: {layout: single-file, dir: graph}", base, `resolver.layout: "single-file"`},
		{"compiling what was generated", "skip_validation: false", base, `skip_validation: "false"`},
		{"go mod tidy", "skip_mod_tidy: false", base, `skip_mod_tidy: "false"`},
		{"directives of arguments that are absent", "call_argument_directives_with_null: true", base, `call_argument_directives_with_null: "true"`},
		{"models in the package of the resolvers", "models: {A: {model: shop/graph.A}}", base + "type A { a: Int }", "need not compile while code is generated"},
		{"a resolver of an input field", "", base + "input In { a: Int @goField(forceResolver: true) }", "schema.graphqls:2: In.a: resolvers of input fields are not supported"},
		{"a batch resolver of an input field", "", base + "input In { a: Int @goField(batch: true) }", "schema.graphqls:2: In.a: resolvers of input fields are not supported"},
		{"a batch resolver of a root", "", base + "extend type Query { b: Int @goField(batch: true) }", "schema.graphqls:2: Query.b: a field of Query has one parent only"},
		{"a Go type that gqlgen takes for one of introspection", "autobind: [shop/view, shop/names]", base, "shop/names declares Field, to which gqlgen would bind __Field"},
		{"an object that is a map", "models: {A: {model: shop/view.Bag}}", base + "type A { a: Int }", "schema.graphqls:2: A: an object bound to a map"},
		{"@inlineArguments", "", base + "directive @inlineArguments on ARGUMENT_DEFINITION\nextend type Query { b(in: Int @inlineArguments): Int }", "schema.graphqls:3: @inlineArguments is not supported"},
		{"@subscriptionContext", "", base + "directive @subscriptionContext on FIELD_DEFINITION\ntype Subscription { b: Int @subscriptionContext }", "schema.graphqls:3: @subscriptionContext is not supported"},
		{"@goEmbedInterface", "", base + "directive @goEmbedInterface on INTERFACE\ninterface B @goEmbedInterface { b: Int }", "schema.graphqls:3: @goEmbedInterface is not supported"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			pkgs := map[string]string{"shop/view": "package view\ntype Bag map[string]any\ntype In struct { A *int }", "shop/names": "package names\ntype Field struct{}"}
			yml := c.yml
			if !strings.HasPrefix(yml, "autobind") {
				yml = "autobind: [shop/view]\n" + yml
			}
			if _, err := codegentest.Bind(t, yml, c.sdl, pkgs); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nlacks %s", err, c.want)
			}
		})
	}
	for _, arg := range []string{"type: \"x\"", "autoBindGetterHaser: true", "forceGenerate: true"} {
		name, _, _ := strings.Cut(arg, ":")
		t.Run("@goField("+name+")", func(t *testing.T) {
			t.Parallel()
			err := finish("directive @goField(type: String, autoBindGetterHaser: Boolean, forceGenerate: Boolean) on FIELD_DEFINITION\ntype Query { a: Int @goField(" + arg + ") }")
			if want := fmt.Sprintf("schema.graphqls:2: argument %q of @goField is not supported; supported: ", name); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v\nlacks %s", err, want)
			}
		})
	}
}
