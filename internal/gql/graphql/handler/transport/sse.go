package transport

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
)

const (
	eventStream = "text/event-stream"
	// writeTimeout is how long one message may take to be written: a client that reads nothing for so long is gone.
	writeTimeout = 15 * time.Second
)

// SSE answers clients that accept text/event-stream with server-sent events, as the distinct connections mode of
// GraphQL over SSE says: an event next for each response, and complete at the end. Requests come as for GET and POST.
// Queries and mutations of clients that prefer JSON are answered in JSON. Add it before GET and POST.
type SSE struct {
	// KeepAlivePingInterval is how often a comment is sent that keeps the connection open; 0 is never.
	KeepAlivePingInterval time.Duration
	// MinEventInterval is how long one event keeps the next one waiting, at least.
	MinEventInterval time.Duration

	timers timers
}

var _ graphql.Transport = SSE{}

// Supports takes GET, and POST with a JSON body, of clients that accept events.
func (t SSE) Supports(r *http.Request) bool {
	if isUpgrade(r) || !names(r, eventStream) {
		return false
	}
	return r.Method == http.MethodGet || r.Method == http.MethodPost && hasBody(r, plainJSON)
}

// Do answers a request.
func (t SSE) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	media := negotiate(r, nil, false)
	if media == "" {
		media = plainJSON
	}
	begin(w, nil, media)
	params, allowed, status, err := t.read(r)
	if err != nil {
		write(w, status, exec.DispatchError(r.Context(), gqlerror.List{err}))
		return
	}
	op, errs := exec.CreateOperationContext(r.Context(), params)
	if len(errs) == 0 && !slices.Contains(allowed, op.Operation.Operation) {
		w.Header().Set("Allow", http.MethodPost)
		errs = gqlerror.List{refusal(r.Method, op.Operation.Operation)}
		write(w, http.StatusMethodNotAllowed, exec.DispatchError(graphql.WithOperationContext(r.Context(), op), errs))
		return
	}
	subscribes := op.Operation != nil && op.Operation.Operation == ast.Subscription
	switch {
	case !subscribes && prefersJSON(r) && len(errs) > 0:
		write(w, failed(media), exec.DispatchError(graphql.WithOperationContext(r.Context(), op), errs))
	case !subscribes && prefersJSON(r):
		answer(r.Context(), w, exec, op, media)
	default:
		t.stream(w, r, exec, op, errs)
	}
}

// read reads a request, and tells which operations may come this way or with which status it is refused.
func (t SSE) read(r *http.Request) (*graphql.RawParams, []ast.Operation, int, *gqlerror.Error) {
	allowed := []ast.Operation{ast.Query, ast.Subscription}
	var params *graphql.RawParams
	var err *gqlerror.Error
	status := http.StatusBadRequest
	if r.Method == http.MethodGet {
		params, err = fromAddress(r)
	} else {
		allowed = append(allowed, ast.Mutation)
		params, status, err = fromBody(r)
	}
	if err == nil && params.Query == "" && len(params.Extensions) == 0 {
		status, err = http.StatusBadRequest, gqlerror.Errorf("query is missing")
	}
	return params, allowed, status, err
}

// names tells whether a client accepts a media type and says so by its name.
func names(r *http.Request, media string) bool {
	accepted := strings.Join(r.Header.Values("Accept"), ",")
	return strings.Contains(accepted, media) && quality(accepted, media) > 0
}

// prefersJSON tells whether a client that accepts events would rather have JSON, where one response is all there is.
func prefersJSON(r *http.Request) bool {
	accepted := strings.Join(r.Header.Values("Accept"), ",")
	events := quality(accepted, eventStream)
	return slices.ContainsFunc([]string{plainJSON, graphqlResponse}, func(media string) bool {
		q := quality(accepted, media)
		return strings.Contains(accepted, media) && (q > events || q == events && before(accepted, media, eventStream))
	})
}

// events is one connection that events are written to.
type events struct {
	SSE
	w  http.ResponseWriter
	rc *http.ResponseController
	q  *queue
}

// stream runs an operation, or reports why it cannot run, as events.
func (t SSE) stream(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, op *graphql.OperationContext, errs gqlerror.List) {
	e := &events{SSE: t, w: w, rc: http.NewResponseController(w), q: newQueue()}
	// The server's timeouts are for requests that end by themselves; here each write has its own.
	_ = e.rc.SetReadDeadline(time.Time{})
	_ = e.rc.SetWriteDeadline(time.Time{})
	h := w.Header()
	h.Set("Content-Type", eventStream)
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)

	ctx, cancel := context.WithCancel(r.Context())
	done := make(chan struct{})
	stop := t.timers.every(t.KeepAlivePingInterval, func() { e.q.offer([]byte(": ping\n\n")) })
	go func() {
		defer close(done)
		defer e.q.end()
		e.run(ctx, exec, op, errs)
	}()
	if e.send([]byte(":\n\n")) == nil {
		e.write(ctx)
	}
	cancel()
	stop()
	e.q.drop()
	<-done
}

var complete = []byte("event: complete\ndata:\n\n")

const eventNext = "event: next\ndata: "

// next is a response as an event. Scalars may have written line breaks into their JSON, which would end the event; in
// JSON a space says the same.
func next(resp *graphql.Response) []byte {
	b := message(eventNext, resp, "\n\n")
	for i := len(eventNext); i < len(b)-2; i++ {
		if b[i] == '\n' || b[i] == '\r' {
			b[i] = ' '
		}
	}
	return b
}

// run puts the operation's responses into the queue.
func (e *events) run(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, errs gqlerror.List) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // the source ends here, whatever is still to be written
	if len(errs) > 0 {
		e.q.offer(next(shown(ctx, exec, op, errs)))
		e.q.offer(complete)
		return
	}
	errs = stream(ctx, exec, op, func(resp *graphql.Response) bool {
		if op.Operation.Operation != ast.Subscription {
			return e.q.put(ctx, next(resp)) == nil
		}
		if e.q.offer(next(resp)) {
			return true
		}
		e.q.drop(next(&graphql.Response{Errors: gqlerror.List{errSlow}}), complete)
		return false
	})
	if len(errs) > 0 {
		_ = e.q.put(ctx, next(&graphql.Response{Errors: errs}))
	}
	_ = e.q.put(ctx, complete)
}

// write writes what the queue holds until it is closed or the client is gone.
func (e *events) write(ctx context.Context) {
	context.AfterFunc(ctx, e.q.end)
	for {
		b, ok := e.q.take()
		if !ok || ctx.Err() != nil || e.send(b) != nil {
			return
		}
		if e.MinEventInterval > 0 && bytes.HasPrefix(b, []byte(eventNext)) {
			passed := make(chan struct{})
			stop := e.timers.after(e.MinEventInterval, func() { close(passed) })
			select {
			case <-passed:
			case <-ctx.Done():
				stop()
				return
			}
		}
	}
}

// send writes b at once, and gives up when the client does not take it in time.
func (e *events) send(b []byte) error {
	stop := e.timers.after(writeTimeout, func() { _ = e.rc.SetWriteDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := e.w.Write(b); err != nil {
		return err
	}
	if err := e.rc.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
