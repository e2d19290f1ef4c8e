package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/ent/contracthistory"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// teller tells a story: each step of it by the graph or by REST.
type teller struct {
	*testing.T
	app    *testkit.App
	tokens map[string]string
	rest   func(step int) bool // whether a step is done by REST, where it has a route
	id     int64
	steps  int
	routes int // steps done by REST
	code   string
}

const (
	theAdmin      = "admin@demo.test"
	theSupervisor = "supervisor@demo.test"
)

func newTeller(t *testing.T, db testkit.Database, rest func(step int) bool) *teller {
	t.Helper()
	app := doors.Start(t, db)
	s := &teller{T: t, app: app, tokens: tokensOf(t, app), rest: rest}
	for _, name := range []string{"lost", "eligible"} {
		s.tokens[name] = app.Token(t, app.PartnerEmail(name))
	}
	return s
}

// byREST decides on the next step.
func (s *teller) byREST(d deed) bool {
	s.steps++
	if d.path == "" || !s.rest(s.steps) {
		return false
	}
	s.routes++
	return true
}

// do does a step five minutes after the one before.
func (s *teller) do(as string, action lifecycle.ContractAction, in given) {
	s.Helper()
	s.app.Clock.Advance(5 * time.Minute)
	d := deeds[action]
	var o outcomeOf
	var answer any
	if s.byREST(d) {
		if d.mutation == showOwn.mutation && as == customer {
			d = showEnd
		}
		told, got := doByREST(s, s.app, s.tokens[as], d, s.id, in)
		if o, answer = told, string(got.Body); o.done() && d.result == "code" {
			var body struct{ Data struct{ Token string } }
			got.JSON(s, &body)
			s.code = body.Data.Token
		}
	} else {
		told, got := doByGraph(s, s.app, s.tokens[as], d, s.id, in)
		if o, answer = told, got.body; o.done() && d.result == "code" {
			s.code, _ = got.object("done", "code")["token"].(string)
		}
	}
	if !o.done() {
		s.Fatalf("%s by %s: %+v\n%v", action, as, o, answer)
	}
}

// scan is the input that holds the code that was shown last.
func (s *teller) scan() given {
	return given{graph: map[string]any{"qrToken": s.code}, rest: map[string]any{"qr_token": s.code}}
}

// create makes the draft.
func (s *teller) create(partner string) {
	s.Helper()
	w := s.app.World
	sub := int64(8) // patient monitors
	if s.byREST(deed{path: "/api/v1/contracts"}) {
		var body struct {
			Data struct{ Contract struct{ ID int64 } }
		}
		got := s.app.Do(s, http.MethodPost, "/api/v1/contracts", s.tokens[customer], map[string]any{"contract": map[string]any{
			"institution_id": w.Institutions["home"], "partner_id": w.Partners[partner], "sub_service_id": sub, "kind": "repair",
		}})
		if got.JSON(s, &body); got.Status != http.StatusCreated {
			s.Fatalf("create: %d %s", got.Status, got.Body)
		}
		s.id = body.Data.Contract.ID
		return
	}
	made := act(s, s.app, s.tokens[customer], "contractCreate", "ContractCreateInput", map[string]any{
		"institution": globalID("Institution", w.Institutions["home"]), "partner": globalID("Partner", w.Partners[partner]),
		"subService": globalID("SubService", sub), "kind": "REPAIR",
	}, "id")
	if told(made) != "" {
		s.Fatalf("create: %v", made)
	}
	s.id = s.app.Store.Client().Contract.Query().Order(ent.Desc("id")).FirstX(s.Context()).ID
}

