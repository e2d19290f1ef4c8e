package graph

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/guard"

	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Sockets bound WebSocket connections. What is zero has its default.
type Sockets struct {
	// Init is how long the first message may take.
	Init time.Duration
	// Ping is how often a client is asked whether it still lives; one that leaves
	// two of these without an answer is cut off at the third.
	Ping time.Duration
	// Message bounds the bytes of a message.
	Message int64
	// Operations is how many a connection runs at once.
	Operations int
}

// DefaultSockets is what zero bounds mean.
var DefaultSockets = Sockets{Init: 10 * time.Second, Ping: DefaultKeepAlive, Message: 1 << 20, Operations: 100}

// websocket is the transport of connections.
func (c HandlerConfig) websocket() transport.Websocket {
	d, s := DefaultSockets, c.Sockets
	message := cmp.Or(s.Message, d.Message)
	return transport.Websocket{
		Implementation:   measuring{implementation(c.Origins), c.Limits},
		InitFunc:         c.connected,
		InitTimeout:      cmp.Or(s.Init, d.Init),
		PingPongInterval: cmp.Or(s.Ping, d.Ping),
		PayloadReadLimit: &message,
	}
}

// exactly writes an origin as a pattern that only itself matches.
var exactly = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

func implementation(origins []string) transport.WebsocketImplementation {
	var patterns []string
	for _, origin := range origins {
		patterns = append(patterns, exactly.Replace(origin))
	}
	return transport.CoderWebsocketImplementation{AcceptOptions: websocket.AcceptOptions{OriginPatterns: patterns}}
}

// connected says who calls over a connection: the Authorization of its first
// message, as the header of a request would say it, or else that header.
func (c HandlerConfig) connected(ctx context.Context, first transport.InitPayload) (context.Context, *transport.InitPayload, error) {
	said, err := authorizationOf(first)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ctx = transport.AppendCloseReason(ctx, signInAgain)
	line := &caller{end: cancel, authorization: said}
	if before := callerOf(ctx); line.authorization == "" && before != nil {
		line.authorization = before.authorization
	}
	who, err := c.whoIs(ctx, line.authorization)
	if err != nil {
		cancel()
		return nil, nil, c.closing(ctx, err)
	}
	line.who = who
	return context.WithValue(actor.With(ctx, who), callerKey{}, line), nil, nil
}

// authorizationOf gives the Authorization of a first message, in whatever letters it
// is spelled: at the top, or within headers, where many clients put it. It is empty
// where there is none. What cannot be understood is refused: whoever meant to sign in
// must not go on as nobody.
func authorizationOf(first transport.InitPayload) (string, error) {
	places := []map[string]any{first}
	if headers, ok := first["headers"].(map[string]any); ok {
		places = append(places, headers)
	}
	found := ""
	for _, place := range places {
		for name, value := range place {
			if value == nil || !strings.EqualFold(name, "Authorization") {
				continue
			}
			text, ok := value.(string)
			switch {
			case !ok:
				return "", unreadable("Authorization must be a text.")
			case text == "":
			case found != "" && found != text:
				return "", unreadable("There are two different Authorizations.")
			default:
				found = text
			}
		}
	}
	return found, nil
}

// unreadable closes a connection whose first message cannot be understood.
type unreadable string

// Error is what the client is told.
func (u unreadable) Error() string { return string(u) }

// CloseCode is that of a message that is not one of the protocol: the same one will
// not pass later.
func (unreadable) CloseCode() int { return 4400 }

// closing is the error that a connection is closed with: its text is for the
// client.
func (c HandlerConfig) closing(ctx context.Context, err error) error {
	f, ok := fault.As(err)
	if ok && f.Kind == fault.Unauthenticated {
		return errors.New(f.Message)
	}
	c.Logger.ErrorContext(ctx, "authentication failed", "error", err)
	return ourFault{}
}

// ourFault closes a connection for a failure of ours.
type ourFault struct{}

// Error is what the client is told.
func (ourFault) Error() string { return fault.New(fault.InternalError, "").Message }

// CloseCode is that of an internal server error. An engine that does not ask for
// it closes with 4403.
func (ourFault) CloseCode() int { return 4500 }

// measuring is an implementation whose connections refuse a message that holds far
// too many values before it is decoded: reading them would take fifty times the
// memory of the message.
type measuring struct {
	transport.WebsocketImplementation
	limits guard.Limits
}

// Accept begins a connection.
func (m measuring) Accept(w http.ResponseWriter, r *http.Request, o transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	conn, err := m.WebsocketImplementation.Accept(w, r, o)
	if err != nil {
		return nil, err
	}
	return &measured{conn, m.limits}, nil
}

type measured struct {
	transport.WebsocketConn
	limits guard.Limits
}

// SetReadLimit bounds the bytes of a message.
func (m *measured) SetReadLimit(most int64) {
	if limiter, ok := m.WebsocketConn.(transport.WebsocketReadLimiter); ok {
		limiter.SetReadLimit(most)
	}
}

// WriteMessage writes a message that is JSON already.
func (m *measured) WriteMessage(data []byte) error {
	if writer, ok := m.WebsocketConn.(interface{ WriteMessage(data []byte) error }); ok {
		return writer.WriteMessage(data)
	}
	return m.WriteJSON(json.RawMessage(data))
}

// NextReader gives the next message. One that is refused is answered here, and the
// connection goes on.
func (m *measured) NextReader() (int, io.Reader, error) {
	for {
		kind, r, err := m.WebsocketConn.NextReader()
		if err != nil {
			return kind, r, err
		}
		var text bytes.Buffer
		if _, err := text.ReadFrom(r); err != nil {
			return kind, nil, err
		}
		f := m.limits.CheckBody(text.Bytes())
		if f == nil {
			return kind, &text, nil
		}
		var about struct {
			ID   string `json:"id"`
			Type string `json:"type"`
		}
		_ = json.Unmarshal(text.Bytes(), &about) // what cannot be read names no operation
		if about.ID == "" || about.Type != "subscribe" {
			return kind, bytes.NewReader(nil), nil // no message of the protocol
		}
		answer := map[string]any{"id": about.ID, "type": "error", "payload": []any{dress(&gqlerror.Error{}, f)}}
		if err := m.WriteJSON(answer); err != nil {
			return 0, nil, err
		}
	}
}
