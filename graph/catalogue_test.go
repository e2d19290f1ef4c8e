package graph_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// keeping is a mutation of the catalogue.
type keeping struct{ mutation, input, result, selected string }

const ofARecord = "id databaseId active version createdAt updatedAt"

var (
	setsPrice      = keeping{"basePriceSet", "BasePriceSetInput", "basePrice", ofARecord + " amount { value currency } unit partner { id } subService { id }"}
	makesLine      = keeping{"pricingSchemaCreate", "PricingSchemaCreateInput", "pricingSchema", ofARecord + " code name kind unit effect isPartnerPricing amount { value currency }"}
	changesLine    = keeping{"pricingSchemaUpdate", "PricingSchemaUpdateInput", "pricingSchema", makesLine.selected}
	makesPromo     = keeping{"promotionCreate", "PromotionCreateInput", "promotion", ofARecord + " code name description discountType discountValue { value } maxDiscountAmount { value } startDate endDate"}
	changesPromo   = keeping{"promotionUpdate", "PromotionUpdateInput", "promotion", makesPromo.selected}
	makesTemplate  = keeping{"inspectionTemplateCreate", "InspectionTemplateCreateInput", "inspectionTemplate", ofARecord + " code name kind subService { id } sections { key title items { key label kind required options } }"}
	renames        = keeping{"inspectionTemplateUpdate", "InspectionTemplateUpdateInput", "inspectionTemplate", makesTemplate.selected}
	makesItem      = keeping{"ratingItemCreate", "RatingItemCreateInput", "ratingItem", ofARecord + " name description position"}
	changesItem    = keeping{"ratingItemUpdate", "RatingItemUpdateInput", "ratingItem", makesItem.selected}
	makesQuestion  = keeping{"testQuestionCreate", "TestQuestionCreateInput", "testQuestion", ofARecord + " text answer position options { number text }"}
	changesAnswer  = keeping{"testQuestionUpdate", "TestQuestionUpdateInput", "testQuestion", makesQuestion.selected}
	makesMethod    = keeping{"paymentMethodCreate", "PaymentMethodCreateInput", "paymentMethod", ofARecord + " code name kind accountName accountNumber instructions"}
	changesMethod  = keeping{"paymentMethodUpdate", "PaymentMethodUpdateInput", "paymentMethod", makesMethod.selected}
	setsSetting    = keeping{"settingSet", "SettingSetInput", "setting", "key value unit initial least most version updatedAt"}
	makesService   = keeping{"serviceCreate", "ServiceCreateInput", "service", "id databaseId version name description icon { url } status"}
	changesService = keeping{"serviceUpdate", "ServiceUpdateInput", "service", makesService.selected}
	makesSub       = keeping{"subServiceCreate", "SubServiceCreateInput", "subService", "id databaseId version name description kinds status service { id }"}
	changesSub     = keeping{"subServiceUpdate", "SubServiceUpdateInput", "subService", makesSub.selected}
	makesTest      = keeping{"competencyTestCreate", "CompetencyTestCreateInput", "competencyTest", ofARecord + " name description url passingScore"}
	changesTest    = keeping{"competencyTestUpdate", "CompetencyTestUpdateInput", "competencyTest", makesTest.selected}
	makesCert      = keeping{"certificationCreate", "CertificationCreateInput", "certification", ofARecord + " name issuer description location price { value currency } startDate endDate quota registrationDeadline registeredCount requirements benefits subServices { id }"}
	changesCert    = keeping{"certificationUpdate", "CertificationUpdateInput", "certification", makesCert.selected}
	changesBanner  = keeping{"bannerUpdate", "BannerUpdateInput", "banner", ofARecord + " title link position description content startDate endDate"}
	keepsCatalogue = []keeping{
		makesService, changesService, makesSub, changesSub, makesTest, changesTest, makesCert, changesCert, changesBanner,
		setsPrice, makesLine, changesLine, makesPromo, changesPromo, makesTemplate, renames, makesItem, changesItem, makesMethod, changesMethod, setsSetting,
		makesQuestion, changesAnswer,
	}
)

