// Package relay carries live events between nodes over NATS. Each node numbers what
// it sends, and says from time to time how far it is: so the others learn of every
// event that was lost on the way (a node that was cut off, a server that was gone, a
// client that was too slow), and have their subscribers ask again.
package relay

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"kontrak/internal/live"
)

// Config names what a relay is made of. Beat has a default; the rest is required.
type Config struct {
	// URL is nats://HOST:PORT, several with commas between them.
	URL string
	// Subject is under which name events travel: that of all nodes on one database.
	Subject string
	Hub     *live.Hub
	Logger  *slog.Logger
	// Beat is how often a node says how far it is; 2 s when zero. One that is silent
	// for three of these is taken for gone.
	Beat time.Duration
}

const (
	defaultBeat  = 2 * time.Second
	silentBeats  = 3
	reconnecting = time.Second
	// waiting bounds the bytes that wait while the server is out of reach.
	waiting = 8 << 20
)

// parcel is what travels.
type parcel struct {
	Node string `json:"node"` // another one with each start
	// N numbers the events of the node from 1 on; without an event it is that of the
	// last one.
	N     int64       `json:"n"`
	Event *live.Event `json:"event,omitempty"`
	Bye   bool        `json:"bye,omitempty"` // the node ends
}

// peer is what is known of another node.
type peer struct {
	n      int64 // of its last event
	silent int   // beats since something came from it
}

// Relay is a node's connection to the others.
type Relay struct {
	Config
	node string
	conn *nats.Conn

	mu    sync.Mutex // of what is sent
	n     int64
	ended bool

	known sync.Mutex
	peers map[string]*peer

	stop context.CancelFunc
	done sync.WaitGroup
}

// Open connects to NATS and joins the hub. A server that is out of reach is no error:
// it is tried again until it is there.
func Open(ctx context.Context, c Config) (*Relay, error) {
	if c.Beat == 0 {
		c.Beat = defaultBeat
	}
	r := &Relay{Config: c, node: rand.Text(), peers: map[string]*peer{}}
	log := c.Logger
	conn, err := nats.Connect(c.URL,
		nats.Name("kontrak"), nats.NoEcho(), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnecting), nats.ReconnectBufSize(waiting),
		nats.ConnectHandler(func(*nats.Conn) { log.Info("live updates of other nodes come over NATS") }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			log.Warn("NATS is out of reach: live updates of other nodes wait until it is back", "error", err)
		}),
		nats.ReconnectHandler(func(*nats.Conn) { log.Info("NATS is back") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			log.Warn("live updates over NATS had trouble", "error", err)
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("relay: %w", err)
	}
	r.conn = conn
	if _, err := conn.Subscribe(c.Subject, r.take); err != nil {
		conn.Close()
		return nil, fmt.Errorf("relay: subject %q: %w", c.Subject, err)
	}
	if !conn.IsConnected() {
		log.Warn("NATS is out of reach: live updates of other nodes wait until it is back")
	}
	ctx, r.stop = context.WithCancel(ctx)
	r.done.Go(func() { r.beat(ctx) })
	c.Hub.Join(r)
	return r, nil
}

// Close tells the others that this node ends, and leaves.
func (r *Relay) Close() {
	r.stop()
	r.done.Wait()
	r.mu.Lock()
	r.send(context.Background(), parcel{N: r.n, Bye: true})
	r.ended = true
	r.mu.Unlock()
	_ = r.conn.FlushTimeout(reconnecting) // whoever misses the last words takes the node for gone
	r.conn.Close()
}

// Send sends an event to the other nodes, or keeps it until the server is back. What
// finds no room has a number too: its lack is seen.
func (r *Relay) Send(ctx context.Context, e live.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	r.send(ctx, parcel{N: r.n, Event: &e})
}

// send sends a parcel. The lock is held.
func (r *Relay) send(ctx context.Context, p parcel) {
	p.Node = r.node
	b, err := json.Marshal(p)
	if err == nil && !r.ended {
		err = r.conn.Publish(r.Subject, b)
	}
	if err != nil && (p.Event != nil || !errors.Is(err, nats.ErrReconnectBufExceeded)) {
		r.Logger.WarnContext(ctx, "a live update did not reach NATS", "error", err)
	}
}

// beat says how far this node is, and notices who says nothing any more.
func (r *Relay) beat(ctx context.Context) {
	ticker := time.NewTicker(r.Beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if r.conn.IsConnected() { // what waits for the server is for events
			r.mu.Lock()
			r.send(ctx, parcel{N: r.n})
			r.mu.Unlock()
		}
		if r.anySilent() {
			r.Hub.Missed(ctx, "a node is silent")
		}
	}
}

// anySilent counts a beat, and forgets who has been silent for too long.
func (r *Relay) anySilent() bool {
	r.known.Lock()
	defer r.known.Unlock()
	found := false
	for node, p := range r.peers {
		if p.silent++; p.silent > silentBeats {
			delete(r.peers, node)
			found = true
		}
	}
	return found
}

// take takes a parcel of another node. NATS calls it for one after the other.
func (r *Relay) take(m *nats.Msg) {
	ctx := context.Background()
	var p parcel
	if err := json.Unmarshal(m.Data, &p); err != nil || p.Node == "" {
		r.Logger.WarnContext(ctx, "something else speaks under the subject of live updates", "subject", r.Subject)
		return
	}
	if r.missed(p) {
		r.Hub.Missed(ctx, "events of another node were lost")
	}
	if p.Event != nil {
		r.Hub.Receive(ctx, *p.Event)
	}
}

// missed notes how far a node is, and tells whether events of it were lost.
func (r *Relay) missed(p parcel) bool {
	r.known.Lock()
	defer r.known.Unlock()
	was, met := r.peers[p.Node]
	if !met {
		was = &peer{}
		r.peers[p.Node] = was
	}
	expected := was.n
	if p.Event != nil {
		expected++
	}
	was.n, was.silent = max(was.n, p.N), 0
	if p.Bye {
		delete(r.peers, p.Node)
	}
	return p.N > expected
}
