package transport

import (
	"context"
	"encoding/json"
	"errors"

	"kontrak/internal/gql/graphql"
)

// init answers the first message.
func (c *connection) init(payload json.RawMessage) {
	if c.move(fresh, initialising) != fresh {
		c.end(closeTwice, "Too many initialisation requests")
		return
	}
	var sent InitPayload
	if len(payload) > 0 && json.Unmarshal(payload, &sent) != nil {
		c.end(closeBadRequest, "Invalid message received")
		return
	}
	ctx, answer, err := c.judge(sent)
	if err != nil {
		c.end(codeOf(err), err.Error())
		return
	}
	if ctx == nil {
		return
	}
	var payloadOut json.RawMessage
	if answer != nil {
		if payloadOut, err = json.Marshal(*answer); err != nil {
			c.end(closeInternal, "Internal server error")
			return
		}
	}
	c.admit(ctx, sent)
	c.say(control("connection_ack", payloadOut))
}

// codeOf is the code that an error of InitFunc closes a connection with.
func codeOf(err error) int {
	var coded interface{ CloseCode() int }
	if errors.As(err, &coded) {
		return coded.CloseCode()
	}
	return closeForbidden
}

// move changes the state from one to another; it returns the state before.
func (c *connection) move(from, to state) state {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.state
	if before == from {
		c.state = to
	}
	return before
}

// judge has the program decide about the connection. After a panic the connection is ended and there is no context.
func (c *connection) judge(sent InitPayload) (ctx context.Context, answer *InitPayload, err error) {
	if c.InitFunc == nil {
		return c.ctx, nil, nil
	}
	defer func() {
		if p := recover(); p != nil {
			_ = graphql.DefaultRecover(c.ctx, p) // logs it
			c.end(closeInternal, "Internal server error")
			ctx, answer, err = nil, nil, nil
		}
	}()
	ctx, answer, err = c.InitFunc(c.ctx, sent)
	if ctx == nil {
		ctx = c.ctx
	}
	return ctx, answer, err
}

// admit lets operations run in ctx, which is what the program made of the connection's.
func (c *connection) admit(ctx context.Context, sent InitPayload) {
	bound, cancel := context.WithCancel(withInitPayload(ctx, sent))
	c.mu.Lock()
	before, cancelBefore := c.ctx, c.cancel
	stop := context.AfterFunc(before, cancel) // the program may have returned a context that knows nothing of ours
	c.ctx, c.cancel = bound, func() { stop(); cancel(); cancelBefore() }
	if c.state == initialising {
		c.state = acknowledged
	} else {
		c.cancel() // the connection ended meanwhile
	}
	c.mu.Unlock()
	c.watch(ctx)
}

// beat starts what is sent at intervals.
func (c *connection) beat() (stop func()) {
	ping := control("ping", nil)
	stops := []func(){
		c.timers.every(c.KeepAlivePingInterval, func() { c.q.offer(ping) }),
		c.timers.every(c.PongOnlyInterval, func() { c.q.offer(control("pong", nil)) }),
		c.timers.every(c.PingPongInterval, func() {
			if c.unanswered.Add(1) > 2 && !c.MissingPongOk {
				c.end(closeTimedOut, "Pong timeout")
				return
			}
			c.q.offer(ping)
		}),
	}
	return func() {
		for _, stop := range stops {
			stop()
		}
	}
}

// ponged notes an answer to a ping.
func (c *connection) ponged() { c.unanswered.Store(0) }