func (k keeping) text() string {
	return fmt.Sprintf(`mutation($input: %s!) { done: %s(input: $input) { %s { %s } userErrors { field code message } } }`, k.input, k.mutation, k.result, k.selected)
}

// with is an input with some fields changed, or taken away by an absent.
func with(in map[string]any, more ...any) map[string]any {
	changed := maps.Clone(in)
	for i := 0; i < len(more); i += 2 {
		if more[i+1] == absent {
			delete(changed, more[i].(string))
			continue
		}
		changed[more[i].(string)] = more[i+1]
	}
	return changed
}

// plain gives what an input says of a value: the id of a record, the value of a sum.
func plain(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, one := range v {
			list[i] = plain(one)
		}
		return list
	case map[string]any:
		return cmp.Or(v["id"], v["value"])
	}
	return v
}

type nothing struct{}

var absent any = nothing{}

// done does it and gives what came of it.
func (k keeping) done(t *testing.T, app *testkit.App, token string, input map[string]any) map[string]any {
	t.Helper()
	got := ask(t, app, token, k.text(), map[string]any{"input": input})
	made := got.object("done", k.result)
	if len(got.list("done", "userErrors")) != 0 || made == nil {
		t.Fatalf("%s: %s", k.mutation, got.body)
	}
	return made
}

// inputs are inputs of the catalogue in which nothing is wrong, by the mutation.
func inputs(app *testkit.App) map[string]map[string]any {
	item := map[string]any{"key": "noise", "label": "Noise", "kind": "CHOICE", "options": []any{"none", "some"}}
	return map[string]map[string]any{
		"basePriceSet":             {"partner": globalID("Partner", app.World.Partners["partner"]), "subService": globalID("SubService", 12), "amount": 90_000},
		"pricingSchemaCreate":      {"code": "parking", "name": "Parking", "kind": "travel", "amount": 10_000},
		"pricingSchemaUpdate":      {"pricingSchema": globalID("PricingSchema", 2), "version": 1, "amount": 80_000},
		"promotionCreate":          {"code": "JUNE_7", "name": "June", "discountType": "PERCENTAGE", "discountValue": 7, "maxDiscountAmount": 70_000, "startDate": "2026-06-01", "endDate": "2026-06-30"},
		"promotionUpdate":          {"promotion": globalID("Promotion", 1), "version": 1, "endDate": "2027-01-31"},
		"inspectionTemplateCreate": {"code": "pump-repair", "name": "Pump repair", "subService": globalID("SubService", 9), "kind": "REPAIR", "sections": []any{map[string]any{"key": "sound", "title": "Sound", "items": []any{item}}}},
		"inspectionTemplateUpdate": {"inspectionTemplate": globalID("InspectionTemplate", 1), "version": 1, "name": "Installation"},
		"ratingItemCreate":         {"name": "Advice", "description": "How good was the advice?", "position": 5},
		"ratingItemUpdate":         {"ratingItem": globalID("RatingItem", 1), "version": 1, "position": 9},
		"testQuestionCreate":       {"text": "Who signs?", "options": []any{"Both", "Nobody"}, "answer": 1, "position": 7},
		"testQuestionUpdate":       {"testQuestion": globalID("TestQuestion", 1), "version": 1, "answer": 3},
		"paymentMethodCreate":      {"code": "ovo", "name": "OVO", "kind": "E_WALLET", "accountNumber": "0812"},
		"paymentMethodUpdate":      {"paymentMethod": globalID("PaymentMethod", 1), "version": 1, "accountNumber": "88001"},
		"settingSet":               {"key": "max_extension_hours", "value": "6.5", "version": 1},
		"serviceCreate":            {"name": "Dentistry", "description": "Chairs and lamps.", "status": "INACTIVE"},
		"serviceUpdate":            {"service": globalID("Service", 1), "version": 1, "name": "Pictures"},
		"subServiceCreate":         {"service": globalID("Service", 1), "name": "Mammography", "kinds": []any{"MAINTENANCE", "REPAIR"}},
		"subServiceUpdate":         {"subService": globalID("SubService", 1), "version": 1, "kinds": []any{"REPAIR"}},
		"competencyTestCreate":     {"subService": globalID("SubService", 1), "name": "Shielding", "url": "https://tests.demo.test/shielding", "passingScore": 75},
		"competencyTestUpdate":     {"competencyTest": globalID("CompetencyTest", 1), "version": 1, "passingScore": nil},
		"certificationCreate": {"name": "Lasers", "issuer": "Bapeten", "price": 100_000, "startDate": "2026-07-01", "endDate": "2026-07-02", "quota": 5, "registrationDeadline": "2026-06-30",
			"requirements": []any{"Goggles"}, "benefits": []any{"A certificate"}, "subServices": []any{globalID("SubService", 1), globalID("SubService", 2)}},
		"certificationUpdate": {"certification": globalID("Certification", 1), "version": 1, "quota": 31, "subServices": []any{globalID("SubService", 3)}},
		"bannerUpdate":        {"banner": globalID("Banner", 1), "version": 1, "position": 3, "link": nil},
	}
}

