package graph_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"kontrak/ent/file"
	"kontrak/ent/payment"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

const (
	makeWithLogo   = `mutation($input: PaymentMethodCreateInput!) { done: paymentMethodCreate(input: $input) { paymentMethod { id version logo { name url } } userErrors { field code } } }`
	changeWithLogo = `mutation($input: PaymentMethodUpdateInput!) { done: paymentMethodUpdate(input: $input) { paymentMethod { id version logo { name url } } userErrors { field code } } }`
)

var asLogo = map[string]string{"variables.input.logo": testkit.PNG}

// TestAWayToPayHasALogo: it comes with the mutation, everybody may fetch it, it is shown
// wherever the way to pay is, it is replaced and taken away.
func TestAWayToPayHasALogo(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin, customer := app.Token(t, byAdmin), app.Token(t, byInstitution)
		logoOf := func(got *answer) string {
			t.Helper()
			made, _ := got.object("done", "paymentMethod")["logo"].(map[string]any)
			url, _ := made["url"].(string)
			row := app.Store.Client().File.Query().Where(file.Name(made["name"].(string))).OnlyX(t.Context())
			if !row.Public || row.Purpose != "logo" || row.UploadedByID == nil || row.InstitutionID != nil {
				t.Errorf("its file is written down as %+v", row)
			}
			r := app.Do(t, http.MethodGet, strings.TrimPrefix(url, testkit.PublicURL), "", nil)
			if r.Status != http.StatusOK || string(r.Body) != testkit.PNG || r.Header.Get("Content-Type") != "image/png" || !strings.Contains(r.Header.Get("Cache-Control"), "public") {
				t.Errorf("%s gives %d %v", url, r.Status, r.Header)
			}
			return url
		}
		first := logoOf(askWithFiles(t, app, admin, makeWithLogo, map[string]any{"input": map[string]any{"code": "ovo", "name": "OVO", "kind": "E_WALLET", "logo": nil}}, asLogo))
		id := app.World.Contract("to_pay")
		method := app.Store.Client().Payment.Query().Where(payment.ContractID(id)).OnlyX(t.Context()).PaymentMethodID
		change := map[string]any{"paymentMethod": globalID("PaymentMethod", method), "version": 1, "logo": nil}
		second := logoOf(askWithFiles(t, app, admin, changeWithLogo, map[string]any{"input": change}, asLogo))

		list := app.Do(t, http.MethodGet, "/api/v1/payment-methods", customer, nil)
		shown := ask(t, app, customer, `query($id: ID!) { paymentMethods { logo { url } } contract(id: $id) { payment { paymentMethod { logo { url } } } } }`,
			map[string]any{"id": globalID("Contract", id)})
		for _, url := range []string{first, second} {
			if n := strings.Count(string(list.Body), url); n != 1 {
				t.Errorf("REST lists %s %d times: %s", url, n, list.Body)
			}
		}
		if n := strings.Count(shown.body, second); n != 2 {
			t.Errorf("the list and the contract show %s %d times: %s", second, n, shown.body)
		}
		change["version"] = 2
		if got := ask(t, app, admin, changeWithLogo, map[string]any{"input": change}); !strings.Contains(got.body, `"version":3,"logo":null`) {
			t.Errorf("taken away: %s", got.body)
		}
		told := ask(t, app, admin, `{ catalogueChanges(first: 3) { nodes { changes { field from to } } } }`, nil)
		if !strings.Contains(told.body, `"field":"logo"`) {
			t.Errorf("what changed is not told: %s", told.body)
		}
	})
}

// TestABadLogoIsRefusedAndNothingIsKept: neither bytes nor rows.
func TestABadLogoIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := map[string]string{byInstitution: app.Token(t, byInstitution), byAdmin: app.Token(t, byAdmin)}
		before, stored := app.Snapshot(t), app.Files.Count()
		made := func(more ...any) map[string]any {
			return with(map[string]any{"code": "ovo", "name": "OVO", "kind": "E_WALLET", "logo": nil}, more...)
		}
		changed := func(more ...any) map[string]any {
			return with(map[string]any{"paymentMethod": globalID("PaymentMethod", 1), "version": 1, "logo": nil}, more...)
		}
		for _, c := range []struct {
			name, email, do, file string
			input                 map[string]any
			want                  string
		}{
			{"a page", byAdmin, makeWithLogo, testkit.HTML, made(), `"logo","code":"INVALID"`},
			{"a drawing with a script", byAdmin, changeWithLogo, testkit.SVG, changed(), `"logo","code":"INVALID"`},
			{"a paper", byAdmin, makeWithLogo, testkit.PDF, made(), `"logo","code":"INVALID"`},
			{"the first bytes of a picture", byAdmin, changeWithLogo, testkit.PNG[:8], changed(), `"logo","code":"INVALID"`},
			{"an empty file", byAdmin, makeWithLogo, "", made(), `"logo","code":"INVALID"`},
			{"no name either", byAdmin, makeWithLogo, testkit.HTML, made("name", " "), `{"field":"logo","code":"INVALID"},{"field":"name","code":"INVALID"}`},
			{"the wrong role", byInstitution, makeWithLogo, testkit.PNG, made(), `"field":null,"code":"FORBIDDEN"`},
			{"a code that is there", byAdmin, makeWithLogo, testkit.PNG, made("code", "gopay"), `"code","code":"DUPLICATE"`},
			{"an unknown way to pay", byAdmin, changeWithLogo, testkit.PNG, changed("paymentMethod", globalID("PaymentMethod", 99)), `"field":null,"code":"NOT_FOUND"`},
			{"a version of the past", byAdmin, changeWithLogo, testkit.PNG, changed("version", 7), `"field":null,"code":"STALE"`},
		} {
			got := askWithFiles(t, app, tokens[c.email], c.do, map[string]any{"input": c.input}, map[string]string{"variables.input.logo": c.file})
			if !strings.Contains(got.body, c.want) {
				t.Errorf("%s: %s", c.name, got.body)
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) || app.Files.Count() != stored {
			t.Errorf("something was written, and %d files are kept", app.Files.Count()-stored)
		}
	})
}
