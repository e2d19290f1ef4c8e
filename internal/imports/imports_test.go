package imports_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementhistory"
	"kontrak/internal/imports"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// file writes a file for an import.
func file(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// into imports a file into the hospital of the demo.
func into(t testing.TB, app *testkit.App, dialect lifecycle.AgreementSource, path string, edit ...func(*imports.Import)) (*imports.Report, error) {
	t.Helper()
	in := imports.Import{Store: app.Store, InstitutionID: app.World.Institutions["home"], Dialect: dialect, Path: path, Now: world.Now}
	for _, e := range edit {
		e(&in)
	}
	return in.Run(t.Context())
}

// must is into for a good file.
func must(t testing.TB, app *testkit.App, dialect lifecycle.AgreementSource, path string) *imports.Report {
	t.Helper()
	r, err := into(t, app, dialect, path)
	if err != nil {
		t.Fatalf("%v %+v", err, r)
	}
	return r
}

// rows counts the rows of every table that an import writes.
func rows(t testing.TB, app *testkit.App) [8]int {
	t.Helper()
	c, ctx := app.Store.Client(), t.Context()
	return [8]int{
		c.Agreement.Query().CountX(ctx), c.AgreementHistory.Query().CountX(ctx), c.Counterparty.Query().CountX(ctx), c.AgreementType.Query().CountX(ctx),
		c.Signature.Query().CountX(ctx), c.Participant.Query().CountX(ctx), c.SignatureObject.Query().CountX(ctx), c.Outbox.Query().CountX(ctx),
	}
}

// TestTheDocumentedListsAreTakenOverAndPrintedAgain: what the dialect then lists is
// what was saved, as far as the list tells it.
func TestTheDocumentedListsAreTakenOverAndPrintedAgain(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		app.Papers(t, 0, 1) // none but these
		token := app.Token(t, "institution@demo.test")
		home := app.Store.Client().Institution.GetX(t.Context(), app.World.Institutions["home"])
		if r := must(t, app, lifecycle.SourceYedpay, "testdata/yedpay-company-contracts.json"); r.Made != 3 || r.Rows != 3 || len(r.Noted) != 3 {
			t.Errorf("%+v", r)
		}
		var saved, printed struct{ Data []map[string]any }
		raw, err := os.ReadFile("testdata/yedpay-company-contracts.json")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &saved); err != nil {
			t.Fatal(err)
		}
		for _, row := range saved.Data {
			row["company_id"], row["file_id"] = home.PublicID, "" // ours, and no document came
		}
		app.Do(t, "GET", "/v1/companies/"+home.PublicID+"/contracts", token, nil).JSON(t, &printed)
		if d := cmp.Diff(saved.Data, printed.Data); d != "" {
			t.Error(d)
		}
	})
}

func TestAFaveoListIsTakenOver(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		before := rows(t, app)
		if r := must(t, app, lifecycle.SourceFaveo, "testdata/faveo-contract-list.json"); r.Made != 2 || r.Bad != 0 || len(r.Noted) != 0 {
			t.Errorf("%+v", r)
		}
		a := app.Store.Client().Agreement.Query().Where(agreement.SourceEQ(lifecycle.SourceFaveo), agreement.ExternalID("1")).
			WithVendor().WithAgreementType().OnlyX(t.Context())
		end := time.Date(2020, 3, 7, 10, 32, 0, 0, time.UTC)
		if a.Title != "Lenovo Laptop" || a.Cost != 34534 || !a.EndsAt.Equal(end) || a.Status != lifecycle.AgreementActive ||
			a.RenewalStatus != lifecycle.ExtensionDone || a.Edges.Vendor.Name != "Lenovo" || a.Edges.AgreementType.Name != "Software License" || a.DueAt != nil {
			t.Errorf("%+v", a)
		}
		after := rows(t, app)
		for i, more := range [8]int{2, 2, 2, 0, 0, 0, 0, 0} {
			if after[i]-before[i] != more {
				t.Errorf("%v rows, before %v", after, before)
			}
		}
	})
}

