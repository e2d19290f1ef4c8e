package market_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"kontrak/ent"
	"kontrak/ent/cataloguechange"
	"kontrak/ent/onetimecode"
	"kontrak/ent/session"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/world"
)

// TestASuspendedAccountIsUsedByNobody: its sessions end, signing in is refused, and
// somebody is told of as having done it.
func TestASuspendedAccountIsUsedByNobody(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		c, m := app.Store.Client(), app.Market
		a, _ := app.World.Account("member@demo.test")
		before := c.User.GetX(t.Context(), a.UserID)
		app.As("member@demo.test")
		v, err := m.SuspendUser(app.As(admin), a.UserID, " Complaints. ", 0)
		if err != nil || v.Status != lifecycle.UserSuspended || v.Email != "member@demo.test" || !v.HasInstitution {
			t.Fatalf("%+v %v", v, err)
		}
		if u := c.User.GetX(t.Context(), a.UserID); u.StatusReason != "Complaints." || u.Version != before.Version+1 {
			t.Errorf("%+v", u)
		}
		if n := c.Session.Query().Where(session.UserID(a.UserID), session.RevokedAtIsNil()).CountX(t.Context()); n != 0 {
			t.Errorf("%d sessions are open", n)
		}
		if _, _, err := app.Auth.SignIn(t.Context(), authn.SignIn{Email: before.Email, Password: world.Password}); codeOf(err) != fault.AccountSuspended {
			t.Error(err)
		}
		r := c.CatalogueChange.Query().Where(cataloguechange.NounEQ(lifecycle.NounUser)).OnlyX(t.Context())
		if text := string(r.Changes); !strings.Contains(text, "suspended") || !strings.Contains(text, "Complaints.") || r.RecordID != a.UserID {
			t.Errorf("%s of %d", text, r.RecordID)
		}
		if _, err := m.ReinstateUser(app.As(admin), a.UserID, 0); err != nil {
			t.Error(err)
		}
		if _, _, err := app.Auth.SignIn(t.Context(), authn.SignIn{Email: before.Email, Password: world.Password}); err != nil {
			t.Error(err)
		}
	})
}

// TestWhoMaySuspendAnAccountAndWhen.
func TestWhoMaySuspendAnAccountAndWhen(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		m := app.Market
		me, _ := app.World.Account(admin)
		member, _ := app.World.Account("member@demo.test")
		office := app.As(admin)
		as := signedIn(t, app)
		before := app.Snapshot(t)
		for _, who := range []string{institution, technician, boss} {
			_, one := m.SuspendUser(as[who], 1<<40, "", 0)
			_, two := m.ReinstateUser(as[who], 1<<40, 0)
			_, three := m.CreateSupervisor(as[who], market.NewSupervisor{}, 0)
			_, four := m.Users(as[who], market.UserFilter{}, market.NumberedPage(1, 20), 0)
			if got := errorsOf(one, two, three, four); got != "FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN" {
				t.Errorf("%s: %s", who, got)
			}
		}
		for _, c := range []struct {
			id   int64
			why  string
			code fault.Code
		}{
			{1 << 40, "", fault.RecordNotFound}, {-1, "x", fault.RecordNotFound}, {me.UserID, "x", fault.InputInvalid}, {member.UserID, " ", fault.InputInvalid},
			{member.UserID, strings.Repeat("a", 1001), fault.InputInvalid}, {member.UserID, "\x00", fault.InputInvalid},
		} {
			if _, err := m.SuspendUser(office, c.id, c.why, 0); codeOf(err) != c.code {
				t.Errorf("%d for %.10q: %v", c.id, c.why, err)
			}
		}
		if _, err := m.ReinstateUser(office, member.UserID, 0); codeOf(err) != fault.WrongState {
			t.Error(err)
		}
		_, err := m.CreateSupervisor(office, market.NewSupervisor{Email: "x", FullName: "\n", PhoneNumber: "x", Language: "xx"}, 0)
		if got := testFields(err); got != "email full_name language phone_number " {
			t.Error(got)
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) {
			t.Errorf("something was written: %v", differing(before, after))
		}
	})
}

