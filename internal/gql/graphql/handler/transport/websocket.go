package transport

import (
	"context"
	"errors"
	"net/http"
	"time"

	"kontrak/internal/gql/graphql"
)

// graphqlTransportWS is the subprotocol that is spoken: GraphQL over WebSocket.
const graphqlTransportWS = "graphql-transport-ws"

// The close codes of the subprotocol, and of RFC 6455, that a connection ends with.
const (
	closeGoingAway     = 1001 // the server ends
	closeAbnormal      = 1006 // never sent: the connection broke
	closeTooBig        = 1009 // a message is beyond PayloadReadLimit
	closeTryAgain      = 1013 // the client is too slow
	closeBadRequest    = 4400 // a message is not of the protocol
	closeUnauthorized  = 4401 // an operation before the connection was acknowledged
	closeForbidden     = 4403 // the first message was refused, or what it allowed is over
	closeNotAcceptable = 4406 // no subprotocol that is spoken
	closeTimedOut      = 4408 // no first message, or no pong, in time
	closeDuplicate     = 4409 // an operation's id is in use
	closeTwice         = 4429 // a second first message
	closeInternal      = 4500 // the server failed
)

const (
	// initTimeout and payloadLimit are for programs that set none.
	initTimeout  = 10 * time.Second
	payloadLimit = 1 << 20
	// operationsAtOnce bounds the operations of one connection.
	operationsAtOnce = 128
)

type (
	// Websocket runs operations over WebSocket connections that speak graphql-transport-ws. Requests that the
	// implementation refuses, foreign origins above all, are answered by it.
	Websocket struct {
		// Implementation makes the connections; CoderWebsocketImplementation{} unless given.
		Implementation WebsocketImplementation
		// InitFunc sees the first message. Its context is that of all operations, and the connection ends with it; its
		// payload goes out with the acknowledgement; its error closes the connection with 4403 and the error's text,
		// or with the code that the error's method CloseCode() int gives.
		InitFunc WebsocketInitFunc
		// InitTimeout is how long the first message may take, 10 s unless given; then the connection is closed with 4408.
		InitTimeout time.Duration
		// ErrorFunc is told of errors in reading and writing, which are always a WebsocketError.
		ErrorFunc WebsocketErrorFunc
		// CloseFunc is called once for each connection at its end, with the close code.
		CloseFunc WebsocketCloseFunc
		// KeepAlivePingInterval is how often a ping is sent that need not be answered; 0 is never.
		KeepAlivePingInterval time.Duration
		// PongOnlyInterval is how often a pong is sent that nobody asked for; 0 is never.
		PongOnlyInterval time.Duration
		// PingPongInterval is how often a ping is sent that must be answered before the next but one; 0 is never. A
		// client that fails to is closed with 4408.
		PingPongInterval time.Duration
		// MissingPongOk forgives missing answers.
		MissingPongOk bool
		// PayloadReadLimit bounds the bytes of a message, 1 MB unless given; 0 is no bound.
		PayloadReadLimit *int64

		timers timers
	}

	// WebsocketInitFunc decides about a connection by its first message.
	WebsocketInitFunc func(ctx context.Context, initPayload InitPayload) (context.Context, *InitPayload, error)
	// WebsocketErrorFunc is told of an error.
	WebsocketErrorFunc func(ctx context.Context, err error)
	// WebsocketCloseFunc is told of the end of a connection; 1006 means that it broke.
	WebsocketCloseFunc func(ctx context.Context, closeCode int)
)

var _ graphql.Transport = Websocket{}

// WebsocketError is an error in reading from or writing to a connection.
type WebsocketError struct {
	Err error
	// IsReadError tells which of both.
	IsReadError bool
}

// Error tells which of both, and the error.
func (e WebsocketError) Error() string {
	if e.IsReadError {
		return "websocket read: " + e.Err.Error()
	}
	return "websocket write: " + e.Err.Error()
}

// Unwrap gives the error.
func (e WebsocketError) Unwrap() error { return e.Err }

// Supports takes requests that begin a WebSocket.
func (t Websocket) Supports(r *http.Request) bool { return isUpgrade(r) }

// Do serves a connection until it ends.
func (t Websocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	accepter := t.Implementation
	if accepter == nil {
		accepter = CoderWebsocketImplementation{}
	}
	conn, err := accepter.Accept(w, r, WebsocketAcceptOptions{Subprotocols: []string{graphqlTransportWS}})
	if err != nil {
		if t.ErrorFunc != nil {
			t.ErrorFunc(r.Context(), WebsocketError{Err: err, IsReadError: true})
		}
		return
	}
	if timed, ok := conn.(interface{ hold(timers) }); ok {
		timed.hold(t.timers)
	}
	if limiter, ok := conn.(WebsocketReadLimiter); ok {
		limiter.SetReadLimit(t.readLimit())
	}
	newConnection(t, conn, r, exec).serve()
}

// readLimit is the bound of a message in bytes, -1 for none.
func (t Websocket) readLimit() int64 {
	switch {
	case t.PayloadReadLimit == nil:
		return payloadLimit
	case *t.PayloadReadLimit == 0:
		return -1
	default:
		return *t.PayloadReadLimit
	}
}

// closeCodeOf is the code that the connection was closed with when reading gave err.
func closeCodeOf(err error) int {
	if errors.Is(err, ErrWebsocketClosed) {
		return WebsocketCloseNormalClosure
	}
	return peerCloseCode(err)
}
