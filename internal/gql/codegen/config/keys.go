package config

import (
	"fmt"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"
)

// keySet says which keys a mapping may have: those it supports, each with the set of the mapping below it (nil for a
// value), and those that gqlgen knows but this generator does not, each with the reason.
type keySet struct {
	where   string
	known   map[string]*keySet
	refused map[string]string
	any     *keySet // the set of every value, where the keys are names of the user
}

func leaves(names ...string) map[string]*keySet {
	m := map[string]*keySet{}
	for _, n := range names {
		m[n] = nil
	}
	return m
}

func (k *keySet) with(name string, below *keySet) *keySet {
	k.known[name] = below
	return k
}

const tuning = "it only tunes how fast gqlgen itself generates"

var (
	fieldKeys = &keySet{
		where: "a field of models",
		known: leaves("resolver", "fieldName", "omittable", "batch"),
		refused: map[string]string{
			"type": "the Go type of a generated field follows its GraphQL type", "forceGenerate": "bound models are not generated",
			"autoBindGetterHaser": "protobuf getters are not bound",
		},
	}
	extraKeys = &keySet{where: "an extra field", known: leaves("type", "overrideTags", "description")}
	modelKeys = (&keySet{
		where: "a type of models",
		known: leaves("model", "forceGenerate"),
	}).with("fields", &keySet{any: fieldKeys}).
		with("extraFields", &keySet{any: extraKeys}).with("embedExtraFields", extraKeys).
		with("enum_values", &keySet{any: &keySet{where: "a value of enum_values", known: leaves("value")}})

	execKeys = &keySet{
		where: "exec",
		known: leaves("filename", "package", "layout", "worker_limit"),
		refused: map[string]string{
			"dir": "the layout is single-file: name the file", "filename_template": "the layout is single-file: name the file",
			"exec_package": "name it with package",
		},
	}
	modelOutKeys = &keySet{
		where: "model", known: leaves("filename", "package"),
		refused: map[string]string{"model_template": "templates are not used", "version": "there is one version", "options": "there are none"},
	}
	resolverKeys = &keySet{
		where: "resolver",
		known: leaves("layout", "dir", "package", "type", "filename_template", "omit_template_comment", "batch"),
		refused: map[string]string{
			"filename":                "the layout is follow-schema: name the directory with dir",
			"resolver_template":       "templates are not used",
			"preserve_resolver":       "bodies are always kept and the rest is always rewritten",
			"omit_resolver_embedding": "resolver types embed the root",
		},
	}

	topKeys = (&keySet{
		where: "the top level",
		known: leaves("schema", "autobind", "struct_tag", "go_build_tags", "omit_getters", "omit_complexity",
			"omit_gqlgen_file_notice", "omit_gqlgen_version_in_file_notice", "omit_root_models", "omit_resolver_fields",
			"omit_slice_element_pointers", "omit_enum_json_marshalers", "struct_fields_always_pointers",
			"resolvers_always_return_pointers", "nullable_input_omittable", "enable_model_json_omitempty_tag",
			"enable_model_json_omitzero_tag", "call_argument_directives_with_null", "skip_validation", "skip_mod_tidy"),
		refused: map[string]string{
			"federation":                                "Apollo Federation is not built in",
			"local_prefix":                              "imports are grouped into the standard library and the rest",
			"omit_interface_checks":                     "possible types are checked by their Is… methods",
			"omit_panic_handler":                        "a panic always becomes an error of its field",
			"omit_typed_input_unmarshalers":             "there are none to omit",
			"return_pointers_in_unmarshalinput":         "inputs are decoded in place",
			"omittable_type":                            "graphql.Omittable tells what was sent",
			"embedded_structs_prefix":                   "@goEmbedInterface is not supported",
			"autobind_getter_haser":                     "protobuf getters are not bound",
			"use_function_syntax_for_execution_context": "the executor has another form",
			"subscription_context_field":                "@subscriptionContext is not supported",
			"fast_validation":                           tuning,
			"light_mode_prefetch":                       tuning,
			"skip_import_grouping":                      tuning,
			"use_buffer_pooling":                        tuning,
		},
	}).with("exec", execKeys).with("model", modelOutKeys).with("resolver", resolverKeys).
		with("models", &keySet{any: modelKeys}).
		with("directives", &keySet{any: &keySet{
			where: "a directive", known: leaves("skip_runtime"),
			refused: map[string]string{"implementation": "a directive is a function of DirectiveRoot"},
		}}).
		with("go_initialisms", &keySet{where: "go_initialisms", known: leaves("replace_defaults", "initialisms")})
)

func init() {
	resolverKeys.known["batch"] = &keySet{where: "resolver.batch", known: leaves("enabled")}
}

// UnsupportedKeyError is a key of gqlgen.yml that cannot be honoured.
type UnsupportedKeyError struct {
	File      string
	Line      int
	Key       string
	Where     string
	Reason    string // empty when gqlgen does not know the key either
	Supported []string
}

func (e *UnsupportedKeyError) Error() string {
	what := fmt.Sprintf("unknown key %q in %s", e.Key, e.Where)
	if e.Reason != "" {
		what = fmt.Sprintf("key %q in %s is not supported: %s", e.Key, e.Where, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s\n\tsupported there: %s", e.File, e.Line, what, strings.Join(e.Supported, ", "))
}

func checkKeys(file string, doc *yaml.Node) []error { return topKeys.check(file, doc) }

func (k *keySet) check(file string, n *yaml.Node) []error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	var errs []error
	if n.Kind == yaml.SequenceNode {
		for _, elem := range n.Content {
			errs = append(errs, k.check(file, elem)...)
		}
		return errs
	}
	if n.Kind != yaml.MappingNode {
		return nil // a wrong kind of value is the decoder's to report
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if k.any != nil {
			errs = append(errs, k.any.check(file, val)...)
			continue
		}
		below, ok := k.known[key.Value]
		if !ok {
			errs = append(errs, &UnsupportedKeyError{
				File: file, Line: key.Line, Key: key.Value, Where: k.where, Reason: k.refused[key.Value], Supported: k.names(),
			})
			continue
		}
		if below != nil {
			errs = append(errs, below.check(file, val)...)
		}
	}
	return errs
}

func (k *keySet) names() []string {
	var names []string
	for n := range k.known {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
