package transport_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/wire/graph/model"
)

func TestConnectionsEndWithTheProtocolsCodes(t *testing.T) {
	t.Parallel()
	const hello = `{"type":"connection_init"}`
	for _, c := range []struct {
		name   string
		say    []string
		code   int
		reason string
	}{
		{"an operation before the first message", []string{subscribe("1", "{hello}")}, 4401, "Unauthorized"},
		{"a second first message", []string{hello, hello}, 4429, "Too many initialisation requests"},
		{"no JSON", []string{`{`}, 4400, "Invalid message received"},
		{"no object", []string{`[]`}, 4400, "Invalid message received"},
		{"null", []string{`null`}, 4400, "Invalid message received"},
		{"nothing", []string{``}, 4400, "Invalid message received"},
		{"an unknown type", []string{hello, `{"type":"start","id":"1"}`}, 4400, "Invalid message received"},
		{"a type that is no text", []string{`{"type":1}`}, 4400, "Invalid message received"},
		{"a first message whose payload is no object", []string{`{"type":"connection_init","payload":1}`}, 4400, "Invalid message received"},
		{"an operation without id", []string{hello, `{"type":"subscribe","payload":{"query":"{hello}"}}`}, 4400, "Invalid message received"},
		{"an operation with an empty id", []string{hello, subscribe("", "{hello}")}, 4400, "Invalid message received"},
		{"an operation whose id is a number", []string{hello, `{"type":"subscribe","id":1,"payload":{"query":"{hello}"}}`}, 4400, "Invalid message received"},
		{"an operation without payload", []string{hello, `{"type":"subscribe","id":"1"}`}, 4400, "Invalid message received"},
		{"an operation without query", []string{hello, `{"type":"subscribe","id":"1","payload":{}}`}, 4400, "Invalid message received"},
		{"variables that are no object", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":[]}}`}, 4400, "Invalid message received"},
		{"complete without id", []string{hello, `{"type":"complete"}`}, 4400, "Invalid message received"},
		{"an id that is in use", []string{hello, subscribe("1", "subscription{feed{text}}"), subscribe("1", "{hello}")}, 4409, "Subscriber for 1 already exists"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, transport.Websocket{})
			client := l.dial(t, "graphql-transport-ws")
			for _, text := range c.say {
				client.say(text)
			}
			client.hearsEnd(c.code, c.reason)
			if got := l.ended(t); got != c.code {
				t.Errorf("the server saw %d", got)
			}
		})
	}
}

func TestOtherSubprotocolsAreNotAccepted(t *testing.T) {
	t.Parallel()
	for name, protocols := range map[string][]string{"none": nil, "the older one": {"graphql-ws"}, "an unknown one": {"soap"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, transport.Websocket{})
			l.dial(t, protocols...).hearsEnd(4406, "Subprotocol not acceptable")
			l.ended(t)
		})
	}
	t.Run("but the right one is found among others", func(t *testing.T) {
		t.Parallel()
		client := listen(t, transport.Websocket{}).dial(t, "graphql-ws", "graphql-transport-ws")
		client.say(`{"type":"connection_init"}`)
		client.hear(`{"type":"connection_ack"}`)
	})
}

func TestForeignOriginsAreRefused(t *testing.T) {
	t.Parallel()
	trusting := transport.CoderWebsocketImplementation{AcceptOptions: websocket.AcceptOptions{OriginPatterns: []string{"https://app.example.test"}}}
	for _, c := range []struct {
		name, origin string
		ws           transport.Websocket
		status       int
	}{
		{"a foreign one", "https://evil.example.test", transport.Websocket{}, http.StatusForbidden},
		{"one that is trusted", "https://app.example.test", transport.Websocket{Implementation: trusting}, http.StatusSwitchingProtocols},
		{"one like it", "http://app.example.test", transport.Websocket{Implementation: trusting}, http.StatusForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, c.ws)
			conn, resp, err := websocket.Dial(t.Context(), l.url, &websocket.DialOptions{
				Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Origin": {c.origin}},
			})
			if conn != nil {
				defer func() { _ = conn.CloseNow() }()
			}
			if resp == nil || resp.StatusCode != c.status {
				t.Errorf("got %v %v", resp, err)
			}
		})
	}
}

func TestTheFirstMessageMustComeInTime(t *testing.T) {
	t.Parallel()
	for name, ws := range map[string]transport.Websocket{"in the usual time": {}, "in a time of one's own": {InitTimeout: time.Minute}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, ws)
			client := l.dial(t, "graphql-transport-ws")
			client.say(`{"type":"ping"}`)
			client.hear(`{"type":"pong"}`)
			limit := ws.InitTimeout
			if limit == 0 {
				limit = transport.InitTimeout
			}
			l.time.until(t, limit, true)
			l.pass(t, limit)
			client.hearsEnd(4408, "Connection initialisation timeout")
			l.ended(t)
		})
	}
	t.Run("and then there is time", func(t *testing.T) {
		t.Parallel()
		l := listen(t, transport.Websocket{})
		client := l.call(t)
		l.time.until(t, transport.InitTimeout, false)
		l.pass(t, time.Hour)
		client.say(`{"type":"ping","payload":{"n":1}}`)
		client.hear(`{"type":"pong","payload":{"n":1}}`)
	})
}

