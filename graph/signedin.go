package graph

import (
	"context"
	"net/http"
	"reflect"
	"sync/atomic"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// signInAgain is what a connection is told whose caller is not signed in any more.
const signInAgain = "Sign in again."

// caller is what a request or a connection said of who calls, and who that was
// then.
type caller struct {
	authorization string
	who           actor.Actor
	// end ends the connection; nil for a request, which ends by itself.
	end context.CancelFunc
	// running counts the operations of a connection.
	running atomic.Int64
}

type callerKey struct{}

func callerOf(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller)
	return c
}

// whoIs says who calls with an Authorization.
func (c HandlerConfig) whoIs(ctx context.Context, authorization string) (actor.Actor, error) {
	if authorization == "" {
		return actor.Actor{}, nil
	}
	r := (&http.Request{Header: http.Header{"Authorization": {authorization}}}).WithContext(ctx)
	return c.Authenticate(r)
}

// stillSignedIn is the extension that asks again who calls where much time may have
// passed since a caller was asked: for each operation of a connection, and for each
// event of a subscription. A connection whose caller has no right to it any more is
// ended; so is a subscription whose caller is not what it was, because what it may
// see has changed.
type stillSignedIn struct{ HandlerConfig }

var (
	_ graphql.OperationInterceptor = stillSignedIn{}
	_ graphql.ResponseInterceptor  = stillSignedIn{}
)

// ExtensionName is StillSignedIn.
func (stillSignedIn) ExtensionName() string { return "StillSignedIn" }

// Validate accepts every schema.
func (stillSignedIn) Validate(graphql.ExecutableSchema) error { return nil }

// subscription is who subscribed, and whether it is over.
type subscription struct {
	who  actor.Actor
	over atomic.Bool
	// looked says that whoever tells the subscription asks who receives it.
	looked atomic.Bool
}

type subscriptionKey struct{}

// InterceptOperation asks who calls over a connection now.
func (s stillSignedIn) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	c := callerOf(ctx)
	if c == nil {
		return next(ctx)
	}
	who := c.who
	if c.end != nil {
		var err error
		if who, err = s.whoIs(ctx, c.authorization); err != nil {
			return graphql.OneShot(s.refused(ctx, c, err))
		}
		ctx = actor.With(ctx, who)
	}
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		ctx = context.WithValue(ctx, subscriptionKey{}, &subscription{who: who})
	}
	return next(ctx)
}

// InterceptResponse asks who receives an event.
func (s stillSignedIn) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	sub, _ := ctx.Value(subscriptionKey{}).(*subscription)
	if sub == nil {
		return next(ctx)
	}
	if sub.over.Load() {
		return nil
	}
	resp := next(ctx)
	if sub.over.Load() { // ended meanwhile: what waited is told to nobody
		return nil
	}
	c := callerOf(ctx)
	if resp == nil || c.authorization == "" || sub.looked.Load() {
		return resp
	}
	who, err := s.whoIs(ctx, c.authorization)
	if err == nil && !reflect.DeepEqual(who, sub.who) {
		err = fault.New(fault.TokenInvalid, "What you may see has changed: subscribe again.")
		c = &caller{}
	}
	if err == nil {
		return resp
	}
	sub.over.Store(true)
	return s.refused(ctx, c, err)
}

// refused ends the connection, if it is one, and tells why.
func (s stillSignedIn) refused(ctx context.Context, c *caller, err error) *graphql.Response {
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Unauthenticated {
		s.Logger.ErrorContext(ctx, "authentication failed", "error", err)
		f = fault.New(fault.InternalError, "")
	} else if c.end != nil {
		c.end()
	}
	return &graphql.Response{Errors: gqlerror.List{dress(&gqlerror.Error{}, f)}}
}

// crowd is the extension that bounds the operations that a connection runs at once.
type crowd struct{ most int64 }

var _ graphql.OperationInterceptor = crowd{}

// ExtensionName is Crowd.
func (crowd) ExtensionName() string { return "Crowd" }

// Validate accepts every schema.
func (crowd) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation refuses one more than so many.
func (e crowd) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	c := callerOf(ctx)
	if c == nil || c.end == nil {
		return next(ctx)
	}
	n := c.running.Add(1)
	context.AfterFunc(ctx, func() { c.running.Add(-1) }) // the context of an operation ends with it
	if n <= e.most {
		return next(ctx)
	}
	f := fault.Newf(fault.OperationLimit, "The connection runs %d operations at once, and %d are allowed: end one first.", n, e.most)
	f = f.With("limit", e.most).With("actual", n)
	return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{dress(&gqlerror.Error{}, f)}})
}
