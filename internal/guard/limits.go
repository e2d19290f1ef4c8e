package guard

import (
	"fmt"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"

	"kontrak/internal/fault"
)

// Limits bound one operation, by whatever transport it comes.
type Limits struct {
	// Bytes bounds the text of a document.
	Bytes int
	// Tokens bounds the tokens of a document; comments count.
	Tokens int
	// Depth bounds how deep fields nest.
	Depth int
	// SchemaDepth bounds the same below __schema and __type.
	SchemaDepth int
	// Aliases bounds the aliases of a document, and FieldAliases those of one field.
	Aliases, FieldAliases int
	// Mentions bounds how often a document names one field.
	Mentions int
	// RootFields bounds the fields of an operation's root.
	RootFields int
	// Directives and Fragments bound those of a document.
	Directives, Fragments int
	// Fields bounds the fields of an operation once its fragments are spread.
	Fields int
	// Cost bounds the objects that an operation may ask for, by the sizes that
	// the schema declares for lists and the sizes of pages.
	Cost int
	// Page is what a number that asks for a page's size counts for at most: no field
	// gives larger pages, and asking for one is refused where the page is made.
	Page int
	// ResultNodes bounds the objects of a result, and SchemaNodes those that
	// describe the schema besides.
	ResultNodes, SchemaNodes int
	// Values bounds the values in the variables, ListLength the length of one of
	// their lists and Text the bytes of all their texts.
	Values, ListLength, Text int
}

// Default is what a zero limit means.
var Default = Limits{
	Bytes: 100_000, Tokens: 2_000, Depth: 12, SchemaDepth: 20,
	Aliases: 30, FieldAliases: 15, Mentions: 250, RootFields: 20,
	Directives: 50, Fragments: 100, Fields: 5_000, Cost: 10_000, Page: 100,
	ResultNodes: 10_000, SchemaNodes: 20_000,
	Values: 10_000, ListLength: 1_000, Text: 1 << 20,
}

// How many errors a response has, and how long an operation may take, where the
// settings do not say otherwise.
const (
	DefaultErrors  = 20
	DefaultTimeout = 10 * time.Second
)

// unlimited is more than can be asked for in one request.
const unlimited = 1 << 40

// orDefault fills in the defaults.
func (l Limits) orDefault() Limits {
	d := Default
	for _, pair := range []struct{ limit, def *int }{
		{&l.Bytes, &d.Bytes}, {&l.Tokens, &d.Tokens}, {&l.Depth, &d.Depth}, {&l.SchemaDepth, &d.SchemaDepth},
		{&l.Aliases, &d.Aliases}, {&l.FieldAliases, &d.FieldAliases}, {&l.Mentions, &d.Mentions},
		{&l.RootFields, &d.RootFields}, {&l.Directives, &d.Directives}, {&l.Fragments, &d.Fragments},
		{&l.Fields, &d.Fields}, {&l.Cost, &d.Cost}, {&l.Page, &d.Page}, {&l.ResultNodes, &d.ResultNodes}, {&l.SchemaNodes, &d.SchemaNodes},
		{&l.Values, &d.Values}, {&l.ListLength, &d.ListLength}, {&l.Text, &d.Text},
	} {
		switch {
		case *pair.limit == 0:
			*pair.limit = *pair.def
		case *pair.limit < 0:
			*pair.limit = unlimited
		}
	}
	return l
}

// ParserTokens is the limit for handler.Server's SetParserTokenLimit: the parser
// stops there too.
func (l Limits) ParserTokens() int {
	if n := l.orDefault().Tokens; n != unlimited {
		return n
	}
	return 0
}

// over is the error that a limit was passed. The format takes the actual value
// and the limit.
func over(code fault.Code, limit, actual int, format string, rest ...any) *gqlerror.Error {
	args := append([]any{actual, limit}, rest...)
	return shown(fault.New(code, fmt.Sprintf(format, args...)).With("limit", limit).With("actual", actual))
}

// shown is a fault as an error of the graph, for an error presenter and for
// servers without one.
func shown(f *fault.Error) *gqlerror.Error {
	e := &gqlerror.Error{
		Err: f, Message: f.Message,
		Extensions: map[string]any{"code": f.Code, "kind": f.Kind},
	}
	if len(f.Meta) > 0 {
		e.Extensions["meta"] = f.Meta
	}
	return e
}

// countTokens counts the tokens of a text, as the parser does, up to one more
// than the limit or to the first mistake.
func countTokens(text string, limit int) int {
	lex := lexer.New(&ast.Source{Input: text})
	for n := 0; ; n++ {
		token, err := lex.ReadToken()
		if err != nil || token.Kind == lexer.EOF || n > limit {
			return n
		}
	}
}
