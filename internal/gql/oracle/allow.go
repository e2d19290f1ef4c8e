package oracle

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"kontrak/internal/gql/oracle/document"
)

// Allowance is a difference that is right: the peer does not keep the specification there, or an older one.
type Allowance struct {
	Name, Reason, Reference string
	is                      func(c *document.Case, ours, theirs *Answer) bool
}

// Allowances lists all of them. Whatever else differs is ours to mend.
var Allowances = []Allowance{
	{
		"a nullable variable in a @oneOf object that is required",
		"graphql-js looks for the object's type behind no Non-Null, and so misses the rule where an argument is required.",
		"GraphQL, September 2025, 5.8.5 All Variable Usages Are Allowed",
		refusedFor("but must be non-nullable to be used for OneOf Input Object"),
	},
	{
		"a condition on the root of a subscription",
		"graphql-js 16 evaluates literal conditions there, and throws on variables; the specification now forbids both.",
		"GraphQL, September 2025, 5.2.4.1 Single Root Field",
		refusedFor("on its top level field", "must select only one top level field", "introspection top level field", "Schema does not support operation type"),
	},
	{
		"a Float that no double holds",
		"graphql-js makes it Infinity, which the specification forbids.",
		"GraphQL, September 2025, 3.5.2 Float, input coercion",
		beyondDoubles,
	},
	{
		"a control character in a text or comment",
		"The parser takes none but tab and line ends, as the specification did before.",
		"GraphQL, September 2025, 2.1.1 Unicode; October 2021, 2.1.1 Source Text",
		func(c *document.Case, ours, theirs *Answer) bool {
			return ours.Verdict == "syntax" && theirs.ran() && strings.ContainsFunc(c.Query, func(r rune) bool {
				return r < ' ' && r != '\t' && r != '\n' && r != '\r'
			})
		},
	},
	{
		"@defer",
		"The parser knows it, and the engine lets it stand without effect, so that documents written for it work.",
		"GraphQL, draft, 3.13.6 @defer; graphql-js 16 does not know it",
		func(_ *document.Case, ours, theirs *Answer) bool {
			foreign := func(m string) bool { return m != `Unknown directive "@defer".` }
			return ours.ran() && theirs.Verdict == "invalid" && !slices.ContainsFunc(theirs.Messages, foreign)
		},
	},
	{
		"a number with an exponent or a fraction of zero for a scalar of the program's own",
		"JavaScript does not tell it from a whole number; such a scalar is given the number as it was sent.",
		"gqlgen's contract: numbers of variables are json.Number",
		func(_ *document.Case, ours, theirs *Answer) bool {
			spelling := func(m string) bool { return strings.HasPrefix(m, "strconv.ParseInt: parsing") }
			return ours.ran() && theirs.ran() && slices.ContainsFunc(ours.Messages, spelling)
		},
	},
	{
		"two wrong arguments of one field, one of which a scalar of the program's own refuses",
		"The oracle carries what such a scalar refuses to the field, where graphql-js has found the other one first.",
		"gqlgen's contract: the scalars of a program are read with the arguments of a field",
		refusalHidden,
	},
}

// beyondDoubles tells whether only ours refuses, for numbers that are too large.
func beyondDoubles(_ *document.Case, ours, theirs *Answer) bool {
	for _, m := range ours.Messages {
		literal, is := strings.CutPrefix(m, "Float cannot represent non numeric value: ")
		if _, err := strconv.ParseFloat(literal, 64); !is || !errors.Is(err, strconv.ErrRange) {
			return false
		}
	}
	return !ours.ran() && theirs.ran() && len(ours.Messages) > 0
}

// refusedFor tells whether only ours refuses, for one rule, and for nothing beside it that has not to do with it.
func refusedFor(message string, beside ...string) func(*document.Case, *Answer, *Answer) bool {
	return func(_ *document.Case, ours, theirs *Answer) bool {
		if ours.ran() || !theirs.ran() {
			return false
		}
		found := false
		for _, m := range ours.Messages {
			if strings.Contains(m, message) {
				found = true
			} else if !slices.ContainsFunc(beside, func(b string) bool { return strings.Contains(m, b) }) {
				return false
			}
		}
		return found
	}
}

// refusalHidden tells whether the first difference is that an error is a scalar's refusal at ours, and at theirs another
// argument of the same field that is null.
func refusalHidden(_ *document.Case, ours, theirs *Answer) bool {
	for i := range min(len(ours.Errors), len(theirs.Errors)) {
		o, t := ours.Errors[i], theirs.Errors[i]
		switch {
		case pathText(o.Path) != pathText(t.Path):
			return false
		case !reflect.DeepEqual(o.Locations, t.Locations):
			return strings.HasPrefix(theirs.Messages[i], "Argument ") && !strings.Contains(ours.Messages[i], "null")
		}
	}
	return false
}

// Allowed names the allowance that a difference falls under, "" for none.
func Allowed(c *document.Case, ours, theirs *Answer) string {
	for _, a := range Allowances {
		if a.is(c, ours, theirs) {
			return a.Name
		}
	}
	return ""
}
