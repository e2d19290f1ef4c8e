package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/ent/assignment"
	"kontrak/ent/conclusion"
	"kontrak/ent/contactperson"
	"kontrak/ent/contracthistory"
	"kontrak/ent/file"
	"kontrak/ent/inspection"
	"kontrak/ent/outbox"
	"kontrak/ent/payment"
	"kontrak/ent/pricingitem"
	"kontrak/ent/qrtoken"
	"kontrak/ent/review"
	"kontrak/ent/reviewrating"
	"kontrak/ent/schedule"
	"kontrak/ent/timeadjustment"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
)

// deeds are all actions on a contract, as each surface is asked for them.
var deeds = map[lifecycle.ContractAction]deed{
	lifecycle.ActSetSchedule:    {mutation: "contractSetSchedule", inputType: "ContractSetScheduleInput", method: http.MethodPatch, path: "/api/v1/contracts/%d/schedule"},
	lifecycle.ActSetDetails:     {mutation: "contractSetDetails", inputType: "ContractSetDetailsInput", method: http.MethodPatch, path: "/api/v1/contracts/%d/details"},
	lifecycle.ActProcessPayment: {mutation: "contractProcessPayment", inputType: "ContractProcessPaymentInput", method: http.MethodPatch, path: "/api/v1/contracts/%d/payment"},
	lifecycle.ActSendProof:      {mutation: "contractSendPaymentProof", inputType: "ContractPaymentProofInput", method: http.MethodPatch, path: "/api/v1/contracts/%d/payment-proof"},
	lifecycle.ActCancel:         {mutation: "contractCancel", inputType: "ContractReasonInput", method: http.MethodPatch, path: "/api/v1/contracts/%d/cancel"},

	lifecycle.ActAccept: accept, lifecycle.ActReject: reject, lifecycle.ActRejectEscalation: giveUp,
	lifecycle.ActAssignReplacement: {mutation: "contractAssignReplacement", inputType: "ContractAssignReplacementInput", method: http.MethodPatch, path: "/api/v1/supervisor/contracts/%d/assign-partner"},
	lifecycle.ActGoOnRoute:         goOnRoute, lifecycle.ActShowStartCode: showStart, lifecycle.ActStartWork: startWork,
	lifecycle.ActRequestExtension: moreTime, lifecycle.ActApproveExtension: grant, lifecycle.ActRejectExtension: deny,
	lifecycle.ActShowEndCode: showOwn, lifecycle.ActFinishWork: finish,

	lifecycle.ActInspect: {mutation: "contractInspect", inputType: "ContractInspectInput", method: http.MethodPost, path: "/api/v1/partner/contracts/%d/inspection", resource: "inspection"},
	lifecycle.ActEditInspection: {mutation: "contractUpdateInspection", inputType: "ContractInspectInput", method: http.MethodPatch, path: "/api/v1/partner/contracts/%d/inspection",
		resource: "inspection"},
	lifecycle.ActConclude: {mutation: "contractConclude", inputType: "ContractConcludeInput", method: http.MethodPost, path: "/api/v1/partner/contracts/%d/inspection/conclusion", resource: "conclusion"},
	lifecycle.ActEditConclusion: {mutation: "contractUpdateConclusion", inputType: "ContractConcludeInput", method: http.MethodPatch, path: "/api/v1/partner/contracts/%d/inspection/conclusion",
		resource: "conclusion"},
	lifecycle.ActReview:     {mutation: "contractReview", inputType: "ContractReviewInput", method: http.MethodPost, path: "/api/v1/contracts/%d/review", resource: "review"},
	lifecycle.ActEditReview: {mutation: "contractUpdateReview", inputType: "ContractReviewInput", method: http.MethodPatch, path: "/api/v1/contracts/%d/review", resource: "review"},

	// The back office has the graph alone.
	lifecycle.ActVerifyPayment: {mutation: "contractVerifyPayment", inputType: "ContractInput"},
	lifecycle.ActRefusePayment: {mutation: "contractRefusePayment", inputType: "ContractReasonInput"},
	lifecycle.ActRecordRefund:  {mutation: "contractRecordRefund", inputType: "ContractInput"},
	lifecycle.ActForceCancel:   forceCancel, lifecycle.ActForceComplete: forceComplete, lifecycle.ActReplacePartner: exchange,
}

