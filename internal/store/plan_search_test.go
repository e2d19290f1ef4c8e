package store_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/institution"
	"kontrak/ent/membership"
	"kontrak/ent/partner"
	"kontrak/ent/partnercertification"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// sought is a search with what must serve it.
type sought struct {
	list
	// served is the index that its statements use, on each database, and times in how many
	// of them at least.
	served map[string]string
	times  int
}

// everywhere is an index that both databases have.
func everywhere(index string) map[string]string {
	return map[string]string{dialect.SQLite: index, dialect.Postgres: index}
}

// byParts are what finds parts of names.
func byParts(table, index string) map[string]string {
	return map[string]string{dialect.SQLite: table + " VIRTUAL TABLE", dialect.Postgres: index}
}

var (
	partnersAround     = everywhere("partnerlocation_latitude_longitude")
	institutionsAround = everywhere("institution_latitude_longitude")
	partnersNamed      = byParts("partner_names", "partner_name_trigrams")
	institutionsNamed  = byParts("institution_names", "institution_name_trigrams")
)

// walked is the plan of a statement on SQLite that goes through a list in its order though
// it knows the names that were looked up.
var walked = regexp.MustCompile(`(?s)USING (?:COVERING )?INDEX (?:institution_(?:status|created|search)|partner_(?:created|cheapest|dearest)).*_names VIRTUAL TABLE`)

// allInstitutions is a plan that reads the institutions from end to end. In other worlds they are
// few, and may be.
var allInstitutions = regexp.MustCompile(`(?m)^SCAN [in](?: USING (?:COVERING )?INDEX institution_\w+)?$|Seq Scan on institutions`)

func institutions(f market.InstitutionFilter, o market.InstitutionOrder) func(context.Context, *market.App) error {
	return func(ctx context.Context, a *market.App) error {
		_, err := a.Institutions(ctx, f, o, market.NumberedPage(1, 20))
		return err
	}
}

