package graph_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// rightInputs and wrongInputs are an input of each action that has one, as each
// surface takes it; codes that are scanned come from each world itself.
func rightInputs(app *testkit.App) map[lifecycle.ContractAction]given {
	w := app.World
	reason := both("reason", "Because.")
	conclusion := given{graph: map[string]any{"result": "GOOD", "summary": "All is well."}, rest: map[string]any{"result": "good", "summary": "All is well."}}
	inspection := given{graph: map[string]any{"sections": findingsOf("worn", true, "221.5"), "submit": false}, rest: map[string]any{"sections": findingsOf("worn", true, "221.5"), "status": "draft"}}
	return map[lifecycle.ContractAction]given{
		lifecycle.ActSetSchedule: {
			graph: map[string]any{"contractStartDate": "2026-06-23", "contractStartTime": "09:00", "contractEndDate": "2026-06-24", "contractEndTime": "12:30",
				"contactPersons": []any{map[string]any{"name": "Siti", "phone": "+62 812 999 0001"}}},
			rest: map[string]any{"contract_start_date": "2026-06-23", "contract_start_time": "09:00", "contract_end_date": "2026-06-24", "contract_end_time": "12:30",
				"contact_persons": []any{map[string]any{"name": "Siti", "phone": "+62 812 999 0001"}}},
		},
		lifecycle.ActSetDetails:     both("description", "The display flickers."),
		lifecycle.ActProcessPayment: {graph: map[string]any{"paymentMethod": globalID("PaymentMethod", 1)}, rest: map[string]any{"payment_method_id": 1}},
		lifecycle.ActSendProof:      {graph: map[string]any{"file": nil}, files: []attached{{"file", "contract[proof]", testkit.PDF}}},
		lifecycle.ActCancel:         reason, lifecycle.ActReject: reason, lifecycle.ActRejectEscalation: reason, lifecycle.ActRejectExtension: reason,
		lifecycle.ActAssignReplacement: {graph: map[string]any{"partner": globalID("Partner", w.Queue.EligibleID)}, rest: map[string]any{"partner_id": w.Queue.EligibleID}},
		lifecycle.ActRequestExtension:  {graph: map[string]any{"additionalHours": "1.5", "reason": "More."}, rest: map[string]any{"additional_hours": "1.5", "reason": "More."}},
		lifecycle.ActInspect:           inspection, lifecycle.ActEditInspection: inspection,
		lifecycle.ActConclude: conclusion, lifecycle.ActEditConclusion: conclusion,
		lifecycle.ActReview: ratesOf(4, "Tidy."), lifecycle.ActEditReview: ratesOf(3, "Less so."),
	}
}

func wrongInputs(app *testkit.App) map[lifecycle.ContractAction]given {
	w := app.World
	blank := both("reason", " ")
	conclusion := given{graph: map[string]any{"summary": strings.Repeat("a", 5001)}, rest: map[string]any{"summary": strings.Repeat("a", 5001)}}
	inspection := given{graph: map[string]any{"sections": findingsOf("lovely", true, "much"), "submit": true}, rest: map[string]any{"sections": findingsOf("lovely", true, "much"), "status": "submitted"}}
	rates := ratesOf(6, "")
	foreign := w.Partners["suspended"]
	return map[lifecycle.ContractAction]given{
		lifecycle.ActSetSchedule: {graph: map[string]any{"contractStartDate": "2020-06-23", "contactPersons": nil}, rest: map[string]any{"contract_start_date": "2020-06-23", "contact_persons": nil}},
		lifecycle.ActSetDetails:  both("description", ""),
		lifecycle.ActProcessPayment: {graph: map[string]any{"paymentMethod": globalID("PaymentMethod", 99), "promotionCode": "NOTHING"},
			rest: map[string]any{"payment_method_id": 99, "promotion_code": "NOTHING"}},
		lifecycle.ActCancel: blank, lifecycle.ActReject: blank, lifecycle.ActRejectEscalation: blank,
		lifecycle.ActRejectExtension:   both("reason", strings.Repeat("a", 1001)),
		lifecycle.ActAssignReplacement: {graph: map[string]any{"partner": globalID("Partner", foreign)}, rest: map[string]any{"partner_id": foreign}},
		lifecycle.ActRequestExtension:  {graph: map[string]any{"additionalHours": "9", "reason": ""}, rest: map[string]any{"additional_hours": "9", "reason": ""}},
		lifecycle.ActStartWork:         {graph: map[string]any{"qrToken": "X"}, rest: map[string]any{"qr_token": "X"}},
		lifecycle.ActFinishWork:        {graph: map[string]any{"qrToken": ""}, rest: map[string]any{"qr_token": ""}},
		lifecycle.ActInspect:           inspection, lifecycle.ActEditInspection: inspection,
		lifecycle.ActConclude: conclusion, lifecycle.ActEditConclusion: conclusion,
		lifecycle.ActReview: rates, lifecycle.ActEditReview: rates,
	}
}

