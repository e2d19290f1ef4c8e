// Package live carries what happened to those who are connected just now. A Hub takes
// each event once and hands it to what tells the subscribers of this node; a Relay
// carries it to the other nodes. An Outlet is the end of one subscriber: a queue of
// bounded size, so that nobody waits for long for somebody who does not keep up.
//
// Nothing is kept here: what is to be delivered stands in the outbox until it was
// published, and whoever was not connected asks again.
package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"
)

// Event is something that happened, as an action left it in the outbox.
type Event struct {
	// Key is the same each time the event is published.
	Key           string          `json:"key"`
	Topic         string          `json:"topic"`
	InstitutionID *int64          `json:"institution_id,omitempty"`
	ContractID    *int64          `json:"contract_id,omitempty"`
	Payload       json.RawMessage `json:"payload,omitempty"` // ids only
	At            time.Time       `json:"at"`                // business time
}

// Audience is what tells the subscribers of this node: market.App.
type Audience interface {
	// Happened tells them of one event. When it fails, nobody was told.
	Happened(ctx context.Context, e Event) error
	// Missed says that events were lost on the way: who is subscribed must ask again.
	Missed(ctx context.Context, why string)
}

// Relay carries events to other nodes. Send does not wait for them, and never fails
// for good: what it cannot carry, those who should have had it learn of.
type Relay interface {
	Send(ctx context.Context, e Event)
}

// remembered is how many keys a hub remembers. A message is delivered again soon or,
// after its worker died, when the lease of that has run out.
const remembered = 1 << 14

// Hub takes events. It is safe for concurrent use; one event is told at a time.
type Hub struct {
	audience Audience
	log      *slog.Logger

	mu    sync.Mutex
	relay Relay
	keys  map[string]bool
	ring  [remembered]string // the keys in the order in which they came
	next  int
}

// NewHub makes a hub.
func NewHub(audience Audience, log *slog.Logger) *Hub {
	return &Hub{audience: audience, log: log, keys: map[string]bool{}}
}

// Join sets what carries events to the other nodes; before, there are none.
func (h *Hub) Join(r Relay) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.relay = r
}

// Publish tells this node's subscribers of an event, and sends it to the other nodes.
// It may be called again with the same one: a repeat is dropped. When it fails, the
// event is to be published again.
func (h *Hub) Publish(ctx context.Context, e Event) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.keys[e.Key] {
		return nil
	}
	if err := h.audience.Happened(ctx, e); err != nil {
		return err
	}
	h.remember(e.Key)
	if h.relay != nil {
		h.relay.Send(ctx, e)
	}
	return nil
}

// receiveTries is how often an event of another node is tried, which nobody sends again.
const receiveTries = 3

// Receive takes an event that another node has sent.
func (h *Hub) Receive(ctx context.Context, e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.keys[e.Key] {
		return
	}
	var err error
	for range receiveTries {
		if err = h.audience.Happened(ctx, e); err == nil {
			h.remember(e.Key)
			return
		}
	}
	h.log.ErrorContext(ctx, "an event of another node could not be told", "topic", e.Topic, "error", err)
	h.audience.Missed(ctx, "an event could not be told")
}

// Missed says that events of other nodes were lost.
func (h *Hub) Missed(ctx context.Context, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.audience.Missed(ctx, why)
}

// remember keeps a key, in the place of the oldest. The lock is held.
func (h *Hub) remember(key string) {
	delete(h.keys, h.ring[h.next])
	h.ring[h.next], h.keys[key] = key, true
	h.next = (h.next + 1) % remembered
}
