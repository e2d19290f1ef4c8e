package graph

import (
	"context"
	"errors"

	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/market"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// watching says how a subscription is to be told, by what its selection asks of the
// contract under it. Whoever tells it asks itself whether the caller may be told, for
// all subscriptions of an event at once, so that stillSignedIn need not ask for each.
func (r *Resolver) watching(ctx context.Context, greeting bool) market.Watch {
	w := market.Watch{Wants: contractWants(ctx, "contract."), Greeting: greeting}
	sub, _ := ctx.Value(subscriptionKey{}).(*subscription)
	c := callerOf(ctx)
	if sub == nil || c == nil {
		return w // a test without the door
	}
	sub.looked.Store(true)
	w.Until = r.Auth.Ends(c.authorization)
	w.Ended = func(why error) { sub.finish(ctx, c, why) }
	return w
}

// finish ends a subscription, whatever still waits for it, and tells the client why.
// One whose caller is signed out ends with the connection that it came over.
func (s *subscription) finish(ctx context.Context, c *caller, why error) {
	f, ok := fault.As(why)
	if !ok {
		f = fault.New(fault.InternalError, "")
	}
	transport.AddSubscriptionError(ctx, dress(&gqlerror.Error{}, f))
	s.over.Store(true)
	if f.Kind == fault.Unauthenticated && c.end != nil && !errors.Is(why, authn.ErrChanged) {
		c.end()
	}
}
