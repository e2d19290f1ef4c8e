package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// act does a mutation on a contract and gives its payload.
func act(t testing.TB, app *testkit.App, token, name, inputType string, input map[string]any, selection string) map[string]any {
	t.Helper()
	query := fmt.Sprintf(`mutation($input: %s!) { %s(input: $input) { contract { %s } userErrors { field code message refusals { rule } } } }`, inputType, name, selection)
	return ask(t, app, token, query, map[string]any{"input": input}).object(name)
}

// told writes the user errors of a payload: field code, or field code by rules.
func told(payload map[string]any) string {
	var list []string
	for _, e := range payload["userErrors"].([]any) {
		e := e.(map[string]any)
		text := fmt.Sprint(e["field"], " ", e["code"])
		for _, r := range e["refusals"].([]any) {
			text += " " + r.(map[string]any)["rule"].(string)
		}
		list = append(list, strings.TrimPrefix(text, "<nil> "))
	}
	return strings.Join(list, ", ")
}

func TestAContractIsMadeByItsWizard(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w, token := app.World, app.Token(t, byInstitution)
		made := act(t, app, token, "contractCreate", "ContractCreateInput", map[string]any{
			"institution": globalID("Institution", w.Institutions["home"]), "partner": globalID("Partner", w.Partners["partner"]),
			"subService": globalID("SubService", 8), "kind": "REPAIR",
		}, `id status step partner { fullName } assignments { status assignmentKind sequence }`)
		contract := made["contract"].(map[string]any)
		if told(made) != "" || contract["status"] != "DRAFT" || contract["step"] != "SCHEDULE" || len(contract["assignments"].([]any)) != 1 {
			t.Fatalf("%v", made)
		}
		id := contract["id"]
		set := act(t, app, token, "contractSetSchedule", "ContractSetScheduleInput", map[string]any{
			"contract": id, "contractStartDate": "2026-06-13", "contractStartTime": "09:00", "contractEndDate": "2026-06-14", "contractEndTime": "12:30",
			"contactPersons": []any{map[string]any{"name": "Siti Aminah", "phone": "+62 812 999 0001"}},
		}, `step schedules { date startTime endTime } scheduledStartAt pricingPreview(promotionCode: "PROMO10") { totalAmount { value } pricingItems { name amount { value } } promotion { code } }`)
		if got := fmt.Sprint(set); !strings.Contains(got, "scheduledStartAt:2026-06-13T02:00:00Z") || !strings.Contains(got, "totalAmount:map[value:1.085e+06]") || !strings.Contains(got, "step:DETAILS") {
			t.Fatalf("%v", set)
		}
		got := askWithFiles(t, app, token, `mutation($input: ContractSetDetailsInput!) { contractSetDetails(input: $input) { contract { step toolBrand toolImages { name } } userErrors { code } } }`,
			map[string]any{"input": map[string]any{"contract": id, "description": "The display flickers.", "toolBrand": "Mindray", "toolImages": []any{map[string]any{"upload": nil}, map[string]any{"upload": nil}}}},
			map[string]string{"variables.input.toolImages.0.upload": testkit.PNG, "variables.input.toolImages.1.upload": testkit.JPEG})
		images := got.list("contractSetDetails", "contract", "toolImages")
		if len(images) != 2 || !strings.HasSuffix(images[1].(map[string]any)["name"].(string), ".jpg") {
			t.Fatalf("%s", got.body)
		}
		kept := act(t, app, token, "contractSetDetails", "ContractSetDetailsInput", map[string]any{"contract": id, "toolBrand": nil, "toolImages": []any{map[string]any{"keep": images[1].(map[string]any)["name"]}}}, `description toolBrand toolImages { name }`)
		if got := fmt.Sprint(kept["contract"]); got != fmt.Sprintf("map[description:The display flickers. toolBrand:<nil> toolImages:[%v]]", images[1]) {
			t.Fatalf("%v", kept)
		}
		paid := act(t, app, token, "contractProcessPayment", "ContractProcessPaymentInput", map[string]any{"contract": id, "paymentMethod": globalID("PaymentMethod", 1), "promotionCode": "PROMO10"},
			`status payment { status amount { value } paymentMethod { accountNumber } } pricingItems { name }`)
		if got := fmt.Sprint(paid); !strings.Contains(got, "amount:map[value:1.085e+06]") || !strings.Contains(got, "accountNumber:880004400100") || !strings.Contains(got, "status:PAYMENT_PENDING") {
			t.Fatalf("%v", paid)
		}
		// The back office finds what waits for it, and the partner is asked.
		office := app.Token(t, "admin@demo.test")
		input := map[string]any{"contract": id, "file": nil}
		askWithFiles(t, app, token, sendProof, map[string]any{"input": input}, map[string]string{"variables.input.file": testkit.PDF})
		queue := ask(t, app, office, `{ contracts(filter: { paymentStatus: [PENDING] }, first: 100) { nodes { id payment { proof { url } } } } }`, nil)
		if !strings.Contains(queue.body, fmt.Sprint(id)) {
			t.Errorf("the back office does not find it: %s", queue.body)
		}
		verified := act(t, app, office, "contractVerifyPayment", "ContractInput", map[string]any{"contract": id}, `status escalationDeadlineAt`)
		if got := fmt.Sprint(verified["contract"]); got != "map[escalationDeadlineAt:2026-06-09T02:00:00Z status:PARTNER_PENDING]" {
			t.Errorf("%v", verified)
		}
	})
}

