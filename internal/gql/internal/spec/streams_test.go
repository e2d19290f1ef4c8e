package spec_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql/handler/transport"
)

// streamRow is a case of a subscription, over server-sent events.
type streamRow struct {
	// name says what holds.
	name string
	// query and variables are the request; world is the data, events are those of the source, as JSON.
	query, variables, world, events string
	// breaks is the error that the source ends with.
	breaks string
	// want are the payloads of the responses. After them comes complete.
	want []string
	// asks is set where fields fail or have arguments, which those read off their parent cannot.
	asks bool
}

// subscriptions623 is section 6.2.3.
var subscriptions623 = []struct {
	title string
	rows  []streamRow
}{
	{"6.2.3 Subscription", []streamRow{
		{name: "each event gives a response, and the stream ends with its source", query: `subscription{box{int}}`, events: `[{"int":1},{"int":2},{"int":3}]`, want: []string{data(`{"box":{"int":1}}`), data(`{"box":{"int":2}}`), data(`{"box":{"int":3}}`)}},
		{name: "a source without events gives no response", query: `subscription{box{int}}`, events: `[]`},
		{name: "scalars are events too", query: `subscription{tick}`, want: []string{data(`{"tick":0}`), data(`{"tick":1}`), data(`{"tick":2}`)}},
	}},
	{"6.2.3.1 Source Stream", []streamRow{
		{name: "there is one root field: another is not valid", query: `subscription{box{int} tick}`, want: []string{refused(invalid("A subscription must select only one top level field.", 23))}},
		{name: "there is one root field: a second key of the same is refused", query: `subscription{a:tick b:tick}`, want: []string{refused(invalid("A subscription must select only one top level field.", 21))}},
		{name: "there is one root field: it has no condition", query: `subscription{tick@skip(if:true)}`, want: []string{refused(invalid("A subscription must not have @skip on its top level field.", 19))}},
		{name: "there is one root field: nor has a fragment with it", query: `subscription($b:Boolean!){...@include(if:$b){tick}}`, variables: `{"b":true}`, want: []string{refused(invalid("A subscription must not have @include on its top level field.", 31))}},
		{name: "below it conditions decide as anywhere", query: `subscription($b:Boolean!){box{int@include(if:$b) string}}`, variables: `{"b":false}`, events: `[{"int":1}]`, want: []string{data(`{"box":{"string":null}}`)}},
		{name: "there is one root field: not the name of the type", query: `subscription{__typename}`, want: []string{refused(invalid("A subscription must not select an introspection top level field.", 14))}},
		{name: "fields of one key are one", query: `subscription{box{int} ...F box{string}} fragment F on Subscription{box{boolean}}`, events: `[{"int":1,"string":"s","boolean":true}]`, want: []string{data(`{"box":{"int":1,"boolean":true,"string":"s"}}`)}},
		{name: "its arguments are coerced: a literal", query: `subscription{tick(from:5)}`, want: []string{data(`{"tick":5}`), data(`{"tick":6}`), data(`{"tick":7}`)}},
		{name: "its arguments are coerced: a variable", query: `subscription($n:Int=4){tick(from:$n)}`, variables: `{"n":8}`, want: []string{data(`{"tick":8}`), data(`{"tick":9}`), data(`{"tick":10}`)}},
		{name: "its arguments are coerced: a variable's default", query: `subscription($n:Int=4){tick(from:$n)}`, want: []string{data(`{"tick":4}`), data(`{"tick":5}`), data(`{"tick":6}`)}},
		{name: "an argument that cannot be coerced opens no stream", query: `subscription{tick(even:3)}`, want: []string{refused(argument("not an even number", 14, `"tick"`, "even"))}},
		{name: "an argument that is null where it may not be opens no stream", query: `subscription($n:Int=4){tick(from:$n)}`, variables: `{"n":null}`, want: []string{refused(argument("must not be null", 34, `"tick"`, "from"))}},
		{name: "a variable that cannot be coerced opens no stream", query: `subscription($n:Int!){tick(from:$n)}`, want: []string{refused(invalid("$n: must be defined", 14))}},
		{name: "a resolver that fails opens no stream", query: `subscription{b:box{int}}`, world: `{"errs":{"box":"no such topic"}}`, want: []string{refused(at("no such topic", 14, `"b"`))}},
		{name: "a resolver that panics opens no stream", query: `subscription{box{int}}`, world: `{"panics":{"box":"secret"}}`, want: []string{refused(at("internal system error", 14, `"box"`))}},
		{name: "a source that breaks ends the stream with its error", query: `subscription{box{int}}`, events: `[{"int":1}]`, breaks: "the source broke", want: []string{data(`{"box":{"int":1}}`), refused(`{"message":"the source broke"}`)}},
	}},
	{"6.2.3.2 Response Stream", []streamRow{
		{name: "the event is the root's value, under the field's key", query: `subscription{b:box{i:int box{string}}}`, events: `[{"int":1,"box":{"string":"s"}},{"int":2}]`, want: []string{data(`{"b":{"i":1,"box":{"string":"s"}}}`), data(`{"b":{"i":2,"box":null}}`)}},
		{name: "null is an event", query: `subscription{box{int}}`, events: `[null,{"int":1}]`, want: []string{data(`{"box":null}`), data(`{"box":{"int":1}}`)}},
		{name: "null of a required field takes the data, and the stream goes on", query: `subscription{strictBox{int}}`, events: `[null,{"int":1}]`, want: []string{partly(`null`, at("must not be null", 14, `"strictBox"`)), data(`{"strictBox":{"int":1}}`)}},
		{name: "an event with errors does not end the stream", query: `subscription{box{even}}`, events: `[{"even":2},{"even":3},{"even":4}]`, want: []string{data(`{"box":{"even":2}}`), partly(`{"box":{"even":null}}`, at("not an even number", 18, `"box","even"`)), data(`{"box":{"even":4}}`)}},
		{name: "an event has its own errors only", query: `subscription{box{strictEven int}}`, events: `[{"even":3,"int":1},{"even":5}]`, want: []string{
			partly(`{"box":null}`, at("not an even number", 18, `"box","strictEven"`)), partly(`{"box":null}`, at("not an even number", 18, `"box","strictEven"`)),
		}},
		{name: "a resolver that fails for an event does not end the stream", query: `subscription{box{int}}`, events: `[{"errs":{"int":"no"}},{"panics":{"int":"secret"}},{"int":1}]`, want: []string{
			partly(`{"box":{"int":null}}`, at("no", 18, `"box","int"`)), partly(`{"box":{"int":null}}`, at("internal system error", 18, `"box","int"`)), data(`{"box":{"int":1}}`),
		}, asks: true},
		{name: "events of an interface", query: `subscription{pet{__typename name ...on Cat{lives}}}`, events: `[{"is":"Dog","name":"d"},{"is":"Cat","name":"c","lives":9},{"is":"Rock"}]`, want: []string{
			data(`{"pet":{"__typename":"Dog","name":"d"}}`), data(`{"pet":{"__typename":"Cat","name":"c","lives":9}}`), partly(`{"pet":null}`, at("Rock is not a possible type of Pet", 14, `"pet"`)),
		}},
		{name: "variables are the same for every event", query: `subscription($i:Int,$v:Boolean!){box{echo(int:$i) int@skip(if:$v)}}`, variables: `{"i":5,"v":true}`, events: `[{},{}]`, want: []string{data(`{"box":{"echo":{"int":5}}}`), data(`{"box":{"echo":{"int":5}}}`)}},
		{name: "lists below an event", query: `subscription{box{boxes0{int boxes0{string}}}}`, events: `[{"boxes0":[{"int":1,"boxes0":[{"string":"a"},null]},{"int":2}]},{"boxes0":[]}]`, want: []string{
			data(`{"box":{"boxes0":[{"int":1,"boxes0":[{"string":"a"},null]},{"int":2,"boxes0":null}]}}`), data(`{"box":{"boxes0":[]}}`),
		}},
	}},
}

