// Package executor turns requests into responses: it parses and validates documents, coerces variables, runs the hooks
// of a server's extensions and has the executable schema answer.
package executor

import (
	"context"
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/errcode"
	"kontrak/internal/gql/graphql/internal/bounded"
	checks "kontrak/internal/gql/graphql/internal/rules"
	"kontrak/internal/gql/graphql/internal/scope"
)

// The bounds of the document cache that a server has unless it is given another: so many documents, of so much text
// together. A parsed document takes up to a hundred times the memory of its text.
const (
	cachedDocuments = 1000
	cachedText      = 2 << 20
)

// documents keeps parsed documents by their whole text.
type documents struct {
	cache *bounded.Cache[string, *ast.QueryDocument]
}

func (d documents) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	return d.cache.Get(text)
}

func (d documents) Add(_ context.Context, text string, doc *ast.QueryDocument) {
	d.cache.Add(text, doc, len(text))
}

// Executor executes requests against a schema.
type Executor struct {
	es   graphql.ExecutableSchema
	list []graphql.HandlerExtension
	ext  extensions

	presenter   graphql.ErrorPresenterFunc
	recovery    graphql.RecoverFunc
	documents   graphql.Cache[*ast.QueryDocument]
	tokenLimit  int
	noHints     bool
	customRules func() *rules.Rules
}

var _ graphql.GraphExecutor = &Executor{}

// New makes an executor without extensions.
func New(es graphql.ExecutableSchema) *Executor {
	return &Executor{
		es:        es,
		ext:       combine(nil),
		presenter: graphql.DefaultErrorPresenter,
		recovery:  graphql.DefaultRecover,
		documents: documents{bounded.New[string, *ast.QueryDocument](cachedDocuments, cachedText)},
	}
}

// SetQueryCache sets where parsed documents are kept.
func (e *Executor) SetQueryCache(cache graphql.Cache[*ast.QueryDocument]) { e.documents = cache }

// SetErrorPresenter sets what decides how errors look to clients.
func (e *Executor) SetErrorPresenter(f graphql.ErrorPresenterFunc) { e.presenter = f }

// SetRecoverFunc sets what turns panics into errors.
func (e *Executor) SetRecoverFunc(f graphql.RecoverFunc) { e.recovery = f }

// SetParserTokenLimit bounds the tokens of a document; 0 is no bound.
func (e *Executor) SetParserTokenLimit(limit int) { e.tokenLimit = limit }

// SetDisableSuggestion leaves out "did you mean" from errors.
func (e *Executor) SetDisableSuggestion(value bool) { e.noHints = value }

// SetDefaultRulesFn sets the rules that documents are held to.
func (e *Executor) SetDefaultRulesFn(f func() *rules.Rules) { e.customRules = f }

// CreateOperationContext makes a request ready to run. On errors it must not run, and the context is incomplete.
func (e *Executor) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	op := &graphql.OperationContext{
		DisableIntrospection:   true,
		RecoverFunc:            e.recovery,
		ResolverMiddleware:     e.ext.field,
		RootResolverMiddleware: e.ext.rootField,
		Stats:                  graphql.Stats{Read: params.ReadTime, OperationStart: graphql.GetStartTime(ctx)},
	}
	ctx = graphql.WithOperationContext(ctx, op)
	for _, m := range e.ext.parameters {
		if err := m.MutateOperationParameters(ctx, params); err != nil {
			return op, gqlerror.List{err}
		}
	}
	op.RawQuery, op.OperationName = params.Query, params.OperationName
	op.Extensions, op.Headers = params.Extensions, params.Headers

	var list gqlerror.List
	if op.Doc, list = e.document(ctx, &op.Stats, params.Query); len(list) > 0 {
		return op, list
	}
	var err *gqlerror.Error
	if op.Operation, err = operationOf(op.Doc, params.OperationName); err != nil {
		return op, invalid(err)
	}
	if op.Variables, err = variables(e.es.Schema(), op.Operation, params.Variables); err != nil {
		return op, invalid(err)
	}
	op.Stats.Validation.End = graphql.Now()
	for _, m := range e.ext.contexts {
		if err := m.MutateOperationContext(ctx, op); err != nil {
			return op, gqlerror.List{err}
		}
	}
	return op, nil
}

// operationOf finds the operation meant: the named one, or the only one.
func operationOf(doc *ast.QueryDocument, name string) (*ast.OperationDefinition, *gqlerror.Error) {
	if name == "" && len(doc.Operations) > 1 {
		return nil, gqlerror.Errorf("the document has several operations: name the one that is meant")
	}
	if op := doc.Operations.ForName(name); op != nil {
		return op, nil
	}
	return nil, gqlerror.Errorf("operation %s not found", name)
}

