package program

import (
	"bufio"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	broker "github.com/nats-io/nats-server/v2/server"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// events are server-sent events of a subscription.
type events struct {
	t *testing.T
	*bufio.Scanner
}

// listenTo subscribes to all contracts at a program, and waits until that stands.
func listenTo(t *testing.T, url, token string) *events {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/query",
		strings.NewReader(`{"query":"subscription { contractsChanged(greeting: true) { sequence topic contract { id } } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	e := &events{t, bufio.NewScanner(answer.Body)}
	e.hears(`"sequence":0,"topic":"subscribed"`)
	return e
}

// hears waits for a line with one of the texts, and gives it.
func (e *events) hears(texts ...string) string {
	e.t.Helper()
	for e.Scan() {
		for _, text := range texts {
			if strings.Contains(e.Text(), text) {
				return e.Text()
			}
		}
	}
	e.t.Fatalf("the stream ended (%v) before %s", e.Err(), texts)
	return ""
}

func nats(t *testing.T) *broker.Server {
	t.Helper()
	s, err := broker.NewServer(&broker.Options{Host: "127.0.0.1", Port: broker.RANDOM_PORT, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("NATS does not start")
	}
	t.Cleanup(s.Shutdown)
	return s
}

// TestTwoNodesTellTheSubscribersOfBoth: on one PostgreSQL, with NATS between them, whichever
// of them delivers. While NATS is away actions go on, and their own subscribers are told;
// those of the other node are told later, or that they missed something.
func TestTwoNodesTellTheSubscribersOfBoth(t *testing.T) {
	t.Parallel()
	db := testkit.Postgres(t)
	st := db.Open(t)
	w := demoIn(t, st)
	between := nats(t)
	c := command{env: map[string]string{
		"KONTRAK_DATABASE_URL": db.URL, "KONTRAK_FILES_DIR": filepath.Join(t.TempDir(), "files"), "KONTRAK_DRAIN": "0s",
		"KONTRAK_JWT_KEYS": "one=" + randomKey(), "KONTRAK_LINK_KEY": randomKey(), "KONTRAK_NATS_URL": between.ClientURL(),
	}}
	worker := c.start(t, "public_url=", "serve", "--addr", "127.0.0.1:0")
	idle := c.start(t, "public_url=", "serve", "--addr", "127.0.0.1:0", "--no-worker")
	token := func(email string) string {
		return strings.TrimSpace(c.must(t, "token", "--email", email))
	}
	admin := token("admin@demo.test")
	here, there := listenTo(t, worker.url, token("institution@demo.test")), listenTo(t, idle.url, token("institution@demo.test"))
	cancel := func(at *running, story string) {
		t.Helper()
		if text := graphQL(t, at.url, admin, `mutation { contractForceCancel(input: {contract: "`+contractID(w, story)+`", reason: "Closed."}) { userErrors { code } } }`); !strings.Contains(text, `"userErrors":[]`) {
			t.Fatal(text)
		}
	}
	cancel(idle, "accepted")
	here.hears(`"topic":"contract_cancelled","contract":{"id":"` + contractID(w, "accepted"))
	there.hears(`"topic":"contract_cancelled","contract":{"id":"` + contractID(w, "accepted"))

	between.Shutdown()
	between.WaitForShutdown()
	cancel(worker, "offer")
	here.hears(`"topic":"contract_cancelled","contract":{"id":"` + contractID(w, "offer"))
	there.hears(`"topic":"contract_cancelled","contract":{"id":"`+contractID(w, "offer"), "UPDATES_MISSED")
	worker.stop(t)
	idle.stop(t)
	if !strings.Contains(worker.stderr.String(), "NATS is out of reach") {
		t.Error("it does not log that NATS is away")
	}
}

// demoIn fills a database with the demo world.
func demoIn(t *testing.T, st *store.Store) *world.World {
	t.Helper()
	w, err := world.Demo(t.Context(), st, world.Config{Now: wall, PasswordHash: "none"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func contractID(w *world.World, story string) string {
	return view.GlobalID{Type: "Contract", Number: w.Contract(story)}.String()
}
