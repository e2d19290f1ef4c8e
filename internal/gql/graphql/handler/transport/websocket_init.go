package transport

import "context"

// InitPayload is what a client sent along with the first message of a WebSocket, where headers cannot be had.
type InitPayload map[string]any

// GetString returns the text under key, or "".
func (p InitPayload) GetString(key string) string {
	text, _ := p[key].(string)
	return text
}

// Authorization returns the text under Authorization or authorization, or "".
func (p InitPayload) Authorization() string {
	if text := p.GetString("Authorization"); text != "" {
		return text
	}
	return p.GetString("authorization")
}

type initPayloadKey struct{}

func withInitPayload(ctx context.Context, payload InitPayload) context.Context {
	return context.WithValue(ctx, initPayloadKey{}, payload)
}

// GetInitPayload returns what the client of the operation's WebSocket sent along with its first message, or nil.
func GetInitPayload(ctx context.Context) InitPayload {
	payload, _ := ctx.Value(initPayloadKey{}).(InitPayload)
	return payload
}
