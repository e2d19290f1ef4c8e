// Package once says which write a request is, so that whoever lost the answer may
// send the request again and is sure of one effect: the key that the client chose,
// who calls, what is done, and a hash of what was sent. Transports put it into the
// context; internal/store keeps and finds it (docs/decisions/idempotency-keys.md).
package once

import (
	"context"
	"errors"
	"net/http"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
)

const (
	// Header carries the key of a write.
	Header = "Idempotency-Key"
	// Extension is where a request of the graph may carry it instead.
	Extension = "idempotencyKey"
	// Longest is how many characters a key has at most.
	Longest = 255
	// Life is how long a key is remembered, in real time.
	Life = 24 * time.Hour
)

// Write is a write under a key. Nobody else's, and no other operation's, is the same.
type Write struct {
	User           int64
	Operation, Key string
	// Hash is the SHA-256 of what was sent, in hex.
	Hash string
}

// ErrDone says that an action was done before under the same key, and that there is
// nothing to show of it any more: its object is gone, or is not for the caller any
// longer. It is a success without an object.
var ErrDone = errors.New("once: it was done before, and its object cannot be shown")

// Source gives the write that a context stands in. It is asked only by actions that
// keep keys, and so never sees the body of others.
type Source func(context.Context) (Write, error)

type sourceKey struct{}

// With returns a context in which an action has a key.
func With(ctx context.Context, s Source) context.Context {
	return context.WithValue(ctx, sourceKey{}, s)
}

// From gives the write of a context, and tells whether it has a key. Whoever has not
// signed in has none: there is nobody whose key it would be.
//
// Faults: INVALID for a key that is none; those of reading what was sent.
func From(ctx context.Context) (w Write, keyed bool, err error) {
	source, _ := ctx.Value(sourceKey{}).(Source)
	who := actor.From(ctx)
	if source == nil || who.Anonymous() {
		return Write{}, false, nil
	}
	if w, err = source(ctx); err != nil {
		return Write{}, false, err
	}
	w.User = who.UserID
	w.Operation, w.Key = bounded(w.Operation, 200), bounded(w.Key, Longest)
	return w, true, nil
}

// bounded gives a text that fits its column, and in place of a longer one its hash.
func bounded(text string, most int) string {
	if len(text) <= most {
		return text
	}
	h := NewHash()
	h.Text(text)
	return h.Sum()
}

// Sent gives the key of a request, and tells whether there is one.
//
// Faults: INVALID for one that is none, and for several.
func Sent(h http.Header) (key string, sent bool, err error) {
	values := h.Values(Header)
	switch len(values) {
	case 0:
		return "", false, nil
	case 1:
		return values[0], true, Check(values[0])
	}
	return "", true, Refuse("is sent %d times: send one", len(values))
}

// Check fails unless a text can be a key.
//
// Faults: INVALID.
func Check(key string) error {
	good := key != "" && len(key) <= Longest
	for i := 0; i < len(key) && good; i++ {
		good = key[i] > ' ' && key[i] <= '~'
	}
	if good {
		return nil
	}
	return Refuse("must be 1 to %d visible ASCII characters without a space: send a fresh UUID", Longest)
}

// Refuse is the fault of a key that cannot be taken.
func Refuse(format string, args ...any) error {
	var bad fault.Fields
	bad.Add(Header, format, args...)
	return bad.Err(fault.InputInvalid)
}
