package parity

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/rest/faveo"
	"kontrak/internal/rest/kit"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"
)

// cases are those of the agreement model, section 9, with the tests that show each.
var cases = []shown{
	{"1. The same agreement through all three routes", []string{"parity.TestOneAgreementThroughEveryRoute", "parity.TestFourSurfacesSayTheSameOfEveryAgreement"}},
	{"2. Nothing optional", []string{"parity.TestAnAgreementWithNothingOptional", "yedpay.TestWhatIsNotThereIsEmpty", "faveo.TestWhatIsNotThereIsNull", "kit.TestWhatIsNotThereIsNull"}},
	{
		"3. Past the end, an empty institution, bad sizes and pages",
		[]string{"yedpay.TestBoundsOfAPage", "yedpay.TestACompanyWithoutContractsHasOneEmptyPage", "faveo.TestPagesAtTheEdges", "kit.TestPagesOfBadSizes"},
	},
	{"4. Yedpay: links", []string{"yedpay.TestLinksLeadToThePagesBeside"}},
	{"5. Faveo: numbers sort as numbers", []string{"faveo.TestContractNumbersSortAsNumbers"}},
	{"6. Faveo: lists in each spelling", []string{"faveo.TestAListIsSpelledInFourWays"}},
	{"7. Faveo: bounds are included", []string{"faveo.TestBoundsAreIncludedToTheSecond"}},
	{"8. Faveo: % and _ are letters", []string{"faveo.TestWhatMeansMoreToLikeIsALetterInASearch"}},
	{"9. Kit: customers' own keys", []string{"kit.TestCustomersOwnKeys"}},
	{"10. Kit: a contract runs on its last day", []string{"kit.TestAContractRunsOnItsLastDay"}},
	{"11. Kit: nulls last, pages of one", []string{"kit.TestEachOrderShowsEachContractOnce"}},
	{
		"12. Another tenant",
		[]string{"parity.TestAnotherInstitutionsAgreementsAreOnNone", "yedpay.TestAForeignCompanyIsNotToldApartFromNone", "kit.TestAnotherInstitutionsContractsAreNotListed", "faveo.TestOnlyWhatOneMayKnowOfIsListed"},
	},
	{"13. A deleted agreement", []string{"parity.TestADeletedAgreementIsInNoListAndInNoTotal", "yedpay.TestADeletedAgreementIsInNoListAndNoTotal", "kit.TestADeletedContractIsFoundAndNotListed"}},
}

func TestEachCaseOfTheModelHasItsTests(t *testing.T) {
	t.Parallel()
	for i, c := range cases {
		if !strings.HasPrefix(c.what, fmt.Sprint(i+1, ". ")) {
			t.Errorf("case %d is %q", i+1, c.what)
		}
	}
	if len(cases) != 13 {
		t.Errorf("%d cases", len(cases))
	}
	exist(t, cases)
}

// paper begins an agreement of the institution home, with nothing optional.
func paper(app *testkit.App, title string) *ent.AgreementCreate {
	return app.Store.Client().Agreement.Create().SetInstitutionID(app.World.Institutions["home"]).SetPublicID(opaque.ID()).SetUUID(opaque.UUID()).
		SetTitle(title).SetSearchTitle(store.Fold(title)).SetAgreementTypeID(3).SetStatus(lifecycle.AgreementDraft).SetGeneratedOn("2026-06-08").
		SetCreatedAt(world.Now).SetUpdatedAt(world.Now)
}

// raw gives the bytes of the three lists and of the graph's, asked for by those who may.
func raw(t testing.TB, app *testkit.App, fields string) map[string]string {
	t.Helper()
	token := app.Token(t, admin)
	byKey := app.Request(t, http.MethodGet, kit.Path+"/contracts", "", nil)
	byKey.Header.Set("x-api-key", world.KitKey)
	return map[string]string{
		"yedpay": string(app.Do(t, http.MethodGet, "/v1/companies/"+app.World.Companies["home"]+"/contracts", token, nil).Body),
		"faveo":  string(app.Do(t, http.MethodGet, faveo.Path+"/contract-list", token, nil).Body),
		"kit":    string(app.Send(byKey).Body),
		"graph":  string(app.Do(t, http.MethodPost, "/query", token, map[string]string{"query": "{ agreements(first: 9) { totalCount nodes { " + fields + " } } }"}).Body),
	}
}