// listen makes the request of a subscription.
func listen(ctx context.Context, t *testing.T, r *request, query, variables string) *http.Request {
	t.Helper()
	body := row{query: query, variables: variables}.body(t)
	req := httptest.NewRequestWithContext(context.WithValue(ctx, rootKey{}, r), http.MethodPost, "/query", strings.NewReader(string(body)))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	return req
}

// feed plays the source: it gives all events, and ends.
func (c streamRow) feed(t *testing.T) *source {
	t.Helper()
	s := &source{events: make(chan *thing, 10), opened: make(chan context.Context, 1)}
	if c.events == "" {
		return s
	}
	var events []*thing
	if err := json.Unmarshal([]byte(c.events), &events); err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		s.events <- e
	}
	if c.breaks == "" {
		close(s.events)
	} else {
		go func() {
			transport.AddSubscriptionError(<-s.opened, &gqlerror.Error{Message: c.breaks})
			close(s.events)
		}()
	}
	return s
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	all := variants()
	for _, s := range subscriptions623 {
		t.Run(s.title, func(t *testing.T) {
			t.Parallel()
			for _, c := range s.rows {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					want := ":\n\n"
					for _, payload := range c.want {
						want += "event: next\ndata: " + payload + "\n\n"
					}
					want += "event: complete\ndata:\n\n"
					for _, v := range all {
						if v.kind == plain && c.asks || t.Failed() {
							continue
						}
						w := httptest.NewRecorder()
						v.server.ServeHTTP(w, listen(t.Context(), t, &request{root: world(t, c.world), events: c.feed(t)}, c.query, c.variables))
						if got := w.Body.String(); got != want {
							t.Errorf("%s:\ngot  %s\nwant %s", v.name, got, want)
						}
					}
				})
			}
		})
	}
	t.Run("6.2.3.3 Unsubscribe", func(t *testing.T) { unsubscribes(t, all) })
}

// unsubscribes is section 6.2.3.3: who leaves ends the source, and all work for the stream, though the source be deaf.
func unsubscribes(t *testing.T, all []*variant) {
	for _, v := range all {
		for _, deaf := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, deaf %t", v.name, deaf), func(t *testing.T) {
				t.Parallel()
				s := &source{events: make(chan *thing), opened: make(chan context.Context, 1), deaf: deaf}
				ctx, leave := context.WithCancel(t.Context())
				done, w := make(chan struct{}), httptest.NewRecorder()
				go func() {
					defer close(done)
					v.server.ServeHTTP(w, listen(ctx, t, &request{root: &thing{}, events: s}, `subscription{box{int}}`, ""))
				}()
				resolver := <-s.opened
				s.events <- &thing{}
				leave()
				<-resolver.Done() // the source is told
				<-done            // and nothing is left of the subscription
				if deaf {
					close(s.events)
					return
				}
				select {
				case s.events <- &thing{}:
					t.Error("the source was asked for another event")
				default:
				}
				if strings.Contains(w.Body.String(), "complete") {
					t.Errorf("who left is told of the end: %s", w.Body)
				}
			})
		}
	}
}
