package faveo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kontrak/ent"
	"kontrak/ent/agreementtype"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/rest/faveo"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// vendor makes a counterparty of the institution home.
func vendor(t testing.TB, app *testkit.App, name string) *ent.Counterparty {
	t.Helper()
	return vendorOf(t, app, "home", name)
}

// vendorOf makes a counterparty of an institution.
func vendorOf(t testing.TB, app *testkit.App, institution, name string) *ent.Counterparty {
	t.Helper()
	return app.Store.Client().Counterparty.Create().SetInstitutionID(app.World.Institutions[institution]).SetName(name).SetSearchName(store.Fold(name)).
		SetManagers([]lifecycle.Manager{}).SetCreatedAt(world.Now).SetUpdatedAt(world.Now).SaveX(t.Context())
}

// paper begins an agreement of the institution home, with nothing optional.
func paper(t testing.TB, app *testkit.App, title string) *ent.AgreementCreate {
	t.Helper()
	c := app.Store.Client()
	kind := c.AgreementType.Query().Where(agreementtype.Name("Software License")).OnlyIDX(t.Context())
	return c.Agreement.Create().SetInstitutionID(app.World.Institutions["home"]).SetPublicID(opaque.ID()).SetUUID(opaque.UUID()).
		SetTitle(title).SetSearchTitle(store.Fold(title)).SetAgreementTypeID(kind).SetStatus(lifecycle.AgreementDraft).
		SetGeneratedOn("2026-06-08").SetCreatedAt(world.Now).SetUpdatedAt(world.Now)
}

// TestTheListIsPrintedAsDocumented: the whole answer of the documentation, byte for
// byte, but for the public address and for ids that are taken here. Keys, their order,
// types and values are equal then.
func TestTheListIsPrintedAsDocumented(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := start(t, db)
		app.Papers(t, 0, 1)
		raw, err := os.ReadFile("testdata/contract-list.json")
		if err != nil {
			t.Fatal(err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, raw); err != nil {
			t.Fatal(err)
		}
		want := strings.ReplaceAll(compact.String(), "http://faveo-helpdesk-advance/public", testkit.PublicURL)
		for i, c := range []struct {
			title, vendor string
			ends          time.Time
		}{
			{"Lenovo Laptop", "Lenovo", time.Date(2020, 3, 7, 10, 32, 0, 0, time.UTC)},
			{"Dell Laptop", "Dell", time.Date(2020, 4, 7, 10, 32, 0, 0, time.UTC)},
		} {
			v := vendor(t, app, c.vendor)
			a := paper(t, app, c.title).SetCost(34534).SetEndsAt(c.ends).SetVendor(v).SetStatus(lifecycle.AgreementActive).
				SetRenewalStatus(lifecycle.ExtensionDone).SaveX(t.Context())
			want = strings.NewReplacer(
				fmt.Sprintf(`"id":%d,"name":%q`, i+1, c.title), fmt.Sprintf(`"id":%d,"name":%q`, a.ID, c.title),
				fmt.Sprintf(`"id":1,"name":%q`, c.vendor), fmt.Sprintf(`"id":%d,"name":%q`, v.ID, c.vendor),
				fmt.Sprintf(`"#CNTR-%d"`, i+1), fmt.Sprintf(`"#CNTR-%d"`, a.ID),
			).Replace(want)
		}
		for _, token := range []string{app.Token(t, admin), asAgent(t, app)} {
			got := call(t, app, http.MethodGet, listing, token, nil)
			if d := cmp.Diff(want+"\n", string(got.Body)); d != "" {
				t.Error(d)
			}
			v3 := call(t, app, http.MethodGet, faveo.PathV3+"/contract-list", token, nil)
			if d := cmp.Diff(strings.ReplaceAll(want, "/service-desk", "/v3/service-desk")+"\n", string(v3.Body)); d != "" {
				t.Errorf("under the other spelling: %s", d)
			}
		}
	})
}

func TestWhatIsNotThereIsNull(t *testing.T) {
	t.Parallel()
	app := start(t, testkit.SQLite(t))
	a := paper(t, app, "Bare").SaveX(t.Context())
	got := call(t, app, http.MethodGet, fmt.Sprintf("%s?contract_ids=%d", listing, a.ID), app.Token(t, admin), nil)
	want := fmt.Sprintf(`"contracts":[{"id":%d,"name":"Bare","cost":0,"expiry":null,"contract_status":{"id":1,"name":"draft"},`+
		`"contract_renewal_status":null,"vendor":null,"contract_type":{"id":2,"name":"Software License"},"contract_number":"#CNTR-%d"}]`, a.ID, a.ID)
	if !strings.Contains(string(got.Body), want) {
		t.Errorf("%s\ndoes not hold\n%s", got.Body, want)
	}
}