// offer takes a contract from its draft to the partner's question.
func (s *teller) offer(partner string) {
	s.Helper()
	s.create(partner)
	s.do(customer, lifecycle.ActSetSchedule, given{
		graph: map[string]any{
			"contractStartDate": "2026-06-13", "contractStartTime": "09:00", "contractEndDate": "2026-06-14", "contractEndTime": "12:30",
			"contactPersons": []any{map[string]any{"name": "Siti Aminah", "phone": "+62 812 999 0001"}},
		},
		rest: map[string]any{
			"contract_start_date": "2026-06-13", "contract_start_time": "09:00", "contract_end_date": "2026-06-14", "contract_end_time": "12:30",
			"contact_persons": []any{map[string]any{"name": "Siti Aminah", "phone": "+62 812 999 0001"}},
		},
	})
	s.do(customer, lifecycle.ActSetDetails, given{
		graph: map[string]any{"description": "The display flickers.", "toolBrand": "Mindray", "toolImages": []any{map[string]any{"upload": nil}, map[string]any{"upload": nil}}},
		rest:  map[string]any{"description": "The display flickers.", "tool_brand": "Mindray"},
		files: []attached{{"toolImages.0.upload", "contract[tool_images][]", testkit.PNG}, {"toolImages.1.upload", "contract[tool_images][]", testkit.JPEG}},
	})
	s.do(customer, lifecycle.ActProcessPayment, given{
		graph: map[string]any{"paymentMethod": globalID("PaymentMethod", 1), "promotionCode": "PROMO10"},
		rest:  map[string]any{"payment_method_id": 1, "promotion_code": "PROMO10"},
	})
	proof := given{graph: map[string]any{"file": nil}, files: []attached{{"file", "contract[proof]", testkit.PDF}}}
	s.do(customer, lifecycle.ActSendProof, proof)
	s.do(theAdmin, lifecycle.ActRefusePayment, both("reason", "The receipt is of another account."))
	s.do(customer, lifecycle.ActSendProof, proof)
	s.do(theAdmin, lifecycle.ActVerifyPayment, given{})
}

// work takes an accepted contract to its review.
func (s *teller) work(partner string) {
	s.Helper()
	start := *s.app.Store.Client().Contract.GetX(s.Context(), s.id).ScheduledStartAt
	s.app.Clock.Set(start.Add(-time.Hour))
	s.do(partner, lifecycle.ActGoOnRoute, given{})
	s.do(customer, lifecycle.ActShowStartCode, given{})
	s.do(partner, lifecycle.ActStartWork, s.scan())
	more := given{graph: map[string]any{"additionalHours": "1.5", "reason": "The cable is worn."}, rest: map[string]any{"additional_hours": "1.5", "reason": "The cable is worn."}}
	s.do(partner, lifecycle.ActRequestExtension, more)
	s.do(customer, lifecycle.ActRejectExtension, both("reason", "Not today."))
	s.do(partner, lifecycle.ActRequestExtension, more)
	s.do(customer, lifecycle.ActApproveExtension, given{})
	s.do(partner, lifecycle.ActInspect, given{graph: map[string]any{"sections": findingsOf("worn", true, "221.5"), "submit": false}, rest: map[string]any{"sections": findingsOf("worn", true, "221.5"), "status": "draft"}})
	s.do(partner, lifecycle.ActEditInspection, given{graph: map[string]any{"sections": findingsOf("clean", true, "230"), "submit": true}, rest: map[string]any{"sections": findingsOf("clean", true, "230"), "status": "submitted"}})
	s.do(partner, lifecycle.ActConclude, given{graph: map[string]any{"result": "GOOD", "summary": "All is well."}, rest: map[string]any{"result": "good", "summary": "All is well."}})
	s.do(partner, lifecycle.ActEditConclusion, both("recommendation", "Look again in May."))
	s.do(partner, lifecycle.ActShowEndCode, given{})
	s.do(customer, lifecycle.ActFinishWork, s.scan())
	s.do(customer, lifecycle.ActReview, ratesOf(4, "Tidy."))
	s.do(customer, lifecycle.ActEditReview, ratesOf(5, "Very tidy."))
}

// findingsOf are findings of the general template.
func findingsOf(appearance string, on bool, voltage string) []any {
	item := func(key, value string) map[string]any { return map[string]any{"key": key, "value": value} }
	return []any{
		map[string]any{"key": "condition", "items": []any{item("appearance", appearance), item("powers_on", fmt.Sprint(on))}},
		map[string]any{"key": "measurement", "items": []any{item("voltage", voltage)}},
	}
}

// ratesOf rate every criterion of the demo alike.
func ratesOf(rate int, comment string) given {
	var byGraph, byREST []any
	for id := int64(1); id <= 4; id++ {
		byGraph = append(byGraph, map[string]any{"ratingItem": globalID("RatingItem", id), "rate": rate})
		byREST = append(byREST, map[string]any{"rating_id": id, "rate": rate})
	}
	return given{graph: map[string]any{"ratings": byGraph, "comment": comment}, rest: map[string]any{"ratings": byREST, "comment": comment}}
}

// events are what the history of the contract tells.
func (s *teller) events() []string {
	var list []string
	for _, h := range s.app.Store.Client().ContractHistory.Query().Where(contracthistory.ContractID(s.id)).Order(contracthistory.ByContractVersion()).AllX(s.Context()) {
		list = append(list, string(h.Event))
	}
	return list
}

