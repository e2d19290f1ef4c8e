package graph_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"kontrak/ent/baseprice"
	"kontrak/ent/ratingitem"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// badKeeping is a change of the catalogue that is refused. want lists the fields with
// the code of each.
type badKeeping struct {
	name string
	do   keeping
	in   map[string]any
	want string
}

// ofTemplate is a template with one section of one item.
func ofTemplate(good map[string]any, section, item map[string]any) map[string]any {
	whole := with(map[string]any{"key": "sound", "title": "Sound"}, "items", []any{with(map[string]any{"key": "noise", "label": "Noise", "kind": "TEXT"}, flat(item)...)})
	return with(good, "sections", []any{with(whole, flat(section)...)})
}

func flat(in map[string]any) []any {
	var list []any
	for k, v := range in {
		list = append(list, k, v)
	}
	return list
}

type fieldsOf = map[string]any

func badKeepings(app *testkit.App) []badKeeping {
	good := inputs(app)
	long := func(n int) string { return strings.Repeat("ä", n) }
	var list []badKeeping
	bad := func(name string, do keeping, want string, more ...any) {
		list = append(list, badKeeping{name, do, with(good[do.mutation], more...), want})
	}
	template := func(name, want string, section, item fieldsOf) {
		list = append(list, badKeeping{name, makesTemplate, ofTemplate(good["inspectionTemplateCreate"], section, item), want})
	}
	const huge = int64(1)<<53 - 1

	bad("an unknown partner", setsPrice, "NOT_FOUND", "partner", globalID("Partner", 1<<40), "amount", -1)
	bad("no partner", setsPrice, "NOT_FOUND", "partner", globalID("Contract", 1))
	bad("all of it", setsPrice, "amount INVALID, currency INVALID, replaces INVALID, subService INVALID", "subService", "x", "amount", -1, "currency", "idr", "replaces", "y")
	bad("an unknown sub-service", setsPrice, "subService INVALID", "subService", globalID("SubService", 999))
	bad("no currency", setsPrice, "currency INVALID", "currency", "ZZZ")
	bad("nothing to withdraw", setsPrice, "amount INVALID", "amount", absent)
	bad("none to replace", setsPrice, "STALE", "replaces", globalID("BasePrice", 1))

	bad("all of it", makesLine, "amount INVALID, code INVALID, currency INVALID, kind INVALID, name INVALID, unit INVALID",
		"code", "Parking!", "name", " ", "kind", "", "unit", long(51), "amount", -1, "currency", "rupiah")
	bad("a code of 51", makesLine, "code INVALID", "code", strings.Repeat("x", 51))
	bad("a hyphen at the end", makesLine, "code INVALID", "code", "x-")
	bad("a zero character", makesLine, "name INVALID", "name", "a\x00b")
	bad("a code that is there", makesLine, "code DUPLICATE", "code", "travel")
	bad("a code that is there, unused", makesLine, "code DUPLICATE", "code", "night", "active", false)
	bad("an unknown line", changesLine, "NOT_FOUND", "pricingSchema", globalID("PricingSchema", 99), "amount", -1)
	bad("another type", changesLine, "NOT_FOUND", "pricingSchema", globalID("Promotion", 2))
	bad("all of it", changesLine, "active INVALID, amount INVALID, currency INVALID, effect INVALID, kind INVALID, name INVALID, unit INVALID",
		"name", nil, "kind", long(51), "unit", nil, "effect", nil, "amount", nil, "currency", nil, "active", nil)
	bad("the partner's own price", changesLine, "active INVALID, amount INVALID, currency INVALID, effect INVALID, unit INVALID", "pricingSchema", globalID("PricingSchema", 1),
		"name", "Fee", "unit", "day", "effect", "ADD", "amount", 5, "currency", "IDR", "active", false)
	bad("what is wrong and of the past", changesLine, "amount INVALID", "version", 7, "amount", -5)
	bad("a version of the past", changesLine, "STALE", "version", 0)

	bad("all of it", makesPromo, "code INVALID, currency INVALID, description INVALID, discountValue INVALID, endDate INVALID, maxDiscountAmount INVALID, minOrderAmount INVALID, name INVALID, startDate INVALID",
		"code", "june", "name", "", "description", long(2001), "discountValue", 101, "maxDiscountAmount", -1, "minOrderAmount", -1, "currency", "", "startDate", "2026-02-30", "endDate", "soon")
	bad("zero percent", makesPromo, "discountValue INVALID", "discountValue", 0)
	bad("nothing off", makesPromo, "discountValue INVALID, maxDiscountAmount INVALID", "discountType", "FIXED_AMOUNT", "discountValue", 0)
	bad("over before it begins", makesPromo, "endDate INVALID", "endDate", "2026-05-31")
	bad("a code that is there", makesPromo, "code DUPLICATE", "code", "PAUSED")
	bad("an unknown promotion", changesPromo, "NOT_FOUND", "promotion", globalID("Promotion", 99))
	bad("all of it", changesPromo, "active INVALID, description INVALID, endDate INVALID, name INVALID, startDate INVALID",
		"name", long(201), "description", long(2001), "startDate", nil, "endDate", "2026-6-8", "active", nil)
	bad("over before it began", changesPromo, "endDate INVALID", "endDate", "2020-01-01")
	bad("a version of the past", changesPromo, "STALE", "version", 2)

	bad("all of it", makesTemplate, "code INVALID, name INVALID, sections INVALID, subService INVALID", "code", "", "name", "", "sections", []any{}, "subService", globalID("SubService", 99))
	bad("ids that are none", makesTemplate, "replaces INVALID, subService INVALID", "subService", globalID("Service", 1), "replaces", "x")
	bad("in the place of another, and not in use", makesTemplate, "replaces INVALID", "active", false, "replaces", globalID("InspectionTemplate", 1))
	bad("21 sections", makesTemplate, "sections INVALID", "sections", sectionsOf(21))
	bad("a section twice", makesTemplate, "sections[1].key INVALID", "sections", append(sectionsOf(1), sectionsOf(1)...))
	bad("a code that is there", makesTemplate, "code DUPLICATE", "code", "general-repair")
	bad("one in use already", makesTemplate, "active DUPLICATE", "subService", absent)
	bad("in the place of what is not in use", makesTemplate, "STALE", "replaces", globalID("InspectionTemplate", 3))
	template("a section", "sections[0].items INVALID, sections[0].key INVALID, sections[0].title INVALID", fieldsOf{"key": "2nd", "title": "", "items": []any{}}, nil)
	template("an item", "sections[0].items[0].key INVALID, sections[0].items[0].label INVALID, sections[0].items[0].options INVALID", nil, fieldsOf{"key": "A", "label": long(201), "options": []any{"x"}})
	template("a choice of one", "sections[0].items[0].options INVALID", nil, fieldsOf{"kind": "CHOICE", "options": []any{"x"}})
	template("an option twice, and one empty", "sections[0].items[0].options[1] INVALID, sections[0].items[0].options[2] INVALID", nil, fieldsOf{"kind": "CHOICE", "options": []any{"x", "x", ""}})
	bad("an unknown template", renames, "NOT_FOUND", "inspectionTemplate", "x")
	bad("all of it", renames, "active INVALID, name INVALID", "name", nil, "active", nil)
	bad("a version of the past", renames, "STALE", "version", 3)

	bad("all of it", makesItem, "description INVALID, name INVALID, position INVALID", "name", long(201), "description", long(2001), "position", 0)
	bad("an unknown criterion", changesItem, "NOT_FOUND", "ratingItem", globalID("RatingItem", 99))
	bad("all of it", changesItem, "active INVALID, description INVALID, position INVALID", "description", long(2001), "position", 1001, "active", nil)
	bad("no position", changesItem, "position INVALID", "position", nil)
	bad("a version of the past", changesItem, "STALE", "version", -1)

	bad("all of it", makesQuestion, "answer INVALID, options INVALID, position INVALID, text INVALID", "text", " ", "options", []any{}, "answer", 0, "position", 0)
	bad("an option twice, and one empty", makesQuestion, "options[1] INVALID, options[2] INVALID", "options", []any{"a", "a", ""})
	bad("an unknown question", changesAnswer, "NOT_FOUND", "testQuestion", "x")
	bad("all of it", changesAnswer, "active INVALID, answer INVALID, position INVALID", "answer", 4, "position", nil, "active", nil)
	bad("a version of the past", changesAnswer, "STALE", "version", 3)

	bad("all of it", makesMethod, "accountName INVALID, accountNumber INVALID, code INVALID, instructions INVALID, name INVALID",
		"code", "o v o", "name", "", "accountName", long(201), "accountNumber", long(51), "instructions", long(2001))
	bad("a code that is there", makesMethod, "code DUPLICATE", "code", "bni-transfer")
	bad("an unknown way to pay", changesMethod, "NOT_FOUND", "paymentMethod", "")
	bad("all of it", changesMethod, "accountName INVALID, accountNumber INVALID, active INVALID, instructions INVALID, name INVALID",
		"name", nil, "accountName", long(201), "accountNumber", long(51), "instructions", long(2001), "active", nil)
	bad("a version of the past", changesMethod, "STALE", "version", huge)

	for _, key := range []string{"", "otp_length", "MAX_EXTENSION_HOURS"} {
		bad("the key "+key, setsSetting, "key INVALID", "key", key)
	}
	for _, value := range []string{"0", "0.999", "72.001", "-1", "+2", "1e1", "0x2", " 2", "2 ", "2.", ".5", "2,5", "", "NaN", "Inf", "1.0.0", strings.Repeat("9", 400)} {
		bad("out of bounds", setsSetting, "value INVALID", "value", value)
	}
	for _, value := range []string{"", "2", "2.1", "2.1.0.0", "v2.1.0", "2.1.x", "02.1.0", "2.01.0", "10000.0.0", "2.1.0-rc1", "-1.0.0", " 2.1.0", "2.1.0\n", "2.1.0\u0000", "٢.1.0", "2..0"} {
		bad("no version", setsSetting, "value INVALID", "key", "min_app_version", "value", value)
	}
	bad("a version of the past", setsSetting, "STALE", "version", 0)
	return append(list, badOpenKeepings(good)...)
}

