package transport_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/wire/graph/model"
)

func TestConnectionsAreKeptAlive(t *testing.T) {
	t.Parallel()
	const every = 7 * time.Second
	for _, c := range []struct {
		name, want string
		ws         transport.Websocket
	}{
		{"by pings that need no answer", `{"type":"ping"}`, transport.Websocket{KeepAlivePingInterval: every}},
		{"by pongs", `{"type":"pong"}`, transport.Websocket{PongOnlyInterval: every}},
		{"by pings whose missing answers are forgiven", `{"type":"ping"}`, transport.Websocket{PingPongInterval: every, MissingPongOk: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, c.ws)
			client := l.call(t)
			for range 5 {
				l.time.until(t, every, true)
				l.pass(t, every)
				client.hear(c.want)
			}
			_ = client.conn.CloseNow()
			l.ended(t)
			l.time.until(t, every, false)
		})
	}
}

func TestPingsMustBeAnswered(t *testing.T) {
	t.Parallel()
	const every = 7 * time.Second
	l := listen(t, transport.Websocket{PingPongInterval: every})
	client := l.call(t)
	tick := func() {
		l.time.until(t, every, true)
		l.pass(t, every)
	}
	for range 4 {
		tick()
		client.hear(`{"type":"ping"}`)
		client.say(`{"type":"pong","payload":{}}`)
		client.say(`{"type":"ping"}`) // its answer shows that the pong was read
		client.hear(`{"type":"pong"}`)
	}
	tick()
	tick()
	client.hear(`{"type":"ping"}`, `{"type":"ping"}`)
	tick()
	client.hearsEnd(4408, "Pong timeout")
	l.ended(t)
}

func TestMessagesBeyondTheLimitEndTheConnection(t *testing.T) {
	t.Parallel()
	small, none := int64(100), int64(0)
	large := `{"type":"ping","payload":"` + strings.Repeat("x", 1<<20) + `"}`
	for _, c := range []struct {
		name string
		ws   transport.Websocket
		say  string
		code int
	}{
		{"one of one's own", transport.Websocket{PayloadReadLimit: &small}, `{"type":"ping","payload":"` + strings.Repeat("x", 100) + `"}`, 1009},
		{"the usual one", transport.Websocket{}, large, 1009},
		{"not without one", transport.Websocket{PayloadReadLimit: &none}, large, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, c.ws)
			client := l.call(t)
			client.say(c.say)
			if c.code == 0 {
				client.hear(strings.Replace(c.say, "ping", "pong", 1))
				return
			}
			if _, err := client.next(); err == nil {
				t.Error("it was read")
			}
			if got := l.ended(t); got != c.code {
				t.Errorf("closed with %d", got)
			}
		})
	}
}

// beyondBuffers is more than the network holds between a server and a client that does not read and is narrow.
const beyondBuffers = 8 << 20

// narrow has the network hold little for a client.
func narrow(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := conn.(*net.TCPConn).SetReadBuffer(1 << 12); err != nil {
		t.Fatal(err)
	}
}

// flood sends events of a size until the subscription's context is done, and tells how many.
func flood(ctx context.Context, events chan<- *model.Item, size int) int {
	item := &model.Item{Text: strings.Repeat("x", size)}
	for n := 0; ; n++ {
		select {
		case events <- item:
		case <-ctx.Done():
			return n
		}
	}
}

// choke sends so much to a client that reads nothing but the beginning of it that its subscription is ended while the
// first event is being written.
func choke(t *testing.T, l *line, r *bufio.Reader) {
	t.Helper()
	ctx := wait(t, l.feed.opened)
	large := strings.Repeat("x", beyondBuffers)
	l.feed.events <- &model.Item{Text: large}
	for text := ""; !strings.HasSuffix(text, "xxx"); {
		b, err := r.ReadByte()
		if err != nil {
			t.Fatal(err)
		}
		text += string(b)
	}
	flood(ctx, l.feed.events, beyondBuffers)
}

func TestSlowSubscribersAreDroppedAndNeverWaitedFor(t *testing.T) {
	t.Parallel()
	l := listen(t, transport.Websocket{})
	client := l.call(t)
	client.say(subscribe("s", "subscription{feed{text}}"))
	sent := flood(wait(t, l.feed.opened), l.feed.events, 1<<18) // ends although nobody reads
	client.hearsEnd(1013, "Slow subscriber")
	if got := l.ended(t); got != 1013 {
		t.Errorf("closed with %d after %d events", got, sent)
	}
}

func TestConnectionsThatTakeNothingAreCut(t *testing.T) {
	t.Parallel()
	l := listen(t, transport.Websocket{})
	conn, r := shakeHands(t, l.url)
	narrow(t, conn)
	for _, text := range []string{`{"type":"connection_init"}`, subscribe("s", "subscription{feed{text}}")} {
		if _, err := conn.Write(framed(text)); err != nil {
			t.Fatal(err)
		}
	}
	choke(t, l, r)
	l.time.until(t, transport.WriteTimeout, true) // somebody waits for the write to end
	l.time.pass(transport.WriteTimeout)
	if got := l.ended(t); got != 1013 {
		t.Errorf("closed with %d", got)
	}
	if len(l.errs) > 0 {
		t.Errorf("an error after the end: %v", <-l.errs)
	}
}

