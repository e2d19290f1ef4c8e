package market_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// tied is what every view is.
type tied interface{ Ties() view.Tie }

// walkViews calls visit for every view in a tree, with its path.
func walkViews(v reflect.Value, path string, visit func(path string, v reflect.Value, ties view.Tie)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			if row, ok := v.Interface().(tied); ok && v.Kind() == reflect.Pointer {
				visit(path, v, row.Ties())
			}
			walkViews(v.Elem(), path, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkViews(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !f.Anonymous {
				walkViews(v.Field(i), path+"."+f.Name, visit)
			}
		}
	}
}

// visible gives the fields of a view that the ties cover, by name.
func visible(t testing.TB, v reflect.Value, ties view.Tie) (seen, hidden []string) {
	t.Helper()
	fields, err := view.Audit(v.Interface())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if ties.Any(f.Ties) {
			seen = append(seen, f.Name)
		} else {
			hidden = append(hidden, f.Name)
		}
	}
	return seen, hidden
}

// checkRedacted insists that every view of the tree says how the caller stands
// to it, and that what this does not cover is empty. It counts what was hidden.
func checkRedacted(t testing.TB, who string, root any, counted map[string]int) {
	t.Helper()
	walkViews(reflect.ValueOf(root), who, func(path string, v reflect.Value, ties view.Tie) {
		if ties == 0 {
			t.Errorf("%s (%s) has no ties", path, v.Type())
			return
		}
		_, hidden := visible(t, v, ties)
		for _, name := range hidden {
			counted[v.Elem().Type().Name()+"."+name]++
			if !v.Elem().FieldByName(name).IsZero() {
				t.Errorf("%s.%s is filled, and %v may not see it", path, name, ties.Names())
			}
		}
	})
}

// contractStanding is how a user stands to a contract, from the rulings' table
// "Who sees what".
func (w *truth) contractStanding(u *ent.User, c *ent.Contract) view.Tie {
	ties := view.Anyone
	switch u.Role {
	case actor.Admin:
		ties |= view.Admin
	case actor.Supervisor:
		ties |= view.Supervisor
	case actor.Institution:
		ties |= view.Customer | view.Member
		// The escaped partner is hidden while the contract waits, and in the
		// contract's own fields after an end in the queue.
		switch {
		case c.ReleasedAt == nil:
			ties |= view.Owner
		case waiting(c):
			ties |= view.Waiting
		}
	case actor.Partner:
		ties |= view.Assignee
		if !slices.Contains([]lifecycle.ContractStatus{lifecycle.ContractPartnerPending, lifecycle.ContractCancelled}, c.Status) ||
			c.Status == lifecycle.ContractCancelled && c.AcceptedAt != nil {
			ties |= view.Engaged
		}
	}
	return ties
}

// partnerStanding is how a user stands to a partner.
func (w *truth) partnerStanding(u *ent.User, p *ent.Partner) view.Tie {
	ties := view.Anyone
	switch u.Role {
	case actor.Admin:
		ties |= view.Admin
	case actor.Partner:
		if p.UserID == u.ID {
			ties |= view.Self
		}
	case actor.Supervisor:
		if p.CreatedByID != nil && *p.CreatedByID == u.ID {
			ties |= view.Creator
		}
	case actor.Institution:
		ties |= view.Customer
		hired := []lifecycle.ContractStatus{
			lifecycle.ContractAccepted, lifecycle.ContractOnRoute, lifecycle.ContractInProgress, lifecycle.ContractCompleted,
		}
		for _, c := range w.contracts {
			if c.PartnerID == p.ID && w.memberOf(u, c.InstitutionID) && slices.Contains(hired, c.Status) {
				ties |= view.Client
			}
		}
	}
	return ties
}

// everyContract reads all contracts that the caller may know of, whole.
func everyContract(ctx context.Context, t testing.TB, app *testkit.App) []*view.Contract {
	t.Helper()
	return walk(t, 100, true, func(p market.Page) (*view.Page[view.Contract], error) {
		return app.Market.Contracts(ctx, market.ContractFilter{}, market.ContractOrder{}, p, everything)
	})
}

