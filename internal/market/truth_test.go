package market_test

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// everything asks for every part of a contract and of the partners in it.
var everything = market.ContractWants{Parts: market.WantEverything, Partner: ^market.PartnerWant(0)}

// truth is the database read row by row. The oracles of these tests are plain Go
// over it, written from the rules and not from the statements.
type truth struct {
	users        []*ent.User
	institutions []*ent.Institution
	contracts    []*ent.Contract // newest first
	partners     map[int64]*ent.Partner
	partnerOf    map[int64]*ent.Partner // by the user
	memberships  []*ent.Membership
	competencies map[int64][]*ent.Competency // by the partner
	places       map[int64]*ent.PartnerLocation
	prices       []*ent.BasePrice
	serviceOf    map[int64]int64 // by the sub-service
	payments     map[int64]*ent.Payment
	assignments  map[int64][]*ent.Assignment
	wishes       []*ent.Wishlist
}

// readTruth reads every row that decides who may know of what.
func readTruth(t testing.TB, app *testkit.App) *truth {
	t.Helper()
	ctx, c := t.Context(), app.Store.Client()
	w := &truth{
		partners: map[int64]*ent.Partner{}, partnerOf: map[int64]*ent.Partner{}, competencies: map[int64][]*ent.Competency{},
		places: map[int64]*ent.PartnerLocation{}, serviceOf: map[int64]int64{}, payments: map[int64]*ent.Payment{},
		assignments: map[int64][]*ent.Assignment{},
	}
	w.users = c.User.Query().AllX(ctx)
	w.institutions = c.Institution.Query().AllX(ctx)
	w.contracts = c.Contract.Query().AllX(ctx)
	slices.SortFunc(w.contracts, newestFirst)
	w.memberships = c.Membership.Query().AllX(ctx)
	w.prices = c.BasePrice.Query().AllX(ctx)
	w.wishes = c.Wishlist.Query().AllX(ctx)
	for _, p := range c.Partner.Query().AllX(ctx) {
		w.partners[p.ID] = p
		if p.DeletedAt == nil {
			w.partnerOf[p.UserID] = p
		}
	}
	for _, r := range c.Competency.Query().AllX(ctx) {
		w.competencies[r.PartnerID] = append(w.competencies[r.PartnerID], r)
	}
	for _, r := range c.PartnerLocation.Query().AllX(ctx) {
		if r.IsPrimary {
			w.places[r.PartnerID] = r
		}
	}
	for _, r := range c.SubService.Query().AllX(ctx) {
		w.serviceOf[r.ID] = r.ServiceID
	}
	for _, r := range c.Payment.Query().AllX(ctx) {
		w.payments[r.ContractID] = r
	}
	for _, r := range c.Assignment.Query().AllX(ctx) {
		w.assignments[r.ContractID] = append(w.assignments[r.ContractID], r)
	}
	return w
}

func newestFirst(a, b *ent.Contract) int {
	return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
}

// seeded is the demo world with further contracts, institutions and people.
func seeded(t testing.TB, db testkit.Database, contracts int) (*testkit.App, *truth) {
	t.Helper()
	app := testkit.Start(t, db)
	err := world.Seed(t.Context(), app.Store, world.SeedOptions{Contracts: contracts, Now: world.Now})
	if err != nil {
		t.Fatal(err)
	}
	return app, readTruth(t, app)
}

// callers are all accounts that can sign in.
func (w *truth) callers() []*ent.User {
	return slices.DeleteFunc(slices.Clone(w.users), func(u *ent.User) bool { return u.Status != lifecycle.UserActive })
}

// user gives the account of an address.
func (w *truth) user(email string) *ent.User {
	return w.users[slices.IndexFunc(w.users, func(u *ent.User) bool { return u.Email == email })]
}

// memberOf tells whether the user acts for the institution.
func (w *truth) memberOf(u *ent.User, institutionID int64) bool {
	if u.Role != actor.Institution {
		return false
	}
	for _, m := range w.memberships {
		if m.UserID == u.ID && m.InstitutionID == institutionID && m.State == lifecycle.MembershipActive {
			return true
		}
	}
	return false
}

// waiting tells whether a contract waits in the supervisor queue.
func waiting(c *ent.Contract) bool {
	return c.Status == lifecycle.ContractPartnerPending && c.Stage == lifecycle.StageSupervisor
}

// knows tells whether the user may know of the contract.
func (w *truth) knows(u *ent.User, c *ent.Contract) bool {
	switch u.Role {
	case actor.Admin:
		return true
	case actor.Institution:
		return w.memberOf(u, c.InstitutionID)
	case actor.Partner:
		return w.holds(u, c)
	case actor.Supervisor:
		handled := c.SupervisorID != nil && *c.SupervisorID == u.ID
		return handled || waiting(c) && w.mayTakeOver(u, c)
	}
	return false
}

// holds tells whether the contract was offered to the partner that the user is,
// and is not lost to it.
func (w *truth) holds(u *ent.User, c *ent.Contract) bool {
	p := w.partnerOf[u.ID]
	return p != nil && c.PartnerID == p.ID && c.OfferedAt != nil && c.ReleasedAt == nil
}

// mayTakeOver tells whether the queue of the supervisor holds the contract.
func (w *truth) mayTakeOver(u *ent.User, c *ent.Contract) bool {
	if creator := w.partners[c.PartnerID].CreatedByID; creator != nil {
		return *creator == u.ID
	}
	for _, p := range w.partners {
		if p.CreatedByID != nil && *p.CreatedByID == u.ID && w.eligible(p, c) {
			return true
		}
	}
	return false
}

// eligible tells whether the partner could take the contract over.
func (w *truth) eligible(p *ent.Partner, c *ent.Contract) bool {
	if p.DeletedAt != nil || p.Status != lifecycle.PartnerActive || p.VerificationStatus != lifecycle.VerificationCompleted || p.ID == c.PartnerID {
		return false
	}
	for _, r := range w.competencies[p.ID] {
		if r.SubServiceID == c.SubServiceID && r.Status == lifecycle.CatalogueActive && does(r, c.Kind) {
			return true
		}
	}
	return false
}

func does(r *ent.Competency, k lifecycle.Kind) bool {
	switch k {
	case lifecycle.KindInstallation:
		return r.Installation
	case lifecycle.KindMaintenance:
		return r.Maintenance
	}
	return r.Repair
}

// known are the contracts that the user may know of, newest first.
func (w *truth) known(u *ent.User) []*ent.Contract {
	var list []*ent.Contract
	for _, c := range w.contracts {
		if w.knows(u, c) {
			list = append(list, c)
		}
	}
	return list
}

// idsOf gives the ids of records, in their order.
func idsOf[R any](list []R, id func(R) int64) []int64 {
	ids := make([]int64, len(list))
	for i, r := range list {
		ids[i] = id(r)
	}
	return ids
}

func contractID(c *ent.Contract) int64 { return c.ID }

// codeOf gives the code of an error: "" for none, and the text of one that is no
// fault, which no test expects.
func codeOf(err error) fault.Code {
	if err == nil {
		return ""
	}
	if f, ok := fault.As(err); ok {
		return f.Code
	}
	return fault.Code("no fault: " + err.Error())
}

// sessions is a context with the actor of each user, made once.
type sessions map[int64]context.Context

// actors signs all of the users in.
func actors(t testing.TB, app *testkit.App, users []*ent.User) sessions {
	t.Helper()
	as := sessions{}
	for _, u := range users {
		as[u.ID] = app.As(u.Email)
	}
	return as
}
