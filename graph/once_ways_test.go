package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"kontrak/ent/tag"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

const createTag = `mutation($input: TagCreateInput!) { done: tagCreate(input: $input) { tag { id name } userErrors { field code } } }`

func tagInput(app *testkit.App, name string) map[string]any {
	return map[string]any{"input": map[string]any{"institution": globalID("Institution", app.World.Institutions["home"]), "name": name}}
}

// TestAKeyHoldsOverAWebSocket, in the extensions of each operation: there is no header for
// it. It is the same key whichever way the request comes.
func TestAKeyHoldsOverAWebSocket(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, customer)
		l := put(t, app).call(t, "Bearer "+token)
		operations := 0
		do := func(name, key string) string {
			operations++
			payload := map[string]any{"query": createTag, "variables": tagInput(app, name)}
			if key != "" {
				payload["extensions"] = map[string]any{"idempotencyKey": key}
			}
			id := fmt.Sprint("op", operations)
			text, err := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": payload})
			if err != nil {
				t.Fatal(err)
			}
			l.say(string(text))
			for {
				said, err := l.next()
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(said, `"`+id+`"`) && !strings.Contains(said, `"complete"`) {
					return strings.Replace(said, `"`+id+`"`, `"op"`, 1)
				}
			}
		}
		first := do("Red", "K-1")
		if !strings.Contains(first, `"name":"Red"`) {
			t.Fatal(first)
		}
		if got := do("Red", "K-1"); got != first {
			t.Errorf("again: %s, first %s", got, first)
		}
		k := testkit.Keyed(t, "K-1")
		if got := try(k.Context(), k, app, token, createTag, tagInput(app, "Red")); !strings.Contains(first, got.body) {
			t.Errorf("over HTTP: %s, first %s", got.body, first)
		}
		if got := do("Blue", "K-1"); !strings.Contains(got, "IDEMPOTENCY_CONFLICT") {
			t.Errorf("another request: %s", got)
		}
		if got := do("Blue", "no key"); !strings.Contains(got, `"field":"Idempotency-Key"`) || !strings.Contains(got, "INVALID") {
			t.Errorf("what is no key: %s", got)
		}
		if n := app.Store.Client().Tag.Query().Where(tag.NameIn("Red", "Blue")).CountX(t.Context()); n != 1 {
			t.Errorf("%d tags were made", n)
		}
		if got := do("Blue", "K-2"); !strings.Contains(got, `"name":"Blue"`) {
			t.Errorf("under another key: %s", got)
		}
	})
}

// TestACommitWhoseAnswerIsLostIsNotDoneTwice: the database has stored it, and the
// connection is gone before it can say so. The key tells the program that it was stored, so
// whoever asks gets what was made, now and whenever it asks again under the same key.
func TestACommitWhoseAnswerIsLostIsNotDoneTwice(t *testing.T) {
	t.Parallel()
	db := testkit.Postgres(t)
	between := standBetween(t, &db, `INSERT INTO "tags"`)
	app := doors.Start(t, db)
	k, token := testkit.Keyed(t, "K-1"), app.Token(t, customer)
	made := func() []int64 {
		return app.Store.Client().Tag.Query().Where(tag.Name("Red")).IDsX(t.Context())
	}
	between.armed.Store(true)
	lost := try(k.Context(), k, app, token, createTag, tagInput(app, "Red"))
	if between.swallowed.Load() != 1 {
		t.Fatalf("%d answers were swallowed: %s", between.swallowed.Load(), lost.body)
	}
	ids := made()
	if len(ids) != 1 {
		t.Fatalf("%d tags are stored", len(ids))
	}
	if got, _ := lost.object("done", "tag")["id"].(string); got != globalID("Tag", ids[0]) {
		t.Errorf("whose answer is lost is told %s, and tag %d is stored", lost.body, ids[0])
	}
	if again := try(k.Context(), k, app, token, createTag, tagInput(app, "Red")); again.body != lost.body {
		t.Errorf("asked again: %s, and before %s", again.body, lost.body)
	}
	if ids := made(); len(ids) != 1 {
		t.Errorf("%d tags are stored", len(ids))
	}
}

// swallower stands between the program and PostgreSQL. Once it is armed, it lets a COMMIT
// through and ends the connection in the place of its answer: that of the next transaction
// in which a text was sent.
type swallower struct {
	server    func() (net.Conn, error)
	text      []byte
	armed     atomic.Bool
	swallowed atomic.Int32
}

// standBetween has the database reached through a swallower.
func standBetween(t *testing.T, db *testkit.Database, text string) *swallower {
	t.Helper()
	u, err := url.Parse(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	network, address := "tcp", u.Host
	if dir := q.Get("host"); dir != "" {
		port := q.Get("port")
		if port == "" {
			port = "5432"
		}
		network, address = "unix", dir+"/.s.PGSQL."+port
	}
	s := &swallower{text: []byte(text), server: func() (net.Conn, error) { return net.Dial(network, address) }}
	here, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = here.Close() })
	q.Del("host")
	q.Del("port")
	u.Host, u.RawQuery = here.Addr().String(), q.Encode()
	db.URL = u.String()
	go func() {
		for {
			client, err := here.Accept()
			if err != nil {
				return // the test is over
			}
			go s.carry(client)
		}
	}()
	return s
}

// carry carries one connection.
func (s *swallower) carry(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := s.server()
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var lost atomic.Bool // the answer to come
	go func() {
		defer func() { _ = server.Close() }()
		wrote := false
		forward(client, server, func(b []byte) bool {
			wrote = wrote || s.armed.Load() && bytes.Contains(b, s.text)
			if wrote && bytes.Contains(bytes.ToLower(b), []byte("commit\x00")) && s.armed.CompareAndSwap(true, false) {
				lost.Store(true)
			}
			return true
		})
	}()
	forward(server, client, func([]byte) bool {
		if lost.Load() {
			s.swallowed.Add(1)
		}
		return !lost.Load()
	})
}

// forward sends on what comes as long as it may pass.
func forward(from, to net.Conn, pass func([]byte) bool) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if n > 0 && !pass(b[:n]) {
			return
		}
		if err != nil {
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}
