package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// deed is an action that somebody wants to do to one contract, with its input:
// the command of a use-case. What does not depend on an input (roles, states,
// deadlines) is the law of its action, in laws.
type deed interface {
	action() lifecycle.ContractAction
	// check says what is wrong with the input, all of it at once, and keeps what
	// it looked up for do. It may run more than once.
	check(ctx context.Context, on *ent.Client, c *facts) error
	// do writes what the deed changes. Everything has been checked.
	do(ctx context.Context, tx *ent.Tx, c *facts) error
}

// facts are what is decided on: who calls, when, the contract as it is, and the
// settings.
type facts struct {
	who actor.Actor
	now time.Time
	row *contractRow
	set settings
	// shared is what checks look up, where many contracts are asked about at once.
	shared *lookups
}

// judge decides whether a deed may be done. It is asked by the action itself and
// by ContractCan, so the two cannot disagree.
//
// Faults: FORBIDDEN, those of the input, WRONG_STATE, DEADLINE_PASSED and those
// of the action's further rules.
func judge(ctx context.Context, on *ent.Client, c *facts, d deed) error {
	law := laws[d.action()]
	if err := law.open(c.who); err != nil {
		return err
	}
	if err := withUnread(ctx, d.check(ctx, on, c)); err != nil {
		return err
	}
	return law.allow(c)
}

// unreadKey is the key of what a transport could not read of an action's input.
type unreadKey struct{}

// Unread says that a transport may note in bad, until it asks for an action on a
// contract, what it cannot read of the action's input. Every action so asked for
// refuses that, together with what else is wrong with its input, in the place where
// an input is judged: after the caller's role and the contract itself, before its
// state. So no action has to think of it.
func Unread(ctx context.Context, bad *fault.Fields) context.Context {
	return context.WithValue(ctx, unreadKey{}, bad)
}

// withUnread gives what a check found, and what could not be read.
func withUnread(ctx context.Context, found error) error {
	unread, _ := ctx.Value(unreadKey{}).(*fault.Fields)
	if unread == nil {
		return found
	}
	refused := unread.Err(fault.InputInvalid)
	if _, known := fault.As(found); refused == nil || found != nil && !known {
		return found
	}
	var bad fault.Fields
	bad.Take(refused)
	if fault.Is(found, fault.InputInvalid) {
		bad.TakeOther(found)
	}
	return bad.Err(fault.InputInvalid)
}

// act does a deed to a contract and gives the contract as it is then. It climbs
// the ladder that every action climbs: who calls, may the role do this, may the
// caller know of the contract, is the input right, do state and time allow it,
// was nobody faster. What its caller did before under the same key is answered before
// all that.
//
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, STALE, IDEMPOTENCY_CONFLICT, and those
// of judge.
func (a *App) act(ctx context.Context, id int64, d deed, w ContractWants) (*view.Contract, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Contract, error) {
		c, err := a.perform(ctx, id, d)
		if err != nil {
			return nil, err
		}
		return a.answer(ctx, c.who, id, c.now, w, contractTies(c.who, c.row))
	}, a.contractAgain(w))
}

// perform does a deed to a contract and gives the facts that it was decided on:
// the contract as it was before.
//
// Faults: those of act.
func (a *App) perform(ctx context.Context, id int64, d deed) (*facts, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	if err := laws[d.action()].open(who); err != nil {
		return nil, err
	}
	c := &facts{who: who, now: a.Now()}
	if c.row, err = a.findContract(ctx, who, id); err != nil {
		return nil, err
	}
	return c, a.withFiles(ctx, c, d, func() error { return a.carryOut(ctx, c, d) })
}

// carryOut judges a deed and does it, in one transaction.
func (a *App) carryOut(ctx context.Context, known *facts, d deed) error {
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		set, err := readSettings(ctx, tx.Client())
		if err != nil {
			return err
		}
		c := &facts{who: known.who, now: known.now, row: known.row, set: set}
		if err := judge(ctx, tx.Client(), c, d); err != nil {
			return err
		}
		ties := contractTies(c.who, c.row)
		if err := d.do(ctx, tx, c); err != nil {
			return err
		}
		return memory{Ties: ties.Names()}.keepContract(ctx, tx, c.row.id)
	})
}

// noInput is the check of a deed that has no input.
type noInput struct{}

func (noInput) check(context.Context, *ent.Client, *facts) error { return nil }

// reason is the input of a deed that asks for a reason.
type reason struct{ text string }

// reasonLength bounds a reason, in letters.
const reasonLength = 1000

func (r reason) check(context.Context, *ent.Client, *facts) error {
	var bad fault.Fields
	checkText(&bad, "reason", r.text, 1, reasonLength)
	return bad.Err(fault.InputInvalid)
}

// remark is the input of a deed that may be given a reason.
type remark struct{ text string }

func (r remark) check(context.Context, *ent.Client, *facts) error {
	var bad fault.Fields
	checkText(&bad, "reason", r.text, 0, reasonLength)
	return bad.Err(fault.InputInvalid)
}