func TestTheWizardRefusesInTheGraphsWords(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		w := app.World
		tokens := tokensOf(t, app)
		tokens["foreign@demo.test"] = app.Token(t, "foreign@demo.test")
		contract := func(story string) string { return globalID("Contract", w.Contract(story)) }
		create := map[string]any{"institution": globalID("Institution", w.Institutions["home"]), "partner": globalID("Partner", w.Partners["partner"]), "subService": globalID("SubService", 8), "kind": "REPAIR"}
		with := func(in map[string]any, name string, value any) map[string]any {
			changed := map[string]any{name: value}
			for k, v := range in {
				if k != name {
					changed[k] = v
				}
			}
			return changed
		}
		draft := map[string]any{"contract": contract("draft_details")}
		nothingIsWritten(t, app, func() {
			for _, c := range []struct {
				name, as, input string
				in              map[string]any
				want            string
			}{
				{"contractCreate", bySupervisor, "ContractCreateInput", create, "FORBIDDEN role"},
				{"contractCreate", byInstitution, "ContractCreateInput", with(create, "institution", globalID("Institution", w.Institutions["foreign"])), "institution INVALID"},
				{"contractCreate", byInstitution, "ContractCreateInput", with(create, "institution", "nonsense"), "institution INVALID"},
				{"contractCreate", byInstitution, "ContractCreateInput", with(create, "partner", globalID("Institution", 1)), "partner INVALID"},
				{"contractCreate", byInstitution, "ContractCreateInput", with(create, "subService", globalID("SubService", 999)), "subService INVALID"},
				{"contractCreate", byInstitution, "ContractCreateInput", with(create, "partner", globalID("Partner", w.Partners["resting"])), "partner PARTNER_NOT_ELIGIBLE open_to_work"},
				{"contractSetSchedule", byInstitution, "ContractSetScheduleInput", map[string]any{"contract": contract("draft_schedule")},
					"contactPersons INVALID, contractEndDate INVALID, contractEndTime INVALID, contractStartDate INVALID, contractStartTime INVALID"},
				{"contractSetSchedule", byInstitution, "ContractSetScheduleInput", with(draft, "contractStartTime", nil), "contractStartTime INVALID"},
				{"contractSetSchedule", byInstitution, "ContractSetScheduleInput", with(draft, "contactPersons", nil), "contactPersons INVALID"},
				{"contractSetSchedule", byInstitution, "ContractSetScheduleInput", with(draft, "contactPersons", []any{map[string]any{"name": "", "phone": "x"}}), "contactPersons[0].name INVALID, contactPersons[0].phone INVALID"},
				{"contractSetSchedule", byInstitution, "ContractSetScheduleInput", with(draft, "schedules", []any{map[string]any{"date": "2026-06-14", "startTime": "10:00", "endTime": "09:00"}}), "schedules[0].endTime INVALID"},
				{"contractSetSchedule", byInstitution, "ContractSetScheduleInput", map[string]any{"contract": "nonsense"}, "NOT_FOUND"},
				{"contractSetSchedule", "foreign@demo.test", "ContractSetScheduleInput", draft, "NOT_FOUND"},
				{"contractSetSchedule", byInstitution, "ContractSetScheduleInput", map[string]any{"contract": contract("offer")}, "WRONG_STATE state"},
				{"contractSetDetails", byInstitution, "ContractSetDetailsInput", draft, "description INVALID"},
				{"contractSetDetails", byInstitution, "ContractSetDetailsInput", with(draft, "toolImages", []any{map[string]any{"keep": "x"}}), "description INVALID, toolImages INVALID"},
				{"contractSetDetails", byInstitution, "ContractSetDetailsInput", map[string]any{"contract": contract("draft_schedule"), "description": "x"}, "WRONG_STATE step"},
				{"contractProcessPayment", byInstitution, "ContractProcessPaymentInput", map[string]any{"contract": contract("draft_payment"), "paymentMethod": "x"}, "paymentMethod INVALID"},
				{"contractProcessPayment", byInstitution, "ContractProcessPaymentInput", map[string]any{"contract": contract("draft_payment"), "paymentMethod": globalID("PaymentMethod", 1), "promotionCode": "NOTHING"}, "promotionCode INVALID"},
				{"contractProcessPayment", byInstitution, "ContractProcessPaymentInput", map[string]any{"contract": contract("draft_details"), "paymentMethod": globalID("PaymentMethod", 1)}, "WRONG_STATE step"},
				{"contractCancel", byInstitution, "ContractReasonInput", map[string]any{"contract": contract("offer"), "reason": " "}, "reason INVALID"},
				{"contractCancel", byInstitution, "ContractReasonInput", map[string]any{"contract": contract("running"), "reason": "x"}, "WRONG_STATE state"},
				{"contractVerifyPayment", byInstitution, "ContractInput", map[string]any{"contract": contract("to_verify")}, "FORBIDDEN role"},
				{"contractVerifyPayment", "admin@demo.test", "ContractInput", map[string]any{"contract": contract("to_pay")}, "WRONG_STATE payment"},
				{"contractRefusePayment", "admin@demo.test", "ContractReasonInput", map[string]any{"contract": contract("to_verify"), "reason": ""}, "reason INVALID"},
				{"contractRecordRefund", "admin@demo.test", "ContractInput", map[string]any{"contract": contract("offer")}, "WRONG_STATE state"},
			} {
				got := act(t, app, tokens[c.as], c.name, c.input, c.in, "id")
				if told(got) != c.want || got["contract"] != nil {
					t.Errorf("%s with %v: %v, want %s", c.name, c.in, got, c.want)
				}
			}
		})
	})
}

