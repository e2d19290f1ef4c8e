package program

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"kontrak/graph"
	"kontrak/internal/api"
	"kontrak/internal/authn"
	"kontrak/internal/guard"
	"kontrak/internal/persisted"
	"kontrak/internal/testkit"
)

// TestTheDefaultsOfSettingsAreThoseOfTheParts holds the command line to the parts
// that it sets.
func TestTheDefaultsOfSettingsAreThoseOfTheParts(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"serve", "demo"} {
		cli, err := parsed(t, nil, command)
		if err != nil {
			t.Fatal(err)
		}
		s, counted := cli.Serve.apiSettings, cli.Serve.limitSettings
		if command == "demo" {
			s, counted = cli.Demo.apiSettings, cli.Demo.limitSettings
		}
		o, err := s.graph(&sources{})
		if err != nil {
			t.Fatal(err)
		}
		limits := guard.Default
		limits.Page = 0 // the schema's, and no setting
		for name, pair := range map[string][2]any{
			"limits":  {o.Limits, limits},
			"uploads": {o.Uploads, guard.DefaultUploads},
			"errors":  {o.Errors, guard.DefaultErrors},
			"timeout": {o.Timeout, guard.DefaultTimeout},
			"sockets": {o.Sockets, graph.DefaultSockets},
			"bodies":  {s.HTTP.bodies(), api.DefaultBodies},
			"alive":   {o.KeepAlive, graph.DefaultKeepAlive},
			"counted": {counted.limits(), authn.Limits{PerAccount: authn.DefaultPerAccount, PerAddress: authn.DefaultPerAddress, Writes: authn.DefaultWrites}},
		} {
			if !reflect.DeepEqual(pair[0], pair[1]) {
				t.Errorf("%s, %s: the settings have %+v, the part %+v", command, name, pair[0], pair[1])
			}
		}
	}
}

// TestEveryLimitOfTheGraphHasASetting fails when a limit is added that cannot be
// set.
func TestEveryLimitOfTheGraphHasASetting(t *testing.T) {
	t.Parallel()
	v := reflect.ValueOf((graphSettings{
		DocumentBytes: 1, Tokens: 1, Depth: 1, SchemaDepth: 1, Aliases: 1, FieldAliases: 1, FieldMentions: 1, RootFields: 1, Directives: 1,
		Fragments: 1, Fields: 1, Cost: 1, ResultNodes: 1, SchemaNodes: 1, Values: 1, ListLength: 1, TextBytes: 1,
	}).limits())
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).Int() != 1 && name != "Page" {
			t.Errorf("no setting sets %s", name)
		}
	}
}

