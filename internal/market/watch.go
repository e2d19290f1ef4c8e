package market

import (
	"context"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/live"
	"kontrak/internal/view"
)

// The topics that only subscribers are told.
const (
	topicGreeting = "subscribed"
	topicGone     = "contract_gone" // the caller may not know of the contract any more
)

// Watch is how a subscriber wants to be told.
type Watch struct {
	Wants ContractWants
	// Greeting asks for a first message, of sequence 0, once everything that happens
	// from then on will be told.
	Greeting bool
	// Until is when the subscriber's right to be told ends, in real time; never by
	// itself when zero.
	Until time.Time
	// Ended is told why a subscription ends, before its channel is closed: TOKEN_INVALID,
	// TOKEN_EXPIRED, SLOW_SUBSCRIBER or UPDATES_MISSED. It is not told when the
	// subscriber goes by itself.
	Ended func(error)
}

// watch is one subscription.
type watch struct {
	Watch
	ctx context.Context //nolint:containedctx // the subscription's own
	who actor.Actor     // as it subscribed
	// contractID is of the one contract that it is about, or 0; queue says that it is
	// about the escalation queue; neither, that it is about all contracts.
	contractID int64
	queue      bool
	notices    bool // it is about the caller's notifications, and no contract

	sequence int64
	send     func(u *update) bool
	close    func()
}

// update is what a subscription is told. It is sent with the sequence that it has then.
type update struct {
	topic    string
	id       int64
	inQueue  bool
	contract *view.Contract
	version  *int64
	at       time.Time
	sequence int64

	notification *view.Notification
}

// WatchContract tells of everything that happens to a contract that the caller may
// know of. When it loses sight of it, that is told once, without the contract.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, TOO_MANY_OPERATIONS.
func (a *App) WatchContract(ctx context.Context, id int64, how Watch) (<-chan *view.ContractChange, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	w, events := watchContracts(ctx, who, how)
	w.contractID = id
	return events, a.feed.join(w, func() (*update, error) { return a.contractNow(ctx, id, how) })
}

// contractNow is the greeting of a subscription about one contract.
func (a *App) contractNow(ctx context.Context, id int64, how Watch) (*update, error) {
	c, err := a.Contract(ctx, id, how.Wants)
	if err != nil {
		return nil, err
	}
	return &update{id: id, contract: c, version: &c.Version}, nil
}

// WatchContracts tells of everything that happens to the contracts that the caller may
// know of, those that it comes to know of among them.
//
// Faults: UNAUTHENTICATED, TOO_MANY_OPERATIONS.
func (a *App) WatchContracts(ctx context.Context, how Watch) (<-chan *view.ContractChange, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	w, events := watchContracts(ctx, who, how)
	return events, a.feed.join(w, noContract)
}

// WatchQueue tells of the contracts that come into the caller's escalation queue, of
// what happens to them there, and of those that leave it.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but supervisor and admin;
// TOO_MANY_OPERATIONS.
func (a *App) WatchQueue(ctx context.Context, how Watch) (<-chan *view.QueueChange, error) {
	who, err := caller(ctx, actor.Supervisor, actor.Admin)
	if err != nil {
		return nil, err
	}
	o := live.NewOutlet[*view.QueueChange](ctx)
	w := &watch{Watch: how, ctx: ctx, who: who, queue: true, close: o.End, send: func(u *update) bool {
		return o.Send(view.See(&view.QueueChange{
			Sequence: u.sequence, Topic: u.topic, ContractID: view.ContractGlobalID(u.id), InQueue: u.inQueue, Contract: u.contract, Version: u.version, OccurredAt: u.at,
		}, view.Anyone))
	}}
	return o.Events(), a.feed.join(w, noContract)
}

// noContract is the greeting of a subscription that is not about one contract.
func noContract() (*update, error) { return &update{}, nil }

func watchContracts(ctx context.Context, who actor.Actor, how Watch) (*watch, <-chan *view.ContractChange) {
	o := live.NewOutlet[*view.ContractChange](ctx)
	return &watch{Watch: how, ctx: ctx, who: who, close: o.End, send: func(u *update) bool {
		return o.Send(view.See(&view.ContractChange{
			Sequence: u.sequence, Topic: u.topic, ContractID: view.ContractGlobalID(u.id), Contract: u.contract, Version: u.version, OccurredAt: u.at,
		}, view.Anyone))
	}}, o.Events()
}

// tell sends an update to the subscription. It reports false when that is too slow.
func (w *watch) tell(u update) bool {
	w.sequence++
	u.sequence = w.sequence
	return w.send(&u)
}

// about tells whether the subscription is about a contract which waits, or has waited
// until now, in its queue.
func (w *watch) about(id int64, queued bool) bool {
	switch {
	case w.queue:
		return queued
	case w.contractID != 0:
		return w.contractID == id
	}
	return true
}

// expired tells whether the right to be told has ended.
func (w *watch) expired(wall time.Time) bool { return !w.Until.IsZero() && !wall.Before(w.Until) }

// Missed ends every subscription of this node: events were lost on the way, and who is
// subscribed must ask again.
func (a *App) Missed(ctx context.Context, why string) {
	a.log.WarnContext(ctx, "live updates were missed: every subscription ends", "why", why, "subscriptions", a.feed.size())
	a.feed.endAll(fault.New(fault.UpdatesMissed, ""))
}