// TestTheCatalogueIsKept does every mutation once: what it gives, that it is written
// down with who did it, that a second one with the same version is refused, and
// what it costs.
func TestTheCatalogueIsKept(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin, good := app.Token(t, byAdmin), inputs(app)
		statements := map[string]int{ // who calls, the record, what it is held against, itself, who changed it; and the relations that are asked for
			"basePriceSet": 9, "pricingSchemaCreate": 6, "pricingSchemaUpdate": 5, "promotionCreate": 4, "promotionUpdate": 4,
			"inspectionTemplateCreate": 7, "inspectionTemplateUpdate": 5, "ratingItemCreate": 5, "ratingItemUpdate": 5,
			"paymentMethodCreate": 6, "paymentMethodUpdate": 5, "settingSet": 4, "testQuestionCreate": 5, "testQuestionUpdate": 5,
			"serviceCreate": 4, "serviceUpdate": 5, "subServiceCreate": 7, "subServiceUpdate": 7, "competencyTestCreate": 6, "competencyTestUpdate": 6,
			"certificationCreate": 8, "certificationUpdate": 13, "bannerUpdate": 5,
		}
		for _, k := range keepsCatalogue {
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, app, admin, k.text(), map[string]any{"input": good[k.mutation]})
			made := got.object("done", k.result)
			if made == nil || len(got.list("done", "userErrors")) != 0 || got.Extensions["redacted"] != nil {
				t.Errorf("%s: %s", k.mutation, got.body)
				continue
			}
			if ran.Count() != statements[k.mutation] {
				t.Errorf("%s: %d statements, want %d: %q", k.mutation, ran.Count(), statements[k.mutation], ran.Texts())
			}
			for name, sent := range good[k.mutation] {
				if have, there := made[name]; there && fmt.Sprint(plain(have)) != fmt.Sprint(sent) && !strings.Contains("amount version partner subService sections discountValue maxDiscountAmount options", name) {
					t.Errorf("%s: %s is %v, want %v", k.mutation, name, have, sent)
				}
			}
			version := 1.0
			if good[k.mutation]["version"] != nil {
				version = 2
				nothingIsWritten(t, app, func() {
					again := ask(t, app, admin, k.text(), map[string]any{"input": good[k.mutation]})
					if bad := again.list("done", "userErrors"); len(bad) != 1 || bad[0].(map[string]any)["code"] != "STALE" {
						t.Errorf("%s with a version of the past: %s", k.mutation, again.body)
					}
				})
			}
			if made["version"] != version {
				t.Errorf("%s: version %v, want %v", k.mutation, made["version"], version)
			}
		}
		told := ask(t, app, admin, `{ catalogueChanges(first: 20) { totalCount nodes { noun record recordVersion at actor { fullName role } changes { field from to } } } }`, nil)
		if n := told.object("catalogueChanges")["totalCount"]; n != float64(len(keepsCatalogue)) {
			t.Errorf("%v changes are written down: %s", n, told.body)
		}
		for _, want := range []string{
			`"noun":"SETTING","record":"` + globalID("Setting", 6) + `","recordVersion":2`, `"role":"ADMIN"`,
			`{"field":"value","from":"\"8\"","to":"\"6.5\""}`, `{"field":"account_number","from":"\"880004400100\"","to":"\"88001\""}`,
			`{"field":"amount","from":"75000","to":"80000"}`, `{"field":"amount","from":"null","to":"90000"}`,
		} {
			if !strings.Contains(told.body, want) {
				t.Errorf("the changes do not tell %s: %.2000s", want, told.body)
			}
		}
	})
}