func TestAnswersToQueriesWaitForRoom(t *testing.T) {
	t.Parallel()
	l := listen(t, transport.Websocket{})
	text := strings.Repeat("x", 1<<19)
	l.feed.Held = func(context.Context) (string, error) { return text, nil }
	client := l.call(t)
	const queries = 100
	for i := range queries {
		client.say(subscribe(fmt.Sprint(i), "{held}"))
	}
	complete := 0
	for complete < queries {
		got, err := client.next()
		if err != nil {
			t.Fatalf("%v after %d", err, complete)
		}
		if strings.Contains(got, `"type":"complete"`) {
			complete++
		}
	}
}

func TestOneConnectionRunsSoManyOperationsAndNoMore(t *testing.T) {
	t.Parallel()
	l := listen(t, transport.Websocket{})
	client := l.call(t)
	for i := range transport.OperationsAtOnce {
		client.say(subscribe(fmt.Sprint(i), "subscription{feed{text}}"))
		wait(t, l.feed.opened)
	}
	client.say(subscribe("more", "{hello}"))
	client.hear(`{"id":"more","type":"error","payload":[{"message":"more than 128 operations at once on one connection","extensions":{"code":"TOO_MANY_OPERATIONS"}}]}`)
	client.say(`{"id":"0","type":"complete"}`)
	client.say(subscribe("more", "{hello}"))
	client.hear(`{"id":"more","type":"next","payload":{"data":{"hello":"hello you"}}}`, `{"id":"more","type":"complete"}`)
}

// shakeHands begins a WebSocket by hand, for clients that the library will not play.
func shakeHands(t *testing.T, url string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(resp, err)
	}
	return conn, r
}

// framed is a text message of a client, with a mask of zeros.
func framed(text string) []byte {
	return append([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...)
}

func TestHalfOpenConnectionsAreCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		send []byte
		pass func(t *testing.T, l *line)
		code int
	}{
		{"that say nothing", nil, func(t *testing.T, l *line) {
			l.time.until(t, transport.InitTimeout, true)
			l.pass(t, transport.InitTimeout)
		}, 4408},
		{"that stop within a frame", []byte{0x81, 0xfe, 0x10, 0x00, 0, 0, 0, 0, 'x'}, func(t *testing.T, l *line) {
			l.time.until(t, transport.InitTimeout, true)
			l.pass(t, transport.InitTimeout)
		}, 4408},
		{"that do not take part in the end", framed(`{}`), func(*testing.T, *line) {}, 4400},
		{"that stop within a frame after it", append(framed(`{}`), 0x81, 0xfe, 0x10, 0x00, 0, 0, 0, 0, 'x'), func(*testing.T, *line) {}, 4400},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, transport.Websocket{})
			conn, _ := shakeHands(t, l.url)
			if _, err := conn.Write(c.send); err != nil {
				t.Fatal(err)
			}
			c.pass(t, l)
			within := transport.CloseTimeout
			if c.code == 4408 {
				within = transport.SilentTimeout
			}
			l.time.until(t, within, true)
			l.time.pass(within)
			if got := l.ended(t); got != c.code {
				t.Errorf("closed with %d", got)
			}
		})
	}
}

func TestTwentyThousandSmallFramesDoNoHarm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		code       int
	}{
		{"of one byte", "x", 4400},
		{"of pings that are never read", `{"type":"ping"}`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, transport.Websocket{})
			conn, r := shakeHands(t, l.url)
			go func() {
				_, _ = io.Copy(conn, strings.NewReader(strings.Repeat(string(framed(c.text)), 20000)))
			}()
			if c.code == 0 { // whatever the buffers between here and there: then the end
				_, _ = io.CopyN(io.Discard, r, 2)
				_ = conn.Close()
				l.ended(t)
				return
			}
			l.time.until(t, transport.CloseTimeout, true)
			l.time.pass(transport.CloseTimeout)
			if got := l.ended(t); got != c.code {
				t.Errorf("closed with %d", got)
			}
		})
	}
}

func TestImplementationsOfOnesOwnNeedOnlyTheContract(t *testing.T) {
	t.Parallel()
	l := listen(t, transport.Websocket{Implementation: plain{}})
	client := l.call(t)
	client.say(subscribe("1", "{hello}"))
	client.hear(`{"id":"1","type":"next","payload":{"data":{"hello":"hello you"}}}`, `{"id":"1","type":"complete"}`)
}

// plain is an implementation whose connections have no method beside those of the contract.
type plain struct{}

func (plain) Accept(w http.ResponseWriter, r *http.Request, o transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	conn, err := transport.CoderWebsocketImplementation{}.Accept(w, r, o)
	if err != nil {
		return nil, err
	}
	return struct{ transport.WebsocketConn }{conn}, nil
}

func TestErrorsOfAConnectionSayWhatWasTried(t *testing.T) {
	t.Parallel()
	err := transport.WebsocketError{Err: io.ErrUnexpectedEOF, IsReadError: true}
	if err.Error() != "websocket read: unexpected EOF" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	err.IsReadError = false
	if err.Error() != "websocket write: unexpected EOF" {
		t.Error(err)
	}
}
