package authn_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"kontrak/ent/onetimecode"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// timing is how often each door is measured; 0 leaves it out. make timing sets it.
var timing = flag.Int("timing", 0, "how often to measure each door of accounts")

// door is something that anybody may ask about an address.
type door struct {
	name string
	ask  func(ctx context.Context, a *authn.Service, email string) error
	// known, alike and unknown are addresses: two that somebody has, and one that nobody
	// has.
	known, alike, unknown string
}

var doors = []door{
	{"login", func(ctx context.Context, a *authn.Service, email string) error {
		_, _, err := a.SignIn(ctx, authn.SignIn{Email: email, Password: "a wrong password"})
		return err
	}, "partner@demo.test", "institution@demo.test", "nobody@demo.test"},
	{"forgot-password", func(ctx context.Context, a *authn.Service, email string) error {
		return a.ForgotPassword(ctx, email, "")
	}, "partner@demo.test", "institution@demo.test", "nobody@demo.test"},
	{"resend-otp", func(ctx context.Context, a *authn.Service, email string) error {
		_, err := a.SendCode(ctx, lifecycle.CodeEmailVerification, email, "")
		return err
	}, "unverified@demo.test", "partner@demo.test", "nobody@demo.test"},
	{"register (taken is told)", func(ctx context.Context, a *authn.Service, email string) error {
		in := somebody
		in.Email = email
		_, _, err := a.Register(ctx, in)
		return err
	}, "partner@demo.test", "institution@demo.test", ""},
}

// TestTimesOfKnownAndUnknownAddresses measures, in turn, how long each door takes for an
// address that somebody has, for another one, and for one that nobody has. It prints the
// difference of the medians beside that of two known ones, which is the noise.
func TestTimesOfKnownAndUnknownAddresses(t *testing.T) {
	if *timing == 0 {
		t.Skip("measures for minutes: make timing")
	}
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		for _, d := range doors {
			var times [3][]time.Duration
			for n := range *timing {
				for _, who := range rand.Perm(3) { // none always follows the same one
					email := []string{d.known, d.alike, d.unknown}[who]
					if email == "" {
						email = fmt.Sprintf("free%d@demo.test", n)
					}
					a.Wall.Advance(time.Minute)
					begun := time.Now()
					_ = d.ask(t.Context(), a.Auth, email) // what it says is for other tests
					times[who] = append(times[who], time.Since(begun))
				}
			}
			known, alike, unknown := median(times[0]), median(times[1]), median(times[2])
			t.Logf("%-9s %-25s known %8v  another known %+8v  unknown %+8v", db.Name, d.name, known, alike-known, unknown-known)
		}
	})
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2].Round(time.Microsecond)
}

// TestACodeIsNotGuessedFromManyPlacesAtOnce: however the tries are spread over addresses,
// and at whichever door, five are counted, and the right digits come too late.
func TestACodeIsNotGuessedFromManyPlacesAtOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		if err := a.Auth.ForgotPassword(t.Context(), "partner@demo.test", ""); err != nil {
			t.Fatal(err)
		}
		digits := sent(t, a)
		var guessing sync.WaitGroup
		for i := range 20 {
			guessing.Go(func() {
				from := fmt.Sprintf("192.0.2.%d:4000", i)
				if i%2 == 1 {
					from = fmt.Sprintf("[2001:db8:%d::1]:4000", i)
				}
				if _, err := a.Auth.VerifyReset(t.Context(), "Partner@demo.test", other(digits), from); code(err) != fault.InputInvalid {
					t.Error(err)
				}
			})
		}
		guessing.Wait()
		c := a.Store.Client().OneTimeCode.Query().Where(onetimecode.PurposeEQ(lifecycle.CodePasswordReset)).OnlyX(t.Context())
		if c.Tries != authn.DefaultCodeTries || c.EndedAt == nil {
			t.Errorf("%d tries were counted, and it ended at %v", c.Tries, c.EndedAt)
		}
		if _, err := a.Auth.VerifyReset(t.Context(), "partner@demo.test", digits, "198.51.100.7:1"); code(err) != fault.InputInvalid {
			t.Errorf("the right digits after that: %v", err)
		}
	})
}

// TestWhatIsPrintedOfAnAccountIsBusinessTime, while its codes and sessions go by the wall.
func TestWhatIsPrintedOfAnAccountIsBusinessTime(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		a.Clock.Set(world.Now.AddDate(0, 1, 0))
		id, v, err := a.Auth.Register(t.Context(), somebody)
		if err != nil {
			t.Fatal(err)
		}
		if !v.ExpiresAt.Equal(world.Now.Add(10 * time.Minute)) {
			t.Errorf("the code is good until %v", v.ExpiresAt)
		}
		if _, _, err := a.Auth.VerifyEmail(t.Context(), somebody.Email, sent(t, a), authn.Device{}, ""); err != nil {
			t.Fatal(err)
		}
		u := a.Store.Client().User.GetX(t.Context(), id)
		if now := a.Clock.Now(); !u.CreatedAt.Equal(now) || !u.UpdatedAt.Equal(now) || !u.EmailVerifiedAt.Equal(now) || u.Role != actor.Partner {
			t.Errorf("the account is %+v, and it is %v", u, now)
		}
	})
}