// TestAPriceTakesThePlaceOfAnother: one is active at a time, the past is kept, and
// whoever has not read the present one is refused.
func TestAPriceTakesThePlaceOfAnother(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin, in := app.Token(t, byAdmin), inputs(app)["basePriceSet"]
		first := setsPrice.done(t, app, admin, in)
		second := setsPrice.done(t, app, admin, with(in, "amount", 95_000, "replaces", first["id"]))
		if second["id"] == first["id"] || second["active"] != true {
			t.Errorf("the second price is %v", second)
		}
		nothingIsWritten(t, app, func() {
			same := setsPrice.done(t, app, admin, with(in, "amount", 95_000, "replaces", second["id"]))
			if same["id"] != second["id"] {
				t.Errorf("the same price again made %v", same)
			}
			for _, replaces := range []any{absent, first["id"]} {
				got := ask(t, app, admin, setsPrice.text(), map[string]any{"input": with(in, "replaces", replaces)})
				if !strings.Contains(got.body, `"code":"STALE"`) {
					t.Errorf("replacing %v: %s", replaces, got.body)
				}
			}
		})
		gone := ask(t, app, admin, setsPrice.text(), map[string]any{"input": with(in, "amount", nil, "replaces", second["id"])})
		if gone.object("done")["basePrice"] != nil || len(gone.list("done", "userErrors")) != 0 {
			t.Errorf("withdrawn: %s", gone.body)
		}
		listed := ask(t, app, admin, `query($p: ID!, $s: ID!) { basePrices(filter: { partner: $p, subService: $s }) { totalCount nodes { active version amount { value } } } }`,
			map[string]any{"p": in["partner"], "s": in["subService"]})
		if want := `{"totalCount":2,"nodes":[{"active":false,"version":2,"amount":{"value":95000}},{"active":false,"version":2,"amount":{"value":90000}}]}`; !strings.Contains(listed.body, want) {
			t.Errorf("the prices of the past are %s", listed.body)
		}
	})
}

// TestWhatIsFrozenStays changes everything that a contract was made from, and wants
// every contract to be read as before, by everybody.
func TestWhatIsFrozenStays(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin := app.Token(t, byAdmin)
		read := func() string {
			return ask(t, app, admin, `{ contracts(first: 100, filter: { status: [PAYMENT_PENDING, PARTNER_PENDING, ACCEPTED, IN_PROGRESS, COMPLETED, CANCELLED] }) { nodes { id version escalationDeadlineAt paymentDeadlineAt
				pricingTotal { value } discountAmount { value } totalAmount { value } pricingItems { name code kind unit effect amount { value } }
				payment { amount { value } promotion { code discountValue { value } minOrderAmount { value } maxDiscountAmount { value } } }
				inspection { status templateCode templateName sections { key title items { key label value } } } review { overallRate ratings { name rate } } } } }`, nil).body
		}
		before := read()
		for n := int64(1); n <= 4; n++ {
			changesLine.done(t, app, admin, map[string]any{"pricingSchema": globalID("PricingSchema", n), "version": 1, "name": fmt.Sprint("Other ", n), "kind": "other"})
			changesItem.done(t, app, admin, map[string]any{"ratingItem": globalID("RatingItem", n), "version": 1, "description": nil})
			renames.done(t, app, admin, map[string]any{"inspectionTemplate": globalID("InspectionTemplate", n), "version": 1, "name": fmt.Sprint("Other ", n), "active": false})
			changesPromo.done(t, app, admin, map[string]any{"promotion": globalID("Promotion", n), "version": 1, "name": "Other", "active": false})
		}
		changesLine.done(t, app, admin, map[string]any{"pricingSchema": globalID("PricingSchema", 2), "version": 2, "amount": 1, "unit": "trip", "effect": "SUBTRACT", "active": false})
		makesLine.done(t, app, admin, inputs(app)["pricingSchemaCreate"])
		makesItem.done(t, app, admin, inputs(app)["ratingItemCreate"])
		for _, key := range []string{"payment_deadline_hours", "partner_response_hours", "supervisor_response_hours"} {
			setsSetting.done(t, app, admin, map[string]any{"key": key, "value": "1", "version": 1})
		}
		prices := ask(t, app, admin, `query($p: ID!) { basePrices(first: 100, filter: { active: true, partner: $p }) { nodes { id partner { id } subService { id } } } }`,
			map[string]any{"p": inputs(app)["basePriceSet"]["partner"]}).list("basePrices", "nodes")
		if len(prices) < 2 {
			t.Fatalf("only %d prices", len(prices))
		}
		for _, p := range prices {
			p := p.(map[string]any)
			setsPrice.done(t, app, admin, map[string]any{"partner": p["partner"].(map[string]any)["id"], "subService": p["subService"].(map[string]any)["id"], "amount": 1, "replaces": p["id"]})
		}
		if after := read(); after != before {
			t.Errorf("contracts have changed:\n%.3000s\n%.3000s", before, after)
		}
	})
}

