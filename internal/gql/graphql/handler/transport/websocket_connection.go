package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"kontrak/internal/gql/graphql"
)

// connection is a WebSocket. One goroutine reads from it, one writes what is in the queue, and each operation has one.
// Whoever finds a reason to end the connection calls end; the reader goes on, so that the client can close it properly.
type connection struct {
	Websocket
	conn    WebsocketConn
	exec    graphql.GraphExecutor
	headers http.Header
	q       *queue
	work    sync.WaitGroup // everything beside the reader
	written chan struct{}  // closed when the writer is gone

	server context.Context // of the request: done when the server ends
	cancel context.CancelFunc

	mu sync.Mutex
	// ctx is that of operations; what InitFunc returned is in it.
	ctx       context.Context
	state     state
	active    map[string]*operation
	unwatch   []func() bool
	closeCode int

	// unanswered counts the pings since the last pong.
	unanswered atomic.Int32
}

// state is how far a connection got.
type state int

const (
	fresh        state = iota // nothing was read yet
	initialising              // the first message was read
	acknowledged
	ended
)

func newConnection(t Websocket, conn WebsocketConn, r *http.Request, exec graphql.GraphExecutor) *connection {
	c := &connection{
		Websocket: t, conn: conn, exec: exec, headers: r.Header, q: newQueue(), written: make(chan struct{}),
		server: r.Context(), active: map[string]*operation{}, closeCode: closeAbnormal,
	}
	c.ctx, c.cancel = context.WithCancel(r.Context())
	return c
}

// serve runs the connection to its end.
func (c *connection) serve() {
	defer func() { _ = c.conn.Close() }()
	c.work.Go(c.write)
	wait := c.InitTimeout
	if wait == 0 {
		wait = initTimeout
	}
	stopWaiting := c.timers.after(wait, func() { c.end(closeTimedOut, "Connection initialisation timeout") })
	c.watch(c.server)
	if c.conn.Subprotocol() != graphqlTransportWS {
		c.end(closeNotAcceptable, "Subprotocol not acceptable")
	}
	stopBeats := c.beat()
	err := c.read(stopWaiting)

	stopWaiting()
	stopBeats()
	c.lost(err)
	c.work.Wait()
	if c.CloseFunc != nil {
		c.CloseFunc(c.lasting(), c.closeCode)
	}
}

// watch ends the connection with ctx.
func (c *connection) watch(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		switch reason := closeReason(ctx); {
		case c.server.Err() != nil:
			c.end(closeGoingAway, "Going away")
		case reason != "":
			c.end(closeForbidden, reason)
		default:
			c.end(closeForbidden, "Forbidden")
		}
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == ended {
		stop()
		return
	}
	c.unwatch = append(c.unwatch, stop)
}

// end closes the connection with a code and a reason, unless it ended already.
func (c *connection) end(code int, reason string) {
	c.ending(code, func() {
		<-c.written // at most as long as one write may take
		_ = c.conn.WriteClose(code, shorten(reason))
		_ = c.conn.Close()
	})
}

// lost ends the connection after reading gave err.
func (c *connection) lost(err error) {
	code := closeCodeOf(err)
	if !c.ending(code, func() { _ = c.conn.Close() }) {
		return
	}
	if !errors.Is(err, ErrWebsocketClosed) && code != closeGoingAway {
		c.tell(WebsocketError{Err: err, IsReadError: true})
	}
}

// tell hands an error to the program.
func (c *connection) tell(err WebsocketError) {
	if c.ErrorFunc != nil {
		c.ErrorFunc(c.lasting(), err)
	}
}

// lasting is the context of the connection without its end.
func (c *connection) lasting() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	return context.WithoutCancel(c.ctx)
}

// ending stops all work and has then close the connection, or reports false when that was done before.
func (c *connection) ending(code int, then func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == ended {
		return false
	}
	c.work.Go(then)
	c.state, c.closeCode = ended, code
	for _, stop := range c.unwatch {
		stop()
	}
	c.cancel()
	clear(c.active)
	c.q.drop()
	return true
}

// shorten cuts a reason to what a close frame can hold.
func shorten(reason string) string {
	const most = 123
	if len(reason) <= most {
		return reason
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(reason[cut]) {
		cut--
	}
	return reason[:cut]
}

// write writes what is in the queue.
func (c *connection) write() {
	defer close(c.written)
	for {
		b, ok := c.q.take()
		if !ok {
			return
		}
		stop := c.timers.after(writeTimeout, func() { _ = c.conn.Close() })
		err := c.writeMessage(b)
		stop()
		if err == nil {
			continue
		}
		if c.ending(closeAbnormal, func() { _ = c.conn.Close() }) {
			c.tell(WebsocketError{Err: err})
		}
		return
	}
}

func (c *connection) writeMessage(b []byte) error {
	if w, ok := c.conn.(WebsocketMessageWriter); ok {
		return w.WriteMessage(b)
	}
	return c.conn.WriteJSON(json.RawMessage(b))
}

// say puts a message of the protocol itself into the queue, and waits for room. The reader calls it: nothing more is read
// from a client that leaves so many answers lying, until it takes some of them.
func (c *connection) say(b []byte) {
	c.mu.Lock()
	ctx := c.ctx
	c.mu.Unlock()
	_ = c.q.put(ctx, b) // fails when the connection has ended
}

func (c *connection) slow() { c.end(closeTryAgain, "Slow subscriber") }

// frame is a message of the protocol as it comes.
type frame struct {
	ID      *string         `json:"id"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// read reads messages until there are no more.
func (c *connection) read(stopWaiting func() bool) error {
	const text = 1
	for {
		kind, r, err := c.conn.NextReader()
		if err != nil {
			return err
		}
		var body bytes.Buffer
		if _, err := io.Copy(&body, r); err != nil {
			return err
		}
		if c.stateNow() == ended {
			continue
		}
		var f frame
		if kind != text || json.Unmarshal(body.Bytes(), &f) != nil {
			c.end(closeBadRequest, "Invalid message received")
			continue
		}
		c.handle(f, stopWaiting)
	}
}

func (c *connection) stateNow() state {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

func (c *connection) handle(f frame, stopWaiting func() bool) {
	switch f.Type {
	case "connection_init":
		stopWaiting()
		c.init(f.Payload)
	case "ping":
		c.say(control("pong", f.Payload))
	case "pong":
		c.ponged()
	case "subscribe":
		c.subscribe(f)
	case "complete":
		if f.ID == nil {
			c.end(closeBadRequest, "Invalid message received")
			return
		}
		c.stop(*f.ID)
	default:
		c.end(closeBadRequest, "Invalid message received")
	}
}

// control is a message that is about no operation.
func control(kind string, payload json.RawMessage) []byte {
	b := append([]byte(`{"type":"`), kind...)
	b = append(b, '"')
	if len(payload) > 0 {
		b = append(append(b, `,"payload":`...), payload...)
	}
	return append(b, '}')
}
