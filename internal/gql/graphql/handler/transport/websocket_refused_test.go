package transport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/wire/graph/model"
)

// heldBack is an implementation whose connections write nothing but the acknowledgement until they may.
type heldBack struct{ may chan struct{} }

func (h heldBack) Accept(w http.ResponseWriter, r *http.Request, o transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	conn, err := transport.CoderWebsocketImplementation{}.Accept(w, r, o)
	if err != nil {
		return nil, err
	}
	return &heldConn{conn, h.may}, nil
}

type heldConn struct {
	transport.WebsocketConn
	may chan struct{}
}

func (c *heldConn) WriteMessage(b []byte) error {
	if !bytes.Contains(b, []byte("connection_ack")) {
		<-c.may
	}
	return c.WriteJSON(json.RawMessage(b))
}

// TestAnswersToSubscriptionsThatAreRefusedWaitForRoom: nothing was opened, so nobody who publishes is kept waiting, and a
// client that reads what it is told is not slow.
func TestAnswersToSubscriptionsThatAreRefusedWaitForRoom(t *testing.T) {
	t.Parallel()
	h := heldBack{make(chan struct{})}
	l := listen(t, transport.Websocket{Implementation: h})
	var all sync.WaitGroup
	all.Add(transport.OperationsAtOnce)
	l.feed.Resolver.Feed = func(context.Context, string) (<-chan *model.Item, error) {
		all.Done()
		all.Wait() // refused at once
		return nil, errors.New("not for you")
	}
	client := l.call(t)
	for i := range transport.OperationsAtOnce {
		client.say(subscribe(fmt.Sprint(i), "subscription{feed{text}}"))
	}
	all.Wait()
	client.say(`{"type":"ping"}`)
	close(h.may)
	told := map[string]int{}
	for range 2*transport.OperationsAtOnce + 1 {
		got, err := client.next()
		if err != nil {
			t.Fatalf("%v after %v", err, told)
		}
		for _, kind := range []string{`"type":"next","payload":{"errors":[{"message":"not for you"`, `"type":"complete"`, `"type":"pong"`} {
			if strings.Contains(got, kind) {
				told[kind[8:12]]++
			}
		}
	}
	if told["next"] != transport.OperationsAtOnce || told["comp"] != transport.OperationsAtOnce || told["pong"] != 1 {
		t.Errorf("told %v", told)
	}
}

// TestAnswersOfTheProtocolItselfWaitForRoom: what is one operation too many is refused, and each ping answered, however
// many there are at once.
func TestAnswersOfTheProtocolItselfWaitForRoom(t *testing.T) {
	t.Parallel()
	h := heldBack{make(chan struct{})}
	l := listen(t, transport.Websocket{Implementation: h})
	client := l.call(t)
	for i := range transport.OperationsAtOnce {
		client.say(subscribe(fmt.Sprint(i), "subscription{feed{text}}"))
		wait(t, l.feed.opened)
	}
	const many = 2 * transport.QueuedMessages
	for range many {
		client.say(subscribe("more", "{hello}"))
		client.say(`{"type":"ping"}`)
	}
	close(h.may)
	for i := range many {
		refused, err := client.next()
		if err != nil || !strings.Contains(refused, "TOO_MANY_OPERATIONS") {
			t.Fatalf("%d: %s %v", i, refused, err)
		}
		client.hear(`{"type":"pong"}`)
	}
}
