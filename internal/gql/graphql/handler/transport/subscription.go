package transport

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/scope"
)

// slowCode is the code of the error that a subscriber gets who takes events more slowly than they come.
const slowCode = "SLOW_SUBSCRIBER"

var errSlow = &gqlerror.Error{
	Message: "events came faster than they were taken", Extensions: map[string]any{"code": slowCode},
}

type sourceErrorsKey struct{}

// sourceErrors are errors of the source of a subscription.
type sourceErrors struct {
	mu   sync.Mutex
	list gqlerror.List
}

// AddSubscriptionError tells the client why a subscription ends. A resolver calls it after it returned its channel, and
// then closes the channel; ctx is the resolver's. Outside of transports for subscriptions the error is logged.
func AddSubscriptionError(ctx context.Context, err *gqlerror.Error) {
	s, ok := ctx.Value(sourceErrorsKey{}).(*sourceErrors)
	if !ok {
		slog.WarnContext(ctx, "error of a subscription that nobody waits for", "error", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, err)
}

// take returns the errors, and forgets them.
func (s *sourceErrors) take() gqlerror.List {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.list
	s.list = nil
	return list
}

// stream runs an operation that may have many responses. send gets each of them while its data may be read, and ends the
// run by returning false. What is returned are errors of the source, or of a panic.
func stream(
	ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, send func(*graphql.Response) bool,
) (errs gqlerror.List) {
	source := &sourceErrors{}
	var lease scope.Lease
	ctx = scope.WithLease(context.WithValue(ctx, sourceErrorsKey{}, source), &lease)
	defer func() {
		lease.Release()
		if p := recover(); p != nil {
			errs = append(errs, recovered(ctx, exec, op, p)...)
		}
	}()
	responses, ctx := exec.DispatchOperation(ctx, op)
	for {
		resp := responses(ctx)
		if resp == nil {
			return source.take()
		}
		more := send(resp)
		lease.Release()
		if !more {
			return nil
		}
	}
}

// recovered gives what a client sees of a panic outside of the fields of a result.
func recovered(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, p any) gqlerror.List {
	recovery := graphql.DefaultRecover
	if op != nil && op.RecoverFunc != nil {
		recovery = op.RecoverFunc
	}
	err := recovery(ctx, p)
	var known *gqlerror.Error
	if !errors.As(err, &known) {
		known = gqlerror.Wrap(err)
	}
	return shown(ctx, exec, op, gqlerror.List{known}).Errors
}

// shown gives errors of a request as a client sees them. It runs in goroutines of its own, where a panic would end the
// program, so it takes none from what presents the errors.
func shown(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, errs gqlerror.List) (out *graphql.Response) {
	defer func() {
		if p := recover(); p != nil {
			_ = graphql.DefaultRecover(ctx, p) // logs it
			out = graphql.ErrorResponse(ctx, "internal system error")
		}
	}()
	return exec.DispatchError(graphql.WithOperationContext(ctx, op), errs)
}
