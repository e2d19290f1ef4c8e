package market_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/cataloguechange"
	"kontrak/ent/competency"
	"kontrak/ent/membership"
	"kontrak/ent/outbox"
	"kontrak/ent/testattempt"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// peopleContests are the races about people: who belongs to an institution, and who
// becomes a partner. Each round has a person of its own.
var peopleContests = []contest{
	{name: "approve against refuse a membership", scene: request, rivals: []rival{
		{name: "approve", as: admin, do: func(ctx context.Context, r *round) error {
			_, err := r.app.Market.ApproveMembership(ctx, market.MembershipDecision{ID: r.membership, Version: new(int64(1))})
			return err
		}},
		{name: "refuse", as: otherAdmin, do: func(ctx context.Context, r *round) error {
			_, err := r.app.Market.RefuseMembership(ctx, market.MembershipDecision{ID: r.membership, Version: new(int64(1))})
			return err
		}},
	}},
	// Both are answered with the one request that there is then.
	{name: "double click on asking for a membership", scene: person, twins: true, shared: true, rivals: []rival{
		asksFor("first click", 0), asksFor("second click", 0),
	}},
	{name: "two requests for the last place", scene: almostEverywhere, twins: true, rivals: []rival{
		asksFor("ask one", 0), asksFor("ask other", 1),
	}},
	{name: "two last managers leave", scene: twoManagers, twins: true, rivals: []rival{
		leaver("one manager", 0), leaver("other manager", 1),
	}},
	{name: "verify against refuse a partner", scene: examinee("register", "pass", "submit", "approve"), rivals: []rival{
		{name: "verify", as: admin, do: func(ctx context.Context, r *round) error {
			_, err := r.app.Market.VerifyPartner(ctx, r.partner, r.version, 0)
			return err
		}},
		{name: "refuse", as: otherAdmin, do: func(ctx context.Context, r *round) error {
			_, err := r.app.Market.RefusePartner(ctx, r.partner, r.version, "The papers are of somebody else.", 0)
			return err
		}},
	}},
	{name: "basic test sent twice", scene: examinee("register"), rivals: []rival{
		sendsTest("all right", 0), sendsTest("too many wrong", 4),
	}},
}

func asksFor(name string, which int) rival {
	return rival{name: name, do: func(ctx context.Context, r *round) error {
		_, err := r.app.Market.AskMembership(actor.With(ctx, r.people[0]), r.ids[which])
		return err
	}}
}

func leaver(name string, which int) rival {
	return rival{name: name, do: func(ctx context.Context, r *round) error {
		_, err := r.app.Market.LeaveInstitution(actor.With(ctx, r.people[which]), r.ids[0], nil)
		return err
	}}
}

func sendsTest(name string, wrong int) rival {
	return rival{name: name, do: func(ctx context.Context, r *round) error {
		_, err := r.app.Market.SubmitBasicTest(actor.With(ctx, r.people[0]), r.answers[wrong], fault.Fields{})
		return err
	}}
}

// person is somebody new, and an institution to ask.
func person(t *testing.T, r *round) {
	t.Helper()
	r.ids = []int64{r.app.World.Institutions["other"]}
	r.join(t)
}

// join makes an account of an institution that belongs to these so far, as their manager.
func (r *round) join(t *testing.T, to ...int64) {
	t.Helper()
	c, n := r.app.Store.Client(), r.app.Store.Client().User.Query().CountX(t.Context())
	u := c.User.Create().SetEmail(fmt.Sprintf("racer%d@x.test", n)).SetFullName("Racer").SetRole(actor.Institution).SetPasswordHash("none").
		SetEmailVerifiedAt(world.Now).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
	rows := make([]*ent.MembershipCreate, len(to))
	for i, id := range to {
		rows[i] = c.Membership.Create().SetInstitutionID(id).SetUserID(u.ID).SetRole(lifecycle.MembershipManager).
			SetState(lifecycle.MembershipActive).SetCreatedAt(world.Now).SetUpdatedAt(world.Now)
	}
	c.Membership.CreateBulk(rows...).ExecX(t.Context())
	r.people = append(r.people, actor.Actor{UserID: u.ID, Role: actor.Institution, Institutions: to})
}

// request is a person that has asked.
func request(t *testing.T, r *round) {
	t.Helper()
	person(t, r)
	m, err := r.app.Market.AskMembership(actor.With(t.Context(), r.people[0]), r.ids[0])
	if err != nil {
		t.Fatal(err)
	}
	r.membership = m.ID
}