// given is the input of an action, as each surface takes it.
type given struct {
	graph, rest map[string]any
	// files stand at their places in the graph's variables and at the names of their
	// fields in a form.
	files []attached
}

type attached struct{ place, field, body string }

// both is an input that both surfaces spell alike.
func both(name string, value any) given {
	return given{graph: map[string]any{name: value}, rest: map[string]any{name: value}}
}

// told is what a surface says of an action: done or refused, in the words of the
// graph.
type outcomeOf struct {
	code, message string
	fields        []string
	refusals      []string
}

func (o outcomeOf) done() bool { return o.code == "" }

// doByGraph does an action by its mutation.
func doByGraph(t testing.TB, app *testkit.App, token string, d deed, contract int64, in given) (outcomeOf, *answer) {
	t.Helper()
	var got *answer
	if len(in.files) == 0 {
		got = d.byGraph(t, app, token, contract, in.graph)
	} else {
		vars := map[string]any{"contract": globalID("Contract", contract)}
		for name, v := range in.graph {
			vars[name] = v
		}
		files := map[string]string{}
		for _, f := range in.files {
			files["variables.input."+f.place] = f.body
		}
		got = askWithFiles(t, app, token, d.text(), map[string]any{"input": vars}, files)
	}
	var o outcomeOf
	if got.status != http.StatusOK || len(got.Errors) > 0 {
		o.code = fmt.Sprint(got.status, got.codes())
		return o, got
	}
	for _, e := range got.list("done", "userErrors") {
		e := e.(map[string]any)
		o.code = e["code"].(string)
		if field, ok := e["field"].(string); ok {
			o.fields = append(o.fields, field)
		} else {
			o.message = e["message"].(string)
		}
		for _, r := range e["refusals"].([]any) {
			r := r.(map[string]any)
			o.refusals = append(o.refusals, fmt.Sprint(r["rule"], "|", r["needed"], "|", r["actual"], "|", r["who"], "|", r["possibleFrom"]))
		}
	}
	o.tidy()
	return o, got
}

func (o *outcomeOf) tidy() {
	slices.Sort(o.fields)
	o.fields = slices.Compact(o.fields)
	slices.Sort(o.refusals)
	o.refusals = slices.Compact(o.refusals)
}

// words are the graph's codes as the mobile apps are told them.
var words = map[string]string{
	"validation_error": "INVALID", "invalid_state": "WRONG_STATE", "deadline_passed": "DEADLINE_PASSED", "not_eligible": "PARTNER_NOT_ELIGIBLE",
	"forbidden": "FORBIDDEN", "not_found": "NOT_FOUND",
}

// doByREST does an action by its route.
func doByREST(t testing.TB, app *testkit.App, token string, d deed, contract int64, in given) (outcomeOf, *testkit.Response) {
	t.Helper()
	var got *testkit.Response
	if len(in.files) == 0 {
		got = d.byREST(t, app, token, contract, in.rest)
	} else {
		var parts []testkit.Part
		for name, v := range in.rest {
			parts = append(parts, testkit.Part{Field: "contract[" + name + "]", Body: fmt.Sprint(v)})
		}
		for _, f := range in.files {
			parts = append(parts, testkit.Part{Field: f.field, File: "upload.bin", Body: f.body})
		}
		got = app.Send(app.Form(t, d.method, restOf(d, contract), token, parts...))
	}
	var body struct {
		Success bool
		Error   struct {
			Code, Message string
			Details       map[string][]string
			Refusals      []struct {
				Rule, Needed, Actual string
				Who                  []string
				PossibleFrom         any `json:"possible_from"`
			}
		}
	}
	got.JSON(t, &body)
	o := outcomeOf{code: words[body.Error.Code], message: body.Error.Message}
	if body.Success && got.Status < 300 {
		return outcomeOf{}, got
	}
	if o.code == "" {
		o.code = fmt.Sprint(got.Status, " ", body.Error.Code)
	}
	for field := range body.Error.Details {
		o.fields = append(o.fields, camel(field))
	}
	for _, r := range body.Error.Refusals {
		o.refusals = append(o.refusals, fmt.Sprint(r.Rule, "|", r.Needed, "|", r.Actual, "|", upper(r.Who), "|", instantOf(r.PossibleFrom)))
	}
	if len(o.fields) > 0 {
		o.message = ""
	}
	o.tidy()
	return o, got
}

