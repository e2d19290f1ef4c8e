package program

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"kontrak/internal/testkit/ceiling"
)

// slowClient is a client that keeps a connection and gives little or nothing.
type slowClient struct {
	name string
	// comes plays the client until the server has ended the connection, and gives
	// what the server said.
	comes func(t *testing.T, s *slowServer) string
	// hears is in what the server said.
	hears string
}

// slowServer is the demo, with short times.
type slowServer struct{ url, host, token string }

// raw opens a connection and sends the beginning of a request.
func (s *slowServer) raw(t *testing.T, text string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// rest gives what the server says until it ends the connection.
func rest(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		t.Errorf("the server left the connection open, after %q", text)
	}
	return string(text) // a connection that was reset is ended as well
}

func (s *slowServer) head(length int, kind string) string {
	return fmt.Sprintf("POST /query HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nApollo-Require-Preflight: 1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		s.host, s.token, kind, length)
}

const (
	oneForm  = "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{\"query\":\"{viewer{id}}\",\"variables\":{\"f\":null}}\r\n"
	itsFiles = "--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{\"0\":[\"variables.f\"]}\r\n--x\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a\"\r\n\r\nabc"
	formKind = "multipart/form-data; boundary=x"
)

// trickle sends a byte at a time for as long as the server takes them.
func trickle(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	t.Cleanup(tick.Stop)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-tick.C:
			case <-t.Context().Done():
				return
			}
			if _, err := conn.Write([]byte{text[i%len(text)]}); err != nil {
				return
			}
		}
	}()
}