// sectionsOf are so many sections in which nothing is wrong.
func sectionsOf(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = map[string]any{"key": "s" + strings.Repeat("x", i), "title": "S", "items": []any{map[string]any{"key": "a", "label": "A", "kind": "BOOLEAN"}}}
	}
	return list
}

func TestBadInputOfTheCatalogueIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens, schema := tokensOf(t, app), loadSchema(t)
		nothingIsWritten(t, app, func() {
			for _, c := range badKeepings(app) {
				got := ask(t, app, tokens[byAdmin], c.do.text(), map[string]any{"input": c.in})
				var said []string
				for _, b := range got.list("done", "userErrors") {
					e := b.(map[string]any)
					field, named := e["field"].(string)
					if named && !isInput(schema, c.do.input, field) {
						t.Errorf("%s: %s: %s has no field %s", c.do.mutation, c.name, c.do.input, field)
					}
					said = append(said, strings.TrimSpace(field+" "+e["code"].(string)))
				}
				if strings.Join(said, ", ") != c.want || got.object("done")[c.do.result] != nil {
					t.Errorf("%s: %s: %q, want %q", c.do.mutation, c.name, strings.Join(said, ", "), c.want)
				}
			}
			// Nobody but the back office, whatever is wrong with the input.
			for _, k := range keepsCatalogue {
				for as, token := range tokens {
					if as == byAdmin {
						continue
					}
					got := try(t.Context(), t, app, token, k.text(), map[string]any{"input": inputs(app)[k.mutation]})
					want := map[bool]string{true: `"UNAUTHENTICATED"`, false: `"code":"FORBIDDEN"`}[as == ""]
					if !strings.Contains(got.body, want) {
						t.Errorf("%s by %q: %s", k.mutation, as, got.body)
					}
				}
			}
			for _, field := range append(catalogueLists, "settings") {
				text := `{ ` + field + ` { totalCount } }`
				if field == "settings" {
					text = `{ settings { key } }`
				}
				for as, token := range tokens {
					if as == byAdmin {
						continue
					}
					want := map[bool]string{true: "UNAUTHENTICATED", false: "FORBIDDEN"}[as == ""]
					if got := try(t.Context(), t, app, token, text, nil); len(got.codes()) != 1 || got.codes()[0] != want {
						t.Errorf("%s by %q: %s", field, as, got.body)
					}
				}
			}
			for _, d := range badLists() {
				checkBad(t, d, try(t.Context(), t, app, tokens[byAdmin], d.query, d.vars))
			}
		})
	})
}