// camel gives a field's name as the graph spells it.
func camel(name string) string {
	name = strings.TrimSuffix(name, "_id")
	for i := strings.Index(name, "_"); i >= 0 && i+1 < len(name); i = strings.Index(name, "_") {
		name = name[:i] + strings.ToUpper(name[i+1:i+2]) + name[i+2:]
	}
	return name
}

func upper(roles []string) []string {
	list := make([]string, len(roles))
	for i, r := range roles {
		list[i] = strings.ToUpper(r)
	}
	return list
}

// instantOf writes an instant as the graph does.
func instantOf(at any) any {
	if text, ok := at.(string); ok {
		return strings.Replace(text, ".000Z", "Z", 1)
	}
	return at
}

// rowsOfContract writes every row of a contract as JSON, but for what is random:
// names of files, codes, and the keys of messages.
func rowsOfContract(t testing.TB, app *testkit.App, id int64) string {
	t.Helper()
	ctx, c := t.Context(), app.Store.Client()
	row := c.Contract.GetX(ctx, id)
	reviews := c.Review.Query().Where(review.ContractID(id)).AllX(ctx)
	codes := c.QRToken.Query().Where(qrtoken.ContractID(id)).Order(qrtoken.ByID()).AllX(ctx)
	for _, q := range codes {
		q.Nonce, q.Hash = "", ""
	}
	messages := c.Outbox.Query().Where(outbox.ContractID(id)).Order(outbox.ByID()).AllX(ctx)
	var topics []string
	for _, m := range messages {
		topics = append(topics, m.Topic+" "+m.CreatedAt.UTC().String()+" "+canonical(t, m.Payload))
	}
	all := []any{
		row, c.Partner.GetX(ctx, row.PartnerID),
		c.Schedule.Query().Where(schedule.ContractID(id)).Order(schedule.ByID()).AllX(ctx),
		c.ContactPerson.Query().Where(contactperson.ContractID(id)).Order(contactperson.ByID()).AllX(ctx),
		c.PricingItem.Query().Where(pricingitem.ContractID(id)).Order(pricingitem.ByID()).AllX(ctx),
		c.Payment.Query().Where(payment.ContractID(id)).AllX(ctx),
		c.Assignment.Query().Where(assignment.ContractID(id)).Order(assignment.ByID()).AllX(ctx),
		c.TimeAdjustment.Query().Where(timeadjustment.ContractID(id)).Order(timeadjustment.ByID()).AllX(ctx),
		c.Inspection.Query().Where(inspection.ContractID(id)).AllX(ctx),
		c.Conclusion.Query().Where(conclusion.ContractID(id)).AllX(ctx), reviews,
		c.ContractHistory.Query().Where(contracthistory.ContractID(id)).Order(contracthistory.ByID()).AllX(ctx), codes, topics,
	}
	for _, r := range reviews {
		all = append(all, c.ReviewRating.Query().Where(reviewrating.ReviewID(r.ID)).Order(reviewrating.ByRatingItemID()).AllX(ctx))
	}
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return withoutNames(app.Store.Client().File.Query().Where(file.InstitutionID(row.InstitutionID)).Order(file.ByID()).AllX(ctx), canonical(t, raw))
}

// withoutNames puts the place and the sum of each file in the place of its name.
func withoutNames(files []*ent.File, text string) string {
	for _, f := range files {
		text = strings.ReplaceAll(text, f.Name, fmt.Sprintf("%s %s", f.Purpose, f.Sha256[:8]))
	}
	return text
}

// canonical writes JSON line by line, with the keys in their order: PostgreSQL
// keeps neither their order nor their spaces.
func canonical(t testing.TB, raw []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
