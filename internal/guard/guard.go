// Package guard keeps the graph from being hurt by what it is asked: it bounds
// the document, the variables, the cost, the result, the errors and the time of
// an operation, and says who may read the schema. Each limit has its own code,
// and its message names the limit, the actual value and the remedy.
//
// What can be told from a document alone is told once and remembered with the
// document, in time linear in its text: fragments are measured once, however
// often they are spread. It is told before validation, since some documents hurt
// the validator already. A document that was seen before costs three look-ups.
//
// The extensions here have gqlgen's published interfaces only.
package guard

import (
	"context"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
)

// Guard is the extension that limits documents, variables, cost and results.
// Add it after extensions that change the text of a request, such as persisted
// queries.
type Guard struct {
	limits Limits
	schema *ast.Schema
	sizes  map[*ast.FieldDefinition]listSize
	seen   *shelf
	// rows and schemaRows bound a result without and with the schema in it.
	rows, schemaRows any
}

var (
	_ graphql.HandlerExtension          = &Guard{}
	_ graphql.OperationParameterMutator = &Guard{}
	_ graphql.OperationContextMutator   = &Guard{}
)

// New makes a guard. A limit that is zero has its default, and a negative one is
// no limit.
func New(limits Limits) *Guard {
	g := &Guard{limits: limits.orDefault(), seen: newShelf(keptNodes)}
	g.rows = g.rowLimit(g.limits.ResultNodes)
	g.schemaRows = g.rowLimit(g.limits.ResultNodes + g.limits.SchemaNodes)
	return g
}

// ExtensionName is Guard.
func (*Guard) ExtensionName() string { return "Guard" }

// Validate learns the schema. It fails for a list of objects that does not say
// its size.
func (g *Guard) Validate(es graphql.ExecutableSchema) error {
	g.schema = es.Schema()
	var err error
	g.sizes, err = sizesOf(g.schema)
	return err
}

// MutateOperationParameters refuses a document that is too large in any way,
// before it is validated.
func (g *Guard) MutateOperationParameters(_ context.Context, request *graphql.RawParams) *gqlerror.Error {
	if _, known := g.seen.get(request.Query); known {
		return nil
	}
	if n := len(request.Query); n > g.limits.Bytes {
		return over(fault.QueryTooLong, g.limits.Bytes, n,
			"The text of the query has %d bytes, and %d are allowed: leave out what is not needed, or pass values as variables.")
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: request.Query}, g.limits.Tokens)
	if err != nil {
		if countTokens(request.Query, g.limits.Tokens) > g.limits.Tokens {
			return over(fault.TokenLimit, g.limits.Tokens, g.limits.Tokens+1,
				"The query has %d tokens or more, and %d are allowed: ask for less, or split the query.")
		}
		return nil // the executor says what is wrong
	}
	facts, refusal := g.survey(doc)
	if refusal != nil {
		return refusal
	}
	g.seen.put(request.Query, &entry{facts: facts})
	return nil
}

// MutateOperationContext refuses an operation whose variables are too large or
// whose cost, which depends on them, is too high.
func (g *Guard) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	facts, refusal := g.factsOf(op)
	if refusal != nil {
		return refusal
	}
	if refusal := g.checkVariables(op.Variables); refusal != nil {
		return refusal
	}
	found := facts.operations[op.Operation.Name]
	if cost := found.cost.total(facts.amounts, op.Variables); cost > int64(g.limits.Cost) {
		return over(fault.CostLimit, g.limits.Cost, int(cost),
			"The query asks for up to %d objects, and %d are allowed: ask for smaller pages or fewer lists within lists.")
	}
	if rows := g.rows; rows != nil {
		if found.introspects {
			rows = g.schemaRows
		}
		op.Stats.SetExtension("maxResultNodes", rows)
	}
	return nil
}

// factsOf finds what is known of the operation's document, or finds it out again
// where it was forgotten meanwhile.
func (g *Guard) factsOf(op *graphql.OperationContext) (*facts, *gqlerror.Error) {
	if e, known := g.seen.get(op.RawQuery); known {
		return e.facts, nil
	}
	return g.survey(op.Doc)
}

// rowLimit gives what the engine asks, while it resolves, with the number of
// objects so far; nil for no limit.
func (g *Guard) rowLimit(limit int) any {
	if limit == unlimited || g.limits.ResultNodes == unlimited {
		return nil
	}
	return func(rows int) error {
		if rows <= limit {
			return nil
		}
		return over(fault.ResultLimit, limit, rows,
			"The result has %d objects or more, and %d are allowed: ask for smaller pages or fewer lists within lists.")
	}
}

// Longest is how many bytes a document has at most; 0 is no bound.
func (g *Guard) Longest() int {
	if g.limits.Bytes == unlimited {
		return 0
	}
	return g.limits.Bytes
}

// Cost gives what an operation of a document costs with the variables, and the
// fault that refuses it. It is for tests and tools.
func (g *Guard) Cost(document, operation string, variables map[string]any) (int, error) {
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		return 0, err
	}
	facts, refusal := g.survey(doc)
	if refusal != nil {
		return 0, refusal
	}
	found, ok := facts.operations[operation]
	if !ok {
		return 0, fmt.Errorf("guard: the document has no operation %q", operation)
	}
	return int(found.cost.total(facts.amounts, variables)), nil
}

// Documents is a cache for a server's parsed documents. It is bounded by what
// they hold, not by their number: a short text can parse into much.
func (g *Guard) Documents() graphql.Cache[*ast.QueryDocument] { return documents{g.seen} }

type documents struct{ seen *shelf }

// Get returns the parsed document of a text.
func (d documents) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	e, known := d.seen.get(text)
	if !known {
		return nil, false
	}
	doc := e.document.Load()
	return doc, doc != nil
}

// Add keeps a document whose text the guard has let pass.
func (d documents) Add(_ context.Context, text string, doc *ast.QueryDocument) {
	if e, known := d.seen.get(text); known {
		e.document.Store(doc)
	}
}
