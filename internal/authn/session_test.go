package authn_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent"
	"kontrak/ent/membership"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

func TestAnActorIsTheAccountAsItStands(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		home, branch := a.World.Institutions["home"], a.World.Institutions["branch"]
		for _, c := range []struct {
			email string
			want  actor.Actor
		}{
			{"institution@demo.test", actor.Actor{Role: actor.Institution, Institutions: []int64{home, branch}, CurrentInstitution: home}},
			{"partner@demo.test", actor.Actor{Role: actor.Partner, PartnerID: a.World.Partners["partner"]}},
			{"supervisor@demo.test", actor.Actor{Role: actor.Supervisor, Institutions: []int64{home}}},
			{"admin@demo.test", actor.Actor{Role: actor.Admin}},
			{"requested@demo.test", actor.Actor{Role: actor.Institution}},
			{"former@demo.test", actor.Actor{Role: actor.Institution}},
			{"newcomer@demo.test", actor.Actor{Role: actor.Institution}},
		} {
			t.Run(c.email, func(t *testing.T) {
				token := a.Token(t, c.email)
				ctx, ran := store.Observe(t.Context())
				who, err := a.Auth.Verify(ctx, token)
				if err != nil {
					t.Fatal(err)
				}
				account, _ := a.World.Account(c.email)
				c.want.UserID, c.want.SessionID = account.UserID, who.SessionID
				if d := cmp.Diff(c.want, who); d != "" {
					t.Error(d)
				}
				if ran.Count() != 1 {
					t.Errorf("who calls was asked in %d statements: %q", ran.Count(), ran.Texts())
				}
			})
		}
	})
}

func TestAnInstitutionThatIsNoLongerTheirsIsNotCurrent(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	home, branch := a.World.Institutions["home"], a.World.Institutions["branch"]
	token := a.Token(t, "institution@demo.test")
	write(t, a, func(tx *ent.Tx) error {
		return tx.Membership.Update().Where(membership.InstitutionID(home)).SetState(lifecycle.MembershipEnded).Exec(t.Context())
	})
	who, err := a.Auth.Verify(t.Context(), token)
	if err != nil || who.CurrentInstitution != 0 || !slices.Equal(who.Institutions, []int64{branch}) {
		t.Errorf("after leaving: %+v, %v", who, err)
	}
}

// write changes the database behind the program's back.
func write(t *testing.T, a *testkit.App, change func(*ent.Tx) error) {
	t.Helper()
	tx, err := a.Store.Client().Tx(t.Context())
	if err == nil {
		err = change(tx)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestATokenDiesWithItsSession(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := testkit.Start(t, db)
		for _, c := range []struct {
			name  string
			email string
			end   func(userID int64) func(*ent.Tx) error
			want  fault.Code
		}{
			{"nothing happened", "institution@demo.test", func(int64) func(*ent.Tx) error {
				return func(*ent.Tx) error { return nil }
			}, ""},
			{"the session was ended", "partner@demo.test", func(id int64) func(*ent.Tx) error {
				return func(tx *ent.Tx) error {
					return tx.Session.Update().Where(session.UserID(id)).SetRevokedAt(world.Now).Exec(t.Context())
				}
			}, fault.TokenInvalid},
			{"the session has expired", "supervisor@demo.test", func(id int64) func(*ent.Tx) error {
				return func(tx *ent.Tx) error {
					return tx.Session.Update().Where(session.UserID(id)).SetExpiresAt(world.Now).Exec(t.Context())
				}
			}, fault.TokenInvalid},
			{"the account was suspended", "member@demo.test", func(id int64) func(*ent.Tx) error {
				return func(tx *ent.Tx) error {
					return tx.User.Update().Where(user.ID(id)).SetStatus(lifecycle.UserSuspended).Exec(t.Context())
				}
			}, fault.TokenInvalid},
			{"the account was closed", "foreign@demo.test", func(id int64) func(*ent.Tx) error {
				return func(tx *ent.Tx) error {
					return tx.User.Update().Where(user.ID(id)).SetStatus(lifecycle.UserClosed).Exec(t.Context())
				}
			}, fault.TokenInvalid},
			{"the role has changed", "admin@demo.test", func(id int64) func(*ent.Tx) error {
				return func(tx *ent.Tx) error {
					return tx.User.Update().Where(user.ID(id)).SetRole(actor.Supervisor).Exec(t.Context())
				}
			}, fault.TokenInvalid},
		} {
			t.Run(c.name, func(t *testing.T) {
				token := a.Token(t, c.email)
				account, _ := a.World.Account(c.email)
				write(t, a, c.end(account.UserID))
				if _, err := a.Auth.Verify(t.Context(), token); code(err) != c.want {
					t.Errorf("Verify fails with %v, want %q", err, c.want)
				}
			})
		}
	})
}

func TestTokensLiveByRealTime(t *testing.T) {
	t.Parallel()
	a := testkit.Start(t, testkit.SQLite(t))
	tokens, _, err := a.Auth.SignIn(t.Context(), authn.SignIn{Email: "partner@demo.test", Password: world.Password})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name           string
		business, wall time.Duration
		want           fault.Code
	}{
		{"at once", 0, 0, ""},
		{"when business time has moved on by a year", 365 * 24 * time.Hour, 0, ""},
		{"just before the hour is over", 0, time.Hour - time.Second, ""},
		{"when the hour is over", 0, time.Hour, fault.TokenExpired},
	} {
		a.Clock.Set(world.Now.Add(c.business))
		a.Wall.Set(world.Now.Add(c.wall))
		if _, err := a.Auth.Verify(t.Context(), tokens.Access); code(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
