package guard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"kontrak/internal/testkit/ceiling"
)

// headBytes is what the head of a request may have.
const headBytes = 64 << 10

// client asks the whole program by every way, through sockets.
type client struct {
	t         testing.TB
	at, token string
	socket    *websocket.Conn
}

func newClient(t testing.TB, h http.Handler, token string) *client {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.MaxHeaderBytes = headBytes
	srv.Start()
	t.Cleanup(srv.Close)
	return &client{t: t, at: srv.URL + "/query", token: token}
}

// way is a way to the graph: how a body of JSON goes there, and which code comes
// back where the way itself refuses what the graph would refuse otherwise.
type way struct {
	name string
	ask  func(c *client, body string) *reply
	// instead gives the code that is expected in the place of the graph's.
	instead func(body, code string) string
}

func asItIs(_, code string) string { return code }

func everyWay() []way {
	return []way{
		{"POST", func(c *client, body string) *reply { return c.post("application/json", body, "") }, asItIs},
		{"GET", (*client).get, func(body, code string) string {
			if n := len(address(body)); n > headBytes-1000 {
				return "status 431"
			}
			return code
		}},
		{"events", func(c *client, body string) *reply { return c.post("application/json", body, "text/event-stream") }, asItIs},
		{"form", (*client).form, asItIs},
		{"WebSocket", (*client).say, func(body, code string) string {
			switch {
			case len(body) > 1<<20:
				return "closed with 1009"
			case !json.Valid([]byte(body)):
				return "closed with 4400"
			}
			return code
		}},
	}
}

// TestAHostileRequestIsRefusedByEveryWay is not parallel, so that its figures are of
// one request. They hold what the client needs as well.
func TestAHostileRequestIsRefusedByEveryWay(t *testing.T) {
	app, token := start(t)
	c := newClient(t, app.Handler, token)
	worst := map[string]*[2]float64{}
	for _, w := range everyWay() {
		worst[w.name] = &[2]float64{}
		w.ask(c, `{"query":"{ viewer { id } }"}`) // what is made on first use is made now
	}
	for _, h := range hostileRequests() {
		body := h.text(t)
		line := ""
		for _, w := range everyWay() {
			if w.name == "GET" && !json.Valid([]byte(body)) {
				continue // an address has no body that could be broken
			}
			before, began := ceiling.Allocated(), time.Now()
			got := w.ask(c, body)
			took, used := time.Since(began).Seconds()*1e3, float64(ceiling.Allocated()-before)/1e6
			want := w.instead(body, h.code)
			if want == "closed with 1009" && got.code() == "closed with -1" {
				want = got.code() // the network may lose the reason while the client still writes
			}
			if got.code() != want {
				t.Errorf("%s by %s: got %q, want %q: %.300v", h.name, w.name, got.code(), want, got.Errors)
			}
			if used > 32 {
				t.Errorf("%s by %s: %.1f MB were allocated", h.name, w.name, used)
			}
			line += fmt.Sprintf("%7.1f ms %5.1f MB ", took, used)
			worst[w.name][0], worst[w.name][1] = max(worst[w.name][0], took), max(worst[w.name][1], used)
		}
		t.Logf("%s %s", line, h.name)
	}
	for _, w := range everyWay() {
		t.Logf("at worst by %-9s %6.1f ms %5.1f MB", w.name, worst[w.name][0], worst[w.name][1])
	}
}

// answer reads what came back.
func (c *client) answer(r *http.Request) *reply {
	c.t.Helper()
	r.Header.Set("Authorization", "Bearer "+c.token)
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if strings.HasPrefix(got.Header.Get("Content-Type"), "text/event-stream") {
		_, after, _ := bytes.Cut(text, []byte("data: "))
		text, _, _ = bytes.Cut(after, []byte("\n"))
	}
	var read reply
	if err := json.Unmarshal(text, &read); err != nil {
		return refusedWith(fmt.Sprintf("status %d", got.StatusCode))
	}
	return &read
}

// refusedWith is the reply of who answers without JSON.
func refusedWith(code string) *reply {
	var r reply
	_ = json.Unmarshal([]byte(fmt.Sprintf(`{"errors":[{"extensions":{"code":%q}}]}`, code)), &r) // it is JSON
	return &r
}

func (c *client) request(method, at string, body io.Reader) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, at, body)
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *client) post(kind, body, accept string) *reply {
	c.t.Helper()
	r := c.request(http.MethodPost, c.at, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Apollo-Require-Preflight", "true")
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	return c.answer(r)
}

// address writes a body of JSON as the parameters of an address.
func address(body string) string {
	var parts map[string]json.RawMessage
	_ = json.Unmarshal([]byte(body), &parts) // it was found valid
	v := url.Values{}
	for name, part := range parts {
		var text string
		if json.Unmarshal(part, &text) != nil {
			text = string(part)
		}
		v.Set(name, text)
	}
	return v.Encode()
}

func (c *client) get(body string) *reply {
	c.t.Helper()
	return c.answer(c.request(http.MethodGet, c.at+"?"+address(body), nil))
}

func (c *client) form(body string) *reply {
	c.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := errors.Join(w.WriteField("operations", body), w.WriteField("map", "{}"), w.Close()); err != nil {
		c.t.Fatal(err)
	}
	return c.post(w.FormDataContentType(), b.String(), "")
}

// say asks over a connection, which is opened anew when it was closed.
func (c *client) say(body string) *reply {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if c.socket == nil {
		conn, _, err := websocket.Dial(ctx, c.at, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
		if err != nil {
			c.t.Fatal(err)
		}
		conn.SetReadLimit(-1)
		c.socket = conn
		_, err = c.exchange(ctx, `{"type":"connection_init","payload":{"Authorization":"Bearer `+c.token+`"}}`)
		if err != nil {
			c.t.Fatal(err)
		}
	}
	message, err := c.exchange(ctx, `{"id":"1","type":"subscribe","payload":`+body+`}`)
	if err != nil {
		_ = c.socket.CloseNow()
		c.socket = nil
		return refusedWith(fmt.Sprintf("closed with %d", websocket.CloseStatus(err)))
	}
	var read reply
	if message.Type == "error" {
		message.Payload = []byte(`{"errors":` + string(message.Payload) + `}`)
	} else if _, _, err := c.socket.Read(ctx); err != nil { // complete
		c.t.Fatal(err)
	}
	if err := json.Unmarshal(message.Payload, &read); err != nil {
		c.t.Fatal(err)
	}
	return &read
}

type message struct {
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// exchange sends a message and reads one.
func (c *client) exchange(ctx context.Context, text string) (m message, err error) {
	if err = c.socket.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		return m, err
	}
	_, got, err := c.socket.Read(ctx)
	if err == nil {
		err = json.Unmarshal(got, &m)
	}
	return m, err
}
