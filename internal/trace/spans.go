// Package trace shows what an operation of the graph does: OpenTelemetry spans
// of operations and of the calls of resolvers, and for development the SQL
// statements of an operation in its response. A server that uses neither pays
// nothing.
//
// The extensions here have gqlgen's published interfaces only. What the engine
// can do beyond them it finds by the shape of a method.
package trace

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	otel "go.opentelemetry.io/otel/trace"

	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
)

// Tracer makes spans. An OpenTelemetry provider gives one.
type Tracer = otel.Tracer

// The attributes of spans. Variables and the text of a document stay out: they
// may hold what is nobody's business.
const (
	operationType = attribute.Key("graphql.operation.type")
	operationName = attribute.Key("graphql.operation.name")
	errorCount    = attribute.Key("graphql.errors")
	errorType     = attribute.Key("error.type")
	callParents   = attribute.Key("graphql.resolver.parents")
)

// Spans is the extension that makes a span of each operation, and below it one of
// each call of a resolver: a batch resolver is one span however many parents it
// answers for. Parsing and validation are spans where they were done, and so is
// each event of a subscription, and each request that is refused.
type Spans struct {
	Tracer Tracer
}

var (
	_ graphql.OperationInterceptor = Spans{}
	_ graphql.ResponseInterceptor  = Spans{}
	_ graphql.FieldInterceptor     = Spans{}
)

// ExtensionName is Spans.
func (Spans) ExtensionName() string { return "Spans" }

// Validate accepts every schema.
func (Spans) Validate(graphql.ExecutableSchema) error { return nil }

type operationSpan struct{}

// InterceptOperation makes the span of an operation. That of a subscription ends
// with it.
func (s Spans) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	kind := op.Operation.Operation
	ctx, span := s.Tracer.Start(ctx, string(kind), otel.WithTimestamp(op.Stats.OperationStart),
		otel.WithAttributes(operationType.String(string(kind)), operationName.String(op.Operation.Name)))
	s.phase(ctx, "parse", op.Stats.Parsing)
	s.phase(ctx, "validate", op.Stats.Validation)
	ctx = context.WithValue(ctx, operationSpan{}, kind)
	responses := next(ctx)
	if kind == ast.Subscription {
		context.AfterFunc(ctx, func() { span.End() })
	}
	return func(ctx context.Context) *graphql.Response {
		resp := responses(ctx)
		if kind != ast.Subscription || resp == nil {
			end(span, resp)
		}
		return resp
	}
}

// phase makes the span of a step that is over; one that took no time was not
// taken.
func (s Spans) phase(ctx context.Context, name string, t graphql.TraceTiming) {
	if !t.End.After(t.Start) {
		return
	}
	_, span := s.Tracer.Start(ctx, name, otel.WithTimestamp(t.Start))
	span.End(otel.WithTimestamp(t.End))
}

// InterceptResponse makes the span of an event of a subscription, and of a
// request that was refused before it became an operation.
func (s Spans) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	name := "refused"
	switch ctx.Value(operationSpan{}) {
	case nil:
	case ast.Subscription:
		name = "event"
	default:
		return next(ctx)
	}
	ctx, span := s.Tracer.Start(ctx, name)
	resp := next(ctx)
	end(span, resp)
	return resp
}

// ObserveCall makes the span of one call of a resolver, for so many parents. An
// engine that finds this method uses it in place of InterceptField.
func (s Spans) ObserveCall(ctx context.Context, object, field string, parents int) (context.Context, func(error)) {
	ctx, span := s.Tracer.Start(ctx, object+"."+field, otel.WithAttributes(callParents.Int(parents)))
	return ctx, func(err error) {
		if err != nil {
			fail(span, codeOf(err))
		}
		span.End()
	}
}

// InterceptField does the same for an engine that knows fields only.
func (s Spans) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	fc := graphql.GetFieldContext(ctx)
	if fc == nil || !fc.IsResolver {
		return next(ctx)
	}
	ctx, done := s.ObserveCall(ctx, fc.Object, fc.Field.Name, 1)
	res, err := next(ctx)
	done(err)
	return res, err
}

// end ends a span with what came of it.
func end(span otel.Span, resp *graphql.Response) {
	if resp != nil && len(resp.Errors) > 0 {
		span.SetAttributes(errorCount.Int(len(resp.Errors)))
		code, _ := resp.Errors[0].Extensions["code"].(fault.Code)
		if text, ok := resp.Errors[0].Extensions["code"].(string); ok {
			code = fault.Code(text)
		}
		fail(span, code)
	}
	span.End()
}

func fail(span otel.Span, code fault.Code) {
	span.SetAttributes(errorType.String(string(code)))
	span.SetStatus(codes.Error, string(code))
}

func codeOf(err error) fault.Code {
	if f, ok := fault.As(err); ok {
		return f.Code
	}
	return fault.InternalError
}