func slowClients() []slowClient {
	upgrade := func(t *testing.T, s *slowServer) (net.Conn, *bufio.Reader) {
		conn := s.raw(t, "GET /query HTTP/1.1\r\nHost: "+s.host+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n")
		r := bufio.NewReader(conn)
		if answer, err := http.ReadResponse(r, nil); err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
			t.Fatal(answer, err)
		}
		return conn, r
	}
	send := func(before func(s *slowServer) string) func(*testing.T, *slowServer) string {
		return func(t *testing.T, s *slowServer) string { return rest(t, s.raw(t, before(s))) }
	}
	return []slowClient{
		{"says nothing", send(func(*slowServer) string { return "" }), ""},
		{"stops in the head of a request", send(func(s *slowServer) string { return "POST /query HTTP/1.1\r\nHost: x\r\nX-A" }), ""},
		{"sends a head without end", func(t *testing.T, s *slowServer) string {
			conn := s.raw(t, "POST /query HTTP/1.1\r\n")
			trickle(t, conn, "X: y\r\n")
			return rest(t, conn)
		}, ""},
		{"stops in a body of JSON", send(func(s *slowServer) string { return s.head(100, "application/json") + `{"query":` }), "BODY_TOO_SLOW"},
		{"sends a body of JSON in drops", func(t *testing.T, s *slowServer) string {
			conn := s.raw(t, s.head(100_000, "application/json"))
			trickle(t, conn, " ")
			return rest(t, conn)
		}, "BODY_TOO_SLOW"},
		{"stops in the request of a form", send(func(s *slowServer) string { return s.head(1<<20, formKind) + oneForm[:90] }), "BODY_TOO_SLOW"},
		{"stops in a file", send(func(s *slowServer) string { return s.head(1<<20, formKind) + oneForm + itsFiles }), "BODY_TOO_SLOW"},
		{"sends a file in drops", func(t *testing.T, s *slowServer) string {
			conn := s.raw(t, s.head(1<<20, formKind)+oneForm+itsFiles)
			trickle(t, conn, "z")
			return rest(t, conn)
		}, "BODY_TOO_SLOW"},
		{"keeps a connection that it does not use", func(t *testing.T, s *slowServer) string {
			return rest(t, s.raw(t, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
		}, "200 OK"},
		{"opens a WebSocket and says nothing", func(t *testing.T, s *slowServer) string {
			_, r := upgrade(t, s)
			return rest(t, r)
		}, "Connection initialisation timeout"},
		{"stops in the first frame of a WebSocket", func(t *testing.T, s *slowServer) string {
			conn, r := upgrade(t, s)
			_, _ = conn.Write([]byte{0x81, 0xfe, 0x10, 0x00, 0, 0, 0, 0, 'x'})
			return rest(t, r)
		}, "Connection initialisation timeout"},
		{"does not answer pings", func(t *testing.T, s *slowServer) string {
			conn := connect(t, s.url+"/query", s.token)
			for {
				if _, err := hear(t, conn); err != nil {
					return err.Error()
				}
			}
		}, "Pong timeout"},
		{"stops in a later frame", func(t *testing.T, s *slowServer) string {
			conn, r := upgrade(t, s)
			const first = `{"type":"connection_init"}`
			_, _ = conn.Write(append([]byte{0x81, 0x80 | byte(len(first)), 0, 0, 0, 0}, first...))
			_, _ = conn.Write([]byte{0x81, 0xfe, 0x10, 0x00, 0, 0, 0, 0, 'x'})
			return rest(t, r)
		}, "Pong timeout"},
		{"sends 20,000 frames of one byte", func(t *testing.T, s *slowServer) string {
			conn, r := upgrade(t, s)
			go func() {
				_, _ = io.Copy(conn, strings.NewReader(strings.Repeat(string([]byte{0x81, 0x81, 0, 0, 0, 0, 'x'}), 20_000)))
			}()
			return rest(t, r)
		}, "Invalid message received"},
	}
}

// TestAMessageMayComeInManyFrames: 20,000 of one byte each, as fast as the client can.
// The server waits as long as it does by default, since a busy machine needs time.
func TestAMessageMayComeInManyFrames(t *testing.T) {
	t.Parallel()
	r, _ := startDemo(t, nil)
	conn := dial(t, r.url+"/query")
	w, err := conn.Writer(t.Context(), websocket.MessageText)
	text := `{"type":"connection_init","payload":{"x":"` + strings.Repeat("x", 20_000) + `"}}`
	for i := 0; err == nil && i < len(text); i++ {
		_, err = w.Write([]byte{text[i]})
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	if said, err := answer(t, conn); err != nil || !strings.Contains(said, "connection_ack") {
		t.Error(said, err)
	}
	_ = conn.CloseNow()
	r.stop(t)
}

// TestSlowAndHalfOpenClientsAreEndedWhileOthersAreAnswered plays them all at once,
// through sockets, against the whole program with short times.
func TestSlowAndHalfOpenClientsAreEndedWhileOthersAreAnswered(t *testing.T) {
	t.Parallel()
	r, tokens := startDemo(t, map[string]string{
		"KONTRAK_HTTP_HEADER_TIMEOUT": "600ms", "KONTRAK_HTTP_READ_TIMEOUT": "900ms", "KONTRAK_HTTP_IDLE_TIMEOUT": "600ms",
		"KONTRAK_HTTP_FORM_WINDOW": "600ms", "KONTRAK_SOCKET_INIT": "600ms", "KONTRAK_SOCKET_PING": "400ms",
	})
	s := &slowServer{url: r.url, host: strings.TrimPrefix(r.url, "http://"), token: tokens["INSTITUTION"]}

	var slow sync.WaitGroup
	before, began := ceiling.Allocated(), time.Now()
	for _, c := range slowClients() {
		slow.Go(func() {
			if said := c.comes(t, s); !strings.Contains(said, c.hears) {
				t.Errorf("who %s hears %.300q, not %s", c.name, said, c.hears)
			}
			t.Logf("%5d ms  who %s", time.Since(began).Milliseconds(), c.name)
		})
	}
	gone, done := context.WithCancel(t.Context())
	go func() {
		slow.Wait()
		done()
	}()
	answered := 0
	for ; gone.Err() == nil; answered++ {
		if text := graphQL(t, s.url, s.token, `{ contracts(first: 3) { totalCount nodes { referenceCode } } }`); !strings.Contains(text, `"referenceCode":"NKT-`) {
			t.Fatal(text)
		}
	}
	t.Logf("%d normal queries were answered meanwhile; %.1f MB were allocated for all", answered, float64(ceiling.Allocated()-before)/1e6)
	r.stop(t)
}
