package market_test

import (
	"context"
	"fmt"
	"strings"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	institutions "kontrak/ent/institution"
	"kontrak/ent/membership"
	"kontrak/ent/partner"
	"kontrak/ent/partnercertification"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/user"
	"kontrak/ent/wishlist"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// bigCities have 1,950 partners and 1,950 institutions each within 25 km; the others are
// anywhere in Indonesia, some 20 of them in such a circle.
var bigCities = [][2]float64{
	{-6.2, 106.82}, {-7.26, 112.75}, {-6.91, 107.61}, {3.59, 98.67}, {-6.99, 110.42}, {-5.14, 119.42}, {-2.98, 104.75}, {-5.43, 105.26}, {0.51, 101.45}, {-0.95, 100.35},
	{-7.98, 112.63}, {-0.5, 117.15}, {-1.27, 116.83}, {-3.32, 114.59}, {-0.03, 109.33}, {-8.65, 115.22}, {-7.8, 110.37}, {1.47, 124.84}, {-8.58, 116.1}, {-10.17, 123.6},
}

const (
	inCity      = 1950
	firstSpread = 1_000_000 // the number before the first of those that are made
	oftenCalled = "santoso wijaya"
	oftenNamed  = "rumah sakit"
	// lettersApart keeps the letters of names from coming again after a few.
	lettersApart = 65537
)

// nameSteps make the letters of the names of number i: they are the only source of what
// the database makes, and of what is sought.
var nameSteps = []int64{7919, 104729, 1299709, 15485863, 32452843, 49979687, 67867967, 86028121}

// lettersOf are the eight letters of the i-th name.
func lettersOf(i int64) string {
	var b strings.Builder
	for _, step := range nameSteps {
		b.WriteByte(byte(97 + i*step/lettersApart%26))
	}
	return b.String()
}

// lettersIn writes lettersOf in SQL.
func lettersIn(database, often string, every int) string {
	letter := map[string]string{"postgres": "chr", "sqlite": "char"}[database]
	text := fmt.Sprintf("CASE WHEN i %% %d = 0 THEN '%s ' ELSE '' END", every, often)
	for _, step := range nameSteps {
		text += fmt.Sprintf(" || %s(CAST(97 + (CAST(i AS BIGINT) * %d / %d) %% 26 AS INTEGER))", letter, step, lettersApart)
	}
	return text
}

// minutesAgo is an instant of a model row, so many minutes before, in SQL.
func minutesAgo(database, column string) string {
	if database == "postgres" {
		return "r." + column + " - ((i * 7919) % 100003) * interval '1 minute'"
	}
	return "strftime('%Y-%m-%d %H:%M:%S', r." + column + ", '-' || ((i * 7919) % 100003) || ' minutes') || '+00:00'"
}

// degrees writes where number i is: side 0 is its latitude, 1 its longitude.
func degrees(side int) string {
	text := fmt.Sprintf("CASE WHEN i <= %d THEN CASE (i - 1) / %d", inCity*len(bigCities), inCity)
	for k, at := range bigCities {
		text += fmt.Sprintf(" WHEN %d THEN %v", k, at[side])
	}
	text += fmt.Sprintf(" END + ((i * %d) %% %d - 150) * 0.001", []int{7919, 104729}[side], []int{301, 307}[side])
	if side == 0 {
		return text + " ELSE -11.0 + ((i * 7919) % 17011) * 0.001 END"
	}
	return text + " ELSE 95.0 + ((i * 104729) % 46021) * 0.001 END"
}

// spread makes institutions and partners all over Indonesia with names of eight letters by
// chance, which every tenth partner's has "santoso wijaya" before and every tenth
// institution's "rumah sakit". A partner does one of two sub-services, two of three kinds,
// at prices and of instants that are independent of the place. Of the partners every
// 200th waits to be verified, and of those who belong to institutions every 100th asks to.
func (c *crowding) spread(database string, subs [2]int64, wishes int64) {
	db, ctx := c.app.Store.Client(), c.t.Context()
	model := db.Partner.GetX(ctx, c.app.World.Partners["partner"])
	place := db.PartnerLocation.Query().Where(partnerlocation.PartnerID(model.ID), partnerlocation.IsPrimary(true)).OnlyX(ctx)
	skill := db.Competency.Query().Where(competency.PartnerID(model.ID), competency.StatusEQ(lifecycle.CatalogueActive)).FirstX(ctx)
	price := db.BasePrice.Query().Where(baseprice.PartnerID(model.ID), baseprice.Active(true)).FirstX(ctx)
	const id = "1000000 + i"
	created := minutesAgo(database, "created_at")
	named, called := lettersIn(database, oftenNamed, 10), lettersIn(database, oftenCalled, 10)
	c.copies(institutions.Table, institutions.Columns, db.Institution.Query().Where(institutions.StatusEQ(lifecycle.InstitutionActive)).FirstIDX(ctx), "true", map[string]string{
		"id": id, "public_id": "''", "uuid": "''", "name": named, "search_name": named, "latitude": degrees(0), "longitude": degrees(1), "created_at": created,
		"kind":   "CASE i % 4 WHEN 0 THEN 'hospital' WHEN 1 THEN 'clinic' WHEN 2 THEN 'laboratory' ELSE 'other' END",
		"status": "CASE WHEN i % 50 = 0 THEN 'suspended' ELSE 'active' END",
	})
	c.copies(user.Table, user.Columns, model.UserID, "true", map[string]string{
		"id": id, "email": "'spread' || i || '@example.test'", "full_name": called, "created_at": created,
	})
	c.copies(partner.Table, partner.Columns, model.ID, "true", map[string]string{
		"id": id, "user_id": id, "full_name": called, "search_name": called, "created_by_id": "NULL", "created_at": created,
		"verification_status": "CASE WHEN i % 200 = 0 THEN 'in_progress' ELSE r.verification_status END",
		"verification_step":   "CASE WHEN i % 200 = 0 THEN 'review' ELSE r.verification_step END",
		"submitted_at":        created,
	})
	c.copies(partnerlocation.Table, partnerlocation.Columns, place.ID, "true", map[string]string{
		"id": id, "partner_id": id, "latitude": degrees(0), "longitude": degrees(1), "city": "'City ' || (i % 500)",
	})
	for k, sub := range subs {
		differ := map[string]string{"id": fmt.Sprintf("%d + i", 1_000_000*(k+1)), "partner_id": id, "sub_service_id": fmt.Sprint(sub)}
		prices := map[string]string{"amount": "50000 + (i * 15485863) % 200003"}
		for column, expression := range differ {
			prices[column] = expression
		}
		differ["installation"], differ["repair"] = "(i % 3) > 0", "(i % 3) < 2"
		where := fmt.Sprintf("i %% 2 = %d", k)
		c.copies(competency.Table, competency.Columns, skill.ID, where, differ)
		c.copies(baseprice.Table, baseprice.Columns, price.ID, where, prices)
	}
	c.belong(database, wishes)
	c.keepNames()
}

// belong makes memberships, registrations for certifications, and wishes: every hundredth
// partner is on the wishlist of that account.
func (c *crowding) belong(database string, wishes int64) {
	db, ctx := c.app.Store.Client(), c.t.Context()
	const id = "1000000 + i"
	created := minutesAgo(database, "created_at")
	c.copies(membership.Table, membership.Columns, db.Membership.Query().Where(membership.StateEQ(lifecycle.MembershipActive)).FirstIDX(ctx), "true", map[string]string{
		"id": id, "user_id": id, "institution_id": id, "created_at": created, "state": "CASE WHEN i % 100 = 0 THEN 'requested' ELSE 'active' END",
	})
	c.copies(partnercertification.Table, partnercertification.Columns, db.PartnerCertification.Query().FirstIDX(ctx), "true", map[string]string{
		"id": id, "partner_id": id, "registered_at": minutesAgo(database, "registered_at"),
		"status": "CASE WHEN i % 100 = 0 THEN 'in_review' ELSE 'passed' END",
	})
	wish := db.Wishlist.Query().FirstIDX(ctx)
	c.copies(wishlist.Table, wishlist.Columns, wish, "i % 100 > 0", map[string]string{"id": id, "user_id": id, "partner_id": id, "created_at": created})
	c.copies(wishlist.Table, wishlist.Columns, wish, "i % 100 = 0", map[string]string{"id": id, "user_id": fmt.Sprint(wishes), "partner_id": id, "created_at": created})
}

// keepNames keeps the names and the prices of what copies made.
func (c *crowding) keepNames() {
	c.app.KeepPrices(c.t)
	for _, n := range []store.Names{store.InstitutionNames, store.PartnerNames} {
		for first := int64(1); first <= int64(c.n); first += 10_000 {
			err := c.app.Store.WithTx(c.t.Context(), func(ctx context.Context, tx *ent.Tx) error {
				return store.KeepNames(ctx, tx, n, firstSpread+first, firstSpread+first+9_999)
			})
			if err != nil {
				c.t.Fatal(err)
			}
		}
	}
}

// analyse lets the database look at what there is, as PostgreSQL's autovacuum does by itself.
func (c *crowding) analyse(database string) {
	word := "ANALYZE"
	if database == "postgres" {
		word = "VACUUM ANALYZE"
	}
	if _, err := c.app.Store.Client().ExecContext(context.WithoutCancel(c.t.Context()), word); err != nil {
		c.t.Fatal(err)
	}
}

// whose gives the number of the account that a context is for.
func whose(ctx context.Context) int64 { return actor.From(ctx).UserID }