// TestEveryViewHoldsNothingThatItsReaderMayNotSee walks everything that every
// account can read, and recomputes from the tags what has to be empty.
func TestEveryViewHoldsNothingThatItsReaderMayNotSee(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 100)
		byID := map[int64]*ent.Contract{}
		for _, c := range w.contracts {
			byID[c.ID] = c
		}
		hidden := map[string]int{}
		for _, u := range w.callers() {
			ctx := app.As(u.Email)
			for _, v := range everyContract(ctx, t, app) {
				checkRedacted(t, u.Email, v, hidden)
				w.checkStanding(t, u, v, byID[v.ID])
			}
			w.checkPeople(ctx, t, app, u, hidden)
		}
		for _, field := range []string{
			"Contract.Partner", "Contract.PartnerStatus", "ContactPerson.Phone", "Payment.PaymentMethod", "Payment.PaymentMethodID", "Payment.Proof",
			"Payment.Promotion", "Payment.StatusReason", "Partner.PhoneNumber", "Partner.Email", "Partner.IdentityNumber",
			"Partner.BirthDate", "Partner.BirthPlace", "Partner.IsWishlisted", "Institution.IsMember",
		} {
			if hidden[field] == 0 {
				t.Errorf("%s was never hidden from anybody: the test says nothing of it", field)
			}
		}
	})
}

// checkPeople reads partners and the own account.
func (w *truth) checkPeople(ctx context.Context, t *testing.T, app *testkit.App, u *ent.User, hidden map[string]int) {
	t.Helper()
	for _, f := range []market.PartnerFilter{{}, {Own: true}} {
		if f.Own && u.Role != actor.Supervisor {
			continue
		}
		for _, v := range walk(t, 100, true, func(p market.Page) (*view.Page[view.Partner], error) {
			return app.Market.Partners(ctx, f, market.PartnerOrder{}, p, everything.Partner)
		}) {
			checkRedacted(t, u.Email, v, hidden)
			w.checkPartner(t, u, v)
		}
	}
	me, err := app.Market.Viewer(ctx, everything.Partner)
	if err != nil {
		t.Fatal(err)
	}
	checkRedacted(t, u.Email, me, hidden)
	if me.ID != u.ID || me.Email != u.Email || !me.Ties().Any(view.Self) {
		t.Errorf("%s reads the account of %s", u.Email, me.Email)
	}
	if own := w.partnerOf[u.ID]; (me.Partner != nil) != (own != nil && u.Role == actor.Partner) {
		t.Errorf("%s has a partner record: %v", u.Email, me.Partner != nil)
	}
}

// checkStanding holds the ties of a contract and of the partners in it against
// the rules.
func (w *truth) checkStanding(t *testing.T, u *ent.User, v *view.Contract, c *ent.Contract) {
	t.Helper()
	if want := w.contractStanding(u, c); v.Ties() != want {
		t.Errorf("%s stands to contract %d (%s) as %v, want %v", u.Email, v.ID, c.Status, v.Ties().Names(), want.Names())
	}
	if v.Partner != nil {
		w.checkPartner(t, u, v.Partner)
	}
	var shown []int64
	for _, a := range v.Assignments {
		shown = append(shown, a.ID)
		w.checkPartner(t, u, a.Partner)
	}
	var want []int64
	for _, a := range w.assignments[c.ID] {
		own := w.partnerOf[u.ID] != nil && a.PartnerID == w.partnerOf[u.ID].ID
		escaped := a.Status != lifecycle.AssignmentPending && a.Status != lifecycle.AssignmentAccepted
		if u.Role == actor.Partner && !own || u.Role == actor.Institution && waiting(c) && escaped {
			continue
		}
		want = append(want, a.ID)
	}
	if !slices.Equal(shown, want) {
		t.Errorf("%s sees the assignments %v of contract %d, want %v", u.Email, shown, c.ID, want)
	}
}