// TestWhatIsAskedOfPricesIsRefused: queries fail with errors of the response.
func TestWhatIsAskedOfPricesIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := tokensOf(t, app)
		ids := map[string]any{"ids": []string{globalID("Contract", app.World.Contract("draft_payment")), globalID("Contract", app.World.Contract("offer"))}}
		nothingIsWritten(t, app, func() {
			for _, c := range []struct {
				name, as, query string
				codes           string
			}{
				{"methods for a partner", "partner@demo.test", `{ paymentMethods { id } }`, "FORBIDDEN"},
				{"promotions for a supervisor", bySupervisor, `{ promotions { id } }`, "FORBIDDEN"},
				{"promotions of a foreign institution", byInstitution, `{ promotions(institution: "` + globalID("Institution", 3) + `") { id } }`, "INVALID"},
				{"promotions of nonsense", byInstitution, `{ promotions(institution: "x") { id } }`, "INVALID"},
				{"an unknown code", byInstitution, `{ promotionCheck(code: "NOTHING", orderAmount: 5) { promotion { id } } }`, "NOT_FOUND"},
				{"a code that has ended", byInstitution, `{ promotionCheck(code: "RAMADAN25", orderAmount: 500000) { promotion { id } } }`, "INVALID"},
				{"no order", byInstitution, `{ promotionCheck(code: "PROMO10") { promotion { id } } }`, "INVALID"},
				{"nonsense for a contract", byInstitution, `{ promotionCheck(code: "PROMO10", contract: "x") { promotion { id } } }`, "INVALID"},
				{"a preview beside what has none", byInstitution, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contract { pricingPreview { totalAmount { value } } } } }`, "WRONG_STATE"},
				{"previews with a bad code", byInstitution, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contract { pricingPreview(promotionCode: "NOTHING") { totalAmount { value } } } } }`, "INVALID INVALID"},
				{"previews with a bad method", byInstitution, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contract { pricingPreview(paymentMethod: "x") { totalAmount { value } } } } }`, "INVALID INVALID"},
				{"previews for a partner", "partner@demo.test", `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contract { pricingPreview { totalAmount { value } } } } }`, "FORBIDDEN"},
			} {
				var vars map[string]any
				if strings.Contains(c.query, "$ids") {
					vars = ids
				}
				got := try(t.Context(), t, app, tokens[c.as], c.query, vars)
				if strings.Join(got.codes(), " ") != c.codes {
					t.Errorf("%s: %s", c.name, got.body)
				}
			}
		})
		got := try(t.Context(), t, app, tokens[byInstitution], `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contract { pricingPreview { totalAmount { value } } } } }`, ids)
		if !strings.Contains(got.body, `"nodes":[{"pricingPreview":{"totalAmount":{"value":565000}}},{"pricingPreview":null}]`) {
			t.Errorf("one contract's fault is not another's: %s", got.body)
		}
		got = ask(t, app, tokens[byInstitution], `{ promotionCheck(code: "promo10", orderAmount: 300000) { promotion { code } discountAmount { value } totalAfterDiscount { value } } paymentMethods { accountName logo { url } active } promotions { code } }`, nil)
		if !strings.Contains(got.body, `"discountAmount":{"value":30000},"totalAfterDiscount":{"value":270000}`) || len(got.list("paymentMethods")) != 3 || len(got.list("promotions")) != 3 {
			t.Errorf("%s", got.body)
		}
	})
}

// TestTheWizardIsAskedAboutAsItWouldDecide: can with an input says what the action
// would say.
func TestTheWizardIsAskedAboutAsItWouldDecide(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		tokens := tokensOf(t, app)
		const can = `query($id: ID!, $action: ContractAction!, $input: ContractActionInput) { contract(id: $id) { can(action: $action, input: $input) { allowed code refusals { rule } fields { field } } } }`
		nothingIsWritten(t, app, func() {
			for _, c := range []struct {
				as, story, action string
				input             map[string]any
				want              string
			}{
				{byInstitution, "draft_schedule", "SET_SCHEDULE", nil, "map[allowed:true code:<nil> fields:[] refusals:[]]"},
				{byInstitution, "draft_schedule", "SET_SCHEDULE", map[string]any{"contractStartDate": "x"}, "field:contractStartDate"},
				{byInstitution, "draft_details", "SET_SCHEDULE", map[string]any{"contractStartTime": "07:00"}, "map[allowed:true code:<nil> fields:[] refusals:[]]"},
				{byInstitution, "draft_schedule", "SET_DETAILS", map[string]any{"description": "x"}, "rule:step"},
				{byInstitution, "draft_details", "SET_DETAILS", map[string]any{"toolBrand": "x"}, "field:description"},
				{byInstitution, "draft_details", "SET_DETAILS", map[string]any{"description": "x"}, "map[allowed:true code:<nil> fields:[] refusals:[]]"},
				{byInstitution, "draft_payment", "PROCESS_PAYMENT", nil, "map[allowed:true code:<nil> fields:[] refusals:[]]"},
				{byInstitution, "draft_payment", "PROCESS_PAYMENT", map[string]any{"paymentMethod": globalID("PaymentMethod", 1), "promotionCode": "RAMADAN25"}, "field:promotionCode"},
				{byInstitution, "draft_payment", "PROCESS_PAYMENT", map[string]any{"paymentMethod": globalID("PaymentMethod", 1)}, "map[allowed:true code:<nil> fields:[] refusals:[]]"},
				{byInstitution, "to_pay", "SEND_PROOF", nil, "map[allowed:true code:<nil> fields:[] refusals:[]]"},
				{byInstitution, "draft_payment", "SEND_PROOF", nil, "rule:state"},
				{byInstitution, "to_pay", "CANCEL", map[string]any{"reason": ""}, "field:reason"},
				{byInstitution, "on_route", "CANCEL", map[string]any{"reason": "x"}, "rule:state"},
				{"admin@demo.test", "to_verify", "VERIFY_PAYMENT", nil, "map[allowed:true code:<nil> fields:[] refusals:[]]"},
				{"admin@demo.test", "to_verify", "REFUSE_PAYMENT", map[string]any{"reason": "x"}, "map[allowed:true code:<nil> fields:[] refusals:[]]"},
				{"admin@demo.test", "rejected", "RECORD_REFUND", nil, "map[allowed:true code:<nil> fields:[] refusals:[]]"},
				{byInstitution, "to_verify", "VERIFY_PAYMENT", nil, "rule:role"},
			} {
				got := ask(t, app, tokens[c.as], can, map[string]any{"id": globalID("Contract", app.World.Contract(c.story)), "action": c.action, "input": c.input})
				if text := fmt.Sprint(got.object("contract")["can"]); !strings.Contains(text, c.want) {
					t.Errorf("%s of %s with %v: %s, want %s", c.action, c.story, c.input, text, c.want)
				}
			}
		})
	})
}

// TestPreviewsCostTheSameForAnyNumber counts statements.
func TestPreviewsCostTheSameForAnyNumber(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token := app.Token(t, byInstitution)
		const query = `query($first: Int) { contracts(first: $first, filter: { status: [DRAFT] }) { nodes { id pricingPreview(promotionCode: "WELCOME") { totalAmount { value } } } } }`
		for _, first := range []int{1, 100} {
			ctx, ran := store.Observe(t.Context())
			try(ctx, t, app, token, query, map[string]any{"first": first})
			// The caller, the list; the contracts, the promotion, days, prices and lines.
			if ran.Count() != 7 {
				t.Errorf("%d previews cost %d statements: %q", first, ran.Count(), ran.Texts())
			}
		}
	})
}
