package transport

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kontrak/internal/gql/graphql"
)

func TestTheUsualRequestsAreReadQuickly(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"query":"{hello}"}`, ` { "query" : "query($a:Int){\n\thello(name:\"x\\y\") # é\n}" , "variables" : {"a":[1,{"b":"}]\"\\"}]}, "operationName":null} `,
		`{"extensions":{"persistedQuery":{"version":1}},"variables":null}`,
	} {
		var quick, strict graphql.RawParams
		if !quickly([]byte(text), &quick) {
			t.Errorf("%s was not read quickly", text)
		}
		if err := strictly([]byte(text), &strict); err != nil || !reflect.DeepEqual(quick, strict) {
			t.Errorf("%s: %+v, want %+v (%v)", text, quick, strict, err)
		}
	}
}

func TestRareOrBrokenRequestsAreLeftToTheStrictReader(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "{}", "null", `{"query":"a"`, `{"query":"a"} x`, `{"query":"a"}}`, `{"query":"a","query":"b"}`, `{"Query":"a"}`, `{"other":1}`, "{\"query\":\"\x01\"}",
		`{"query":"\u0041"}`, `{"query":"\q"}`, "{\"query\":\"\xff\"}", `{"query":1}`, `{"variables":[]}`, `{"variables":{"a":1]}}`, `{"query":"a\`, `{"variables":{"a":"`,
	} {
		var got graphql.RawParams
		if quickly([]byte(text), &got) || !reflect.DeepEqual(got, graphql.RawParams{}) {
			t.Errorf("%q was read quickly: %+v", text, got)
		}
	}
}

func TestWhatIsReadQuicklyIsReadAsJSONIsMeant(t *testing.T) {
	t.Parallel()
	pieces := []string{
		`{`, `}`, `[`, `]`, `,`, `:`, ` `, "\n", `"`, `\`, `\"`, `\\`, `\n`, `\u0041`, `\u00`, `\x`, "\x01", "\xff", "é", `a`, `1`, `-0`, `1e9`, `null`, `nul`, `true`,
		`"query":`, `"Query":`, `"variables":`, `"operationName":`, `"extensions":`, `"other":`, `"{hello}"`, `{"a":1}`, `{}`, `{"a":{"b":[{}]}}`, `"\ud83d\ude00"`,
	}
	usual := rapid.Custom(func(t *rapid.T) string {
		var parts []string
		for _, key := range rapid.Permutation([]string{"query", "variables", "operationName", "extensions"}).Draw(t, "keys") {
			value := rapid.SampledFrom([]string{`null`, `{"a":[1,"]"]}`, `{"a":1.0e2}`, `"{hello}"`, `"a\nb"`, `"A"`, `{]`, `{"a":}`, `"\q"`}).Draw(t, "value")
			if rapid.Bool().Draw(t, "given") {
				parts = append(parts, `"`+key+`":`+value)
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	})
	rapid.Check(t, func(t *rapid.T) {
		text := usual.Draw(t, "usual")
		if rapid.Bool().Draw(t, "broken") {
			at := rapid.IntRange(0, len(text)).Draw(t, "at")
			text = text[:at] + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(t, "pieces"), "") + text[min(len(text), at+rapid.IntRange(0, 3).Draw(t, "drop")):]
		}
		quick, untouched, strict := graphql.RawParams{Query: "before"}, graphql.RawParams{Query: "before"}, graphql.RawParams{}
		if !quickly([]byte(text), &quick) {
			if !reflect.DeepEqual(quick, untouched) {
				t.Fatalf("%s left %+v behind", text, quick)
			}
			return
		}
		if err := strictly([]byte(text), &strict); err != nil || !reflect.DeepEqual(quick, strict) {
			t.Fatalf("%s: %+v, want %+v (%v)", text, quick, strict, err)
		}
	})
}