// TestOfTwoWhoSuspendOneWins: of the same account, and of each other.
func TestOfTwoWhoSuspendOneWins(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		m := app.Market
		member, _ := app.World.Account("member@demo.test")
		one, two := app.As(admin), app.As(otherAdmin)
		errs := make([]error, 2)
		var both sync.WaitGroup
		both.Go(func() { _, errs[0] = m.SuspendUser(one, member.UserID, "Complaints.", 0) })
		both.Go(func() { _, errs[1] = m.SuspendUser(two, member.UserID, "Complaints.", 0) })
		both.Wait()
		got := []string{string(codeOf(errs[0])), string(codeOf(errs[1]))}
		slices.Sort(got)
		if strings.Join(got, " ") != " WRONG_STATE" {
			t.Errorf("%q", got)
		}
	})
}

// TestASupervisorIsMadeByInvitation.
func TestASupervisorIsMadeByInvitation(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		m := app.Market
		v, err := m.CreateSupervisor(app.As(admin), market.NewSupervisor{Email: "New@Example.com", FullName: "Sri Wahyuni"}, 0)
		if err != nil || v.Role != actor.Supervisor || v.Email != "new@example.com" || v.EmailVerified {
			t.Fatalf("%+v %v", v, err)
		}
		row := app.Store.Client().OneTimeCode.Query().Where(onetimecode.UserID(v.ID)).OnlyX(t.Context())
		l, err := app.Auth.CodeLetter(t.Context(), row.ID)
		if err != nil || l.Language != lifecycle.Indonesian {
			t.Fatal(err)
		}
		if err := app.Auth.ResetPassword(t.Context(), l.Code, "a good password", "a good password", ""); err != nil {
			t.Fatal(err)
		}
		if list, err := m.SupervisorServices(app.As("new@example.com")); err != nil || len(list) == 0 || list[0].PartnersCount != 0 {
			t.Errorf("%+v %v", list, err)
		}
		if _, err := m.CreateSupervisor(app.As(admin), market.NewSupervisor{Email: "new@example.com", FullName: "Sri"}, 0); codeOf(err) != fault.Duplicate {
			t.Error(err)
		}
	})
}

// TestAccountsAreListedByWhatTheyAre: against a plain loop.
func TestAccountsAreListedByWhatTheyAre(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 60)
		as := app.As(admin)
		for _, f := range []market.UserFilter{
			{}, {Role: new(actor.Supervisor)}, {Status: new(lifecycle.UserSuspended)}, {Text: "DEMO.test"}, {Text: "bud"}, {Text: "%"}, {Text: "_"},
			{Text: "a", Role: new(actor.Partner)}, {Role: new(actor.Institution), Status: new(lifecycle.UserActive)}, {Text: "nobody at all"},
		} {
			var want []*ent.User
			for _, u := range w.users {
				text := strings.ToLower(f.Text)
				if (f.Role == nil || *f.Role == u.Role) && (f.Status == nil || *f.Status == u.Status) &&
					(strings.Contains(u.Email, text) || strings.Contains(strings.ToLower(u.FullName), text)) {
					want = append(want, u)
				}
			}
			slices.SortFunc(want, func(a, b *ent.User) int {
				if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
					return c
				}
				return int(b.ID - a.ID)
			})
			ids := idsOf(want, func(u *ent.User) int64 { return u.ID })
			var got []int64
			for page := 1; ; page++ {
				v, err := app.Market.Users(as, f, market.NumberedPage(page, 30), market.WantLocation)
				if err != nil || *v.Total != int64(len(ids)) {
					t.Fatalf("%+v: %v of %d, %v", f, v, len(ids), err)
				}
				got = append(got, idsOf(v.Items, func(u *view.User) int64 { return u.ID })...)
				for _, u := range v.Items {
					if (u.Partner != nil) != (w.partnerOf[u.ID] != nil) {
						t.Errorf("%s is a partner: %v", u.Email, u.Partner)
					}
				}
				if !v.HasNext {
					break
				}
			}
			if !slices.Equal(got, ids) {
				t.Errorf("%+v: %v, want %v", f, got, ids)
			}
		}
	})
}
