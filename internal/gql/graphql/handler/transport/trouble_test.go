package transport_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/transport"
)

// trouble is what may go wrong beside the fields of a result, and what the client sees of it.
var trouble = []struct {
	name, query, message string
	make                 func(*handler.Server)
}{
	{"around an operation", "{hello}", "internal system error", func(s *handler.Server) {
		s.AroundOperations(func(context.Context, graphql.OperationHandler) graphql.ResponseHandler { panic("no") })
	}},
	{"around a response", "{hello}", "internal system error", func(s *handler.Server) {
		s.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
			if resp := next(ctx); resp == nil || resp.Data == nil {
				return resp
			}
			panic("no")
		})
	}},
	{"in a recovery of one's own", "{hello}", "sorry", func(s *handler.Server) {
		s.SetRecoverFunc(func(context.Context, any) error { return gqlerror.Errorf("sorry") })
		s.AroundOperations(func(context.Context, graphql.OperationHandler) graphql.ResponseHandler { panic("no") })
	}},
	{"in showing an error", "{", "internal system error", func(s *handler.Server) {
		s.SetErrorPresenter(func(context.Context, error) *gqlerror.Error { panic("no") })
	}},
	{"before an operation", "{hello}", "internal system error", func(s *handler.Server) { s.Use(panicky{}) }},
}

// panicky is an extension that panics when it sees a request.
type panicky struct{}

func (panicky) ExtensionName() string                   { return "Panicky" }
func (panicky) Validate(graphql.ExecutableSchema) error { return nil }
func (panicky) MutateOperationParameters(context.Context, *graphql.RawParams) *gqlerror.Error {
	panic("no")
}

func TestPanicsBesideTheFieldsEndASubscriptionOnly(t *testing.T) {
	t.Parallel()
	for _, c := range trouble {
		t.Run(c.name+", over a WebSocket", func(t *testing.T) {
			t.Parallel()
			l := listen(t, transport.Websocket{})
			c.make(l.server)
			client := l.call(t)
			for range 2 {
				client.say(subscribe("1", c.query))
				client.hear(`{"id":"1","type":"error","payload":[{"message":"` + c.message + `"}]}`)
			}
		})
		if c.name == "before an operation" {
			continue // that is in the request's own goroutine, where the server answers
		}
		t.Run(c.name+", as events", func(t *testing.T) {
			t.Parallel()
			l := broadcast(t, transport.SSE{})
			c.make(l.server)
			client := listenTo(t, l.request(t, http.MethodPost, "text/event-stream", c.query))
			client.hear(":\n\n", event(`{"errors":[{"message":"`+c.message+`"}]}`), completed)
			client.hearsEnd()
		})
	}
}

func TestLineBreaksInJSONDoNotBreakEvents(t *testing.T) {
	t.Parallel()
	l := broadcast(t, transport.SSE{})
	l.server.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		resp := next(ctx)
		if resp != nil {
			resp.Data = []byte(strings.ReplaceAll(string(resp.Data), ":", ":\r\n"))
		}
		return resp
	})
	client := listenTo(t, l.request(t, http.MethodPost, "text/event-stream", "{hello}"))
	client.hear(":\n\n", event(`{"data":{"hello":  "hello you"}}`), completed)
}

func TestQueriesEndWhenTheirClientGoes(t *testing.T) {
	t.Parallel()
	for _, accept := range []string{"application/json", "text/event-stream"} {
		t.Run(accept, func(t *testing.T) {
			t.Parallel()
			l := broadcast(t, transport.SSE{})
			l.feed.Held = func(ctx context.Context) (string, error) {
				l.feed.opened <- ctx
				<-ctx.Done()
				return "", ctx.Err()
			}
			ctx, stop := context.WithCancel(t.Context())
			gone := make(chan error, 1)
			go func() {
				resp, err := http.DefaultClient.Do(l.request(t, http.MethodPost, accept, "{held}").WithContext(ctx))
				if err == nil {
					_ = resp.Body.Close()
				}
				gone <- err
			}()
			running := wait(t, l.feed.opened)
			stop()
			wait(t, running.Done())
			if err := wait(t, gone); err == nil {
				t.Log("the beginning of an answer came before the client went")
			}
		})
	}
}
