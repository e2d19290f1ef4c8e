package market

import (
	"context"
	"encoding/json"
	"slices"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/live"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// telling is one event on its way to the subscriptions.
type telling struct {
	app *App
	e   live.Event
	id  int64
	row *contractRow // as it is now; nil when there is none
	// version is the one that the event brought the contract to.
	version int64
	to      []*watch
	what    []update
	// learned is done to the circles once everybody is told.
	learned []func()
}

// Happened tells the subscriptions of this node of an event. When it fails, none of
// them was told.
func (a *App) Happened(ctx context.Context, e live.Event) error {
	f := a.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	if e.ContractID != nil {
		f.overtake(*e.ContractID)
	}
	t := &telling{app: a, e: e}
	if err := t.everybody(ctx); err != nil {
		return err
	}
	// Who may be told is asked after everything was read.
	standing, err := a.standing(ctx, t.to)
	if err != nil {
		return err
	}
	for _, learned := range t.learned {
		learned()
	}
	for i, w := range t.to {
		if len(f.unsubscribe([]*watch{w}, standing)) == 1 && !w.tell(t.what[i]) {
			f.end(w, fault.New(fault.SlowSubscriber, ""))
		}
	}
	return nil
}

// everybody adds what all subscriptions are told.
func (t *telling) everybody(ctx context.Context) error {
	switch {
	case t.app.feed.count == 0:
		return nil
	case t.e.Topic == topicNotified:
		return t.notices(ctx)
	case t.e.ContractID == nil:
		return nil
	}
	t.id = *t.e.ContractID
	if err := t.read(ctx); err != nil {
		return err
	}
	for _, c := range t.app.feed.circles {
		if c.notices {
			continue
		}
		if err := t.circle(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// read reads the contract's own columns, for nobody: who may know of it is decided from
// them, circle by circle.
func (t *telling) read(ctx context.Context) error {
	var about struct {
		Version int64 `json:"version"`
	}
	if err := json.Unmarshal(t.e.Payload, &about); err != nil {
		return err
	}
	t.version = about.Version
	s, tables := selectContracts(t.app.store.Dialect(), ContractWants{})
	s.Where(sql.EQ(tables.c.C(contract.FieldID), t.id))
	ctx, cancel := t.app.store.ReadContext(ctx)
	defer cancel()
	rows, err := s.rows(ctx, t.app.store.Client())
	if err != nil {
		return store.Fault(err)
	}
	if len(rows) == 1 {
		t.row = rows[0]
	}
	return nil
}

// sight are the ties by which a caller may know of a contract.
const sight = view.Admin | view.Member | view.Assignee | view.Supervisor

// circle adds what the subscriptions of a circle are told.
func (t *telling) circle(ctx context.Context, c *circle) error {
	knew, wasQueued := c.known[t.id], c.queued[t.id]
	mayKnow := t.row != nil && contractTies(c.who, t.row).Any(sight)
	if !mayKnow && !knew && !wasQueued {
		return nil
	}
	queued := mayKnow && t.row.state() == lifecycle.StateSupervisorPending && c.who.Is(actor.Supervisor, actor.Admin)
	groups := map[reading][]*watch{}
	if mayKnow && c.who.Is(actor.Supervisor) {
		groups[reading{}] = nil // whether it is in the queue only a statement can tell
	}
	for w := range c.watches {
		if w.about(t.id, queued || wasQueued) {
			r := w.reading()
			groups[r] = append(groups[r], w)
		}
	}
	sees := mayKnow
	for r, watches := range groups {
		var v *view.Contract
		if mayKnow {
			var err error
			if v, err = t.app.oneFor(ctx, r.as(c.who), t.id, r.wants); err != nil {
				return err
			}
			sees = sees && v != nil
		}
		for _, w := range watches {
			t.add(c, w, v, queued && v != nil)
		}
	}
	t.learned = append(t.learned, func() { c.note(t.id, sees, sees && queued, t.row) })
	return nil
}

// add adds what one subscription is told, of a contract that it may see now or, where v
// is nil, may not.
func (t *telling) add(c *circle, w *watch, v *view.Contract, queued bool) {
	u := update{topic: t.e.Topic, id: t.id, inQueue: queued, contract: v, version: &t.version, at: t.e.At}
	switch {
	case v == nil && !c.known[t.id]:
		return // it never knew, or was told before
	case w.queue && !queued && !c.queued[t.id]:
		return
	case v == nil:
		u.topic, u.version = topicGone, nil
	}
	t.to, t.what = append(t.to, w), append(t.what, u)
}

// note remembers how a circle stands to a contract now.
func (c *circle) note(id int64, sees, queued bool, r *contractRow) {
	delete(c.known, id)
	delete(c.queued, id)
	if sees && c.who.Is(actor.Partner, actor.Supervisor) && slices.Contains(losable, r.status) {
		c.known[id] = true
	}
	if queued {
		c.queued[id] = true
	}
}

// reading is what is read once for several subscriptions of a circle.
type reading struct {
	wants ContractWants
	// userID is of whom it is read for, where that is the user's own.
	userID int64
}

func (w *watch) reading() reading {
	r := reading{wants: w.Wants}
	if w.Wants.Partner&WantWishlisted != 0 {
		r.userID = w.who.UserID
	}
	return r
}

// as gives the caller that is read for.
func (r reading) as(who actor.Actor) actor.Actor {
	if r.userID != 0 {
		who.UserID = r.userID
	}
	return who
}

// oneFor gives a contract as a caller sees it now, nil when it may not know of it.
func (a *App) oneFor(ctx context.Context, who actor.Actor, id int64, w ContractWants) (*view.Contract, error) {
	views, err := a.contractsFor(ctx, who, []int64{id}, w)
	if err != nil || len(views) == 0 {
		return nil, err
	}
	return views[0], nil
}

// learn reads which contracts a new circle knows of and may lose sight of, and which of
// them wait in its queue. Institutions lose sight of none.
func (a *App) learn(ctx context.Context, c *circle) error {
	if c.notices || !c.who.Is(actor.Partner, actor.Supervisor, actor.Admin) {
		return nil
	}
	return a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := a.contractRows(ctx, on, c.who, ContractWants{}, func(s *sql.Selector, t *sql.SelectTable) {
			if c.who.Is(actor.Admin) {
				s.Where(sql.And(is(t.C(contract.FieldStatus), lifecycle.ContractPartnerPending), is(t.C(contract.FieldStage), lifecycle.StageSupervisor)))
				return
			}
			s.Where(store.InP(t.C(contract.FieldStatus), losable))
		})
		if err != nil {
			return err
		}
		clear(c.known) // of an attempt before
		clear(c.queued)
		for _, r := range rows {
			c.note(r.id, true, r.state() == lifecycle.StateSupervisorPending && c.who.Is(actor.Supervisor, actor.Admin), r)
		}
		return nil
	})
}
