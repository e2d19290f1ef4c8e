package market_test

import (
	"database/sql"
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/ent/agreement"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"

	_ "github.com/lib/pq"
)

// scale is how many agreements TestAgreementsAtScale works on; 0 leaves it out. make
// scale gives a million.
var scale = flag.Int("scale", 0, "agreements in 1,000 institutions to measure the lists of agreements on, on PostgreSQL")

// scaleTables make the agreements: one institution has 20,000 of a million, the others
// share the rest. Each column is drawn by a hash of its own, so that none follows from
// another or from the institution; what a filter asks for keeps at most a thousand rows of
// the largest institution.
var scaleTables = []string{
	`CREATE FUNCTION drawn(n bigint, salt int, upto int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	 $$ SELECT (((hashint8extended(n, salt) % upto) + upto) % upto)::int $$`,
	`INSERT INTO institutions (id, public_id, uuid, name, search_name, latitude, longitude, created_at, updated_at)
	 SELECT 100000 + i, lpad(i::text, 18, '0'), 'i-' || i, 'Scale ' || i, 'scale ' || i, -6.2, 106.8, $1, $1 FROM generate_series(1, 1000) i`,
	`CREATE FUNCTION word(n bigint, salt int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
	 $$ SELECT (ARRAY['ari','bintang','cahya','dewi','eka','fajar','gita','hadi','indra','joko','kim','lestari','maya','nanda','oka','putri','qori','rizki','sari','tono',
	   'utami','vina','wawan','yuni','zaki','pump','scanner','ventilator','lift','boiler'])[1 + drawn(n, salt, 30)] $$`,
	`INSERT INTO users (id, email, password_hash, full_name, role, status, created_at, updated_at)
	 SELECT 100000 + u, 'scale' || u || '@example.test', '', 'Scale ' || u, 'institution', 'active', $1, $1 FROM generate_series(1, 40000) u`,
	`INSERT INTO counterparties (institution_id, name, search_name, custom_key, managers, created_at, updated_at)
	 SELECT 100000 + i, 'Vendor ' || v || ' ' || md5((i * v)::text), 'vendor ' || v || ' ' || md5((i * v)::text), 'key-' || v, '[]', $1, $1
	 FROM generate_series(1, 1000) i, generate_series(1, 40) v ORDER BY i, v`,
	`INSERT INTO agreement_types (name, created_at, updated_at) SELECT 'Scale type ' || n, $1, $1 FROM generate_series(1, 22) n`,
	`INSERT INTO agreements (institution_id, public_id, uuid, custom_key, identifier, search_identifier, title, search_title, agreement_type_id,
	   status, renewal_status, cost, vendor_id, owner_id, approver_id, license_type_id, notify_before_days, starts_at, ends_at, generated_on,
	   concluded_at, created_at, updated_at)
	 SELECT 100000 + i, 'p' || lpad(n::text, 17, '0'), md5(n::text), 'k-' || n, 'id-' || n, 'id-' || n,
	   initcap(word(n, 30) || ' ' || word(n, 31)) || ' ' || drawn(n, 1, 997) || ' ' || left(md5(n::text), 8), word(n, 30) || ' ' || word(n, 31) || ' ' || drawn(n, 1, 997) || ' ' || left(md5(n::text), 8), 1 + drawn(n, 2, 25),
	   coalesce((ARRAY['draft','approved','expired','terminated','rejected'])[1 + drawn(n, 3, 22)], 'active'),
	   coalesce((ARRAY['renewal_pending','renewal_approved','renewed','extension_pending','extended','extension_rejected'])[1 + drawn(n, 4, 21)], ''),
	   drawn(n, 5, 5000) * 1000, (i - 1) * 40 + 1 + drawn(n, 6, 40) + (SELECT min(id) FROM counterparties WHERE institution_id > 100000) - 1,
	   CASE WHEN drawn(n, 7, 30) = 0 THEN 2 END, CASE WHEN drawn(n, 8, 25) = 0 THEN 3 END, CASE WHEN drawn(n, 9, 25) = 0 THEN 1 END, drawn(n, 10, 400),
	   $1::timestamptz + (drawn(n, 11, 3650) - 1825) * interval '1 day', $1::timestamptz + (drawn(n, 11, 3650) + drawn(n, 12, 730) - 1825) * interval '1 day',
	   '2026-06-08', CASE WHEN drawn(n, 13, 25) = 0 THEN $1::timestamptz - drawn(n, 14, 3650) * interval '1 hour' END,
	   $1::timestamptz - drawn(n, 15, 36500) * interval '1 hour', $1::timestamptz - drawn(n, 16, 3650) * interval '1 hour'
	 FROM (SELECT n, CASE WHEN n % 50 = 0 THEN 1 ELSE 2 + n % 999 END AS i FROM generate_series(1, $2::int) n) x`,
	`INSERT INTO agreement_customers SELECT a.id, (a.institution_id - 100001) * 40 + 1 + drawn(a.id, 20, 40) + (SELECT min(id) FROM counterparties WHERE institution_id > 100000) - 1
	 FROM agreements a WHERE a.institution_id > 100000 AND drawn(a.id, 21, 3) <> 0`,
	`INSERT INTO tags (institution_id, name, created_at, updated_at) SELECT 100000 + i, 'tag ' || t, $1, $1 FROM generate_series(1, 1000) i, generate_series(1, 10) t`,
	`INSERT INTO agreement_tags SELECT a.id, t.id FROM agreements a JOIN tags t ON t.institution_id = a.institution_id AND t.name = 'tag ' || (1 + drawn(a.id, 22, 10))
	 WHERE a.institution_id > 100000 AND drawn(a.id, 23, 3) = 0`,
	`INSERT INTO agreement_notify_users SELECT a.id, 100000 + (a.institution_id - 100001) * 40 + 1 + drawn(a.id, 24, 40)
	 FROM agreements a WHERE a.institution_id > 100000`,
	`INSERT INTO signatures (institution_id, agreement_id, uuid, title, status, cc_emails, created_at, updated_at)
	 SELECT a.institution_id, a.id, 's' || md5(a.id::text), 'Signing', 'WAITING', '[]', $1, $1 FROM agreements a WHERE a.institution_id > 100000 AND drawn(a.id, 25, 3) = 0`,
	`INSERT INTO participants (institution_id, signature_id, uuid, position, name, search_name, status, send, email, search_email, phone, phone_digits, created_at, updated_at)
	 SELECT s.institution_id, s.id, 'u' || p || md5(s.id::text), p, initcap(word(s.id * 2 + p, 32) || ' ' || word(s.id * 2 + p, 33)), word(s.id * 2 + p, 32) || ' ' || word(s.id * 2 + p, 33), 'REQUESTED', 'EMAIL',
	   word(s.id, 34) || drawn(s.id, 26, 7919) || '@example.test', word(s.id, 34) || drawn(s.id, 26, 7919) || '@example.test', '010-' || s.id, '010' || lpad(s.id::text, 8, '0'), $1, $1
	 FROM signatures s, generate_series(1, 2) p WHERE s.institution_id > 100000`,
	`VACUUM ANALYZE`, // as a server does by itself, before long
}

