package contract_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write table.md anew")

// features are what the contract consists of beside the keys of gqlgen.yml and the directives that steer generation,
// which the generator lists itself.
const features = `
binding: a struct field
binding: a name that differs in case and underscores
binding: an embedded struct, by value and by pointer
binding: a struct tag
binding: a method
binding: a method with a context
binding: a method with arguments
binding: a method that returns (T, error)
binding: a method that returns (T, bool)
binding: a method of a pointer
binding: values and pointers
binding: slices of values and of pointers
binding: lists of lists
binding: an enum as Go constants
binding: an enum as variables of another type
binding: an interface bound to a Go interface
binding: a union bound to a Go interface
binding: an object bound to a Go interface
binding: an interface that implements another
model: a struct of an object and of an input
model: an interface and a union
model: an enum with constants and All
model: getters of an interface
model: the file notice
scalar: Int, Float, String, Boolean, ID
scalar: Int32 and the other sizes
scalar: IntID and UintID
scalar: Int64
scalar: Time
scalar: Map
scalar: Any
scalar: UUID
scalar: Duration
scalar: Upload
scalar: MarshalGQL and UnmarshalGQL
scalar: MarshalGQLContext and UnmarshalGQLContext
scalar: a pair of functions
scalar: a pair of functions with a context
scalar: a type that is a string
input: a struct of one's own
input: a generated struct
input: map[string]any
input: defaults of arguments and of fields
input: a list from one value
input: exactly one of
input: lists and nesting
resolver: ResolverRoot, QueryResolver and the like
resolver: a query
resolver: a mutation
resolver: a subscription
resolver: a field
resolver: a batch field
resolver: a batch field with arguments
resolver: errors of a batch by parent
resolver: an error of a batch
resolver: bodies, comments, named results and imports stay
resolver: what is no resolver is moved into a comment
resolver: a field that is new gets a stub
resolver: resolver.go is written once
directive on FIELD_DEFINITION
directive on OBJECT
directive on ARGUMENT_DEFINITION
directive on INPUT_FIELD_DEFINITION
directive on INPUT_OBJECT
directive on FIELD
directive that is repeated
directive with arguments and defaults
directive without a function
handler: New
handler: AddTransport
handler: Use
handler: SetErrorPresenter
handler: SetRecoverFunc
handler: SetQueryCache
handler: SetParserTokenLimit
handler: SetDisableSuggestion
handler: SetValidationRulesFn
handler: AroundFields
handler: AroundRootFields
handler: AroundOperations
handler: AroundResponses
handler: an extension with all six hooks
handler: transport.POST
handler: transport.GET
handler: transport.Options
handler: transport.SSE
handler: transport.Websocket
handler: transport.MultipartForm
handler: extension.Introspection
handler: extension.AutomaticPersistedQuery
handler: lru.New
runtime: AddError
runtime: AddErrorf
runtime: AnyFieldRequested
runtime: BatchErrorList
runtime: BatchErrors
runtime: CollectAllFields
runtime: CollectFields
runtime: CollectFieldsCtx
runtime: ComplexityRoot
runtime: Config
runtime: ContextMarshaler
runtime: ContextUnmarshaler
runtime: ContextWriterFunc
runtime: DefaultErrorPresenter
runtime: DirectiveRoot
runtime: ErrorOnPath
runtime: ExecutableSchema
runtime: FieldContext
runtime: FieldContext.Args
runtime: FieldContext.Child
runtime: FieldRequested
runtime: GetErrors
runtime: GetExtension
runtime: GetFieldContext
runtime: GetFieldErrors
runtime: GetOperationContext
runtime: GetPath
runtime: GetRootFieldContext
runtime: HasFieldError
runtime: HasOperationContext
runtime: MarkNonNull
runtime: Marshaler
runtime: Null
runtime: Omittable
runtime: OmittableOf
runtime: OperationContext
runtime: RawParams
runtime: Recover
runtime: RegisterExtension
runtime: Resolver
runtime: Response
runtime: Stats
runtime: Unmarshaler
runtime: Upload
runtime: WriterFunc
runtime: transport.AddSubscriptionError
runtime: transport.GetInitPayload
`