func TestAKitListIsTakenOverWithItsSignature(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		must(t, app, lifecycle.SourceKit, "testdata/kit-contracts.json")
		c, ctx := app.Store.Client(), t.Context()
		a := c.Agreement.Query().Where(agreement.UUID("ed976505-bcbd-47bd-913d-f4cde05dea7a")).OnlyX(ctx)
		if a.Title != "A컴퍼니 MOU" || a.CustomKey != "a4-k1234" || a.Origin != lifecycle.OriginNew || a.ConcludedAt != nil || a.Status != lifecycle.AgreementDraft ||
			!a.CreatedAt.Equal(time.Date(2024, 7, 5, 0, 0, 0, 0, time.UTC)) || !a.UpdatedAt.Equal(time.Date(2024, 10, 15, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%+v", a)
		}
		s := c.Signature.Query().Order(ent.Desc("id")).FirstX(ctx)
		o := c.SignatureObject.Query().Order(ent.Desc("id")).FirstX(ctx)
		if s.AgreementID != a.ID || s.UUID != "57139f5c-37d0-4c30-bdb6-ef6106040756" || s.Status != lifecycle.SignatureWaiting || s.ExpiredDate == nil ||
			o.SignatureID != s.ID || o.Contents != "서울시 강남구 선릉로 551" || o.Name != "주소" {
			t.Errorf("%+v %+v", s, o)
		}
		h := c.AgreementHistory.Query().Where(agreementhistory.AgreementID(a.ID)).OnlyX(ctx)
		if h.Event != lifecycle.AgreementCreate || h.ToStatus != a.Status || h.AgreementVersion != a.Version || h.Reason != "taken over from kit" || h.ActorID != nil {
			t.Errorf("%+v", h)
		}
	})
}

// TestTwiceIsAsOnce: what was taken over before is left as it is, changed or not.
func TestTwiceIsAsOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		for dialect, path := range map[lifecycle.AgreementSource]string{
			lifecycle.SourceFaveo: "testdata/faveo-contract-list.json", lifecycle.SourceKit: "testdata/kit-contracts.json",
			lifecycle.SourceYedpay: "testdata/yedpay-company-contracts.json",
		} {
			first := must(t, app, dialect, path)
			before := rows(t, app)
			again := must(t, app, dialect, path)
			if again.Made != 0 || again.Known != first.Made || len(again.Noted) != 0 || rows(t, app) != before {
				t.Errorf("%s: %+v, %v rows, before %v", dialect, again, rows(t, app), before)
			}
		}
		changed := file(t, strings.Replace(example(t, "faveo-contract-list.json"), "Lenovo Laptop", "Another", 1))
		if r := must(t, app, lifecycle.SourceFaveo, changed); r.Known != 2 {
			t.Errorf("%+v", r)
		}
		if n := app.Store.Client().Agreement.Query().Where(agreement.Title("Another")).CountX(t.Context()); n != 0 {
			t.Error("a known row was changed")
		}
	})
}

func example(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestAnotherInstitutionMayTakeTheSameListOver: the ids that somebody has are drawn
// anew.
func TestAnotherInstitutionMayTakeTheSameListOver(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	for _, dialect := range []struct {
		name lifecycle.AgreementSource
		path string
	}{{lifecycle.SourceKit, "testdata/kit-contracts.json"}, {lifecycle.SourceYedpay, "testdata/yedpay-company-contracts.json"}} {
		first := must(t, app, dialect.name, dialect.path)
		r, err := into(t, app, dialect.name, dialect.path, func(in *imports.Import) { in.InstitutionID = app.World.Institutions["other"] })
		if err != nil || r.Made != first.Made {
			t.Errorf("%s: %v %+v", dialect.name, err, r)
		}
	}
}

// faveo is a row of Faveo's list with something changed.
func faveo(id int, edit func(row map[string]any)) map[string]any {
	row := map[string]any{
		"id": id, "name": fmt.Sprintf("Row %d", id), "cost": 5, "expiry": nil, "contract_status": map[string]any{"id": 1, "name": "draft"},
		"contract_renewal_status": nil, "vendor": nil, "contract_type": map[string]any{"id": 1, "name": "Lease"}, "contract_number": "#CNTR-1",
	}
	if edit != nil {
		edit(row)
	}
	return row
}

// listOf writes a list of Faveo's.
func listOf(t testing.TB, all ...map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"success": true, "data": map[string]any{"total": len(all), "contracts": all}})
	if err != nil {
		t.Fatal(err)
	}
	return file(t, string(raw))
}

