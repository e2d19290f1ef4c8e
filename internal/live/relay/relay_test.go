package relay

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"kontrak/internal/live"
)

const patience = 20 * time.Second

// node is a node with its relay. What it is told comes through channels.
type node struct {
	*Relay
	told   chan string
	missed chan string
}

func (n *node) Happened(_ context.Context, e live.Event) error {
	n.told <- e.Key
	return nil
}

func (n *node) Missed(_ context.Context, why string) { n.missed <- why }

// broker starts NATS on a port, 0 for a free one.
func broker(t *testing.T, port int) *server.Server {
	t.Helper()
	if port == 0 {
		port = server.RANDOM_PORT
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("NATS does not start")
	}
	t.Cleanup(s.Shutdown)
	return s
}

func join(t *testing.T, url string) *node {
	t.Helper()
	n := &node{told: make(chan string, 1000), missed: make(chan string, 1000)}
	log := slog.New(slog.DiscardHandler)
	r, err := Open(t.Context(), Config{URL: url, Subject: "test.live", Hub: live.NewHub(n, log), Logger: log, Beat: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	n.Relay = r
	return n
}

func (n *node) publish(t *testing.T, key string) {
	t.Helper()
	if err := n.Hub.Publish(t.Context(), live.Event{Key: key, Topic: "contract_changed", Payload: []byte(`{"version":2}`)}); err != nil {
		t.Fatal(err)
	}
}

func await(t *testing.T, from chan string) string {
	t.Helper()
	select {
	case s := <-from:
		return s
	case <-time.After(patience):
		t.Fatal("waited in vain")
		return ""
	}
}

// met waits until a node knows so many others.
func (n *node) met(t *testing.T, others int) {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		n.known.Lock()
		found := len(n.peers)
		n.known.Unlock()
		if found == others {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("it knows %d others, want %d", found, others)
		}
		<-time.After(time.Millisecond)
	}
}

func TestEveryNodeIsToldOfAnEventOnce(t *testing.T) {
	t.Parallel()
	url := broker(t, 0).ClientURL()
	a, b := join(t, url), join(t, url)
	defer a.Close()
	defer b.Close()
	a.met(t, 1)
	b.met(t, 1)
	for i := range 100 {
		a.publish(t, fmt.Sprint("a", i))
		a.publish(t, fmt.Sprint("a", i))
		b.publish(t, fmt.Sprint("b", i))
	}
	for _, n := range []*node{a, b} {
		heard := map[string]int{}
		for range 200 {
			heard[await(t, n.told)]++
		}
		if len(heard) != 200 || len(n.told) > 0 || len(n.missed) > 0 {
			t.Errorf("it was told of %d different events, %d more, and missed %d", len(heard), len(n.told), len(n.missed))
		}
	}
}

// TestANodeWithoutNATSGoesOn: it starts without a server, tells its own subscribers, and
// the others once the server is there.
func TestANodeWithoutNATSGoesOn(t *testing.T) {
	t.Parallel()
	taken := broker(t, 0)
	url := taken.ClientURL()
	port := taken.Addr().(*net.TCPAddr).Port
	taken.Shutdown()
	taken.WaitForShutdown()

	a, b := join(t, url), join(t, url)
	defer a.Close()
	defer b.Close()
	a.publish(t, "while it is away")
	if got := await(t, a.told); got != "while it is away" {
		t.Errorf("its own are told of %s", got)
	}
	broker(t, port)
	// Whether the others are there first is chance. If they are not, they learn that they
	// missed something.
	select {
	case got := <-b.told:
		if got != "while it is away" {
			t.Errorf("the others are told of %s", got)
		}
	case <-b.missed:
	case <-time.After(patience):
		t.Error("the others learn nothing")
	}
	a.met(t, 1)
	b.met(t, 1)
	a.publish(t, "now")
	if got := await(t, b.told); got != "now" {
		t.Errorf("then they are told of %s", got)
	}
}

// TestWhatIsLostIsNoticed: events whose numbers are missing, and a node that says nothing
// any more; a node that leaves is not missed.
func TestWhatIsLostIsNoticed(t *testing.T) {
	t.Parallel()
	url := broker(t, 0).ClientURL()
	a, b := join(t, url), join(t, url)
	defer b.Close()
	b.met(t, 1)
	a.publish(t, "one")
	await(t, b.told)
	a.mu.Lock()
	a.n++ // one that found no room
	a.mu.Unlock()
	await(t, b.missed)
	a.publish(t, "three")
	if await(t, b.told) != "three" || len(b.missed) > 0 {
		t.Error("it goes on missing what it has noticed")
	}

	c := join(t, url)
	b.met(t, 2)
	c.Close()
	b.met(t, 1)
	if len(b.missed) > 0 {
		t.Error("a node that left is missed")
	}
	a.stop() // it dies
	a.conn.Close()
	await(t, b.missed)
	b.met(t, 0)
}
