package export_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/view"
)

var callers = []string{
	"admin@demo.test", "institution@demo.test", "foreign@demo.test", "branch@demo.test", "newcomer@demo.test", "partner@demo.test", "partner2@demo.test",
	"supervisor@demo.test", "supervisor2@demo.test",
}

// ndjson gives the rows of an export.
func ndjson(t *testing.T, a *testkit.App, email, target string) []map[string]any {
	t.Helper()
	r := a.Do(t, http.MethodGet, target, a.Token(t, email), nil)
	if r.Status != http.StatusOK || r.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Fatalf("%s for %s: %d %v %.300s", target, email, r.Status, r.Header, r.Body)
	}
	rows := []map[string]any{}
	lines := bufio.NewScanner(bytes.NewReader(r.Body))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.UseNumber()
		var row map[string]any
		if err := d.Decode(&row); err != nil || d.More() {
			t.Fatalf("%s: %q: %v", target, lines.Bytes(), err)
		}
		rows = append(rows, row)
	}
	return rows
}

// sheet gives the header and the rows of an export.
func sheet(t *testing.T, a *testkit.App, email, target string) ([]string, [][]string) {
	t.Helper()
	r := a.Do(t, http.MethodGet, target, a.Token(t, email), nil)
	if r.Status != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/csv; charset=utf-8") {
		t.Fatalf("%s for %s: %d %v %.300s", target, email, r.Status, r.Header, r.Body)
	}
	rows, err := csv.NewReader(bytes.NewReader(r.Body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[0], rows[1:]
}

// pages gives a whole list, page by page of another size than an export's.
func pages[V any](t *testing.T, page func(market.Page) (*view.Page[V], error)) []*V {
	t.Helper()
	var all []*V
	for number := 1; ; number++ {
		p, err := page(market.NumberedPage(number, 37))
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, p.Items...); !p.HasNext {
			return all
		}
	}
}

// text writes a value of a view as an export does.
func text(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	case int64:
		return json.Number(fmt.Sprint(v))
	}
	return fmt.Sprint(v)
}

func at[T any](p *T) any {
	if p == nil {
		return nil
	}
	return text(*p)
}

// pick keeps some keys of rows, with absent ones said.
func pick(rows []map[string]any, keys ...string) []map[string]any {
	list := []map[string]any{}
	for _, row := range rows {
		kept := map[string]any{}
		for _, key := range keys {
			value, there := row[key]
			if !there {
				value = "no column"
			}
			kept[key] = value
		}
		list = append(list, kept)
	}
	return list
}

// TestContractsAreExportedAsTheirListShowsThem: every caller gets its whole list, with
// what it may see of each row, and no column that its role can never read.
func TestContractsAreExportedAsTheirListShowsThem(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := doors.Start(t, db)
		hidden := 0
		for _, email := range callers {
			ctx := a.As(email)
			account, _ := a.World.Account(email)
			secret := account.Role == "partner" || account.Role == "supervisor" // how it was paid
			want := []map[string]any{}
			for _, v := range pages(t, func(p market.Page) (*view.Page[view.Contract], error) {
				return a.Market.Contracts(ctx, market.ContractFilter{}, market.ContractOrder{Ascending: true}, p,
					market.ContractWants{Parts: market.WantPartner | market.WantInstitution | market.WantPaymentMethod | market.WantSubService})
			}) {
				row := map[string]any{
					"id": text(v.ID), "reference_code": v.ReferenceCode, "status": text(v.Status), "stage": at(v.ContractEscalationStage), "partner_id": nil, "partner": nil,
					"partner_status": at(v.PartnerStatus), "institution": v.Institution.Name, "service": v.SubService.Service.Name, "sub_service": v.SubService.Name,
					"description": at(v.Description), "total_amount": text(v.TotalAmount.Value), "pricing_total": text(v.PricingTotal.Value), "currency": v.TotalAmount.Currency,
					"payment_status": text(v.PaymentStatus), "payment_method": nil, "paid_at": nil, "created_at": text(v.CreatedAt), "completed_at": at(v.CompletedAt),
				}
				if v.Partner != nil {
					row["partner_id"], row["partner"] = text(v.Partner.ID), v.Partner.FullName
				} else {
					hidden++
				}
				if v.Payment != nil {
					row["paid_at"] = at(v.Payment.PaidAt)
					if v.Payment.PaymentMethod != nil {
						row["payment_method"] = v.Payment.PaymentMethod.Name
					}
				}
				if secret {
					row["payment_method"] = "no column"
				}
				want = append(want, row)
			}
			got := ndjson(t, a, email, "/export/contracts.ndjson")
			keys := []string{}
			if len(want) > 0 {
				for key := range want[0] {
					keys = append(keys, key)
				}
			}
			if d := cmp.Diff(want, pick(got, keys...)); d != "" {
				t.Errorf("%s: %.3000s", email, d)
			}
			sameSheet(t, a, email, "/export/contracts", got)
		}
		if hidden == 0 {
			t.Error("no partner was hidden")
		}
	})
}