// TestBadRowsAreAllToldAndNothingIsWritten.
func TestBadRowsAreAllToldAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		before := rows(t, app)
		set := func(key string, value any) func(map[string]any) { return func(row map[string]any) { row[key] = value } }
		path := listOf(t,
			faveo(1, nil), faveo(2, set("name", "")), faveo(3, set("name", 7)), faveo(4, set("cost", -1)), faveo(5, set("cost", "5")),
			faveo(6, set("expiry", "soon")), faveo(7, set("contract_status", nil)), faveo(8, set("contract_status", map[string]any{"name": "unheard"})),
			faveo(9, set("vendor", "Lenovo")), faveo(10, set("contract_type", []any{})), faveo(1, nil), faveo(12, set("id", 0)),
			faveo(13, set("name", strings.Repeat("x", 256))), faveo(14, set("contract_renewal_status", map[string]any{"name": "late"})), faveo(15, set("name", "a\x00b")),
			faveo(16, set("cost", 1.5)), faveo(17, set("cost", 1e300)),
		)
		r, err := into(t, app, lifecycle.SourceFaveo, path)
		if !errors.Is(err, imports.ErrRefused) || r.Bad != 16 || r.Made != 0 || r.Rows != 17 {
			t.Errorf("%v %+v", err, r)
		}
		var got []string
		for _, m := range r.Refused {
			got = append(got, fmt.Sprintf("%d %s", m.Row, m.Field))
		}
		want := []string{
			"2 name", "3 name", "4 cost", "5 cost", "6 expiry", "7 contract_status", "8 contract_status.name", "9 vendor", "10 contract_type", "10 contract_type",
			"11 id", "12 id", "13 name", "14 contract_renewal_status.name", "15 name", "16 cost", "17 cost",
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		if after := rows(t, app); after != before {
			t.Errorf("%v rows, before %v", after, before)
		}
		r, err = into(t, app, lifecycle.SourceFaveo, path, func(in *imports.Import) { in.Partial = true })
		if err != nil || r.Made != 1 || r.Bad != 16 || r.Rows != 17 {
			t.Errorf("in part: %v %+v", err, r)
		}
	})
}

// TestARenewalWhosePeriodIsNotToldIsLeftOut: an approver could not decide on it.
func TestARenewalWhosePeriodIsNotToldIsLeftOut(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	row := faveo(1, func(row map[string]any) {
		row["contract_status"], row["contract_renewal_status"] = map[string]any{"name": "active"}, map[string]any{"name": "renewal_pending"}
		row["expiry"] = "2027-01-01 00:00:00"
	})
	r := must(t, app, lifecycle.SourceFaveo, listOf(t, row))
	a := app.Store.Client().Agreement.Query().Where(agreement.ExternalID("1")).OnlyX(t.Context())
	if len(r.Noted) != 1 || r.Noted[0].Field != "contract_renewal_status" || a.RenewalStatus != "" || a.DueAt == nil || !a.DueAt.Equal(a.EndsAt.Add(time.Millisecond)) {
		t.Errorf("%+v %+v", r, a)
	}
}