// bounded is the graph of a program with settings, on a socket.
func bounded(t *testing.T, app *testkit.App, env map[string]string) string {
	t.Helper()
	cli, err := parsed(t, env, "serve")
	if err != nil {
		t.Fatal(err)
	}
	src := &sources{}
	if err := cli.Serve.apiSettings.check(src); err != nil {
		t.Fatal(err)
	}
	options, err := cli.Serve.graph(src)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	h, err := api.New(api.Config{
		Doors: api.Doors(app.Market, app.Auth, log, options), Bodies: cli.Serve.HTTP.bodies(),
		Ready: app.Store.Ping, Wall: app.Wall.Now, Logger: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL + "/query"
}

// limitCase is a setting and an operation that passes it.
type limitCase struct {
	setting, value string
	operation
	code string
	// anonymous operations are sent without a token.
	anonymous bool
}

// refuses tells whether an answer shows the limit: by its code, or by the number of
// errors, which are all that a WebSocket's message has.
func (c limitCase) refuses(got string) bool {
	if c.code == "" {
		return strings.Count(got, "Cannot query") == 1
	}
	return strings.Contains(got, c.code)
}

func limitCases() []limitCase {
	q := func(query string) operation { return operation{Query: query} }
	ids := operation{Query: `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, Variables: map[string]any{"ids": []any{"aaa", "bbb", "ccc"}}}
	return []limitCase{
		{setting: "GRAPH_DOCUMENT_BYTES", value: "20", operation: q(`{ viewer { id email } }`), code: "QUERY_TOO_LONG"},
		{setting: "GRAPH_TOKENS", value: "5", operation: q(`{ viewer { id email } }`), code: "TOO_MANY_TOKENS"},
		{setting: "GRAPH_DEPTH", value: "2", operation: q(`{ contracts { nodes { id } } }`), code: "QUERY_TOO_DEEP"},
		{setting: "GRAPH_SCHEMA_DEPTH", value: "3", operation: q(`{ __schema { types { ofType { name } } } }`), code: "INTROSPECTION_TOO_DEEP"},
		{setting: "GRAPH_ALIASES", value: "1", operation: q(`{ a: viewer { b: id } }`), code: "TOO_MANY_ALIASES"},
		{setting: "GRAPH_FIELD_ALIASES", value: "1", operation: q(`{ viewer { a: id b: id } }`), code: "FIELD_ALIASED_TOO_OFTEN"},
		{setting: "GRAPH_FIELD_MENTIONS", value: "2", operation: q(`{ viewer { id id id } }`), code: "FIELD_REPEATED_TOO_OFTEN"},
		{setting: "GRAPH_ROOT_FIELDS", value: "1", operation: q(`{ viewer { id } viewer { id } }`), code: "TOO_MANY_ROOT_FIELDS"},
		{setting: "GRAPH_DIRECTIVES", value: "1", operation: q(`{ viewer @skip(if: false) { id @skip(if: false) } }`), code: "TOO_MANY_DIRECTIVES"},
		{setting: "GRAPH_FRAGMENTS", value: "1", operation: q(`{ viewer { ...A ...B } } fragment A on User { id } fragment B on User { id }`), code: "TOO_MANY_FRAGMENTS"},
		{setting: "GRAPH_FIELDS", value: "4", operation: q(`{ viewer { ...A ...A } } fragment A on User { id email }`), code: "TOO_MANY_FIELDS"},
		{setting: "GRAPH_COST", value: "10", operation: q(`{ contracts(first: 10) { nodes { id } } }`), code: "QUERY_TOO_COSTLY"},
		{setting: "GRAPH_RESULT_NODES", value: "5", operation: q(`{ contracts(first: 5) { nodes { id } } }`), code: "RESULT_TOO_LARGE"},
		{setting: "GRAPH_SCHEMA_NODES", value: "5", operation: q(`{ __schema { types { name fields { name args { name } type { name } } } } }`), code: "RESULT_TOO_LARGE"},
		{setting: "GRAPH_VALUES", value: "3", operation: ids, code: "VARIABLES_TOO_LARGE"},
		{setting: "GRAPH_LIST_LENGTH", value: "2", operation: ids, code: "VARIABLES_TOO_LARGE"},
		{setting: "GRAPH_TEXT_BYTES", value: "8", operation: ids, code: "VARIABLES_TOO_LARGE"},
		{setting: "GRAPH_ERRORS", value: "1", operation: q(`{ no nothing }`)},
		{setting: "GRAPH_TIMEOUT", value: "1ns", operation: q(`{ contracts(first: 1) { nodes { id } } }`), code: "TIMEOUT"},
		{setting: "GRAPH_HIDE_SCHEMA", value: "true", operation: q(`{ __schema { queryType { name } } }`), code: "UNAUTHENTICATED", anonymous: true},
	}
}

// TestTheValueThatIsSetRefusesOnEveryTransport takes each limit, each transport, and
// shows that the same operation passes with the default.
func TestTheValueThatIsSetRefusesOnEveryTransport(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.Databases(t)[0])
	token := app.Token(t, "admin@demo.test")
	usual := bounded(t, app, nil)
	for _, c := range limitCases() {
		t.Run(c.setting, func(t *testing.T) {
			t.Parallel()
			token := token
			if c.anonymous {
				token = ""
			}
			env := map[string]string{prefix + c.setting: c.value}
			if c.setting == "GRAPH_SCHEMA_NODES" {
				env[prefix+"GRAPH_RESULT_NODES"] = "5" // they are added to these
			}
			strict := bounded(t, app, env)
			for way, send := range ways {
				if got := send(t, strict, token, c.operation); !c.refuses(got) {
					t.Errorf("%s: %.300s, want %s", way, got, c.code)
				}
				if got := send(t, usual, token, c.operation); c.refuses(got) || !strings.Contains(got, `"data":`) && c.code != "" {
					t.Errorf("%s, with the default: %.300s", way, got)
				}
			}
		})
	}
	covered := map[string]bool{}
	for _, c := range limitCases() {
		covered[c.setting] = true
	}
	for i := range reflect.TypeFor[graphSettings]().NumField() {
		name := prefixOf("GRAPH_", reflect.TypeFor[graphSettings]().Field(i).Name)
		if !covered[name] && !strings.HasPrefix(name, "GRAPH_DOCUMENTS") {
			t.Errorf("nothing shows that %s refuses", name)
		}
	}
}

// prefixOf writes a field's name as that of its variable.
func prefixOf(prefix, name string) string {
	return prefix + strings.ToUpper(regexp.MustCompile(`(.)([A-Z])`).ReplaceAllString(name, "${1}_$2"))
}

func TestZeroIsNoLimit(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.Databases(t)[0])
	env := map[string]string{}
	for _, c := range limitCases() {
		switch c.setting {
		case "GRAPH_HIDE_SCHEMA":
		case "GRAPH_TIMEOUT":
			env[prefix+c.setting] = "0s"
		default:
			env[prefix+c.setting] = "0"
		}
	}
	at := bounded(t, app, env)
	var wide strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&wide, "a%d: id ", i)
	}
	got := ways["POST"](t, at, app.Token(t, "admin@demo.test"), operation{Query: "{ viewer { " + wide.String() + "} }"})
	if !strings.HasPrefix(got, `{"data":{"viewer":{"a0":`) {
		t.Errorf("%.300s", got)
	}
	if got := ways["POST"](t, at, "", operation{Query: "{ " + strings.Repeat("contracts ", 30) + "}"}); strings.Contains(got, "errorsOmitted") || strings.Count(got, "message") != 30 {
		t.Errorf("%.300s", got)
	}
}

// TestBodiesFilesAndMessagesAreBoundedByTheirSettings covers the limits that belong
// to one transport.
func TestBodiesFilesAndMessagesAreBoundedByTheirSettings(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.Databases(t)[0])
	token := app.Token(t, "admin@demo.test")
	small := operation{Query: `{ viewer { id } }`, Variables: map[string]any{"f": nil, "g": nil}}
	large := operation{Query: `{ viewer { id } } #` + strings.Repeat("x", 3000), Variables: small.Variables}
	form := func(t *testing.T, at string, files map[string]int) string {
		body, kind := formOf(t, small.json(t), `{"0":["variables.f"],"1":["variables.g"]}`, files)
		return exchange(t, "POST", at, token, body, "Content-Type", kind, "Apollo-Require-Preflight", "true")
	}
	two := map[string]int{"0": 2000, "1": 2000}
	for _, c := range []struct {
		setting, value, code string
		send                 func(t *testing.T, at string) string
	}{
		{"HTTP_BODY_BYTES", "2000", "BODY_TOO_LARGE", func(t *testing.T, at string) string { return ways["POST"](t, at, token, large) }},
		{"HTTP_BODY_BYTES", "2000", "BODY_TOO_LARGE", func(t *testing.T, at string) string { return ways["events"](t, at, token, large) }},
		{"HTTP_FORM_BYTES", "2000", "BODY_TOO_LARGE", func(t *testing.T, at string) string { return ways["form"](t, at, token, large) }},
		{"HTTP_FORM_BYTES", "2000", "BODY_TOO_LARGE", func(t *testing.T, at string) string { return form(t, at, two) }},
		{"HTTP_FORM_FILES", "1", "TOO_MANY_FILES", func(t *testing.T, at string) string { return form(t, at, two) }},
		{"HTTP_FILE_BYTES", "1999", "FILE_TOO_LARGE", func(t *testing.T, at string) string { return form(t, at, two) }},
		{"SOCKET_MESSAGE_BYTES", "2000", "StatusMessageTooBig", func(t *testing.T, at string) string { return ways["WebSocket"](t, at, token, large) }},
	} {
		t.Run(c.setting, func(t *testing.T) {
			t.Parallel()
			if got := c.send(t, bounded(t, app, map[string]string{prefix + c.setting: c.value})); !strings.Contains(got, c.code) {
				t.Errorf("%.300s, want %s", got, c.code)
			}
			if got := c.send(t, bounded(t, app, nil)); !strings.Contains(got, `"data":{"viewer":{"id":`) {
				t.Errorf("with the default: %.300s", got)
			}
		})
	}
}

func TestTheFileOfDocumentsIsReadAndMayBeAllThatIsAnswered(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.Databases(t)[0])
	token := app.Token(t, "admin@demo.test")
	const known = "{ viewer { id } }"
	file := settingsFile(t, `{"`+persisted.Hash(known)+`":"`+known+`"}`)
	at := bounded(t, app, map[string]string{"KONTRAK_GRAPH_DOCUMENTS": file, "KONTRAK_GRAPH_DOCUMENTS_ONLY": "true"})
	named := operation{Extensions: map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": persisted.Hash(known)}}}
	unknown := operation{Extensions: map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": persisted.Hash("{ me }")}}}
	for way, send := range ways {
		if got := send(t, at, token, named); !strings.Contains(got, `{"viewer":{"id":`) {
			t.Errorf("%s: %.300s", way, got)
		}
		if got := send(t, at, token, unknown); !strings.Contains(got, "PERSISTED_QUERY_NOT_FOUND") {
			t.Errorf("%s: %.300s", way, got)
		}
		if got := send(t, at, token, operation{Query: "{ viewer { email } }"}); !strings.Contains(got, "DOCUMENT_NOT_REGISTERED") {
			t.Errorf("%s: %.300s", way, got)
		}
	}
}