func badLists() []badDocument {
	list := []badDocument{
		{"prices of what is none", byAdmin, `{ basePrices(first: 0, filter: { partner: "x", subService: "y" }) { totalCount } }`, nil, "INVALID", "invalid", []string{"filter.partner", "filter.subService", "first"}},
		{"changes of what is none", byAdmin, `{ catalogueChanges(record: "x") { totalCount } }`, nil, "INVALID", "invalid", []string{"record"}},
		{"changes of a contract", byAdmin, `{ catalogueChanges(record: "` + globalID("Contract", 1) + `") { totalCount } }`, nil, "INVALID", "invalid", []string{"record"}},
		{"changes of another noun", byAdmin, `{ catalogueChanges(noun: SETTING, record: "` + globalID("Promotion", 1) + `") { totalCount } }`, nil, "INVALID", "invalid", []string{"record"}},
		{"a cursor of the other way", byAdmin, `{ allPromotions(after: "` + cursorOf(`["number",1,1]`) + `") { totalCount } }`, nil, "INVALID", "invalid", []string{"after"}},
	}
	for _, field := range catalogueLists {
		list = append(list,
			badDocument{field + ": too many", byAdmin, `{ ` + field + `(first: 101) { totalCount } }`, nil, "INVALID", "invalid", []string{"first"}},
			badDocument{field + ": no cursor", byAdmin, `{ ` + field + `(before: "x") { totalCount } }`, nil, "INVALID", "invalid", []string{"before"}})
	}
	return list
}

