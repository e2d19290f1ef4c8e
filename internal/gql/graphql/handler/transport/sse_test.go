package transport_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/wire/graph"
	"kontrak/internal/gql/internal/wire/graph/model"
)

// broadcast serves events; time is held.
func broadcast(t *testing.T, sse transport.SSE) *line {
	t.Helper()
	l := &line{feed: newFeed(), time: hold()}
	l.server = handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: &l.feed.Resolver}))
	l.server.AddTransport(sse.HoldTime(l.time.after))
	l.server.AddTransport(transport.GET{})
	l.server.AddTransport(transport.POST{})
	srv := httptest.NewServer(l.server)
	t.Cleanup(srv.Close)
	l.url = srv.URL
	return l
}

// listener is a client that reads events.
type listener struct {
	t    *testing.T
	resp *http.Response
	r    *bufio.Reader
	stop context.CancelFunc
}

func listenTo(t *testing.T, r *http.Request) *listener {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), patience)
	t.Cleanup(stop)
	resp, err := http.DefaultClient.Do(r.WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return &listener{t, resp, bufio.NewReader(resp.Body), stop}
}

func (l *line) request(t *testing.T, method, accept, query string) *http.Request {
	t.Helper()
	target, body := l.url, ""
	if method == http.MethodGet {
		target += "/?query=" + url.QueryEscape(query)
	} else {
		body = `{"query":"` + strings.ReplaceAll(query, `"`, `\"`) + `"}`
	}
	r, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", accept)
	return r
}

// subscribe opens the feed and reads past the beginning of the response.
func (l *line) subscribe(t *testing.T) (*listener, context.Context) {
	t.Helper()
	c := listenTo(t, l.request(t, http.MethodPost, "text/event-stream", "subscription{feed{text late}}"))
	c.hear(":\n\n")
	return c, wait(t, l.feed.opened)
}

// hear expects blocks of the stream, in order.
func (c *listener) hear(want ...string) {
	c.t.Helper()
	for _, w := range want {
		var got strings.Builder
		for {
			text, err := c.r.ReadString('\n')
			got.WriteString(text)
			if err != nil {
				c.t.Fatalf("%v after %q instead of %q", err, got.String(), w)
			}
			if text == "\n" {
				break
			}
		}
		if got.String() != w {
			c.t.Fatalf("\ngot  %q\nwant %q", got.String(), w)
		}
	}
}

func (c *listener) hearsEnd() {
	c.t.Helper()
	if rest, err := io.ReadAll(c.r); err != nil || len(rest) > 0 {
		c.t.Fatalf("got %q %v", rest, err)
	}
}

const completed = "event: complete\ndata:\n\n"

func event(payload string) string { return "event: next\ndata: " + payload + "\n\n" }

func TestEventsAreSentAsTheyCome(t *testing.T) {
	t.Parallel()
	l := broadcast(t, transport.SSE{})
	c, ctx := l.subscribe(t)
	for name, want := range map[string]string{"Content-Type": "text/event-stream", "Cache-Control": "no-cache"} {
		if got := c.resp.Header.Get(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	l.feed.events <- &model.Item{Text: "one"}
	c.hear(event(`{"data":{"feed":{"text":"one","late":null}}}`))
	l.feed.events <- &model.Item{Text: "fail"}
	c.hear(event(`{"errors":[{"message":"it came too late","path":["feed","late"],"locations":[{"line":1,"column":24}]}],"data":{"feed":{"text":"fail","late":null}}}`))
	close(l.feed.events)
	c.hear(completed)
	c.hearsEnd()
	wait(t, ctx.Done())
}

func TestErrorsOfTheSourceAreSentAsAnEvent(t *testing.T) {
	t.Parallel()
	l := broadcast(t, transport.SSE{})
	c, ctx := l.subscribe(t)
	l.feed.events <- &model.Item{Text: "one"}
	transport.AddSubscriptionError(ctx, sourceBroke)
	close(l.feed.events)
	c.hear(
		event(`{"data":{"feed":{"text":"one","late":null}}}`),
		event(`{"errors":[{"message":"the source broke","extensions":{"code":"SOURCE"}}]}`), completed,
	)
	c.hearsEnd()
}

func TestErrorsOfASourceThatNobodyReadsAreNoPanic(t *testing.T) {
	t.Parallel()
	transport.AddSubscriptionError(t.Context(), sourceBroke)
}

func TestRequestsForEventsAreAnsweredByTheirKind(t *testing.T) {
	t.Parallel()
	const events, both = "text/event-stream", "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
	for _, c := range []struct {
		name, method, accept, query string
		status                      int
		media, want                 string
	}{
		{"a query", "POST", events, "{hello}", 200, events, ":\n\n" + event(`{"data":{"hello":"hello you"}}`) + completed},
		{"a query by GET", "GET", events, "{hello}", 200, events, ":\n\n" + event(`{"data":{"hello":"hello you"}}`) + completed},
		{"a mutation", "POST", events, "mutation{bump}", 200, events, ":\n\n" + event(`{"data":{"bump":1}}`) + completed},
		{"a mutation by GET", "GET", events, "mutation{bump}", 405, "application/json; charset=utf-8", `{"errors":[{"message":"GET requests cannot run a mutation"}]}`},
		{"a syntax error", "POST", events, "{", 200, events, ":\n\n" + event(`{"errors":[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}`) + completed},
		{"a stream that cannot be opened", "GET", events, `subscription{feed(topic:"none"){text}}`, 200, events, ":\n\n" + event(`{"errors":[{"message":"no such topic","path":["feed"],"locations":[{"line":1,"column":14}]}]}`) + completed},
		{"a query of a client that prefers JSON", "POST", both, "{hello}", 200, "application/graphql-response+json; charset=utf-8", `{"data":{"hello":"hello you"}}`},
		{"a syntax error of a client that prefers JSON", "POST", both, "{", 400, "application/graphql-response+json; charset=utf-8", `{"errors":[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]}`},
		{"a stream of a client that prefers JSON", "POST", both, `subscription{feed(topic:"none"){text}}`, 200, events, ""},
		{"a query of a client that prefers events", "POST", "application/json;q=0.5,text/event-stream", "{hello}", 200, events, ""},
		{"no query", "POST", events, "", 400, "application/json; charset=utf-8", `{"errors":[{"message":"query is missing"}]}`},
		{"anything will do", "POST", "*/*", "{hello}", 200, "application/json; charset=utf-8", ""},
		{"no events", "POST", "text/event-stream;q=0, application/json", "{hello}", 200, "application/json; charset=utf-8", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := broadcast(t, transport.SSE{})
			client := listenTo(t, l.request(t, c.method, c.accept, c.query))
			body, err := io.ReadAll(client.r)
			if err != nil || client.resp.StatusCode != c.status || client.resp.Header.Get("Content-Type") != c.media {
				t.Errorf("got %s %s %v", client.resp.Status, client.resp.Header.Get("Content-Type"), err)
			}
			if c.want != "" && string(body) != c.want {
				t.Errorf("\ngot  %q\nwant %q", body, c.want)
			}
		})
	}
}

func TestUnreadableRequestsForEventsAreNoStream(t *testing.T) {
	t.Parallel()
	l := broadcast(t, transport.SSE{})
	r := l.request(t, http.MethodPost, "text/event-stream", "")
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader("secret")), 6
	c := listenTo(t, r)
	body, _ := io.ReadAll(c.r)
	if c.resp.StatusCode != http.StatusBadRequest || string(body) != `{"errors":[{"message":"request body could not be decoded: it is not JSON"}]}` {
		t.Errorf("got %s %s", c.resp.Status, body)
	}
}