// searches are all searches for partners and institutions, and the lists of the back
// office.
func searches(sub, service int64) (all []sought) {
	customer, admin := actor.Actor{UserID: 1, Role: actor.Institution}, actor.Actor{UserID: 1, Role: actor.Admin}
	add := func(name string, who actor.Actor, ask func(context.Context, *market.App) error, served map[string]string, times int, walks ...string) {
		all = append(all, sought{list{name: name, who: who, ask: ask, walks: walks}, served, times})
	}
	at := func(f market.PartnerFilter) market.PartnerFilter {
		f.Latitude, f.Longitude, f.RadiusKm = new(-6.2), new(106.8), new(10.0)
		return f
	}
	kind := lifecycle.KindRepair
	inOrder := map[string]string{
		"newest": "partner_created_at_id", "oldest": "partner_created_at_id", "cheapest": "partner_cheapest_first_id", "dearest": "partner_dearest_first_id",
	}
	for by, o := range map[string]market.PartnerOrder{"newest": {Descending: true}, "oldest": {}, "cheapest": {ByPrice: true}, "dearest": {ByPrice: true, Descending: true}} {
		for of, f := range map[string]market.PartnerFilter{
			"": {}, " of a kind": {Kind: &kind}, " of a sub-service": {SubServiceID: &sub}, " of a service": {ServiceID: &service}, " of a kind of a sub-service": {Kind: &kind, SubServiceID: &sub},
			" at work": {OpenToWork: new(true)}, " of a rare name": {Text: "qxjvwzqk"}, " of a common name": {Text: "santoso"},
		} {
			add("partners around"+of+", "+by, customer, partners(at(f), o), partnersAround, 2)
		}
		add("partners of a rare name, "+by, customer, partners(market.PartnerFilter{Text: "qxjvwzqk"}, o), partnersNamed, 2)
		add("partners of three rare letters, "+by, customer, partners(market.PartnerFilter{Text: "q7q"}, o), partnersNamed, 2)
		// Of a name that many have the page is found in the order of the list.
		add("partners of a common name, "+by, customer, partners(market.PartnerFilter{Text: "santoso"}, o), partnersNamed, 1, inOrder[by])
		for of, f := range map[string]market.PartnerFilter{"": {}, " of a kind": {Kind: &kind}, " at work": {OpenToWork: new(true)}} {
			add("partners everywhere"+of+", "+by, customer, partners(f, o), everywhere(inOrder[by]), 1, append(slices.Collect(maps.Values(inOrder)), "partner_listed")...)
		}
	}
	for by, o := range map[string]market.InstitutionOrder{"by name": {}, "newest": {By: market.InstitutionByCreated, Descending: true}, "nearest": {By: market.InstitutionByDistance}} {
		for of, f := range map[string]market.InstitutionFilter{
			"": {}, " of a kind": {Kinds: lifecycle.InstitutionKinds[:1]}, " of a rare name": {Text: "qxjvwzqk"}, " of a common name": {Text: "sakit"},
		} {
			near := f
			near.Latitude, near.Longitude, near.RadiusKm = new(-6.2), new(106.8), new(10.0)
			add("institutions around"+of+", "+by, customer, institutions(near, o), institutionsAround, 2)
			switch {
			case o.By == market.InstitutionByDistance:
			case f.Text == "":
				add("the back office's institutions"+of+", "+by, admin, institutions(f, o), nil, 0, "institution_search_name_id", "institution_created_at_id", "institution_status_search_name_id", "institution_status_created_at_id", "institution_active", "institutions_pkey", "institutions")
				f.Statuses = lifecycle.InstitutionStatuses[1:]
				add("the back office's suspended institutions"+of+", "+by, admin, institutions(f, o), everywhere("institution_status_"), 2)
			default:
				add("institutions"+of+", "+by, customer, institutions(f, o), institutionsNamed, map[string]int{" of a rare name": 2, " of a common name": 1}[of], map[string][]string{" of a common name": {"institution_created_at_id"}}[of]...)
			}
		}
	}
	add("a map", customer, func(ctx context.Context, a *market.App) error {
		_, err := a.InstitutionMarkers(ctx, &market.Box{South: -6.5, North: -6, West: 106.5, East: 107}, 1000, fault.Fields{})
		return err
	}, institutionsAround, 1)
	for name, f := range map[string]market.UserFilter{"of a role": {Role: new(actor.Supervisor)}, "that are suspended": {Status: new(lifecycle.UserSuspended)}} {
		add("accounts "+name, admin, users(f), map[string]map[string]string{"of a role": everywhere("user_role_created_at_id"), "that are suspended": everywhere("user_status_created_at_id")}[name], 2)
	}
	add("partners that wait", admin, func(ctx context.Context, a *market.App) error {
		_, err := a.PendingPartners(ctx, market.NumberedPage(1, 20), fault.Fields{}, market.WantLocation)
		return err
	}, everywhere("partner_submitted_at_id"), 2, "partner_submitted_at_id")
	for name, c := range map[string]struct {
		filter market.AllPartnersFilter
		served map[string]string
		times  int
		walks  []string
	}{
		"of any state":             {market.AllPartnersFilter{}, nil, 0, []string{"partners_pkey", "partner_user_id", "partners"}},
		"that were refused":        {market.AllPartnersFilter{Verifications: lifecycle.VerificationStatuses[3:]}, everywhere("partner_unverified"), 2, nil},
		"that are not verified":    {market.AllPartnersFilter{Verifications: []lifecycle.VerificationStatus{lifecycle.VerificationNotStarted, lifecycle.VerificationRejected}}, everywhere("partner_unverified"), 2, nil},
		"that are suspended":       {market.AllPartnersFilter{Statuses: []lifecycle.PartnerStatus{lifecycle.PartnerSuspended}}, everywhere("partner_unavailable"), 2, nil},
		"that were deleted":        {market.AllPartnersFilter{Deleted: new(true)}, everywhere("partner_deleted"), 2, []string{"partner_deleted"}},
		"of a rare name":           {market.AllPartnersFilter{Text: "qxjvwzqk"}, partnersNamed, 2, nil},
		"of a common name":         {market.AllPartnersFilter{Text: "santoso"}, partnersNamed, 1, []string{"partners_pkey", "partners"}},
		"suspended, of a name":     {market.AllPartnersFilter{Text: "santoso", Statuses: []lifecycle.PartnerStatus{lifecycle.PartnerSuspended}}, nil, 0, nil},
		"deleted, but not refused": {market.AllPartnersFilter{Deleted: new(true), Verifications: lifecycle.VerificationStatuses[:3]}, everywhere("partner_deleted"), 2, []string{"partner_deleted"}},
	} {
		add("the back office's partners "+name, admin, func(ctx context.Context, a *market.App) error {
			_, err := a.AllPartners(ctx, c.filter, market.NumberedPage(1, 20), market.WantLocation)
			return err
		}, c.served, c.times, c.walks...)
	}
	add("who asks to be a member", admin, func(ctx context.Context, a *market.App) error {
		_, err := a.MembershipRequests(ctx, market.NumberedPage(1, 20), fault.Fields{})
		return err
	}, everywhere("membership_requested"), 2, "membership_requested")
	add("certificates that wait", admin, func(ctx context.Context, a *market.App) error {
		_, err := a.PendingCertifications(ctx, market.NumberedPage(1, 20), fault.Fields{})
		return err
	}, everywhere("partnercertification_pending"), 2, "partnercertification_pending")
	add("registrations", admin, func(ctx context.Context, a *market.App) error {
		_, err := a.AllPartnerCertifications(ctx, market.RegistrationFilter{}, market.NumberedPage(1, 20))
		return err
	}, everywhere("partnercertification_registered_at_id"), 1, "partnercertification_registered_at_id", "partnercertification_certification_id_id", "partnercertification_partner_id_registered_at_id", "partnercertification_partner_id_certification_id", "partnercertification_pending", "partner_certifications", "partner_certifications_pkey")
	add("what partners have passed", customer, func(ctx context.Context, a *market.App) error {
		_, err := a.PartnerCredentials(ctx, []int64{1, 2}, market.OffsetPage(0, 20))
		return err
	}, everywhere("partnercertification_partner_id_"), 2)
	return all
}