// TestAgreementsAtScale measures the first page of each list and each filter, with its
// total, for a caller of the largest institution. Nothing about time is asserted here:
// docs/performance.md has the figures.
func TestAgreementsAtScale(t *testing.T) {
	if *scale == 0 {
		t.Skip("make scale runs it")
	}
	at := testkit.Postgres(t)
	app := testkit.Start(t, at)
	db, err := sql.Open("postgres", at.URL) // without the bounds that the program sets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // the database is dropped
	began := time.Now()
	for _, text := range scaleTables {
		var args []any
		if strings.Contains(text, "$1") {
			args = append(args, world.Now)
		}
		if strings.Contains(text, "$2") {
			args = append(args, *scale)
		}
		if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
	}
	t.Logf("%d agreements were made in %v", *scale, time.Since(began).Round(time.Second))
	ctx := actor.With(t.Context(), actor.Actor{UserID: 1 << 40, Role: actor.Institution, Institutions: []int64{100001}})
	whole := scansOfAll(t, db)
	for _, q := range scaleQuestions(app, t) {
		var took []time.Duration
		var total int64
		for range 15 {
			began := time.Now()
			page, err := app.Market.Agreements(ctx, q.filter, q.order, market.OffsetPage(0, 10), q.wants)
			took = append(took, time.Since(began))
			if err != nil {
				t.Fatalf("%s: %v", q.name, err)
			}
			total = *page.Total
		}
		if n := scansOfAll(t, db); n != whole {
			t.Logf("%s, or the one before it: all agreements were read %d times", q.name, n-whole)
			whole = n
		}
		slices.Sort(took)
		t.Logf("%-34s %7d rows %8.2f ms", q.name, total, float64(took[len(took)/2].Microseconds())/1000)
	}
}

// scansOfAll gives how often the server has read all agreements, as it counts.
func scansOfAll(t *testing.T, db *sql.DB) (n int64) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'agreements'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

type scaleQuestion struct {
	name   string
	filter market.AgreementFilter
	order  market.AgreementOrder
	wants  market.AgreementWants
}

