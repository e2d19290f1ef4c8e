package market

import (
	"context"
	"fmt"
	"sync"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// feed is who is subscribed on this node, by circles. Its lock is held while an event
// is told: so each subscription gets one after the other. What one begins with is read
// without the lock, see join.
type feed struct {
	app     *App
	mu      sync.Mutex
	circles map[string]*circle
	count   int
	// of is how many subscriptions an account has.
	of   map[int64]int
	most int // of an account
	// joining are those that are about to be subscribed, and read what they begin with.
	joining map[*joining]bool
}

// circle is the subscriptions of callers that see every contract alike. An event is
// read once for a circle and selection, however many they are.
type circle struct {
	// who sees as all of them do, and is none of them: it has no user but where what is
	// seen is the user's own.
	who actor.Actor
	// known are the contracts that the circle knows of and may lose sight of again.
	known map[int64]bool
	// queued are those that wait in its escalation queue.
	queued  map[int64]bool
	watches map[*watch]bool
	// notices says that it is of one person and its notifications, and about no contract.
	notices bool
}

// circleOf gives the caller as which all callers of its circle see, and the circle's
// name. What decides on a contract and its fields is the role, the institutions, the
// partner and, for a supervisor, the account.
func circleOf(who actor.Actor) (actor.Actor, string) {
	same := actor.Actor{Role: who.Role, Institutions: who.Institutions, PartnerID: who.PartnerID}
	if who.Role == actor.Supervisor {
		same.UserID = who.UserID
	}
	return same, fmt.Sprint(same.Role, same.Institutions, same.PartnerID, same.UserID)
}

// circle gives the caller as which a subscription is told, and the name of its circle.
func (w *watch) circle() (actor.Actor, string) {
	if w.notices {
		return w.who, ofNotices(w.who)
	}
	return circleOf(w.who)
}

// leave removes a subscription, and its circle with the last of it; false when it has
// left before. The lock is held.
func (f *feed) leave(w *watch) bool {
	_, name := w.circle()
	c := f.circles[name]
	if c == nil || !c.watches[w] {
		return false
	}
	delete(c.watches, w)
	f.count--
	if f.of[w.who.UserID]--; f.of[w.who.UserID] == 0 {
		delete(f.of, w.who.UserID)
	}
	if len(c.watches) == 0 {
		delete(f.circles, name)
	}
	return true
}

// end ends a subscription and tells it why. The lock is held.
func (f *feed) end(w *watch, why error) {
	if !f.leave(w) {
		return
	}
	if w.Ended != nil {
		w.Ended(why)
	}
	w.close()
}

func (f *feed) endAll(why error) {
	f.mu.Lock()
	f.overtake(0)
	f.mu.Unlock()
	for _, w := range f.all() {
		f.mu.Lock()
		f.end(w, why)
		f.mu.Unlock()
	}
}

// all are the subscriptions of now.
func (f *feed) all() []*watch {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]*watch, 0, f.count)
	for _, c := range f.circles {
		for w := range c.watches {
			list = append(list, w)
		}
	}
	return list
}

func (f *feed) size() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count
}

// Subscriptions is how many subscriptions this node has.
func (a *App) Subscriptions() int { return a.feed.size() }

// losable are the statuses in which a partner or a supervisor may lose sight of a
// contract; in the others nobody does.
var losable = []lifecycle.ContractStatus{
	lifecycle.ContractPartnerPending, lifecycle.ContractAccepted, lifecycle.ContractOnRoute, lifecycle.ContractInProgress,
}

// unsubscribe ends the subscriptions whose callers are not what they were when they
// subscribed, or whose tokens have expired, and gives those that remain.
func (f *feed) unsubscribe(watches []*watch, standing map[int64]error) []*watch {
	wall := f.app.wall()
	remain := watches[:0]
	for _, w := range watches {
		why := standing[w.who.SessionID]
		if w.expired(wall) { // its session may have ended with it
			why = fault.New(fault.TokenExpired, "")
		}
		if why != nil {
			f.end(w, why)
			continue
		}
		remain = append(remain, w)
	}
	return remain
}

// standing tells of each session of the subscriptions why it may not be told any more;
// of those that may, it says nothing. One statement serves all of them.
func (a *App) standing(ctx context.Context, watches []*watch) (map[int64]error, error) {
	if a.stands == nil || len(watches) == 0 {
		return nil, nil //nolint:nilnil // an empty map
	}
	asked := make(map[int64]bool, len(watches))
	var callers []actor.Actor
	for _, w := range watches {
		if !asked[w.who.SessionID] {
			asked[w.who.SessionID] = true
			callers = append(callers, w.who)
		}
	}
	return a.stands(ctx, callers)
}

// LookAfterSubscriptions ends the subscriptions of callers who may not be told any
// more, without waiting for an event that would have shown it. It is called again and
// again.
func (a *App) LookAfterSubscriptions(ctx context.Context) (more bool, err error) {
	all := a.feed.all()
	standing, err := a.standing(ctx, all)
	if err != nil {
		return false, err
	}
	a.feed.mu.Lock()
	defer a.feed.mu.Unlock()
	a.feed.unsubscribe(all, standing)
	return false, nil
}
