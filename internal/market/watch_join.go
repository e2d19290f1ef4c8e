package market

import (
	"context"
	"fmt"

	"kontrak/internal/fault"
)

// MaxSubscriptions is how many subscriptions of an account a node keeps, over whichever
// transport, unless Config says otherwise: those of two WebSockets that are full.
const MaxSubscriptions = 200

// joinTries is how often what a subscription begins with is read beside what is told. The
// last time nothing is told meanwhile.
const joinTries = 4

// joining is one that is about to be subscribed.
type joining struct {
	watch *watch
	// known says that its circle was there when it began to read; else fresh is that, with
	// what it knows of.
	known bool
	fresh *circle
	first *update
	// overtaken says that something was told which what was read may not hold.
	overtaken bool
}

// join adds a subscription, unless what it begins with fails. Reading that would keep all
// others waiting, so it is done without the lock, and again when an event overtook it: a
// subscription misses nothing of what happens after its greeting.
//
// Faults: those of begin; TOO_MANY_OPERATIONS.
func (f *feed) join(w *watch, begin func() (*update, error)) error {
	j := &joining{watch: w}
	_, name := w.circle()
	f.mu.Lock()
	defer f.mu.Unlock()
	for try := 1; ; try++ {
		if err := f.room(w); err != nil {
			return err
		}
		j.overtaken, j.known = false, f.circles[name] != nil
		read := f.aside
		if try == joinTries {
			read = (*joining).read
		}
		if err := read(j, f.app, begin); err != nil {
			return err
		}
		if !j.overtaken && (j.fresh != nil || f.circles[name] != nil) {
			return f.enter(j, name)
		}
	}
}

// aside reads what a subscription begins with while others are told, and notes whether it
// was overtaken. The lock is held before and after.
func (f *feed) aside(j *joining, a *App, begin func() (*update, error)) error {
	f.joining[j] = true
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.joining, j)
	}()
	return j.read(a, begin)
}

// read reads what a subscription begins with.
func (j *joining) read(a *App, begin func() (*update, error)) (err error) {
	j.fresh = nil
	if !j.known {
		same, _ := j.watch.circle()
		j.fresh = &circle{who: same, known: map[int64]bool{}, queued: map[int64]bool{}, watches: map[*watch]bool{}, notices: j.watch.notices}
		if err := a.learn(j.watch.ctx, j.fresh); err != nil {
			return err
		}
	}
	j.first, err = begin()
	return err
}

// room fails when the account has too many subscriptions. The lock is held.
func (f *feed) room(w *watch) error {
	if f.of[w.who.UserID] < f.most {
		return nil
	}
	return fault.New(fault.OperationLimit, fmt.Sprintf("An account may have %d subscriptions at once: end another one first.", f.most)).
		With("limit", f.most).With("actual", f.most+1)
}

// enter subscribes. The lock is held.
func (f *feed) enter(j *joining, name string) error {
	w := j.watch
	if err := f.room(w); err != nil { // others came in meanwhile
		return err
	}
	if f.circles[name] == nil {
		f.circles[name] = j.fresh
	}
	if w.Greeting {
		j.first.topic, j.first.at = topicGreeting, f.app.Now()
		w.send(j.first)
	}
	f.circles[name].watches[w] = true
	f.count++
	f.of[w.who.UserID]++
	context.AfterFunc(w.ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.leave(w)
	})
	return nil
}

// overtake notes for those who are about to be subscribed that something is told: of a
// contract, or of all. Whoever begins with one contract is overtaken by what happens to it,
// a new circle by every one. The lock is held.
func (f *feed) overtake(contractID int64) {
	for j := range f.joining {
		j.overtaken = j.overtaken || contractID == 0 || j.watch.contractID == contractID || !j.known
	}
}
