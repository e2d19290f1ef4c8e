package authn

import (
	"crypto/sha256"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
)

// Limits say how often somebody may try to sign in, and write, within a minute; zero is
// any number. A try counts whether it succeeds or not, and whether the account is
// known or not.
type Limits struct {
	PerAccount int // into one account from one address
	PerAddress int // from one address
	// Writes is how many writes of one account pass within a minute; those by its
	// institution's API keys count for the institution.
	Writes int
}

// The limits unless the settings name others, and the largest that can be kept.
const (
	DefaultPerAccount = 10
	DefaultPerAddress = 100
	DefaultWrites     = 300
	MaxLimit          = 10_000
)

const (
	limitWindow = time.Minute
	// limitedCallers bounds how many callers a limiter remembers, twice over.
	limitedCallers = 10_000
)

// gate lets tries to sign in, and writes, pass.
type gate struct{ account, address, links, writes *limiter }

func newGate(l Limits, wall func() time.Time) gate {
	return gate{
		account: newLimiter(l.PerAccount, wall), address: newLimiter(l.PerAddress, wall), links: newLimiter(l.PerAddress, wall),
		writes: newLimiter(l.Writes, wall),
	}
}

// PassLink counts a request by whoever has no account and shows a link in its place.
// As many pass from one address as may try to sign in from there.
//
// Faults: RATE_LIMITED, with retry_after: the seconds until one may pass.
func (s *Service) PassLink(address string) error {
	return limited(s.gate.links.take(networkOf(address)), "Too many requests: wait and try again.")
}

// PassWrites counts so many writes of an account at once: all of them pass, or none.
// Whoever has not signed in is bounded by other limits.
//
// Faults: RATE_LIMITED, with retry_after: the seconds until they may pass.
func (s *Service) PassWrites(who actor.Actor, n int) error {
	if who.Anonymous() {
		return nil
	}
	return limited(s.gate.writes.takeSome(fmt.Sprint("user ", who.UserID), n), tooManyWrites)
}

// PassProgramWrite counts a write by an API key, for the key's institution.
//
// Faults: RATE_LIMITED, with retry_after.
func (s *Service) PassProgramWrite(institutionID int64) error {
	return limited(s.gate.writes.takeSome(fmt.Sprint("institution ", institutionID), 1), tooManyWrites)
}

const tooManyWrites = "Too many changes within a minute: wait and try again."

// limited is the fault of having to wait; nil for not at all.
func limited(wait time.Duration, message string) error {
	if wait == 0 {
		return nil
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	return fault.New(fault.RateLimited, message).With("retry_after", seconds)
}

// pass counts a try. The address is asked first, so that nobody fills the memory
// with accounts faster than their address allows.
//
// Faults: RATE_LIMITED, with retry_after: the seconds until a try may pass.
func (g gate) pass(in SignIn) error {
	network := networkOf(in.Address)
	wait := g.address.take(network)
	if wait == 0 {
		wait = g.account.take(network + "\x00" + FoldEmail(in.Email))
	}
	return limited(wait, "Too many tries to sign in: wait and try again.")
}

// passAddress counts a request by whoever is not signed in yet: as many pass from one
// address as may try to sign in from there.
//
// Faults: RATE_LIMITED, with retry_after.
func (s *Service) passAddress(address string) error {
	return limited(s.gate.address.take(networkOf(address)), "Too many requests: wait and try again.")
}

// networkOf gives whom an address counts for. Whoever has one address of IPv6
// has all of its network, hence 64 bits.
func networkOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		return netip.PrefixFrom(ip, 64).Masked().String()
	}
	return ip.String()
}

// caller is the hash of a limiter's key, so that a long one costs no more.
type caller [sha256.Size]byte

// limiter lets each key pass so many times in every window, exactly: it keeps the
// instants. It is safe for concurrent use; a nil one lets everything pass.
//
// What it remembers is in two generations. The older one is dropped when a
// window has gone by, and holds nothing then that still counts; or when the
// younger one is full, and then the callers not seen for longest are forgiven.
type limiter struct {
	limit int
	wall  func() time.Time

	mu             sync.Mutex
	turned         time.Time
	younger, older map[caller][]int64 // instants in nanoseconds, oldest first
}

func newLimiter(limit int, wall func() time.Time) *limiter {
	if limit <= 0 {
		return nil
	}
	return &limiter{limit: min(limit, MaxLimit), wall: wall, younger: map[caller][]int64{}}
}

// take counts a try and gives 0, or how long to wait until one may pass. What is
// refused is not counted.
func (l *limiter) take(key string) time.Duration { return l.takeSome(key, 1) }

// takeSome is take of several at once, of which all pass or none; more than the limit
// count as many as that.
func (l *limiter) takeSome(key string, n int) time.Duration {
	if l == nil {
		return 0
	}
	n = min(n, l.limit)
	l.mu.Lock()
	defer l.mu.Unlock()
	now, who := l.wall(), caller(sha256.Sum256([]byte(key)))
	if len(l.younger) >= limitedCallers || now.Sub(l.turned) >= limitWindow {
		l.older, l.younger, l.turned = l.younger, map[caller][]int64{}, now
	}
	tries, known := l.younger[who]
	if !known {
		tries = l.older[who]
		delete(l.older, who)
	}
	for len(tries) > 0 && tries[0] <= now.Add(-limitWindow).UnixNano() {
		tries = tries[1:]
	}
	var wait time.Duration
	if over := len(tries) + n - l.limit; over > 0 {
		wait = time.Unix(0, tries[over-1]).Add(limitWindow).Sub(now)
	} else {
		for range n {
			tries = append(tries, now.UnixNano())
		}
	}
	l.younger[who] = tries
	return wait
}
