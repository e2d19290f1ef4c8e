package guard

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
)

// maxMessage is how many bytes of an error's message are returned. Messages of the
// validator repeat what the client sent.
const maxMessage = 1000

// Errors is the extension that bounds the errors of a response and their length.
// How many were left out stands in the response's extensions, under
// errorsOmitted. Add it first, so that it sees the errors of all others.
type Errors struct {
	// Most is how many are returned; negative is any number.
	Most int
}

var _ graphql.ResponseInterceptor = Errors{}

// ExtensionName is ErrorLimit.
func (Errors) ExtensionName() string { return "ErrorLimit" }

// Validate accepts every schema.
func (Errors) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse cuts the list of errors.
func (e Errors) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	resp := next(ctx)
	if resp == nil || len(resp.Errors) == 0 {
		return resp
	}
	most := e.Most
	if most < 0 {
		most = len(resp.Errors)
	}
	for _, shown := range resp.Errors[:min(most, len(resp.Errors))] {
		shown.Message = cut(shown.Message, maxMessage)
	}
	if len(resp.Errors) <= most {
		return resp
	}
	if resp.Extensions == nil {
		resp.Extensions = map[string]any{}
	}
	resp.Extensions["errorsOmitted"] = len(resp.Errors) - most
	resp.Errors = resp.Errors[:most]
	return resp
}

// Deadline is the extension that ends queries and mutations that take too long:
// their context ends, and they are answered with TIMEOUT and no data. What a
// mutation has stored by then stays stored. Subscriptions last as long as they
// are wanted.
type Deadline struct {
	after time.Duration
	late  *fault.Error // why a context ends, and what the caller is told
}

var _ graphql.ResponseInterceptor = &Deadline{}

// NewDeadline makes the extension; after is how long an operation may take.
func NewDeadline(after time.Duration) *Deadline {
	return &Deadline{
		after: after,
		late:  fault.Newf(fault.TimedOut, "The operation took longer than %s: ask for less, or try again.", after),
	}
}

// ExtensionName is Deadline.
func (*Deadline) ExtensionName() string { return "Deadline" }

// Validate accepts every schema.
func (*Deadline) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse runs the operation under the deadline.
func (d *Deadline) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) {
		return next(ctx)
	}
	if op := graphql.GetOperationContext(ctx).Operation; op == nil || op.Operation == ast.Subscription {
		return next(ctx)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, d.after, d.late)
	defer cancel()
	resp := next(ctx)
	if resp == nil || len(resp.Errors) == 0 || !errors.Is(context.Cause(ctx), d.late) {
		return resp
	}
	// Which errors the end of the context has brought about cannot be told.
	resp.Errors = gqlerror.List{shown(d.late)}
	resp.Data = json.RawMessage("null")
	return resp
}
