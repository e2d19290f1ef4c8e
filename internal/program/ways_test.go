package program

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// operation is a request to the graph, whatever way it takes.
type operation struct {
	Query      string         `json:"query"`
	Variables  map[string]any `json:"variables,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

func (o operation) json(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ways are the ways to the graph. Each gives what comes back, to its end.
var ways = map[string]func(t *testing.T, at, token string, o operation) string{
	"POST": func(t *testing.T, at, token string, o operation) string {
		return exchange(t, http.MethodPost, at, token, o.json(t), "Content-Type", "application/json")
	},
	"GET": func(t *testing.T, at, token string, o operation) string {
		v := url.Values{"query": {o.Query}}
		for name, part := range map[string]map[string]any{"variables": o.Variables, "extensions": o.Extensions} {
			text, err := json.Marshal(part)
			if err != nil {
				t.Fatal(err)
			}
			if part != nil {
				v.Set(name, string(text))
			}
		}
		return exchange(t, http.MethodGet, at+"?"+v.Encode(), token, "")
	},
	"events": func(t *testing.T, at, token string, o operation) string {
		return exchange(t, http.MethodPost, at, token, o.json(t), "Content-Type", "application/json", "Accept", "text/event-stream")
	},
	"form": func(t *testing.T, at, token string, o operation) string {
		body, kind := formOf(t, o.json(t), `{}`, nil)
		return exchange(t, http.MethodPost, at, token, body, "Content-Type", kind, "Apollo-Require-Preflight", "true")
	},
	"WebSocket": func(t *testing.T, at, token string, o operation) string {
		conn := connect(t, at, token)
		defer func() { _ = conn.CloseNow() }()
		tell(t, conn, `{"id":"1","type":"subscribe","payload":`+o.json(t)+`}`)
		text, err := hear(t, conn)
		if err != nil {
			return err.Error()
		}
		return text
	},
}

// exchange sends a request and gives the body of the answer.
func exchange(t *testing.T, method, at, token, body string, header ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, at, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// formOf writes a form with files.
func formOf(t *testing.T, operations, places string, files map[string]int) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, part := range [][2]string{{"operations", operations}, {"map", places}} {
		if err := w.WriteField(part[0], part[1]); err != nil {
			t.Fatal(err)
		}
	}
	for name, size := range files {
		part, err := w.CreateFormFile(name, name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(make([]byte, size)) // into memory
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

// dial opens a WebSocket and says nothing yet.
func dial(t *testing.T, at string) *websocket.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, at, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	return conn
}

// connect opens a WebSocket as the bearer of a token; none is nobody.
func connect(t *testing.T, at, token string) *websocket.Conn {
	t.Helper()
	conn, first := dial(t, at), `{"type":"connection_init"}`
	if token != "" {
		first = `{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`
	}
	tell(t, conn, first)
	if text, err := answer(t, conn); err != nil || !strings.Contains(text, "connection_ack") {
		t.Fatal(text, err)
	}
	return conn
}

func tell(t *testing.T, conn *websocket.Conn, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// hear gives the next message, or how the connection ended.
func hear(t *testing.T, conn *websocket.Conn) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, text, err := conn.Read(ctx)
	return string(text), err
}

// answer is hear without the pings: the server may send one at any time.
func answer(t *testing.T, conn *websocket.Conn) (text string, err error) {
	t.Helper()
	for text, err = hear(t, conn); err == nil && strings.Contains(text, `"type":"ping"`); {
		text, err = hear(t, conn)
	}
	return text, err
}