func invalid(err *gqlerror.Error) gqlerror.List {
	errcode.Set(err, errcode.ValidationFailed)
	return gqlerror.List{err}
}

// document parses and validates a text, or finds it done.
func (e *Executor) document(ctx context.Context, stats *graphql.Stats, text string) (*ast.QueryDocument, gqlerror.List) {
	stats.Parsing.Start = graphql.Now()
	if doc, ok := e.documents.Get(ctx, text); ok {
		stats.Parsing.End = stats.Parsing.Start
		stats.Validation.Start = stats.Parsing.Start
		return doc, nil
	}
	// The parser counts columns from the middle of a line's end of two characters. Of one it means the same.
	source := &ast.Source{Input: strings.ReplaceAll(text, "\r\n", "\n")}
	doc, err := parser.ParseQueryWithTokenLimit(source, e.tokenLimit)
	if err == nil {
		if wrong := lenient(doc, source.Input); wrong != nil {
			err = wrong
		}
	}
	stats.Parsing.End = graphql.Now()
	stats.Validation.Start = stats.Parsing.End
	if err != nil {
		var known *gqlerror.Error
		if !errors.As(err, &known) {
			known = gqlerror.Wrap(err)
		}
		errcode.Set(known, errcode.ParseFailed)
		return nil, gqlerror.List{known}
	}
	if len(doc.Operations) == 0 {
		return nil, invalid(gqlerror.Errorf("no operation provided"))
	}
	if list := validator.ValidateWithRules(e.es.Schema(), doc, e.rules()); len(list) > 0 {
		for _, err := range list {
			errcode.Set(err, errcode.ValidationFailed)
		}
		return nil, list
	}
	e.documents.Add(ctx, text, doc)
	return doc, nil
}

func (e *Executor) rules() *rules.Rules {
	if e.customRules == nil {
		return checks.Default(!e.noHints)
	}
	list := e.customRules()
	if e.noHints {
		checks.WithoutHints(list)
	}
	return list
}

// DispatchOperation runs an operation. The handler gives one response after the other, and nil when there are no more;
// it must be called with the context that is returned.
func (e *Executor) DispatchOperation(ctx context.Context, op *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	inner := scope.WithHooks(graphql.WithOperationContext(ctx, op), &e.ext.hooks)
	handler := e.ext.operation(inner, func(ctx context.Context) graphql.ResponseHandler {
		inner = ctx
		start := graphql.WithResponseContext(ctx, e.presenter, e.recovery)
		responses := e.es.Exec(start)
		if errs := graphql.GetErrors(start); errs != nil {
			return e.once(&graphql.Response{Errors: errs})
		}
		return func(ctx context.Context) *graphql.Response {
			ctx = graphql.WithResponseContext(ctx, e.presenter, e.recovery)
			return e.ext.response(ctx, func(ctx context.Context) *graphql.Response {
				resp := responses(ctx)
				if resp == nil {
					return nil
				}
				resp.Errors = append(resp.Errors, graphql.GetErrors(ctx)...)
				resp.Extensions = graphql.GetExtensions(ctx)
				return resp
			})
		}
	})
	return handler, inner
}

// once gives a response that came instead of execution, through the hooks for responses.
func (e *Executor) once(resp *graphql.Response) graphql.ResponseHandler {
	next := graphql.OneShot(resp)
	return func(ctx context.Context) *graphql.Response {
		ctx = graphql.WithResponseContext(ctx, e.presenter, e.recovery)
		return e.ext.response(ctx, func(ctx context.Context) *graphql.Response {
			resp := next(ctx)
			if resp != nil {
				resp.Extensions = graphql.GetExtensions(ctx)
			}
			return resp
		})
	}
}

// DispatchError gives the response to a request that is not executed.
func (e *Executor) DispatchError(ctx context.Context, list gqlerror.List) *graphql.Response {
	ctx = graphql.WithResponseContext(ctx, e.presenter, e.recovery)
	for _, err := range list {
		graphql.AddError(ctx, err)
	}
	return e.ext.response(ctx, func(ctx context.Context) *graphql.Response {
		return &graphql.Response{Errors: graphql.GetErrors(ctx), Extensions: graphql.GetExtensions(ctx)}
	})
}

// PresentRecoveredError is how a panic outside of execution looks to the client.
func (e *Executor) PresentRecoveredError(ctx context.Context, err any) error {
	return e.presenter(ctx, e.recovery(ctx, err))
}
