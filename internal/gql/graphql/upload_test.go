package graphql_test

import (
	"encoding/json"
	"testing"

	"kontrak/internal/gql/graphql"
)

func TestFilesTakeThePlaceOfNulls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, variables, path, want string }{
		{"a variable", `{"f":null}`, "variables.f", ""},
		{"a field", `{"in":{"f":null}}`, "variables.in.f", ""},
		{"an element", `{"fs":[null,null]}`, "variables.fs.1", ""},
		{"a field of an element", `{"in":[{"f":null}]}`, "variables.in.0.f", ""},
		{"a variable that was left out", `{}`, "variables.f", ""},
		{"no path", `{"f":null}`, "", `path "" of file "0" is not within the variables`},
		{"the variables themselves", `{"f":null}`, "variables", `path "variables" of file "0" is not within the variables`},
		{"elsewhere", `{"f":null}`, "query.f", `path "query.f" of file "0" is not within the variables`},
		{"no variables", `null`, "variables.f", `path "variables.f" of file "0" is not within the variables`},
		{"a value", `{"f":1}`, "variables.f", `path "variables.f" of file "0" is not null`},
		{"an element with a value", `{"f":[1]}`, "variables.f.0", `path "variables.f.0" of file "0" is not null`},
		{"below a value", `{"f":1}`, "variables.f.g", `path "variables.f.g" of file "0" does not exist`},
		{"below nothing", `{}`, "variables.f.g", `path "variables.f.g" of file "0" does not exist`},
		{"beyond the list", `{"f":[null]}`, "variables.f.1", `path "variables.f.1" of file "0" does not exist`},
		{"before the list", `{"f":[null]}`, "variables.f.-1", `path "variables.f.-1" of file "0" does not exist`},
		{"no index", `{"f":[null]}`, "variables.f.x", `path "variables.f.x" of file "0" does not exist`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var p graphql.RawParams
			if err := json.Unmarshal([]byte(c.variables), &p.Variables); err != nil {
				t.Fatal(err)
			}
			err := p.AddUpload(graphql.Upload{Filename: "a.txt"}, "0", c.path)
			got := ""
			if err != nil {
				got = err.Message
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