type wordKey struct{}

func TestTheProgramDecidesByTheFirstMessage(t *testing.T) {
	t.Parallel()
	ws := transport.Websocket{
		InitFunc: func(ctx context.Context, sent transport.InitPayload) (context.Context, *transport.InitPayload, error) {
			switch sent.Authorization() {
			case "good":
				return context.WithValue(ctx, wordKey{}, "known"), &transport.InitPayload{"hello": "there"}, nil
			case "plain":
				return ctx, nil, nil
			case "nothing":
				return nil, nil, nil
			case "panic":
				panic("no")
			case "long":
				return ctx, nil, errors.New(strings.Repeat("é", 100))
			default:
				return ctx, nil, errors.New("who are you?")
			}
		},
	}
	for _, c := range []struct {
		name, payload, ack string
		code               int
		reason             string
	}{
		{"with an answer", `{"authorization":"good","word":"x"}`, `{"type":"connection_ack","payload":{"hello":"there"}}`, 0, ""},
		{"without", `{"Authorization":"plain","word":"x"}`, `{"type":"connection_ack"}`, 0, ""},
		{"without a context", `{"Authorization":"nothing","word":"x"}`, `{"type":"connection_ack"}`, 0, ""},
		{"against it", `{}`, ``, 4403, "who are you?"},
		{"against it at length", `{"Authorization":"long"}`, ``, 4403, strings.Repeat("é", 61)},
		{"by a panic", `{"Authorization":"panic"}`, ``, 4500, "Internal server error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, ws)
			client := l.dial(t, "graphql-transport-ws")
			client.say(`{"type":"connection_init","payload":` + c.payload + `}`)
			if c.code != 0 {
				client.hearsEnd(c.code, c.reason)
				l.ended(t)
				return
			}
			client.hear(c.ack)
			client.say(subscribe("1", "{word}"))
			client.hear(`{"id":"1","type":"next","payload":{"data":{"word":"x"}}}`, `{"id":"1","type":"complete"}`)
		})
	}
}

func TestConnectionsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, reason, want string }{
		{"for a reason", "your token is over", "your token is over"},
		{"for none", "", "Forbidden"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			over := make(chan struct{})
			l := listen(t, transport.Websocket{
				InitFunc: func(ctx context.Context, _ transport.InitPayload) (context.Context, *transport.InitPayload, error) {
					ctx, cancel := context.WithCancel(ctx)
					go func() {
						<-over
						cancel()
					}()
					return transport.AppendCloseReason(ctx, c.reason), nil, nil
				},
			})
			client := l.call(t)
			client.say(subscribe("1", "subscription{feed{text}}"))
			ctx := wait(t, l.feed.opened)
			close(over)
			client.hearsEnd(4403, c.want)
			wait(t, ctx.Done())
			l.ended(t)
		})
	}
}

func TestConnectionsEndWithTheServer(t *testing.T) {
	t.Parallel()
	l := listen(t, transport.Websocket{})
	ctx, stop := context.WithCancel(t.Context())
	url := serveIn(t, ctx, l.server)
	l.url = url
	client := l.call(t)
	client.say(subscribe("1", "subscription{feed{text}}"))
	wait(t, l.feed.opened)
	stop()
	client.hearsEnd(1001, "Going away")
	if got := l.ended(t); got != 1001 {
		t.Errorf("got %d", got)
	}
}

