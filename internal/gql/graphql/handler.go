package graphql

import (
	"context"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The steps of a request and what may be put around each: the operation, each response, each root field, each field.
type (
	OperationMiddleware func(ctx context.Context, next OperationHandler) ResponseHandler
	OperationHandler    func(ctx context.Context) ResponseHandler

	ResponseHandler    func(ctx context.Context) *Response
	ResponseMiddleware func(ctx context.Context, next ResponseHandler) *Response

	Resolver        func(ctx context.Context) (res any, err error)
	FieldMiddleware func(ctx context.Context, next Resolver) (res any, err error)

	RootResolver        func(ctx context.Context) Marshaler
	RootFieldMiddleware func(ctx context.Context, next RootResolver) Marshaler
)

// RawParams is a request as it came.
type RawParams struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    map[string]any `json:"extensions"`
	Headers       http.Header    `json:"headers"`

	ReadTime TraceTiming `json:"-"`
}

// GraphExecutor is what a transport runs requests with.
type GraphExecutor interface {
	CreateOperationContext(ctx context.Context, params *RawParams) (*OperationContext, gqlerror.List)
	DispatchOperation(ctx context.Context, opCtx *OperationContext) (ResponseHandler, context.Context)
	DispatchError(ctx context.Context, list gqlerror.List) *Response
}

// Transport reads requests from HTTP and writes the responses.
type Transport interface {
	Supports(r *http.Request) bool
	Do(w http.ResponseWriter, r *http.Request, exec GraphExecutor)
}

// HandlerExtension adds to a server. What it does depends on which of the interfaces below it has as well.
type HandlerExtension interface {
	// ExtensionName is a name in CamelCase.
	ExtensionName() string
	// Validate is called when the extension is added; an error stops the server from starting.
	Validate(schema ExecutableSchema) error
}

// OperationParameterMutator sees a request before it is parsed.
type OperationParameterMutator interface {
	MutateOperationParameters(ctx context.Context, request *RawParams) *gqlerror.Error
}

// OperationContextMutator sees an operation after it was validated, before it runs.
type OperationContextMutator interface {
	MutateOperationContext(ctx context.Context, opCtx *OperationContext) *gqlerror.Error
}

// OperationInterceptor runs around each operation, once for a subscription.
type OperationInterceptor interface {
	InterceptOperation(ctx context.Context, next OperationHandler) ResponseHandler
}

// ResponseInterceptor runs around each response, many times for a subscription.
type ResponseInterceptor interface {
	InterceptResponse(ctx context.Context, next ResponseHandler) *Response
}

// RootFieldInterceptor runs around each field of a root type.
type RootFieldInterceptor interface {
	InterceptRootField(ctx context.Context, next RootResolver) Marshaler
}

// FieldInterceptor runs around each field.
type FieldInterceptor interface {
	InterceptField(ctx context.Context, next Resolver) (res any, err error)
}

// ExecutableSchema is a schema with the code that answers it. Generated code implements it.
type ExecutableSchema interface {
	Schema() *ast.Schema
	Complexity(ctx context.Context, typeName, fieldName string, childComplexity int, args map[string]any) (int, bool)
	Exec(ctx context.Context) ResponseHandler
}

// Config is what an executable schema is made of; R, D and C are generated.
type Config[R, D, C any] struct {
	Schema     *ast.Schema
	Resolvers  R
	Directives D
	Complexity C
}
