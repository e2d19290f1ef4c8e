package transport_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/extension"
	"kontrak/internal/gql/graphql/handler/lru"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/wire/graph"
	"kontrak/internal/gql/internal/wire/graph/model"
	"kontrak/internal/testkit/ceiling"
)

// everything is a server with all transports, whose streams end after one event. A panic fails the test.
func everything(t *testing.T, ws transport.Websocket) *handler.Server {
	t.Helper()
	resolver := &graph.Resolver{
		Feed: func(context.Context, string) (<-chan *model.Item, error) {
			ch := make(chan *model.Item, 1)
			ch <- &model.Item{Text: "one"}
			close(ch)
			return ch, nil
		},
		Held: func(context.Context) (string, error) { return "held", nil },
	}
	srv := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: resolver}))
	srv.AddTransport(ws)
	srv.AddTransport(transport.Options{})
	srv.AddTransport(transport.SSE{})
	srv.AddTransport(transport.GET{})
	srv.AddTransport(transport.POST{})
	srv.AddTransport(transport.MultipartForm{MaxMemory: 64})
	srv.SetParserTokenLimit(500)
	srv.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](10)})
	srv.Use(extension.Introspection{})
	srv.SetRecoverFunc(func(_ context.Context, p any) error {
		t.Errorf("panic: %v", p)
		return io.ErrUnexpectedEOF
	})
	return srv
}

const formType = "multipart/form-data; boundary=b"

func FuzzHTTPBody(f *testing.F) {
	for _, body := range []string{
		`{"query":"{hello}"}`, `{"query":"query($n:String!){hello(name:$n)}","variables":{"n":"x"},"operationName":null}`,
		`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`, `{"query":"subscription{feed{text late}}"}`,
		`{"query":"mutation($a:Attachment!){attach(to:$a){name}}","variables":{"a":{"files":[null]}}}`, `[]`, `null`, `{`,
		"--b\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + keepOne +
			"\r\n--b\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{\"0\":[\"variables.f\"]}" +
			"\r\n--b\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n",
	} {
		f.Add("application/json", "application/graphql-response+json", []byte(body))
		f.Add("application/json", "text/event-stream", []byte(body))
		f.Add(formType, "*/*", []byte(body))
	}
	f.Fuzz(func(t *testing.T, contentType, accept string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		srv := everything(t, transport.Websocket{})
		ceiling.Hold(t, string(body), func() { srv.ServeHTTP(w, r) })
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w.Header().Get("Content-Type") != "text/event-stream" {
			if !json.Valid(w.Body.Bytes()) {
				t.Errorf("not JSON: %s", w.Body)
			}
			return
		}
		text := w.Body.String()
		if !strings.HasPrefix(text, ":\n\n") || !strings.HasSuffix(text, completed) {
			t.Errorf("not a stream: %q", text)
		}
		for line := range strings.SplitSeq(text, "\n") {
			data, ok := strings.CutPrefix(line, "data: ")
			if ok && !json.Valid([]byte(data)) || strings.ContainsRune(line, '\r') {
				t.Errorf("not an event: %q", line)
			}
		}
	})
}

// script is a connection whose client says what stands in it, a message a line, and then leaves.
type script struct {
	t     *testing.T
	lines []string
}

func (s *script) Accept(http.ResponseWriter, *http.Request, transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	return s, nil
}

func (s *script) NextReader() (int, io.Reader, error) {
	if len(s.lines) == 0 {
		return 0, nil, transport.ErrWebsocketClosed
	}
	line := s.lines[0]
	s.lines = s.lines[1:]
	return 1, strings.NewReader(line), nil
}

func (s *script) WriteJSON(v any) error {
	if b, err := json.Marshal(v); err != nil {
		s.t.Errorf("not JSON: %v: %s", err, b)
	}
	return nil
}

func (s *script) WriteClose(code int, reason string) error {
	if code < 4400 || code > 4500 || len(reason) > 123 {
		s.t.Errorf("closed with %d %q", code, reason)
	}
	return nil
}

func (s *script) Close() error        { return nil }
func (s *script) Subprotocol() string { return "graphql-transport-ws" }

func FuzzWebsocketMessages(f *testing.F) {
	const hello = `{"type":"connection_init","payload":{"a":1}}` + "\n"
	for _, text := range []string{
		hello, hello + hello, hello + subscribe("1", "{hello}"), hello + subscribe("1", "subscription{feed{text}}") + "\n" + `{"id":"1","type":"complete"}`,
		hello + subscribe("1", "{held}") + "\n" + subscribe("1", "{held}"), `{"type":"ping","payload":[1]}` + "\n" + `{"type":"pong"}`, "x", "null", "[]",
		hello + `{"id":"é","type":"subscribe","payload":{"query":"{","variables":{"a":1},"extensions":{"persistedQuery":1}}}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ws := transport.Websocket{Implementation: &script{t: t, lines: strings.Split(text, "\n")}}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Upgrade", "websocket")
		srv := everything(t, ws)
		ceiling.Hold(t, text, func() { srv.ServeHTTP(httptest.NewRecorder(), r) })
	})
}

// pipe is a response whose connection is one end of a pipe.
type pipe struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

func (p pipe) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return p.conn, bufio.NewReadWriter(bufio.NewReader(p.conn), bufio.NewWriter(p.conn)), nil
}

func FuzzWebsocketFrames(f *testing.F) {
	f.Add(framed(`{"type":"connection_init"}`))
	f.Add(append(framed(`{"type":"connection_init"}`), framed(subscribe("1", "{hello}"))...))
	f.Add([]byte{0x88, 0x80, 0, 0, 0, 0})
	f.Add([]byte{0x89, 0x80, 0, 0, 0, 0, 0x8a, 0x80, 0, 0, 0, 0})
	f.Add([]byte{0x01, 0x81, 0, 0, 0, 0, '{', 0x80, 0x81, 0, 0, 0, 0, '}'})
	f.Add([]byte{0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0})
	f.Add([]byte{0x81, 0x01, 'x'})
	f.Fuzz(func(t *testing.T, data []byte) {
		client, server := net.Pipe()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		for name, value := range map[string]string{
			"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
			"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol": "graphql-transport-ws",
		} {
			r.Header.Set(name, value)
		}
		go func() { _, _ = io.Copy(io.Discard, client) }()
		go func() {
			_, _ = client.Write(data)
			_ = client.Close()
		}()
		srv := everything(t, transport.Websocket{})
		ceiling.Hold(t, string(data), func() { srv.ServeHTTP(pipe{httptest.NewRecorder(), server}, r) })
	})
}