// populous makes n institutions, and n partners with a place, a skill and a price, all
// over the country; every fifth has a word in its name that the others do not have.
func populous(t *testing.T, app *testkit.App, n int) (sub, service int64) {
	t.Helper()
	c, ctx := app.Store.Client(), t.Context()
	const id = "1000000 + i"
	letter := map[string]string{dialect.Postgres: "chr", dialect.SQLite: "char"}[app.Store.Dialect()]
	named := func(word string) string {
		name := "CASE WHEN i % 5 = 0 THEN '" + word + " ' ELSE '' END"
		for _, step := range []int{1299709, 15485863, 32452843, 49979687, 67867967, 86028121} {
			name += fmt.Sprintf(" || %s(CAST(97 + (CAST(i AS BIGINT) * %d / 65537) %% 16 AS INTEGER))", letter, step)
		}
		return name
	}
	north, east := "-11.0 + ((i * 7919) % 17011) * 0.001", "95.0 + ((i * 104729) % 46021) * 0.001"
	model := c.Partner.GetX(ctx, app.World.Partners["partner"])
	skill := c.Competency.Query().Where(competency.PartnerID(model.ID), competency.StatusEQ(lifecycle.CatalogueActive)).FirstX(ctx)
	price := c.BasePrice.Query().Where(baseprice.PartnerID(model.ID), baseprice.Active(true)).FirstX(ctx)
	copied := func(table string, columns []string, of int64, differ map[string]string) {
		differ["id"] = id
		testkit.Copy(t, app.Store, n, testkit.Copies{Table: table, Columns: columns, ID: of, Where: "true", Differ: differ})
	}
	name := named("santoso")
	copied(user.Table, user.Columns, model.UserID, map[string]string{"email": "'p' || i || '@example.test'"})
	copied(partner.Table, partner.Columns, model.ID, map[string]string{
		"user_id": id, "full_name": name, "search_name": name, "created_by_id": "NULL", "submitted_at": "r.created_at",
		"verification_step":   "CASE WHEN i % 500 = 0 THEN 'review' ELSE r.verification_step END",
		"verification_status": "CASE i % 200 WHEN 1 THEN 'rejected' WHEN 2 THEN 'not_started' ELSE r.verification_status END",
		"status":              "CASE i % 100 WHEN 3 THEN 'suspended' WHEN 4 THEN 'inactive' ELSE r.status END",
		"deleted_at":          "CASE i % 100 WHEN 5 THEN r.created_at END",
	})
	copied(partnerlocation.Table, partnerlocation.Columns, c.PartnerLocation.Query().Where(partnerlocation.PartnerID(model.ID), partnerlocation.IsPrimary(true)).OnlyIDX(ctx),
		map[string]string{"partner_id": id, "latitude": north, "longitude": east})
	copied(competency.Table, competency.Columns, skill.ID, map[string]string{"partner_id": id})
	copied(baseprice.Table, baseprice.Columns, price.ID, map[string]string{"partner_id": id, "sub_service_id": fmt.Sprint(skill.SubServiceID), "amount": "50000 + i"})
	copied(institution.Table, institution.Columns, c.Institution.Query().Where(institution.StatusEQ(lifecycle.InstitutionActive)).FirstIDX(ctx), map[string]string{
		"public_id": "''", "uuid": "''", "name": named("rumah sakit"), "search_name": named("rumah sakit"), "latitude": north, "longitude": east,
		"status": "CASE WHEN i % 50 = 0 THEN 'suspended' ELSE 'active' END",
	})
	copied(membership.Table, membership.Columns, c.Membership.Query().FirstIDX(ctx), map[string]string{
		"user_id": id, "institution_id": id, "state": "CASE WHEN i % 100 = 0 THEN 'requested' ELSE 'active' END",
	})
	copied(partnercertification.Table, partnercertification.Columns, c.PartnerCertification.Query().FirstIDX(ctx), map[string]string{
		"partner_id": id, "status": "CASE WHEN i % 100 = 0 THEN 'in_review' ELSE 'passed' END",
	})
	err := app.Store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if err := store.KeepNames(ctx, tx, store.PartnerNames, 1_000_000, 1_000_000+int64(n)); err != nil {
			return err
		}
		if err := store.KeepLowestPrices(ctx, tx, 1_000_000, 1_000_000+int64(n)); err != nil {
			return err
		}
		return store.KeepNames(ctx, tx, store.InstitutionNames, 1_000_000, 1_000_000+int64(n))
	})
	if err != nil {
		t.Fatal(err)
	}
	return skill.SubServiceID, c.SubService.GetX(ctx, skill.SubServiceID).ServiceID
}