func TestOperationsRunOverAConnection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, payload string
		want          []string
	}{
		{"a query", `{"query":"{hello}"}`, []string{`"next","payload":{"data":{"hello":"hello you"}}`, `"complete"`}},
		{"a query with variables", `{"query":"query A($n:String!){hello(name:$n)} query B{word}","operationName":"A","variables":{"n":"Ann"}}`, []string{`"next","payload":{"data":{"hello":"hello Ann"}}`, `"complete"`}},
		{"a mutation", `{"query":"mutation{bump}"}`, []string{`"next","payload":{"data":{"bump":1}}`, `"complete"`}},
		{"a syntax error", `{"query":"{"}`, []string{`"error","payload":[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]`}},
		{"an unknown field", `{"query":"{nothing}"}`, []string{`"error","payload":[{"message":"Cannot query field \"nothing\" on type \"Query\".","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]`}},
		{"a stream that cannot be opened", `{"query":"subscription{feed(topic:\"none\"){text}}"}`, []string{`"next","payload":{"errors":[{"message":"no such topic","path":["feed"],"locations":[{"line":1,"column":14}]}]}`, `"complete"`}},
		{"a stream whose opening panics", `{"query":"subscription{feed(topic:\"panic\"){text}}"}`, []string{`"next","payload":{"errors":[{"message":"internal system error","path":["feed"],"locations":[{"line":1,"column":14}]}]}`, `"complete"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := listen(t, transport.Websocket{}).call(t)
			client.say(`{"id":"a","type":"subscribe","payload":` + c.payload + `}`)
			for _, want := range c.want {
				client.hear(`{"id":"a","type":` + want + `}`)
			}
			client.say(subscribe("a", "{hello}"))
			client.hear(`{"id":"a","type":"next","payload":{"data":{"hello":"hello you"}}}`, `{"id":"a","type":"complete"}`)
		})
	}
}

func TestEventsGoOutAsTheyComeAndTheEndOfTheStreamIsTold(t *testing.T) {
	t.Parallel()
	l := listen(t, transport.Websocket{})
	client := l.call(t)
	client.say(subscribe("s", "subscription{feed{text late}}"))
	ctx := wait(t, l.feed.opened)
	l.feed.events <- &model.Item{Text: "one"}
	client.hear(`{"id":"s","type":"next","payload":{"data":{"feed":{"text":"one","late":null}}}}`)
	l.feed.events <- &model.Item{Text: "fail"}
	client.hear(`{"id":"s","type":"next","payload":{"errors":[{"message":"it came too late","path":["feed","late"],"locations":[{"line":1,"column":24}]}],"data":{"feed":{"text":"fail","late":null}}}}`)
	l.feed.events <- &model.Item{Text: "panic"}
	client.hear(`{"id":"s","type":"next","payload":{"errors":[{"message":"internal system error","path":["feed","late"],"locations":[{"line":1,"column":24}]}],"data":{"feed":{"text":"panic","late":null}}}}`)
	l.feed.events <- nil
	client.hear(`{"id":"s","type":"next","payload":{"data":{"feed":null}}}`)
	close(l.feed.events)
	client.hear(`{"id":"s","type":"complete"}`)
	wait(t, ctx.Done())
}

func TestErrorsOfTheSourceEndASubscription(t *testing.T) {
	t.Parallel()
	l := listen(t, transport.Websocket{})
	client := l.call(t)
	client.say(subscribe("s", "subscription{feed{text}}"))
	ctx := wait(t, l.feed.opened)
	l.feed.events <- &model.Item{Text: "one"}
	transport.AddSubscriptionError(ctx, sourceBroke)
	close(l.feed.events)
	client.hear(
		`{"id":"s","type":"next","payload":{"data":{"feed":{"text":"one"}}}}`,
		`{"id":"s","type":"error","payload":[{"message":"the source broke","extensions":{"code":"SOURCE"}}]}`,
	)
}

func TestWorkEndsWhenTheClientWantsNoMoreOfIt(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"subscription{feed{text}}", "{held}"} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			l := listen(t, transport.Websocket{})
			l.feed.Held = func(ctx context.Context) (string, error) {
				l.feed.opened <- ctx
				<-ctx.Done()
				return "", ctx.Err()
			}
			client := l.call(t)
			client.say(subscribe("s", query))
			ctx := wait(t, l.feed.opened)
			client.say(`{"id":"s","type":"complete"}`)
			wait(t, ctx.Done())
			client.say(`{"id":"never","type":"complete"}`)
			client.say(subscribe("s", "{hello}"))
			client.hear(`{"id":"s","type":"next","payload":{"data":{"hello":"hello you"}}}`, `{"id":"s","type":"complete"}`)

			client.say(subscribe("t", query))
			ctx = wait(t, l.feed.opened)
			_ = client.conn.CloseNow()
			wait(t, ctx.Done())
			if got := l.ended(t); got != 1006 {
				t.Errorf("closed with %d", got)
			}
			var ws transport.WebsocketError
			if err := wait(t, l.errs); !errors.As(err, &ws) || !ws.IsReadError {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAClientsCloseIsNoError(t *testing.T) {
	t.Parallel()
	l := listen(t, transport.Websocket{})
	client := l.call(t)
	client.say(subscribe("s", "subscription{feed{text}}"))
	ctx := wait(t, l.feed.opened)
	if err := client.conn.Close(websocket.StatusNormalClosure, "done"); err != nil {
		t.Error(err)
	}
	wait(t, ctx.Done())
	if got := l.ended(t); got != 1000 || len(l.errs) > 0 {
		t.Errorf("closed with %d, %d errors", got, len(l.errs))
	}
}
