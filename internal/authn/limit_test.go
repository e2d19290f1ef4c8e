package authn

import (
	"fmt"
	"testing"
	"time"

	"kontrak/internal/fault"
)

// heldGate is a gate with the default limits and a clock that is held.
type heldGate struct {
	gate
	now time.Time
}

func newHeldGate() *heldGate {
	h := &heldGate{now: time.Date(2026, time.June, 8, 2, 0, 0, 0, time.UTC)}
	h.gate = newGate(Limits{PerAccount: DefaultPerAccount, PerAddress: DefaultPerAddress}, func() time.Time { return h.now })
	return h
}

// try gives how many seconds to wait, or 0.
func (h *heldGate) try(t *testing.T, email, address string) int {
	t.Helper()
	err := h.pass(SignIn{Email: email, Address: address})
	if err == nil {
		return 0
	}
	f, ok := fault.As(err)
	if !ok || f.Code != fault.RateLimited {
		t.Fatalf("refused with %v", err)
	}
	return f.Meta["retry_after"].(int)
}

func TestTriesIntoOneAccountFromOneAddressAreCounted(t *testing.T) {
	t.Parallel()
	h := newHeldGate()
	for i := range 10 {
		if wait := h.try(t, "a@k.test", "192.0.2.1:4000"); wait != 0 {
			t.Fatalf("try %d waits for %d s", i+1, wait)
		}
		h.now = h.now.Add(time.Second)
	}
	for _, c := range []struct {
		name, email, address string
		wait                 int
	}{
		{"the eleventh is refused", "a@k.test", "192.0.2.1:4000", 50},
		{"from another port too", "a@k.test", "192.0.2.1:4001", 50},
		{"and with the address written otherwise", " A@K.test", "192.0.2.1", 50},
		{"another account passes", "b@k.test", "192.0.2.1:4000", 0},
		{"another address passes", "a@k.test", "192.0.2.2:4000", 0},
	} {
		if wait := h.try(t, c.email, c.address); wait != c.wait {
			t.Errorf("%s: wait for %d s, want %d", c.name, wait, c.wait)
		}
	}
	h.now = h.now.Add(50*time.Second - time.Millisecond)
	if wait := h.try(t, "a@k.test", "192.0.2.1:4000"); wait != 1 {
		t.Errorf("a millisecond too early: wait for %d s, want 1", wait)
	}
	h.now = h.now.Add(time.Millisecond)
	if wait := h.try(t, "a@k.test", "192.0.2.1:4000"); wait != 0 {
		t.Errorf("a minute after the first try: wait for %d s", wait)
	}
	if wait := h.try(t, "a@k.test", "192.0.2.1:4000"); wait != 1 {
		t.Errorf("a minute after the first try only one more passes: wait for %d s, want 1", wait)
	}
}

func TestTriesFromOneAddressAreCounted(t *testing.T) {
	t.Parallel()
	h := newHeldGate()
	for i := range 100 {
		if wait := h.try(t, fmt.Sprintf("u%d@k.test", i), fmt.Sprintf("[2001:db8::%x]:1", i)); wait != 0 {
			t.Fatalf("try %d waits for %d s", i+1, wait)
		}
	}
	for address, want := range map[string]int{
		"[2001:db8::1]:1": 60, "[2001:db8::ffff:1]:1": 60, "[2001:db8:0:1::1]:1": 0, "192.0.2.1:1": 0, "": 0,
	} {
		if wait := h.try(t, "new@k.test", address); wait != want {
			t.Errorf("%q: wait for %d s, want %d", address, wait, want)
		}
	}
	h.now = h.now.Add(time.Minute)
	if wait := h.try(t, "new@k.test", "[2001:db8::1]:1"); wait != 0 {
		t.Errorf("a minute later: wait for %d s", wait)
	}
}

func TestNoLimitIsNoLimit(t *testing.T) {
	t.Parallel()
	g := newGate(Limits{}, nil)
	for range 1000 {
		if err := g.pass(SignIn{Email: "a@k.test"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALimiterRemembersNoMoreThanItMay(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	l := newLimiter(1, func() time.Time { return now })
	for i := range 5 * limitedCallers {
		l.take(fmt.Sprint(i))
		if n := len(l.younger) + len(l.older); n > 2*limitedCallers {
			t.Fatalf("it remembers %d callers", n)
		}
	}
	if l.take(fmt.Sprint(5*limitedCallers-1)) == 0 {
		t.Error("it forgot who came last")
	}
	now = now.Add(limitWindow)
	l.take("a")
	now = now.Add(limitWindow)
	l.take("b")
	if n := len(l.younger) + len(l.older); n != 2 {
		t.Errorf("two windows later it still remembers %d callers", n)
	}
}

func TestAnOldTryStillCountsInTheNextGeneration(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	l := newLimiter(1, func() time.Time { return now })
	l.take("first")
	now = now.Add(limitWindow - time.Second)
	l.take("a")
	now = now.Add(time.Second)
	l.take("b") // begins a generation
	if wait := l.take("a"); wait != limitWindow-time.Second {
		t.Errorf("wait for %s", wait)
	}
}

func TestWhoWaitsTooLongForAHashIsTurnedAway(t *testing.T) {
	t.Parallel()
	ours := newTurns(1, time.Millisecond)
	done, err := ours.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ours.take(t.Context()); !fault.Is(err, fault.Busy) {
		t.Errorf("all turns taken: %v, want BUSY", err)
	}
	done()
	if _, err := ours.take(t.Context()); err != nil {
		t.Errorf("a turn was given back: %v", err)
	}
}
