package store

import (
	"context"
	"slices"
	"sync"

	"kontrak/internal/lifecycle"
)

// bells wake who delivers messages, by channel.
type bells struct {
	mu   sync.Mutex
	made map[lifecycle.Channel]chan struct{}
}

// of gives the bell of a channel. It holds one stroke, for who is not listening now.
func (b *bells) of(c lifecycle.Channel) chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.made == nil {
		b.made = map[lifecycle.Channel]chan struct{}{}
	}
	if b.made[c] == nil {
		b.made[c] = make(chan struct{}, 1)
	}
	return b.made[c]
}

// Left receives after messages for the channel were left here and stored, so that one
// who waits for it delivers them at once. What other nodes leave it does not tell.
func (s *Store) Left(c lifecycle.Channel) <-chan struct{} { return s.bells.of(c) }

// NoteLeft notes in a transaction that a message was left for the channel. Leave does so
// by itself.
func NoteLeft(ctx context.Context, c lifecycle.Channel) {
	if notes, ok := ctx.Value(insideKey{}).(*inside); ok && !slices.Contains(notes.left, c) {
		notes.left = append(notes.left, c)
	}
}

// wakeUp rings for what a transaction has left, now that it is stored.
func (s *Store) wakeUp(notes *inside) {
	for _, c := range notes.left {
		select {
		case s.bells.of(c) <- struct{}{}:
		default: // it rings already
		}
	}
}