func scaleQuestions(app *testkit.App, t *testing.T) []scaleQuestion {
	t.Helper()
	c, ctx := app.Store.Client(), t.Context()
	vendor := c.Counterparty.Query().IDsX(ctx)
	first := vendor[len(vendor)-40_000]
	day := 24 * time.Hour
	at := func(from, to time.Duration) market.InstantRange {
		return market.InstantRange{From: new(world.Now.Add(from)), Before: new(world.Now.Add(to))}
	}
	tag := c.Tag.Query().IDsX(ctx)
	ids := c.Agreement.Query().Where(agreement.InstitutionID(100001)).Limit(1000).IDsX(ctx)
	all := []scaleQuestion{
		{name: "Yedpay's list", wants: market.AgreementInstitution | market.AgreementFiles},
		{name: "Faveo's list"},
		{name: "Kit's list", order: market.AgreementOrder{By: market.AgreementByCreated, Descending: true}, wants: market.AgreementParticipants | market.AgreementObjects},
		{name: "Kit by end, last first", order: market.AgreementOrder{By: market.AgreementByEnd, Descending: true}},
		{name: "Kit by conclusion, last first", order: market.AgreementOrder{By: market.AgreementByConclusion, Descending: true}},
		{name: "Faveo by name", order: market.AgreementOrder{By: market.AgreementByTitle}},
	}
	yes, no := true, false
	for _, f := range []struct {
		name string
		f    market.AgreementFilter
	}{
		{"ids", market.AgreementFilter{IDs: ids}},
		{"type", market.AgreementFilter{TypeIDs: []int64{5}}},
		{"vendor", market.AgreementFilter{VendorIDs: []int64{first}}},
		{"owner", market.AgreementFilter{OwnerIDs: []int64{2}}},
		{"approver", market.AgreementFilter{ApproverIDs: []int64{3}}},
		{"license type", market.AgreementFilter{LicenseTypeIDs: []int64{1}}},
		{"status", market.AgreementFilter{Statuses: []lifecycle.AgreementStatus{"rejected"}}},
		{"renewal status", market.AgreementFilter{RenewalStatuses: []lifecycle.RenewalStatus{"extended"}}},
		{"identifier", market.AgreementFilter{Identifiers: []string{"id-50", "id-100", "id-150"}}},
		{"custom key", market.AgreementFilter{CustomKeys: []string{"k-50"}}},
		{"cost", market.AgreementFilter{CostFrom: new(int64(1_000_000)), CostTo: new(int64(1_200_000))}},
		{"days of notice", market.AgreementFilter{NotifyDaysFrom: new(int64(0)), NotifyDaysTo: new(int64(18))}},
		{"starts", market.AgreementFilter{Starts: at(-60*day, 60*day)}},
		{"ends", market.AgreementFilter{Ends: at(-60*day, 60*day)}},
		{"created", market.AgreementFilter{Created: at(-60*day, -10*day)}},
		{"updated", market.AgreementFilter{Updated: at(-6*day, -time.Hour)}},
		{"notified user", market.AgreementFilter{NotifyUserIDs: []int64{100_004}}},
		{"tag", market.AgreementFilter{TagIDs: tag[len(tag)-10_000 : len(tag)-9_999]}},
		{"customer", market.AgreementFilter{CustomerIDs: []int64{first, first + 1}}},
		{"customer's key", market.AgreementFilter{CustomerKeys: []string{"key-1", "key-2"}}},
		{"customer's name", market.AgreementFilter{CustomerName: "vendor 7 "}},
		{"title", market.AgreementFilter{Title: "pump 500 "}},
		{"participant's name", market.AgreementFilter{ParticipantName: "kim sari"}},
		{"participant's address", market.AgreementFilter{ParticipantEmail: "kim77@"}},
		{"participant's phone", market.AgreementFilter{ParticipantPhone: "0100-0000-6"}},
		{"concluded", market.AgreementFilter{Concluded: &yes}},
		{"period before", market.AgreementFilter{Period: new(lifecycle.PeriodBefore), Starts: at(0, 100*day)}},
		{"wide: without a customer", market.AgreementFilter{HasCustomer: &no}},
		{"wide: with a signature", market.AgreementFilter{HasSignature: &yes}},
		{"wide: ongoing", market.AgreementFilter{Period: new(lifecycle.PeriodOngoing)}},
		{"wide: not concluded", market.AgreementFilter{Concluded: &no}},
		{"wide: status active", market.AgreementFilter{Statuses: []lifecycle.AgreementStatus{"active"}}},
		{"search-query, a word", market.AgreementFilter{Text: "ventilator 500"}},
		{"search-query, a number", market.AgreementFilter{Text: "34534"}},
		{"search-query, nothing found", market.AgreementFilter{Text: "no such thing"}},
	} {
		all = append(all, scaleQuestion{name: f.name, filter: f.f})
	}
	return all
}