// TestEverySearchHasItsIndex takes the statements of the searches for partners and
// institutions, and of the lists of the back office, over 15,000 of each: a place is found
// by its box, a part of a name by its letters, and no table is read from end to end.
func TestEverySearchHasItsIndex(t *testing.T) {
	testkit.OneCaller(t)
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		app.BendAll()
		sub, service := populous(t, app, 15_000)
		planner := one(t, db)
		if db.Name == dialect.Postgres {
			exec(t, app.Store.Client(), "VACUUM ANALYZE")
			exec(t, planner.Client(), "SET enable_seqscan = off")
		}
		for _, s := range searches(sub, service) {
			t.Run(s.name, func(t *testing.T) {
				ctx, ran := store.ObserveArguments(actor.With(t.Context(), s.who))
				if err := s.ask(ctx, app.Market); err != nil {
					t.Fatal(err)
				}
				served, plans := 0, ""
				for i, text := range ran.Texts() {
					s.check(t, planner, text, ran.Arguments()[i])
					plan := strings.Join(testkit.Explain(t, planner, text, ran.Arguments()[i]), "\n")
					if s.served != nil && strings.Contains(plan, s.served[app.Store.Dialect()]) && !walked.MatchString(plan) {
						served++
					}
					if !slices.Contains(s.walks, "institutions") && allInstitutions.MatchString(plan) {
						t.Errorf("reads the institutions from end to end:\n%s\n%s", text, plan)
					}
					plans += text + "\n" + plan + "\n"
				}
				if served < s.times {
					t.Errorf("%s serves %d statements, want %d:\n%s", s.served[app.Store.Dialect()], served, s.times, plans)
				}
			})
		}
	})
}