func (w *truth) checkPartner(t *testing.T, u *ent.User, v *view.Partner) {
	t.Helper()
	p := w.partners[v.ID]
	want := w.partnerStanding(u, p)
	if v.Ties() != want {
		t.Errorf("%s stands to partner %d as %v, want %v", u.Email, v.ID, v.Ties().Names(), want.Names())
	}
	for _, f := range []struct {
		name   string
		got    *string
		stored string
		see    view.Tie
	}{
		{"phone", v.PhoneNumber, p.Phone, view.Self | view.Creator | view.Client | view.Admin},
		{"identity number", v.IdentityNumber, p.IdentityNumber, view.Self | view.Creator | view.Admin},
		{"birth date", (*string)(v.BirthDate), p.BirthDate, view.Self | view.Creator | view.Admin},
		{"birth place", v.BirthPlace, p.BirthPlace, view.Self | view.Creator | view.Admin},
	} {
		switch shown := want.Any(f.see) && f.stored != ""; {
		case (f.got != nil) != shown:
			t.Errorf("%s sees the %s of partner %d: %v, want %v", u.Email, f.name, v.ID, f.got != nil, shown)
		case shown && *f.got != f.stored:
			t.Errorf("%s sees the %s of partner %d as %q, want %q", u.Email, f.name, v.ID, *f.got, f.stored)
		}
	}
}

// ownToTheReader are fields that say something of the reader, so that the back
// office has something else in them.
var ownToTheReader = []string{"Institution.IsMember", "Partner.IsWishlisted", "Contract.Assignments"}

// TestAReaderSeesWhatTheBackOfficeSeesOrNothing: each field is either the same
// for everybody who may see it, or empty.
func TestAReaderSeesWhatTheBackOfficeSeesOrNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 60)
		whole := map[int64]*view.Contract{}
		for _, v := range everyContract(app.As("admin@demo.test"), t, app) {
			whole[v.ID] = v
		}
		for _, u := range w.callers() {
			for _, v := range everyContract(app.As(u.Email), t, app) {
				compareViews(t, fmt.Sprintf("%s: contract %d", u.Email, v.ID), reflect.ValueOf(v), reflect.ValueOf(whole[v.ID]))
				for _, a := range v.Assignments {
					i := slices.IndexFunc(whole[v.ID].Assignments, func(b *view.Assignment) bool { return a.ID == b.ID })
					compareViews(t, fmt.Sprintf("%s: assignment %d", u.Email, a.ID), reflect.ValueOf(a), reflect.ValueOf(whole[v.ID].Assignments[i]))
				}
			}
		}
	})
}

// compareViews compares what one reader sees with what the back office sees.
func compareViews(t *testing.T, path string, got, whole reflect.Value) {
	t.Helper()
	switch got.Kind() {
	case reflect.Pointer:
		if got.IsNil() || whole.IsNil() {
			if got.IsNil() != whole.IsNil() {
				t.Errorf("%s is there: %v, and for the back office: %v", path, !got.IsNil(), !whole.IsNil())
			}
			return
		}
		row, ok := got.Interface().(tied)
		if !ok {
			compareViews(t, path, got.Elem(), whole.Elem())
			return
		}
		seen, _ := visible(t, got, row.Ties())
		for _, name := range seen {
			if field := got.Elem().Type().Name() + "." + name; !slices.Contains(ownToTheReader, field) {
				compareViews(t, path+"."+name, got.Elem().FieldByName(name), whole.Elem().FieldByName(name))
			}
		}
	case reflect.Slice:
		if got.Len() != whole.Len() {
			t.Errorf("%s has %d elements, and %d for the back office", path, got.Len(), whole.Len())
			return
		}
		for i := range got.Len() {
			compareViews(t, fmt.Sprintf("%s[%d]", path, i), got.Index(i), whole.Index(i))
		}
	default:
		if !reflect.DeepEqual(got.Interface(), whole.Interface()) {
			t.Errorf("%s is %v, and %v for the back office", path, got.Interface(), whole.Interface())
		}
	}
}