func TestStreamsAreKeptAlive(t *testing.T) {
	t.Parallel()
	const every = 7 * time.Second
	l := broadcast(t, transport.SSE{KeepAlivePingInterval: every})
	c, ctx := l.subscribe(t)
	for range 3 {
		l.time.until(t, every, true)
		l.pass(t, every)
		c.hear(": ping\n\n")
	}
	c.stop()
	wait(t, ctx.Done())
	l.time.until(t, every, false)
}

func TestEventsKeepTheirDistance(t *testing.T) {
	t.Parallel()
	const apart = 3 * time.Second
	l := broadcast(t, transport.SSE{MinEventInterval: apart, KeepAlivePingInterval: time.Hour})
	c, _ := l.subscribe(t)
	for _, text := range []string{"one", "two"} {
		l.feed.events <- &model.Item{Text: text}
	}
	close(l.feed.events)
	c.hear(event(`{"data":{"feed":{"text":"one","late":null}}}`))
	l.time.until(t, apart, true)
	l.pass(t, apart-1)
	l.time.until(t, apart, true)
	l.pass(t, 1)
	c.hear(event(`{"data":{"feed":{"text":"two","late":null}}}`))
	l.time.until(t, apart, true)
	l.pass(t, apart)
	c.hear(completed)
}

func TestStreamsEndWithTheirClient(t *testing.T) {
	t.Parallel()
	l := broadcast(t, transport.SSE{})
	c, ctx := l.subscribe(t)
	c.stop()
	wait(t, ctx.Done())
}

func TestSlowReadersOfEventsAreDroppedWithACode(t *testing.T) {
	t.Parallel()
	l := broadcast(t, transport.SSE{})
	c := listenTo(t, l.request(t, http.MethodPost, "text/event-stream", "subscription{feed{text}}"))
	flood(wait(t, l.feed.opened), l.feed.events, 1<<18) // ends although nobody reads
	body, err := io.ReadAll(c.r)
	want := event(`{"errors":[{"message":"events came faster than they were taken","extensions":{"code":"SLOW_SUBSCRIBER"}}]}`) + completed
	if err != nil || !strings.HasSuffix(string(body), want) {
		t.Errorf("%v, it ends with %q", err, body[max(0, len(body)-300):])
	}
}

func TestStreamsThatNobodyReadsAreCut(t *testing.T) {
	t.Parallel()
	l := broadcast(t, transport.SSE{})
	finished := make(chan struct{})
	url := serveIn(t, t.Context(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(finished)
		l.server.ServeHTTP(w, r)
	}))
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	narrow(t, conn)
	body := `{"query":"subscription{feed{text}}"}`
	r, _ := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	choke(t, l, bufio.NewReader(conn))
	l.time.until(t, transport.WriteTimeout, true)
	l.time.pass(transport.WriteTimeout)
	wait(t, finished)
}

func TestStreamsLiftTheServersTimeouts(t *testing.T) {
	t.Parallel()
	l := broadcast(t, transport.SSE{})
	var calls []string
	w := &deadlines{ResponseRecorder: httptest.NewRecorder(), calls: &calls}
	l.server.ServeHTTP(w, l.request(t, http.MethodPost, "text/event-stream", "{hello}"))
	if got := strings.Join(calls, ","); got != "read none,write none" {
		t.Errorf("got %s", got)
	}
}

// deadlines notes which deadlines are lifted.
type deadlines struct {
	*httptest.ResponseRecorder
	calls *[]string
}

func (d *deadlines) SetReadDeadline(at time.Time) error  { return d.set("read", at) }
func (d *deadlines) SetWriteDeadline(at time.Time) error { return d.set("write", at) }

func (d *deadlines) set(which string, at time.Time) error {
	if at.IsZero() {
		*d.calls = append(*d.calls, which+" none")
	}
	return nil
}