// directiveArguments lists the arguments of the directives that steer generation, as the refusal of another names them.
func directiveArguments(t *testing.T) []string {
	t.Helper()
	var all []string
	for name, on := range map[string]string{
		"goModel": "OBJECT", "goExtraField": "OBJECT", "goField": "FIELD_DEFINITION", "goTag": "FIELD_DEFINITION", "goEnum": "ENUM_VALUE",
	} {
		use := map[string]string{
			"OBJECT":           "type Query @%[1]s(no: 1) { a: Int }",
			"FIELD_DEFINITION": "type Query { a: Int @%[1]s(no: 1) }",
			"ENUM_VALUE":       "type Query { a: Int } enum E { A @%[1]s(no: 1) }",
		}[on]
		err := finish(fmt.Sprintf("directive @%[1]s(no: Int) on %[2]s\n"+use, name, on))
		if err == nil {
			t.Fatalf("@%s took an argument that is not there", name)
		}
		_, list, ok := strings.Cut(err.Error(), "supported: ")
		if !ok {
			t.Fatal(err)
		}
		for arg := range strings.SplitSeq(strings.TrimSpace(list), ", ") {
			all = append(all, fmt.Sprintf("directive @%s(%s)", name, arg))
		}
	}
	return all
}

// allFeatures is the whole contract, in the order of the table.
func allFeatures(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, key := range supportedKeys(t) {
		all = append(all, "key "+key)
	}
	slices.Sort(all)
	args := directiveArguments(t)
	slices.Sort(args)
	return append(append(all, args...), linesOf(features)...)
}

func TestEveryFeatureOfTheContractHasACase(t *testing.T) {
	t.Parallel()
	all, by := allFeatures(t), map[string][]string{}
	for _, c := range cases(t) {
		for _, feature := range c.covers {
			by[feature] = append(by[feature], c.name)
			if !slices.Contains(all, feature) {
				t.Errorf("%s covers %q, which is not in the contract", c.name, feature)
			}
		}
	}
	for _, feature := range all {
		if len(by[feature]) == 0 {
			t.Errorf("no case covers %q", feature)
		}
	}
}

func TestTheTableIsUpToDate(t *testing.T) {
	t.Parallel()
	all := cases(t)
	var b strings.Builder
	b.WriteString("# gqlgen's contract as a table\n\nWhat of gqlgen the engine has, and the case in `testdata/cases` that shows it: each is a program that is generated,\n" +
		"compiled and run (`go test ./internal/gql/contract`). Written by `go test ./internal/gql/contract -update`.\n\n| feature | case |\n| --- | --- |\n")
	for _, feature := range allFeatures(t) {
		var names []string
		for _, c := range all {
			if slices.Contains(c.covers, feature) {
				names = append(names, "`"+c.name+"`")
			}
		}
		fmt.Fprintf(&b, "| %s | %s |\n", strings.ReplaceAll(feature, "|", `\|`), strings.Join(names, ", "))
	}
	b.WriteString("\nThe cases:\n\n")
	for _, c := range all {
		fmt.Fprintf(&b, "- `%s`: %s\n", c.name, strings.Join(strings.Fields(c.sentence), " "))
	}
	b.WriteString("\nRefused by name, with the reason:\n\n")
	for _, key := range gqlgenKeys(t) {
		if refusal := supported(t, key); refusal != nil {
			fmt.Fprintf(&b, "- `%s`: %s\n", key, refusal.Reason)
		}
	}
	if *update {
		if err := os.WriteFile("table.md", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, "table.md"); got != b.String() {
		t.Error("table.md is not what the cases say: run go test ./internal/gql/contract -run Table -update")
	}
}
