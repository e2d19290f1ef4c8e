package mail

import (
	"context"
	"slices"
	"sync"
)

// boxSize is how many mails a box keeps.
const boxSize = 200

// Box keeps mails instead of sending them: the newest, each once. The demo shows it.
type Box struct {
	mu    sync.Mutex
	mails []*Message // the oldest first
}

// Send keeps the mail.
func (b *Box) Send(_ context.Context, m *Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if slices.ContainsFunc(b.mails, func(k *Message) bool { return k.ID == m.ID }) {
		return nil
	}
	b.mails = append(b.mails, m)
	if extra := len(b.mails) - boxSize; extra > 0 {
		b.mails = slices.Delete(b.mails, 0, extra)
	}
	return nil
}

// Mails gives what is kept, the newest first.
func (b *Box) Mails() []*Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	mails := slices.Clone(b.mails)
	slices.Reverse(mails)
	return mails
}
