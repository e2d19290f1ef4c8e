package transport_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/wire/graph"
	"kontrak/internal/gql/internal/wire/graph/model"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// line is a server that speaks WebSocket, and what a test holds of it.
type line struct {
	url    string
	server *handler.Server
	feed   *feed
	time   *held
	// codes gets the close code of each connection, errs the errors.
	codes chan int
	errs  chan error
}

// feed is the source of the events of all subscriptions.
type feed struct {
	graph.Resolver
	// opened gets the context of each subscription once it was opened.
	opened chan context.Context
	events chan *model.Item
}

func newFeed() *feed {
	f := &feed{opened: make(chan context.Context, 1000), events: make(chan *model.Item)}
	f.Resolver.Feed = func(ctx context.Context, topic string) (<-chan *model.Item, error) {
		switch topic {
		case "none":
			return nil, errors.New("no such topic")
		case "panic":
			panic("no topic at all")
		}
		f.opened <- ctx
		return f.events, nil
	}
	return f
}

// listen serves WebSocket connections; time is held.
func listen(t *testing.T, ws transport.Websocket) *line {
	t.Helper()
	l := &line{feed: newFeed(), time: hold(), codes: make(chan int, 10), errs: make(chan error, 10)}
	ws.CloseFunc = func(_ context.Context, code int) { l.codes <- code }
	ws.ErrorFunc = func(_ context.Context, err error) { l.errs <- err }
	l.server = handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: &l.feed.Resolver}))
	l.server.AddTransport(ws.HoldTime(l.time.after))
	l.server.AddTransport(transport.POST{})
	srv := httptest.NewServer(l.server)
	t.Cleanup(srv.Close)
	l.url = srv.URL
	return l
}

// ended waits for the end of a connection on the server's side and gives its close code.
func (l *line) ended(t *testing.T) int {
	t.Helper()
	return wait(t, l.codes)
}

// pass lets time pass while nothing is being written.
func (l *line) pass(t *testing.T, d time.Duration) {
	t.Helper()
	l.time.until(t, transport.WriteTimeout, false)
	l.time.pass(d)
}

// wait gives what comes from ch.
func wait[T any](t testing.TB, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatal("waited in vain")
		panic("unreachable")
	}
}

// caller is a client with a connection.
type caller struct {
	t    *testing.T
	conn *websocket.Conn
}

func (l *line) dial(t *testing.T, protocols ...string) *caller {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, l.url, &websocket.DialOptions{Subprotocols: protocols})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &caller{t, conn}
}

// call dials and is acknowledged.
func (l *line) call(t *testing.T) *caller {
	t.Helper()
	c := l.dial(t, "graphql-transport-ws")
	c.say(`{"type":"connection_init"}`)
	c.hear(`{"type":"connection_ack"}`)
	return c
}

func (c *caller) say(text string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *caller) next() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, b, err := c.conn.Read(ctx)
	return string(b), err
}

// hear expects messages, in order.
func (c *caller) hear(want ...string) {
	c.t.Helper()
	for _, w := range want {
		got, err := c.next()
		if err != nil {
			c.t.Fatalf("%v instead of %s", err, w)
		}
		if got != w {
			c.t.Fatalf("\ngot  %s\nwant %s", got, w)
		}
	}
}

// hearsEnd expects the connection to be closed with a code and a reason, after any messages.
func (c *caller) hearsEnd(code int, reason string) {
	c.t.Helper()
	for {
		_, err := c.next()
		if err == nil {
			continue
		}
		var end websocket.CloseError
		if !errors.As(err, &end) || int(end.Code) != code || end.Reason != reason {
			c.t.Fatalf("got %v, want %d %s", err, code, reason)
		}
		return
	}
}

func subscribe(id, query string) string {
	return `{"id":"` + id + `","type":"subscribe","payload":{"query":"` + strings.ReplaceAll(query, `"`, `\"`) + `"}}`
}