// standings are contracts of the demo in every state, those that time has overtaken
// among them.
var standings = []string{
	"draft_schedule", "draft_details", "draft_payment", "to_pay", "to_verify", "to_pay_overdue", "offer", "offer_overdue", "queue", "queue_overdue",
	"accepted", "approaching", "on_route", "running", "running_extended", "running_branch", "to_review", "reviewed", "cancelled", "rejected", "expired",
}

// TestEveryActionIsTheSameByTheGraphAndByREST does every action that has a route to
// a contract in every state, by an account of every kind, with a right and with a
// wrong input, by the graph in one world and by REST in an equal one: the faults
// are the same, and so are the rows.
func TestEveryActionIsTheSameByTheGraphAndByREST(t *testing.T) {
	testkit.OneCaller(t)
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		var p *pair
		done := 0
		for _, action := range withRoutes() {
			if p == nil || db.Name == "sqlite" { // a new world costs nothing there
				p = &pair{T: t, one: doors.Start(t, another(t, db)), other: doors.Start(t, another(t, db)), untouched: db.Name == "sqlite"}
			}
			p.action, p.codes = action, map[string]int{}
			p.compareAll()
			done += p.codes["done"]
		}
		if done < len(withRoutes()) {
			t.Errorf("only %d times something was done", done)
		}
	})
}

// withRoutes are the actions that REST has a route for; those that end contracts
// come last.
func withRoutes() []lifecycle.ContractAction {
	list := slices.DeleteFunc(slices.Clone(lifecycle.ContractActions), func(a lifecycle.ContractAction) bool {
		return deeds[a].path == "" || a == lifecycle.ActCancel || a == lifecycle.ActFinishWork
	})
	return append(list, lifecycle.ActFinishWork, lifecycle.ActCancel)
}

// pair are two equal worlds, one for each surface.
type pair struct {
	*testing.T
	action     lifecycle.ContractAction
	one, other *testkit.App
	untouched  bool // no other action was done before
	codes      map[string]int
}

func (p *pair) compareAll() {
	p.Helper()
	right, wrong := rightInputs(p.one)[p.action], wrongInputs(p.one)
	accounts := []string{"foreign@demo.test", "supervisor2@demo.test", theAdmin, theSupervisor, partner, p.one.PartnerEmail("partner2"), p.one.PartnerEmail("unowned"), p.one.PartnerEmail("makassar"), customer}
	tokens := [2]map[string]string{{}, {}}
	for _, email := range accounts {
		tokens[0][email], tokens[1][email] = p.one.Token(p, email), p.other.Token(p, email)
	}
	if p.action == lifecycle.ActEditConclusion { // no contract of the demo that runs has one
		unowned, id := p.one.PartnerEmail("unowned"), p.one.World.Contract("running_extended")
		for i, app := range []*testkit.App{p.one, p.other} {
			doByGraph(p, app, tokens[i][unowned], deeds[lifecycle.ActConclude], id, rightInputs(app)[lifecycle.ActConclude])
		}
	}
	for _, story := range standings {
		for _, email := range accounts {
			if in, has := wrong[p.action]; has {
				p.compare(story, email, "wrong", [2]string{tokens[0][email], tokens[1][email]}, [2]given{in, in})
			}
			ins := [2]given{right, right}
			if p.action == lifecycle.ActStartWork || p.action == lifecycle.ActFinishWork {
				ins = p.scans(story, [2]string{tokens[0][customer], tokens[1][customer]})
			}
			p.compare(story, email, "right", [2]string{tokens[0][email], tokens[1][email]}, ins)
		}
	}
	if p.untouched && p.codes["done"] == 0 || p.codes["WRONG_STATE"] == 0 || p.codes["FORBIDDEN"] == 0 || p.codes["NOT_FOUND"] == 0 {
		p.Errorf("%s: the answers were only %v", p.action, p.codes)
	}
	p.Logf("%s: %v", p.action, p.codes)
	p.compareTables()
}

