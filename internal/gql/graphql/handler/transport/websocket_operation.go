package transport

import (
	"bytes"
	"context"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
)

var errTooManyOperations = &gqlerror.Error{
	Message:    fmt.Sprintf("more than %d operations at once on one connection", operationsAtOnce),
	Extensions: map[string]any{"code": "TOO_MANY_OPERATIONS"},
}

// operation is one that a client started on a connection.
type operation struct {
	id     string
	params *graphql.RawParams
	cancel context.CancelFunc
}

// subscribe starts an operation.
func (c *connection) subscribe(f frame) {
	op := &operation{params: &graphql.RawParams{Headers: c.headers}}
	op.params.ReadTime.Start = graphql.Now()
	switch {
	case c.stateNow() < acknowledged:
		c.end(closeUnauthorized, "Unauthorized")
		return
	case f.ID == nil || *f.ID == "" || decode(bytes.NewReader(f.Payload), op.params) != nil,
		op.params.Query == "" && len(op.params.Extensions) == 0:
		c.end(closeBadRequest, "Invalid message received")
		return
	}
	op.params.ReadTime.End = graphql.Now()
	op.id = *f.ID

	c.mu.Lock()
	all := c.ctx
	_, duplicate := c.active[op.id]
	crowded := len(c.active) >= operationsAtOnce
	if c.state == acknowledged && !duplicate && !crowded {
		ctx, cancel := context.WithCancel(graphql.StartOperationTrace(all))
		op.cancel = cancel
		c.active[op.id] = op
		c.work.Go(func() { c.run(ctx, op) })
	}
	c.mu.Unlock()
	switch {
	case duplicate:
		c.end(closeDuplicate, "Subscriber for "+op.id+" already exists")
	case crowded:
		c.say(about(op.id, "error", shown(all, c.exec, nil, gqlerror.List{errTooManyOperations}).Errors))
	}
}

// stop ends an operation because the client wants no more of it.
func (c *connection) stop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if op, ok := c.active[id]; ok {
		delete(c.active, id)
		op.cancel()
	}
}

// run runs an operation and sends what it gives.
func (c *connection) run(ctx context.Context, op *operation) {
	defer op.cancel()
	if errs := c.execute(ctx, op); len(errs) > 0 {
		c.last(ctx, op, about(op.id, "error", errs))
	} else {
		c.last(ctx, op, about(op.id, "complete", nil))
	}
}

// execute runs an operation and sends its responses. What it returns ends the operation in the place of complete.
func (c *connection) execute(ctx context.Context, op *operation) (errs gqlerror.List) {
	var opCtx *graphql.OperationContext
	defer func() {
		if p := recover(); p != nil {
			errs = recovered(ctx, c.exec, opCtx, p)
		}
	}()
	opCtx, errs = c.exec.CreateOperationContext(ctx, op.params)
	if len(errs) > 0 {
		return shown(ctx, c.exec, opCtx, errs).Errors
	}
	before := string(about(op.id, "next", nil))
	before = before[:len(before)-1] + `,"payload":`
	subscribes, opened := opCtx.Operation.Operation == ast.Subscription, false
	return stream(ctx, c.exec, opCtx, func(resp *graphql.Response) bool {
		opened = opened || len(resp.Data) > 0 // before that a response says why nothing was opened
		return c.send(ctx, op, message(before, resp, "}"), subscribes && opened)
	})
}

// send sends a message of an operation, and reports false when nobody waits for it any more. Events find room in the
// queue or end the connection: whoever publishes them must not wait for a slow client. All else waits for room.
func (c *connection) send(ctx context.Context, op *operation, b []byte, event bool) bool {
	for {
		c.mu.Lock()
		wanted := c.active[op.id] == op
		done := !wanted || c.q.offer(b)
		c.mu.Unlock()
		switch {
		case done:
			return wanted
		case event:
			c.slow()
			return false
		case c.q.room(ctx) != nil:
			return false
		}
	}
}

// last sends the message that ends an operation, whose id is free from then on.
func (c *connection) last(ctx context.Context, op *operation, b []byte) {
	for {
		c.mu.Lock()
		done := c.active[op.id] != op
		if !done && c.q.offer(b) {
			delete(c.active, op.id)
			done = true
		}
		c.mu.Unlock()
		if done || c.q.room(ctx) != nil {
			return
		}
	}
}

// about is a message about an operation.
func about(id, kind string, errs gqlerror.List) []byte {
	b := appendJSON([]byte(`{"id":`), id)
	b = append(append(append(b, `,"type":"`...), kind...), '"')
	if errs != nil {
		b = appendErrors(append(b, `,"payload":`...), errs)
	}
	return append(b, '}')
}