// sameSheet compares the CSV of a list with its NDJSON.
func sameSheet(t *testing.T, a *testkit.App, email, list string, rows []map[string]any) {
	t.Helper()
	header, lines := sheet(t, a, email, list+".csv")
	if len(lines) != len(rows) {
		t.Errorf("%s %s: %d lines, %d objects", email, list, len(lines), len(rows))
		return
	}
	for i, line := range lines {
		if len(rows[i]) != len(header) {
			t.Errorf("%s %s: %d columns, %d keys", email, list, len(header), len(rows[i]))
		}
		for j, name := range header {
			want := ""
			switch v := rows[i][name].(type) {
			case nil:
			case string:
				if want = v; v != "" && strings.ContainsAny(v[:1], "=+-@") {
					want = "'" + v
				}
			default:
				want = fmt.Sprint(v)
			}
			if line[j] != strings.ReplaceAll(want, "\r\n", "\n") {
				t.Errorf("%s %s, line %d: %s is %q, want %q", email, list, i, name, line[j], want)
			}
		}
	}
}

// TestPartnersAreExportedAsTheirListShowsThem: with phones and addresses only where they
// may be read.
func TestPartnersAreExportedAsTheirListShowsThem(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := doors.Start(t, db)
		phones := map[string]int{}
		for _, email := range callers {
			ctx := a.As(email)
			account, _ := a.World.Account(email)
			want := []map[string]any{}
			for _, v := range pages(t, func(p market.Page) (*view.Page[view.Partner], error) {
				return a.Market.Partners(ctx, market.PartnerFilter{}, market.PartnerOrder{}, p, market.WantPhone|market.WantPrivate|market.WantLocation)
			}) {
				row := map[string]any{"id": text(v.ID), "full_name": v.FullName, "city": at(v.City), "phone_number": at(v.PhoneNumber), "email": at(v.Email), "status_reason": at(v.StatusReason)}
				if account.Role == "institution" {
					row["email"], row["status_reason"] = "no column", "no column"
				}
				if v.PhoneNumber != nil {
					phones[string(account.Role)]++
				}
				want = append(want, row)
			}
			got := ndjson(t, a, email, "/export/partners.ndjson")
			if d := cmp.Diff(want, pick(got, "id", "full_name", "city", "phone_number", "email", "status_reason")); d != "" {
				t.Errorf("%s: %.3000s", email, d)
			}
			sameSheet(t, a, email, "/export/partners", got)
		}
		if len(phones) != 4 {
			t.Errorf("phones were seen by %v", phones)
		}
	})
}

// TestAgreementsAreExportedAsTheirListShowsThem: whole rows, of those that one may know of.
func TestAgreementsAreExportedAsTheirListShowsThem(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := doors.Start(t, db)
		some := 0
		for _, email := range callers {
			ctx := a.As(email)
			want := []map[string]any{}
			for _, v := range pages(t, func(p market.Page) (*view.Page[view.Agreement], error) {
				return a.Market.Agreements(ctx, market.AgreementFilter{}, market.AgreementOrder{}, p, market.AgreementEverything)
			}) {
				some++
				row := map[string]any{
					"id": text(v.ID), "uuid": v.UUID, "title": v.Title, "type": nil, "status": text(v.Status), "renewal_status": at(v.RenewalStatus),
					"cost": text(v.Cost.Value), "starts_at": at(v.StartsAt), "ends_at": at(v.EndsAt), "institution": v.Institution.Name, "vendor": nil, "owner": nil,
				}
				if v.AgreementType != nil {
					row["type"] = v.AgreementType.Name
				}
				if v.Vendor != nil {
					row["vendor"] = v.Vendor.Name
				}
				if v.Owner != nil {
					row["owner"] = v.Owner.FullName
				}
				want = append(want, row)
			}
			got := ndjson(t, a, email, "/export/agreements.ndjson")
			if d := cmp.Diff(want, pick(got, "id", "uuid", "title", "type", "status", "renewal_status", "cost", "starts_at", "ends_at", "institution", "vendor", "owner")); d != "" {
				t.Errorf("%s: %.3000s", email, d)
			}
			sameSheet(t, a, email, "/export/agreements", got)
		}
		if some == 0 {
			t.Error("nobody has an agreement")
		}
	})
}