// scans are the codes of each world.
func (p *pair) scans(story string, tokens [2]string) [2]given {
	show := showStart
	if p.action == lifecycle.ActFinishWork {
		show = showEnd
	}
	id := p.one.World.Contract(story)
	codes := [2]string{scanByGraph(p.T, p.one, tokens[0], show, id), scanByREST(p.T, p.other, tokens[1], show, id)}
	var ins [2]given
	for i, code := range codes {
		if code == "" {
			code = "X"
		}
		ins[i] = given{graph: map[string]any{"qrToken": code}, rest: map[string]any{"qr_token": code}}
	}
	return ins
}

func (p *pair) compare(story, email, kind string, tokens [2]string, ins [2]given) {
	p.Helper()
	d, id := deeds[p.action], p.one.World.Contract(story)
	if p.action == lifecycle.ActShowEndCode && (email == customer || email == "foreign@demo.test") {
		d = showEnd
	}
	byGraph, a := doByGraph(p, p.one, tokens[0], d, id, ins[0])
	byREST, b := doByREST(p, p.other, tokens[1], d, id, ins[1])
	p.codes[byGraph.word()]++
	if byGraph.code == "FORBIDDEN" {
		byGraph.message, byREST.message = "", "" // the route's own gate has words of its own
		if p.action == lifecycle.ActShowEndCode {
			byGraph.refusals, byREST.refusals = nil, nil // each of its two routes is for one of the two roles
		}
	}
	if byGraph.code == "INVALID" && slices.Equal(byGraph.fields, []string{"file"}) && slices.Equal(byREST.fields, []string{"proof"}) {
		byREST.fields = byGraph.fields
	}
	if fmt.Sprint(byGraph) != fmt.Sprint(byREST) {
		p.Errorf("%s of %s by %s with a %s input: the graph says\n%+v %s\nand REST\n%+v %s", p.action, story, email, kind, byGraph, a.body, byREST, b.Body)
	}
	if !byGraph.done() {
		return
	}
	if one, other := rowsOfContract(p, p.one, id), rowsOfContract(p, p.other, id); one != other {
		p.Errorf("%s of %s by %s leaves other rows: %s", p.action, story, email, differs(one, other))
	}
}

func (o outcomeOf) word() string {
	if o.done() {
		return "done"
	}
	return o.code
}

// compareTables holds all rows of both worlds against each other, but for what is
// random.
func (p *pair) compareTables() {
	p.Helper()
	random := []string{"outbox", "qr_tokens", "sessions"}
	if p.action == lifecycle.ActSendProof || !p.untouched {
		random = append(random, "files", "payments", "contract_history") // names of files
	}
	one, other := p.one.Snapshot(p), p.other.Snapshot(p)
	for _, table := range slices.Sorted(maps.Keys(one)) {
		if one[table] != other[table] && !slices.Contains(random, table) {
			p.Errorf("%s: %s is not the same after the graph and after REST", p.action, table)
		}
	}
	for _, app := range []*testkit.App{p.one, p.other} {
		if strings.Contains(app.Log.String(), "level=ERROR") {
			p.Errorf("%s: something was logged as a mistake of ours: %s", p.action, app.Log)
		}
	}
}
