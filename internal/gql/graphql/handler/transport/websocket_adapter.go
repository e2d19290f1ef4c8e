package transport

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// The close codes of RFC 6455 that implementations and programs meet.
const (
	WebsocketCloseNormalClosure    = 1000
	WebsocketCloseProtocolError    = 1002
	WebsocketCloseNoStatusReceived = 1005
)

// How long the handshake at the end of a connection may take: closeTimeout, and
// silentTimeout with a client that was silent for too long already.
const (
	closeTimeout  = 5 * time.Second
	silentTimeout = 500 * time.Millisecond
)

// ErrWebsocketClosed is what a WebsocketConn's NextReader gives after the client closed the connection properly.
var ErrWebsocketClosed = errors.New("websocket closed")

// WebsocketAcceptOptions is what the transport asks of an implementation.
type WebsocketAcceptOptions struct {
	// ResponseHeader is sent with the response that begins the connection.
	ResponseHeader http.Header
	// Subprotocols are those the transport speaks.
	Subprotocols []string
}

// WebsocketImplementation turns a request into a WebSocket connection. It answers requests that it refuses itself.
type WebsocketImplementation interface {
	Accept(w http.ResponseWriter, r *http.Request, options WebsocketAcceptOptions) (WebsocketConn, error)
}

// WebsocketConn is a WebSocket connection. NextReader is called by one goroutine, the others may be called meanwhile.
type WebsocketConn interface {
	io.Closer
	NextReader() (messageType int, r io.Reader, err error)
	WriteJSON(v any) error
	WriteClose(closeCode int, message string) error
	Subprotocol() string
}

// WebsocketMessageWriter is a connection that can write a message that is JSON already.
type WebsocketMessageWriter interface {
	WriteMessage(data []byte) error
}

// WebsocketReadLimiter is a connection that can bound the messages it reads.
type WebsocketReadLimiter interface {
	SetReadLimit(limit int64)
}

// CoderWebsocketImplementation makes connections with github.com/coder/websocket.
type CoderWebsocketImplementation struct {
	// AcceptOptions say, among others, which origins may connect beside the server's own: OriginPatterns.
	AcceptOptions websocket.AcceptOptions
}

var _ WebsocketImplementation = CoderWebsocketImplementation{}

// Accept answers the request; foreign origins get 403.
func (u CoderWebsocketImplementation) Accept(w http.ResponseWriter, r *http.Request, options WebsocketAcceptOptions) (WebsocketConn, error) {
	for name, values := range options.ResponseHeader {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	accept := u.AcceptOptions
	for _, name := range options.Subprotocols {
		if !slices.Contains(accept.Subprotocols, name) {
			accept.Subprotocols = append(slices.Clip(accept.Subprotocols), name)
		}
	}
	raw := &hijacked{ResponseWriter: w}
	conn, err := websocket.Accept(raw, r, &accept)
	if err != nil {
		return nil, err
	}
	return &coderConn{conn: conn, raw: raw.conn}, nil
}

// hijacked keeps the network connection that is taken out of a response: the library waits for clients in places that
// only closing that connection ends.
type hijacked struct {
	http.ResponseWriter
	conn net.Conn
}

func (h *hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.conn = conn
	return conn, rw, err
}

type coderConn struct {
	conn   *websocket.Conn
	raw    net.Conn
	timers timers
	once   sync.Once
}

var _ interface {
	WebsocketConn
	WebsocketMessageWriter
	WebsocketReadLimiter
} = &coderConn{}

func (c *coderConn) hold(t timers) { c.timers = t }

func (c *coderConn) NextReader() (int, io.Reader, error) {
	kind, r, err := c.conn.Reader(context.Background())
	switch websocket.CloseStatus(err) {
	case websocket.StatusNormalClosure, websocket.StatusNoStatusRcvd:
		return 0, nil, ErrWebsocketClosed
	default:
		return int(kind), r, err
	}
}

func (c *coderConn) WriteJSON(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.WriteMessage(b)
}

func (c *coderConn) WriteMessage(b []byte) error {
	return c.conn.Write(context.Background(), websocket.MessageText, b)
}

// WriteClose tells the client why the connection ends and waits for it to agree, for a while.
func (c *coderConn) WriteClose(code int, message string) error {
	wait := closeTimeout
	if code == closeTimedOut {
		wait = silentTimeout
	}
	defer c.timers.after(wait, c.cut)()
	return c.conn.Close(websocket.StatusCode(code), message)
}

func (c *coderConn) Close() error {
	c.cut()
	return c.conn.CloseNow()
}

// cut ends the connection without a word.
func (c *coderConn) cut() {
	c.once.Do(func() { _ = c.raw.Close() })
}

func (c *coderConn) Subprotocol() string { return c.conn.Subprotocol() }

func (c *coderConn) SetReadLimit(limit int64) { c.conn.SetReadLimit(limit) }

// peerCloseCode is the close code in err, an error of reading.
func peerCloseCode(err error) int {
	if errors.Is(err, websocket.ErrMessageTooBig) {
		return closeTooBig
	}
	if code := websocket.CloseStatus(err); code != -1 {
		return int(code)
	}
	return closeAbnormal
}