// TestExportsAreFilteredAsTheirLists: by each parameter.
func TestExportsAreFilteredAsTheirLists(t *testing.T) {
	t.Parallel()
	a := doors.Start(t, testkit.SQLite(t))
	home := a.World.Institutions["home"]
	every := ndjson(t, a, "admin@demo.test", "/export/contracts.ndjson")
	kept := func(keep func(row map[string]any) bool) int {
		n := 0
		for _, row := range every {
			if keep(row) {
				n++
			}
		}
		return n
	}
	const middle = "2026-06-01T00:00:00.000Z"
	for query, want := range map[string]int{
		"": len(every), "status=": len(every),
		"status=completed":                           kept(func(r map[string]any) bool { return r["status"] == "completed" }),
		"status=draft&status=accepted":               kept(func(r map[string]any) bool { return r["status"] == "draft" || r["status"] == "accepted" }),
		fmt.Sprint("institution_id=", home):          kept(func(r map[string]any) bool { return fmt.Sprint(r["institution_id"]) == fmt.Sprint(home) }),
		"created_from=2026-06-01T00:00:00Z":          kept(func(r map[string]any) bool { return r["created_at"].(string) >= middle }),
		"created_before=2026-06-01T07:00:00%2B07:00": kept(func(r map[string]any) bool { return r["created_at"].(string) < middle }),
		"text=nkt-00000001":                          1,
		"text=nothing+of+this&status=draft":          0,
	} {
		if got := len(ndjson(t, a, "admin@demo.test", "/export/contracts.ndjson?"+query)); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	own := ndjson(t, a, "supervisor@demo.test", "/export/partners.ndjson?own=true")
	if all := ndjson(t, a, "supervisor@demo.test", "/export/partners.ndjson"); len(own) == 0 || len(own) >= len(all) {
		t.Errorf("%d own partners of %d", len(own), len(all))
	}
}

// TestWhatIsWrongWithAnExportIsSaidBeforeItBegins: in one envelope, all at once.
func TestWhatIsWrongWithAnExportIsSaidBeforeItBegins(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := doors.Start(t, db)
		const admin, customer = "admin@demo.test", "institution@demo.test"
		for _, c := range []struct {
			method, target, email string
			status                int
			code, fields          string
		}{
			{"GET", "/export/contracts.csv", "", 401, "UNAUTHENTICATED", ""},
			{"GET", "/export/contracts.xlsx", admin, 404, "NOT_FOUND", ""},
			{"GET", "/export/people.csv", admin, 404, "NOT_FOUND", ""},
			{"GET", "/export", "", 404, "NOT_FOUND", ""},
			{"POST", "/export/contracts.csv", admin, 405, "METHOD_NOT_ALLOWED", ""},
			{"GET", "/export/contracts.csv?status=gone&institution_id=x&created_from=today&created_before=2026-06-01&colour=red", admin, 400, "INVALID_PARAMETER", "colour created_before created_from institution_id status"},
			{"GET", "/export/contracts.ndjson?institution_id=" + fmt.Sprint(a.World.Institutions["foreign"]), customer, 400, "INVALID_PARAMETER", "institution_id"},
			{"GET", "/export/contracts.ndjson?text=%00", customer, 400, "INVALID_PARAMETER", "text"},
			{"GET", "/export/contracts.ndjson?text=" + strings.Repeat("a", 101), customer, 400, "INVALID_PARAMETER", "text"},
			{"GET", "/export/contracts.ndjson?status=%zz", customer, 400, "INVALID_PARAMETER", "query"},
			{"GET", "/export/agreements.csv?status=completed&institution_id=99999999999999999999&created_from=0000-12-31T00:00:00Z", admin, 400, "INVALID_PARAMETER", "created_from institution_id status"},
			{"GET", "/export/partners.csv?own=yes&kind=x&sub_service_id=1&sub_service_id=2&open_to_work=1", admin, 400, "INVALID_PARAMETER", "kind open_to_work own sub_service_id"},
			{"GET", "/export/partners.csv?q=" + strings.Repeat("a", 101), admin, 400, "INVALID_PARAMETER", "q"},
			{"GET", "/export/partners.csv?own=true", customer, 403, "FORBIDDEN", ""},
		} {
			token := ""
			if c.email != "" {
				token = a.Token(t, c.email)
			}
			r := a.Do(t, c.method, c.target, token, nil)
			var body struct {
				Error struct {
					Code, Message string
					Fields        []struct{ Field, Message string }
				}
			}
			r.JSON(t, &body)
			named := map[string]bool{}
			for _, f := range body.Error.Fields {
				named[f.Field] = true
			}
			for _, f := range strings.Fields(c.fields) {
				if !named[f] {
					t.Errorf("%s: nothing is said of %s: %s", c.target, f, r.Body)
				}
			}
			if r.Status != c.status || body.Error.Code != c.code || body.Error.Message == "" || len(named) != len(strings.Fields(c.fields)) {
				t.Errorf("%s %s: %d %s, want %d %s", c.method, c.target, r.Status, r.Body, c.status, c.code)
			}
			if r.Header.Get("Content-Disposition") != "" {
				t.Errorf("%s: %v", c.target, r.Header)
			}
		}
		head := a.Do(t, http.MethodHead, "/export/contracts.csv", a.Token(t, customer), nil)
		if head.Status != 200 || len(head.Body) != 0 || head.Header.Get("Content-Disposition") != `attachment; filename="contracts.csv"` || head.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%d %v", head.Status, head.Header)
		}
	})
}
