package graph_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kontrak/graph"
	"kontrak/internal/actor"

	"github.com/coder/websocket"
)

// line is a client's end of a WebSocket.
type line struct {
	t    *testing.T
	conn *websocket.Conn
}

// dial opens a connection.
func (w *wired) dial(t *testing.T, header http.Header) *line {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, w.url+"/query", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &line{t, conn}
}

// call opens a connection as the bearer of a token.
func (w *wired) call(t *testing.T, token string) *line {
	t.Helper()
	l := w.dial(t, nil)
	l.say(`{"type":"connection_init","payload":{"Authorization":"` + token + `"}}`)
	l.hears(`{"type":"connection_ack"}`)
	return l
}

func (l *line) say(text string) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := l.conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		l.t.Fatal(err)
	}
}

func (l *line) next() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, b, err := l.conn.Read(ctx)
	return string(b), err
}

// hears expects messages that hold the texts.
func (l *line) hears(want ...string) {
	l.t.Helper()
	for _, w := range want {
		if got, err := l.next(); err != nil || !strings.Contains(got, w) {
			l.t.Fatalf("got %s %v, want %s", got, err, w)
		}
	}
}

// hearsEnd expects the connection to be closed, after any messages.
func (l *line) hearsEnd(code int, reason string) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		_, _, err := l.conn.Read(ctx)
		if err == nil {
			continue
		}
		var end websocket.CloseError
		if !errors.As(err, &end) || int(end.Code) != code || end.Reason != reason {
			l.t.Fatalf("got %v, want %d %s", err, code, reason)
		}
		return
	}
}

func asks(id, query string) string {
	return `{"id":"` + id + `","type":"subscribe","payload":{"query":"` + query + `"}}`
}

const ticks = "subscription { ticks }"

func TestAFailureOfOursIsNotTheCallersFault(t *testing.T) {
	t.Parallel()
	w := wire(t, nil)
	w.fails = errors.New("a secret of the server")
	l := w.dial(t, nil)
	l.say(`{"type":"connection_init","payload":{"Authorization":"Bearer good"}}`)
	l.hearsEnd(4500, "Something went wrong on our side.")

	w.now(func() { w.fails = nil })
	l = w.call(t, good)
	w.now(func() { w.fails = errors.New("a secret of the server") })
	l.say(asks("1", "{ me }"))
	l.hears(`"code":"INTERNAL"`, "complete")
	w.now(func() { w.fails = nil })
	l.say(asks("1", "{ me }"))
	l.hears("user 1", "complete")
}

func TestAConnectionEndsWhenItsCallerIsNotSignedInAnyMore(t *testing.T) {
	t.Parallel()
	w := wire(t, nil)
	l := w.call(t, good)
	l.say(asks("1", "{ me }"))
	l.hears("user 1", "complete")
	w.now(func() { w.known[good] = actor.Actor{UserID: 2} })
	l.say(asks("1", "{ me }"))
	l.hears("user 2", "complete")
	l.say(asks("s", ticks))
	ctx := wait(t, w.opened)
	w.now(func() { delete(w.known, good) })
	l.say(asks("1", "{ me }"))
	l.hearsEnd(4403, "Sign in again.")
	wait(t, ctx.Done())
}

func TestAnEventReachesOnlyWhoIsStillSignedIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(w *wired)
		code   string
		closes bool
	}{
		{"a token that ended", func(w *wired) { delete(w.known, good) }, "TOKEN_INVALID", true},
		{"a caller that may see other things now", func(w *wired) { w.known[good] = actor.Actor{UserID: 1, Institutions: []int64{5}} }, "subscribe again", false},
		{"a failure of ours", func(w *wired) { w.fails = errors.New("no") }, "INTERNAL", false},
	} {
		t.Run(c.name+", over a WebSocket", func(t *testing.T) {
			t.Parallel()
			w := wire(t, nil)
			l := w.call(t, good)
			l.say(asks("s", ticks))
			wait(t, w.opened)
			w.events <- "one"
			l.hears(`{"ticks":"one"}`)
			w.now(func() { c.change(w) })
			w.events <- "two"
			if c.closes {
				l.hearsEnd(4403, "Sign in again.")
				return
			}
			l.hears(c.code, "complete")
		})
		t.Run(c.name+", as events", func(t *testing.T) {
			t.Parallel()
			w := wire(t, nil)
			stream := w.listen(t, good, ticks)
			wait(t, w.opened)
			w.events <- "one"
			stream.hears(`{"ticks":"one"}`)
			w.now(func() { c.change(w) })
			w.events <- "two"
			stream.hears(c.code, "event: complete")
		})
	}
}

// stream is a client that reads server-sent events.
type stream struct {
	t *testing.T
	*bufio.Scanner
}