// TestOneAgreementThroughEveryRoute: its title, its end and the moment of its change, each
// as that surface writes it, letter by letter.
func TestOneAgreementThroughEveryRoute(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		app.Papers(t, 0, 1)
		paper(app, `Röntgen "100%" <b>😀`).SetEndsAt(time.Date(2027, 1, 31, 23, 59, 59, 999e6, time.UTC)).
			SetUpdatedAt(time.Date(2026, 6, 2, 3, 4, 5, 60e6, time.UTC)).SaveX(t.Context())
		said := raw(t, app, "title endsAt updatedAt")
		for name, want := range map[string][]string{
			"yedpay": {`"expires_at":"2027-01-31"`, `"updated_at":"2026-06-02 03:04:05"`},
			"faveo":  {`"name":"Röntgen \"100%\" <b>😀"`, `"expiry":"2027-01-31 23:59:59"`},
			"kit":    {`"title":"Röntgen \"100%\" <b>😀"`, `"endDate":"2027-01-31T23:59:59.999Z"`, `"updatedAt":"2026-06-02T03:04:05.060Z"`},
			"graph":  {`"title":"Röntgen \"100%\" <b>😀"`, `"endsAt":"2027-01-31T23:59:59.999Z"`, `"updatedAt":"2026-06-02T03:04:05.06Z"`},
		} {
			for _, part := range want {
				if !strings.Contains(said[name], part) {
					t.Errorf("%s says %s, without %s", name, said[name], part)
				}
			}
		}
		// Faveo does not print the change: its filter finds it by the moment that Yedpay prints.
		for second, want := range map[string]string{"05": `"total":1`, "04": `"total":0`, "06": `"total":0`} {
			at := "2026-06-02%2003:04:" + second
			if got := app.Do(t, http.MethodGet, faveo.Path+"/contract-list?updated_at="+at+"~"+at, app.Token(t, admin), nil); !strings.Contains(string(got.Body), want) {
				t.Errorf("%s: %s", at, got.Body)
			}
		}
	})
}

// TestAnAgreementWithNothingOptional: "" where Yedpay has nothing to say, null where the
// others have not.
func TestAnAgreementWithNothingOptional(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		app.Papers(t, 0, 1)
		a := paper(app, "Bare").SaveX(t.Context())
		said := raw(t, app, "customKey renewalStatus vendor { id } file { id } startsAt endsAt clientApprovedOn concludedAt signature { id } periodStatus")
		for name, want := range map[string]string{
			"yedpay": fmt.Sprintf(`"data":[{"id":%q,"company_id":%q,"type":"other_agreement","file_id":"","status":"INACTIVE","generated_at":"2026-06-08","client_approved_at":"","expires_at":"",`+
				`"created_at":"2026-06-08 02:00:00","updated_at":"2026-06-08 02:00:00"}]`, a.PublicID, app.World.Companies["home"]),
			"faveo": fmt.Sprintf(`"contracts":[{"id":%d,"name":"Bare","cost":0,"expiry":null,"contract_status":{"id":1,"name":"draft"},"contract_renewal_status":null,"vendor":null,`+
				`"contract_type":{"id":3,"name":"Maintenance"},"contract_number":"#CNTR-%d"}]`, a.ID, a.ID),
			"kit": fmt.Sprintf(`"contracts":[{"id":%d,"uuid":%q,"customKey":null,"title":"Bare","status":"CREATED","type":"NEW","createdAt":"2026-06-08T02:00:00.000Z","updatedAt":"2026-06-08T02:00:00.000Z",`+
				`"contractDate":{"startDate":null,"endDate":null,"concludedDate":null},"signature":null}]`, a.ID, a.UUID),
			"graph": `"nodes":[{"customKey":null,"renewalStatus":null,"vendor":null,"file":null,"startsAt":null,"endsAt":null,"clientApprovedOn":null,"concludedAt":null,"signature":null,"periodStatus":null}]`,
		} {
			if !strings.Contains(said[name], want) {
				t.Errorf("%s says\n%s\nwithout\n%s", name, said[name], want)
			}
		}
	})
}

// TestADeletedAgreementIsInNoListAndInNoTotal: it is on all four, somebody deletes it, and
// it is on none.
func TestADeletedAgreementIsInNoListAndInNoTotal(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		app.Papers(t, 0, 1)
		paper(app, "Kept").SaveX(t.Context())
		gone := paper(app, "Gone").SaveX(t.Context())
		totals := map[string]string{"yedpay": `"total":%d,"count":%[1]d`, "faveo": `"total":%d,`, "kit": `"total":%d,`, "graph": `"totalCount":%d,`}
		ids := map[string]string{"yedpay": gone.PublicID, "faveo": fmt.Sprintf(`"#CNTR-%d"`, gone.ID), "kit": gone.UUID, "graph": gone.UUID}
		check := func(total int) {
			t.Helper()
			for name, body := range raw(t, app, "uuid") {
				if want := fmt.Sprintf(totals[name], total); !strings.Contains(body, want) || strings.Contains(body, ids[name]) != (total == 2) {
					t.Errorf("%s says %s, want %s", name, body, want)
				}
			}
		}
		check(2)
		if _, err := app.Market.DeleteAgreement(app.As("member@demo.test"), gone.ID, 0); err != nil {
			t.Fatal(err)
		}
		check(1)
	})
}