// TestTheCatalogueIsListedInPages reads every list in pages of two from both ends,
// and wants each record once, in the order of the whole.
func TestTheCatalogueIsListedInPages(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin := app.Token(t, byAdmin)
		for _, k := range keepsCatalogue {
			k.done(t, app, admin, inputs(app)[k.mutation])
		}
		for _, field := range catalogueLists {
			whole := idsOf(ask(t, app, admin, `{ list: `+field+`(first: 100) { totalCount nodes { id } } }`, nil))
			if len(whole) < 5 {
				t.Errorf("%s: only %d", field, len(whole))
			}
			for _, way := range []string{"forward", "backward"} {
				var read []string
				vars := map[string]any{"n": 2}
				for range len(whole) + 1 {
					text := `query($n: Int, $at: String) { list: ` + field + `(first: $n, after: $at) { nodes { id } edges { node { id } } pageInfo { endCursor hasNextPage } } }`
					if way == "backward" {
						text = `query($n: Int, $at: String) { list: ` + field + `(last: $n, before: $at) { nodes { id } pageInfo { startCursor hasPreviousPage } } }`
					}
					ctx, ran := store.Observe(t.Context())
					got := askIn(ctx, t, app, admin, text, vars)
					if want := 2; ran.Count() > want+1 {
						t.Errorf("%s: %d statements: %q", field, ran.Count(), ran.Texts())
					}
					info := got.object("list", "pageInfo")
					if way == "forward" {
						read, vars["at"] = append(read, idsOf(got)...), info["endCursor"]
					} else {
						read, vars["at"] = append(idsOf(got), read...), info["startCursor"]
					}
					if info["hasNextPage"] != true && info["hasPreviousPage"] != true {
						break
					}
				}
				if !slices.Equal(read, whole) {
					t.Errorf("%s %s: %d of %d read", field, way, len(read), len(whole))
				}
			}
		}
		settings := ask(t, app, admin, `{ settings { key value unit initial least most version updatedAt } }`, nil)
		if n := len(settings.list("settings")); n != 13 {
			t.Errorf("%d settings", n)
		}
		// Those in use and those that are not make up all.
		for _, field := range catalogueLists[1:6] {
			got := ask(t, app, admin, `{ list: `+field+` { totalCount } used: `+field+`(active: true) { totalCount } unused: `+field+`(active: false) { totalCount } }`, nil)
			n := func(key string) float64 { return got.object(key)["totalCount"].(float64) }
			if n("list") != n("used")+n("unused") || n("used") == 0 {
				t.Errorf("%s: %s", field, got.body)
			}
		}
	})
}

// catalogueLists are the connections of the catalogue.
var catalogueLists = []string{"basePrices", "pricingSchemas", "allPromotions", "inspectionTemplates", "allRatingItems", "allPaymentMethods", "allTestQuestions", "catalogueChanges"}

func idsOf(a *answer) []string {
	var list []string
	for _, n := range a.list("list", "nodes") {
		list = append(list, n.(map[string]any)["id"].(string))
	}
	return list
}