func TestFilesThatAreNoListsAreRefused(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	before := rows(t, app)
	good := example(t, "faveo-contract-list.json")
	for name, text := range map[string]string{
		"empty": "", "a text": `"x"`, "a list": `[]`, "no list": `{"success":true}`, "null": `{"data":null}`, "an object": `{"data":{"contracts":{}}}`,
		"cut": good[:len(good)/2], "after its end": good + "{}", "no JSON": "<html>", "no JSON in a row": strings.Replace(good, "34534", "34534x", 1),
		"another dialect": example(t, "yedpay-company-contracts.json"), "deep": strings.Repeat("[", 100_000), "a large row": `{"data":{"contracts":[{"x":"` + strings.Repeat("y", 2<<20) + `"}]}}`,
	} {
		if r, err := into(t, app, lifecycle.SourceFaveo, file(t, text)); err == nil || errors.Is(err, imports.ErrRefused) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for _, text := range []string{`{"data":{"contracts":[]}}`, `{"x":[1,{"data":2}],"data":{"y":null,"contracts":[],"z":{}},"more":1}`} {
		if r := must(t, app, lifecycle.SourceFaveo, file(t, text)); r.Rows != 0 {
			t.Errorf("%+v", r)
		}
	}
	if r, err := into(t, app, lifecycle.SourceFaveo, file(t, `{"data":{"contracts":[1,null,"x",[]]}}`)); !errors.Is(err, imports.ErrRefused) || r.Bad != 4 {
		t.Errorf("%v %+v", err, r)
	}
	if _, err := into(t, app, lifecycle.SourceFaveo, "testdata/missing.json"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if after := rows(t, app); after != before {
		t.Errorf("%v rows, before %v", after, before)
	}
}

// kit is a list of Kit's with one row, of which something is changed.
func kit(t testing.TB, old, other string) string {
	t.Helper()
	good := example(t, "kit-contracts.json")
	if !strings.Contains(good, old) {
		t.Fatalf("%q does not stand there", old)
	}
	return file(t, strings.Replace(good, old, other, 1))
}

func TestBadRowsOfKitAreRefused(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	for _, c := range []struct{ old, new, field string }{
		{`"ed976505-bcbd-47bd-913d-f4cde05dea7a"`, `"x"`, "uuid"}, {`"a4-k1234"`, `"a 4"`, "customKey"}, {`"a4-k1234"`, `"` + strings.Repeat("a", 41) + `"`, "customKey"},
		{`"NEW"`, `"OLD"`, "type"}, {`"CREATED"`, `"DONE"`, "status"}, {`"concludedDate": null`, `"concludedDate": "2024-10-15T00:00:00.000Z"`, "status"},
		{`"endDate": null`, `"endDate": "2020-10-15T00:00:00.000Z"`, "contractDate.endDate"}, {`"2024-10-15T00:00:00.000Z"`, `"2020-10-15T00:00:00.000Z"`, "updatedAt"},
		{`"WAITING"`, `"LOST"`, "signature.status"}, {`"participants": []`, `"participants": [{}]`, "signature.participants[].name"}, {`"TEXT"`, `"IMAGE"`, "signature.objects[].type"},
	} {
		r, err := into(t, app, lifecycle.SourceKit, kit(t, c.old, c.new))
		found := false
		for _, m := range r.Refused {
			found = found || m.Field == c.field
		}
		if !errors.Is(err, imports.ErrRefused) || !found {
			t.Errorf("%s: %v %+v", c.new, err, r)
		}
	}
	must(t, app, lifecycle.SourceKit, "testdata/kit-contracts.json")
	r, err := into(t, app, lifecycle.SourceKit, kit(t, "ed976505", "fd976505"))
	if !errors.Is(err, imports.ErrRefused) || len(r.Refused) != 1 || r.Refused[0].Field != "customKey" {
		t.Errorf("a custom key of another: %v %+v", err, r)
	}
}

// TestAConcludedKitContractIsInForce as its period says.
func TestAConcludedKitContractIsInForce(t *testing.T) {
	t.Parallel()
	for old, want := range map[string]lifecycle.AgreementStatus{
		`"endDate": null`:                         lifecycle.AgreementActive,
		`"startDate": "2027-10-01T00:00:00.000Z"`: lifecycle.AgreementApproved,
		`"endDate": "2025-01-01T00:00:00.000Z"`:   lifecycle.AgreementExpired,
	} {
		app := doors.Start(t, testkit.SQLite(t))
		text := strings.NewReplacer(`"status": "CREATED"`, `"status": "CONCLUDED"`, `"concludedDate": null`, `"concludedDate": "2024-10-02T00:00:00.000Z"`,
			`"`+strings.Split(old, `"`)[1]+`": `+map[bool]string{true: `"2024-10-01T00:00:00.000Z"`, false: `null`}[strings.Contains(old, "startDate")], old).
			Replace(example(t, "kit-contracts.json"))
		must(t, app, lifecycle.SourceKit, file(t, text))
		a := app.Store.Client().Agreement.Query().Where(agreement.CustomKey("a4-k1234")).OnlyX(t.Context())
		if a.Status != want || a.ConcludedAt == nil || a.ClientApprovedOn != "2024-10-02" || (a.DueAt != nil) != (want == lifecycle.AgreementApproved) {
			t.Errorf("%s: %s %v %s %v", old, a.Status, a.ConcludedAt, a.ClientApprovedOn, a.DueAt)
		}
	}
}