// almostEverywhere is a person that belongs to 99 institutions, and two more of them: an
// account may belong to a hundred.
func almostEverywhere(t *testing.T, r *round) {
	t.Helper()
	for len(r.sites) < 101 {
		r.sites = append(r.sites, r.site(t))
	}
	r.ids = r.sites[99:]
	r.join(t, r.sites[:99]...)
}

// site makes an institution.
func (g *ground) site(t *testing.T) (id int64) {
	t.Helper()
	err := g.app.Store.WithTx(t.Context(), func(ctx context.Context, tx *ent.Tx) error {
		i, err := tx.Institution.Create().SetName("K").SetSearchName("k").SetAddress("A").SetProvince("P").SetCity("C").SetLatitude(0).SetLongitude(0).
			SetCreatedAt(world.Now).SetUpdatedAt(world.Now).Save(ctx)
		if err != nil {
			return err
		}
		id = i.ID
		return store.KeepName(ctx, tx, store.InstitutionNames, id, "k")
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// twoManagers are the managers of an institution that has a member besides.
func twoManagers(t *testing.T, r *round) {
	t.Helper()
	id := r.site(t)
	r.ids = []int64{id}
	for range 3 {
		r.join(t, id)
	}
	r.app.Store.Client().Membership.Update().Where(membership.InstitutionID(id), membership.UserID(r.people[2].UserID)).SetRole(lifecycle.MembershipMember).ExecX(t.Context())
}

// examinee is somebody who has come so far on the way to be a partner.
func examinee(events ...string) func(*testing.T, *round) {
	return func(t *testing.T, r *round) {
		t.Helper()
		o := newcomer(t, r.app).through(events...)
		r.partner, r.version = o.partnerID(), o.c.Partner.GetX(t.Context(), o.partnerID()).Version
		r.people = []actor.Actor{actor.From(o.ctx())}
		r.answers = map[int][]market.Answer{0: o.answers(0), 4: o.answers(4)}
	}
}

// marked notes up to where rows were written before the rivals met.
func (r *round) marked(t *testing.T) {
	t.Helper()
	c := r.app.Store.Client()
	r.changes = c.CatalogueChange.Query().Order(ent.Desc(cataloguechange.FieldID)).FirstIDX(t.Context())
	r.messages, _ = c.Outbox.Query().Order(ent.Desc(outbox.FieldID)).FirstID(t.Context())
}

// ownIDs are what differs from round to round: whose record it is, and which.
var ownIDs = regexp.MustCompile(`"(institution_id|user_id|active_sub_services)":\{[^}]*\},?`)

// leftOfPeople writes what rivals have left of people: where they stand, and every change
// and message of the round.
func leftOfPeople(t *testing.T, r *round) string {
	t.Helper()
	c, text := r.app.Store.Client(), strings.Builder{}
	for _, m := range c.CatalogueChange.Query().Where(cataloguechange.IDGT(r.changes)).Order(cataloguechange.ByID()).AllX(t.Context()) {
		by := "itself"
		for _, email := range []string{admin, otherAdmin} {
			if a, _ := r.app.World.Account(email); a.UserID == m.ActorID {
				by = email
			}
		}
		fmt.Fprintf(&text, "%s, version %d, by %s: %s\n", m.Noun, m.RecordVersion, by, ownIDs.ReplaceAllString(testkit.Canonical(m.Changes), ""))
	}
	for _, m := range c.Outbox.Query().Where(outbox.IDGT(r.messages)).Order(outbox.ByID()).AllX(t.Context()) {
		fmt.Fprintf(&text, "%s, of an institution: %v\n", m.Topic, m.InstitutionID != nil)
	}
	of := make([]int64, len(r.people))
	for i, who := range r.people {
		of[i] = who.UserID
	}
	stands := map[string]int{}
	for _, m := range c.Membership.Query().Where(membership.UserIDIn(of...)).AllX(t.Context()) {
		stands[fmt.Sprintf("%s %s, version %d", m.State, m.Role, m.Version)]++
	}
	fmt.Fprintln(&text, stands)
	if r.partner == 0 {
		return text.String()
	}
	p := c.Partner.GetX(t.Context(), r.partner)
	fmt.Fprintln(&text, p.VerificationStep, p.VerificationStatus, p.VerificationReason, p.Version, p.SubmittedAt == nil)
	for _, a := range c.TestAttempt.Query().Where(testattempt.PartnerID(r.partner)).AllX(t.Context()) {
		fmt.Fprintln(&text, "attempt", a.Score, a.Passed)
	}
	for _, s := range c.Competency.Query().Where(competency.PartnerID(r.partner)).AllX(t.Context()) {
		fmt.Fprintln(&text, "skill", s.Status)
	}
	return text.String()
}