// listen asks for events.
func (w *wired) listen(t *testing.T, token, query string) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/query", strings.NewReader(`{"query":"`+query+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode != 200 || kind != "text/event-stream" {
		t.Fatalf("%s %s", answer.Status, kind)
	}
	return &stream{t, bufio.NewScanner(answer.Body)}
}

// hears expects lines that hold the texts, in order.
func (s *stream) hears(want ...string) {
	s.t.Helper()
	for _, w := range want {
		for {
			if !s.Scan() {
				s.t.Fatalf("the stream ended (%v) before %s", s.Err(), w)
			}
			if strings.Contains(s.Text(), w) {
				break
			}
		}
	}
}

func TestEventsComeAndEndWithTheirSource(t *testing.T) {
	t.Parallel()
	w := wire(t, nil)
	anonymous := w.listen(t, "", ticks)
	wait(t, w.opened)
	w.events <- "one"
	anonymous.hears(`data: {"data":{"ticks":"one"}}`)
	close(w.events)
	anonymous.hears("event: complete")
	w.listen(t, good, "{ me }").hears(`data: {"data":{"me":"user 1"}}`, "event: complete")
}

// TestTheSingleConnectionModeOfEventsIsNotSpoken: its reservations and tokens are
// refused, so that clients can tell.
func TestTheSingleConnectionModeOfEventsIsNotSpoken(t *testing.T) {
	t.Parallel()
	w := wire(t, nil)
	for _, c := range []struct {
		name, method, at string
		status           int
		code             string
	}{
		{"a reservation", http.MethodPut, "/query", 405, "METHOD_NOT_ALLOWED"},
		{"a stream by its token", http.MethodGet, "/query?token=x", 400, "BAD_REQUEST"},
		{"the end of an operation", http.MethodDelete, "/query?operationId=x", 405, "METHOD_NOT_ALLOWED"},
	} {
		status, body := w.do(httptest.NewRequest(c.method, c.at, nil), good, "Accept", "text/event-stream", "X-GraphQL-Event-Stream-Token", "x")
		if status != c.status || !strings.Contains(body, c.code) {
			t.Errorf("%s: %d %s", c.name, status, body)
		}
	}
}

func TestAStreamIsKeptAlive(t *testing.T) {
	t.Parallel()
	w := wire(t, func(c *graph.HandlerConfig) { c.KeepAlive = time.Millisecond })
	w.listen(t, good, ticks).hears(": ping", ": ping")
}

func TestStreamsEndWithTheServer(t *testing.T) {
	t.Parallel()
	ending := make(chan struct{})
	w := wire(t, func(c *graph.HandlerConfig) {
		c.Stream = func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			go func() {
				<-ending
				cancel()
			}()
			return ctx, cancel
		}
	})
	l := w.call(t, good)
	l.say(asks("s", ticks))
	wait(t, w.opened)
	events := w.listen(t, good, ticks)
	wait(t, w.opened)
	close(ending)
	l.hearsEnd(1001, "Going away")
	for events.Scan() {
		if strings.Contains(events.Text(), "complete") {
			t.Error("a stream that the server ended looks complete")
		}
	}
}

func TestAConnectionRunsSoManyOperationsAtOnce(t *testing.T) {
	t.Parallel()
	w := wire(t, func(c *graph.HandlerConfig) { c.Sockets.Operations = 2 })
	l := w.call(t, good)
	for i := range 2 {
		l.say(asks(fmt.Sprint(i), ticks))
		wait(t, w.opened)
	}
	l.say(asks("more", "{ me }"))
	l.hears(`"code":"TOO_MANY_OPERATIONS"`, `{"id":"more","type":"complete"}`)
	l.say(`{"id":"0","type":"complete"}`)
	for i := 0; ; i++ { // the end of an operation is not answered
		l.say(asks(fmt.Sprint("again", i), "{ me }"))
		got, err := l.next()
		if err != nil {
			t.Fatal(err)
		}
		l.hears("complete")
		if strings.Contains(got, "user 1") {
			break
		}
	}
}

func TestAMessageOfTooManyValuesIsRefusedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	l := wire(t, nil).call(t, good)
	values := strings.Repeat("1,", 30_000) + "1"
	l.say(`{"id":"1","type":"subscribe","payload":{"query":"query($of: [Int!]) { size(of: $of) }","variables":{"of":[` + values + `]}}}`)
	l.hears(`{"id":"1","payload":[{"message":"The request holds`)
	l.say(asks("1", "{ me }"))
	l.hears("user 1", "complete")
	l.say(`{"type":"ping","payload":{"of":[` + values + `]}}`)
	l.hearsEnd(4400, "Invalid message received")
}

func TestMessagesHaveALimit(t *testing.T) {
	t.Parallel()
	l := wire(t, func(c *graph.HandlerConfig) { c.Sockets.Message = 1000 }).call(t, good)
	l.say(asks("1", "{ me } # "+strings.Repeat("x", 1000)))
	l.hearsEnd(1009, "read limited at 1001 bytes")
}

func TestPagesOfTheseOriginsMayConnect(t *testing.T) {
	t.Parallel()
	w := wire(t, func(c *graph.HandlerConfig) { c.Origins = []string{"https://app.example.test", "http://[::1]:3000"} })
	for origin, status := range map[string]int{
		"https://app.example.test": 101, "http://[::1]:3000": 101, w.url: 101,
		"https://other.example.test": 403, "http://app.example.test": 403, "http://1:3000": 403, "null": 403,
	} {
		conn, answer, err := websocket.Dial(t.Context(), w.url+"/query", &websocket.DialOptions{
			Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Origin": {origin}},
		})
		if answer == nil || answer.StatusCode != status {
			t.Errorf("%s: %v %v", origin, answer, err)
		}
		if conn != nil {
			_ = conn.CloseNow()
		}
	}
}

func TestConnectionsMustShowThatTheyLive(t *testing.T) {
	t.Parallel()
	w := wire(t, func(c *graph.HandlerConfig) {
		c.Sockets.Init, c.Sockets.Ping = 20*time.Millisecond, 20*time.Millisecond
	})
	t.Run("by a first message", func(t *testing.T) {
		t.Parallel()
		w.dial(t, nil).hearsEnd(4408, "Connection initialisation timeout")
	})
	t.Run("by answers", func(t *testing.T) {
		t.Parallel()
		w := wire(t, func(c *graph.HandlerConfig) { c.Sockets.Ping = 20 * time.Millisecond })
		w.call(t, good).hearsEnd(4408, "Pong timeout")
	})
}