// TestOfTwoInTheBackOfficeOneWins lets several change the same at once: one of them
// is done, the others are told, and what must always hold, holds.
func TestOfTwoInTheBackOfficeOneWins(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		admin, good := app.Token(t, byAdmin), inputs(app)
		atOnce := func(do keeping, each ...map[string]any) (done int, codes []string) {
			answers := make([]*answer, len(each))
			var all sync.WaitGroup
			for i, in := range each {
				all.Go(func() { answers[i] = ask(t, app, admin, do.text(), map[string]any{"input": in}) })
			}
			all.Wait()
			for _, a := range answers {
				if a.object("done", do.result) != nil {
					done++
				}
				for _, b := range a.list("done", "userErrors") {
					codes = append(codes, b.(map[string]any)["code"].(string))
				}
			}
			return done, codes
		}
		price := good["basePriceSet"]
		if done, codes := atOnce(setsPrice, with(price, "amount", 1), with(price, "amount", 2), with(price, "amount", 3)); done != 1 || strings.Join(codes, ",") != "STALE,STALE" {
			t.Errorf("prices: %d done, %q", done, codes)
		}
		if n := app.Store.Client().BasePrice.Query().Where(baseprice.PartnerID(app.World.Partners["partner"]), baseprice.SubServiceID(12), baseprice.Active(true)).CountX(t.Context()); n != 1 {
			t.Errorf("%d prices are active", n)
		}
		line := good["pricingSchemaUpdate"]
		if done, codes := atOnce(changesLine, with(line, "amount", 1), with(line, "amount", 2), with(line, "amount", 3)); done != 1 || strings.Join(codes, ",") != "STALE,STALE" {
			t.Errorf("lines: %d done, %q", done, codes)
		}
		promo := good["promotionCreate"]
		if done, codes := atOnce(makesPromo, promo, promo, promo); done != 1 || strings.Join(codes, ",") != "DUPLICATE,DUPLICATE" {
			t.Errorf("promotions: %d done, %q", done, codes)
		}
		setting := good["settingSet"]
		if done, codes := atOnce(setsSetting, with(setting, "value", "2"), with(setting, "value", "3")); done != 1 || strings.Join(codes, ",") != "STALE" {
			t.Errorf("settings: %d done, %q", done, codes)
		}
		// All criteria are switched off at once: one has to stay.
		var off []map[string]any
		for n := range int64(4) {
			off = append(off, map[string]any{"ratingItem": globalID("RatingItem", n+1), "version": 1, "active": false})
		}
		if done, codes := atOnce(changesItem, off...); done != 3 || strings.Join(codes, ",") != "INVALID" {
			t.Errorf("criteria: %d done, %q", done, codes)
		}
		if n := app.Store.Client().RatingItem.Query().Where(ratingitem.Active(true)).CountX(t.Context()); n != 1 {
			t.Errorf("%d criteria are in use", n)
		}
		// One place is left: fifty lines at most, and five are made at once.
		var lines []map[string]any
		for n := range 50 {
			lines = append(lines, with(good["pricingSchemaCreate"], "code", fmt.Sprint("line-", n)))
		}
		inUse := app.Store.Client().PricingSchema.Query().CountX(t.Context()) - 1
		for _, in := range lines[:49-inUse] {
			makesLine.done(t, app, admin, in)
		}
		if done, codes := atOnce(makesLine, lines[45:]...); done != 1 || strings.Join(codes, ",") != "INVALID,INVALID,INVALID,INVALID" {
			t.Errorf("lines: %d done, %q", done, codes)
		}
	})
}