// ways are the ways in which a story is told.
var ways = []struct {
	name string
	rest func(step int) bool
}{
	{"the graph alone", func(int) bool { return false }},
	{"REST alone", func(int) bool { return true }},
	{"the graph and REST by turns", func(step int) bool { return step%2 == 0 }},
	{"REST and the graph by turns", func(step int) bool { return step%2 == 1 }},
}

// tellEveryWay tells a story on each database in every way, and wants the same rows
// at its end, the same events, and no mistake of ours in the log.
func tellEveryWay(t *testing.T, tell func(*teller), events string) {
	t.Helper()
	t.Parallel()
	first := ""
	for _, db := range testkit.Databases(t) {
		for i, way := range ways {
			if i > 0 {
				db = another(t, db)
			}
			s := newTeller(t, db, way.rest)
			tell(s)
			rows := rowsOfContract(t, s.app, s.id)
			if first == "" {
				first = rows
			}
			if rows != first {
				t.Errorf("%s, %s: the rows are others than %s gives:\n%s", db.Name, way.name, ways[0].name, differs(first, rows))
			}
			if got := strings.Join(s.events(), " "); got != events {
				t.Errorf("%s, %s: the history tells %s", db.Name, way.name, got)
			}
			if strings.Contains(s.app.Log.String(), "level=ERROR") {
				t.Errorf("%s, %s: something was logged as a mistake of ours: %s", db.Name, way.name, s.app.Log)
			}
			t.Logf("%s, %s: %d steps, %d of them by REST, %d rows' lines", db.Name, way.name, s.steps, s.routes, strings.Count(rows, "\n"))
		}
	}
}

// differs gives the lines in which two texts differ.
func differs(a, b string) string {
	one, other := strings.Split(a, "\n"), strings.Split(b, "\n")
	var list []string
	for i := range min(len(one), len(other)) {
		if one[i] != other[i] {
			list = append(list, one[i]+"  /  "+other[i])
		}
	}
	return strings.Join(list[:min(20, len(list))], "\n")
}

const untilOffer = "create set_schedule set_details process_payment send_proof refuse_payment send_proof verify_payment"

const workEvents = "go_on_route start_work request_extension reject_extension request_extension approve_extension inspect inspect conclude conclude finish_work review review"

// TestAContractIsLedFromDraftToReview is the whole story.
func TestAContractIsLedFromDraftToReview(t *testing.T) {
	tellEveryWay(t, func(s *teller) {
		s.offer("partner")
		s.do(partner, lifecycle.ActAccept, given{})
		s.work(partner)
	}, untilOffer+" accept "+workEvents)
}

// TestARejectedContractIsReassigned: a supervisor finds another partner, who does
// the work.
func TestARejectedContractIsReassigned(t *testing.T) {
	tellEveryWay(t, func(s *teller) {
		s.offer("lost")
		s.do("lost", lifecycle.ActReject, both("reason", "I am ill."))
		other := s.app.World.Partners["eligible"]
		s.do(theSupervisor, lifecycle.ActAssignReplacement, given{graph: map[string]any{"partner": globalID("Partner", other)}, rest: map[string]any{"partner_id": other}})
		s.work("eligible")
	}, untilOffer+" escalate assign_replacement "+workEvents)
}

// TestARejectedContractIsRejectedByTheSupervisor: the money is given back.
func TestARejectedContractIsRejectedByTheSupervisor(t *testing.T) {
	tellEveryWay(t, func(s *teller) {
		s.offer("lost")
		s.do("lost", lifecycle.ActReject, both("reason", "I am ill."))
		s.do(theSupervisor, lifecycle.ActRejectEscalation, both("reason", "Nobody of mine is free."))
		s.do(theAdmin, lifecycle.ActRecordRefund, given{})
	}, untilOffer+" escalate reject record_refund")
}

// TestAnUnansweredContractIsRejectedByTime: first the partner's time passes, then
// the supervisor's.
func TestAnUnansweredContractIsRejectedByTime(t *testing.T) {
	tellEveryWay(t, func(s *teller) {
		s.offer("lost")
		moved := ask(s, s.app, s.tokens[theAdmin], moveMutation, map[string]any{"in": map[string]any{"by": "72h"}})
		if told := moved.list("clockAdvance", "userErrors"); len(told) > 0 {
			s.Fatalf("%s", moved.body)
		}
		s.do(theAdmin, lifecycle.ActRecordRefund, given{})
	}, untilOffer+" escalate reject record_refund")
}
