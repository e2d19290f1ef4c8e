package transport

import "context"

type closeReasonKey struct{}

// AppendCloseReason adds to a context what a WebSocket's client is told when the context ends, and the connection with
// it: for the context that a WebsocketInitFunc returns.
func AppendCloseReason(ctx context.Context, reason string) context.Context {
	return context.WithValue(ctx, closeReasonKey{}, reason)
}

func closeReason(ctx context.Context) string {
	reason, _ := ctx.Value(closeReasonKey{}).(string)
	return reason
}
