package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// wholeContract is every field of a contract that the history keeps, and what is
// reckoned from them.
const wholeContract = `
	id databaseId version referenceCode status displayStatus statusReason step kind contractEscalationStage escalationDeadlineAt
	contractEscalationCountdownActive partnerStatus description toolBrand toolType toolImages { name url }
	contractStartDate contractStartTime contractEndDate contractEndTime scheduleStartDate scheduleStartTime scheduleEndDate scheduleEndTime
	scheduledStartAt scheduledEndAt effectiveScheduledEndAt approachingScheduledStart secondsUntilScheduledStart
	institution { id name } subService { id name } partner { id fullName phoneNumber }
	schedules { id date startTime endTime status } contactPersons { id name phone }
	pricingItems { id name code kind unit effect isPartnerPricing amount { value currency } }
	pricingTotal { value currency } discountAmount { value currency } totalAmount { value currency }
	payment { id status statusReason amount { value } paymentMethod { id name } proof { name url } promotion { id code } paidAt paymentDeadlineAt }
	paymentStatus paymentDeadlineAt canRequestExtension hasPendingExtensionRequest pendingTimeAdjustment { id }
	assignments { id sequence assignmentKind status statusReason assignedAt respondedAt partner { id fullName } assignedBy { id fullName role } }
	timeAdjustments { id additionalHours reason status statusReason requestedAt approvedAt }
	inspection { id status templateCode templateName sections { key title items { key label kind value note } } photos { name url } startedAt submittedAt createdAt updatedAt }
	conclusion { id result summary recommendation photos { name } createdAt updatedAt }
	review { id overallRate comment ratings { name rate } createdAt updatedAt }
	acceptedAt workStartedAt completedAt cancelledAt createdAt updatedAt`

// TestAContractAsOfNowIsTheContract: for every story and caller, with what is left
// out, byte for byte.
func TestAContractAsOfNowIsTheContract(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		for _, as := range []string{"institution@demo.test", "partner@demo.test", "supervisor@demo.test", "admin@demo.test"} {
			token, seen := app.Token(t, as), 0
			for _, story := range app.World.Stories {
				vars := map[string]any{"id": globalID("Contract", story.ContractID), "at": app.Clock.Now()}
				now := ask(t, app, token, "query($id: ID!) { contract(id: $id) {"+wholeContract+"} }", vars)
				then := ask(t, app, token, "query($id: ID!, $at: Time) { contract(id: $id, asOf: $at) {"+wholeContract+"} }", vars)
				if now.body != then.body {
					t.Errorf("%s as of now is for %s\n%s\nand is\n%s", story.Name, as, then.body, now.body)
				}
				if now.Data["contract"] != nil {
					seen++
				}
			}
			if seen < 3 {
				t.Errorf("%s sees %d contracts: nothing was tested", as, seen)
			}
		}
	})
}

// TestTheHistoryOfAContractIsAConnection reads it in pages, and the contract as of
// each of its instants.
func TestTheHistoryOfAContractIsAConnection(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, id := app.Token(t, "admin@demo.test"), globalID("Contract", app.World.Contract("reviewed"))
		const page = `query($id: ID!, $after: String) { contract(id: $id) { history(first: 4, after: $after) { totalCount
			pageInfo { hasNextPage endCursor } edges { cursor node { version at event fromStatus toStatus reason
			actor { fullName role } changes { field from to } } } } } }`
		const then = `query($id: ID!, $at: Time) { contract(id: $id, asOf: $at) { status version } }`
		var events, inspections []string
		var after any
		for range 10 {
			got := ask(t, app, token, page, map[string]any{"id": id, "after": after}).object("contract", "history")
			for _, edge := range got["edges"].([]any) {
				node := edge.(map[string]any)["node"].(map[string]any)
				events = append(events, node["event"].(string))
				inspections = append(inspections, writesOf(node, "inspection")...)
				was := ask(t, app, token, then, map[string]any{"id": id, "at": node["at"]}).object("contract")
				if was["status"] != node["toStatus"] || was["version"] != node["version"] {
					t.Errorf("after %s it was %v, and the history says %v", node["event"], was, node)
				}
			}
			info := got["pageInfo"].(map[string]any)
			if after = info["endCursor"]; info["hasNextPage"] == false {
				if got["totalCount"] != float64(len(events)) {
					t.Errorf("%v entries are counted, and %d were read", got["totalCount"], len(events))
				}
				break
			}
		}
		want := []string{
			"CREATE", "SET_SCHEDULE", "SET_DETAILS", "PROCESS_PAYMENT", "SEND_PROOF", "VERIFY_PAYMENT", "ACCEPT", "REMIND_DEPARTURE",
			"GO_ON_ROUTE", "START_WORK", "INSPECT", "INSPECT", "CONCLUDE", "FINISH_WORK", "REVIEW",
		}
		if !slices.Equal(events, want) {
			t.Errorf("the events are %q, want %q", events, want)
		}
		if want := []string{"INSPECT first", "INSPECT change"}; !slices.Equal(inspections, want) {
			t.Errorf("the inspection was written by %q, want %q", inspections, want)
		}
	})
}

// writesOf tells how an entry of a history changed a field: the first write is from
// null, any other is from what there was.
func writesOf(entry map[string]any, field string) (list []string) {
	for _, c := range entry["changes"].([]any) {
		change := c.(map[string]any)
		switch {
		case change["field"] != field:
		case change["from"] == nil:
			list = append(list, fmt.Sprint(entry["event"], " first"))
		default:
			list = append(list, fmt.Sprint(entry["event"], " change"))
		}
	}
	return list
}

func TestThePastIsAskedForWithinItsBounds(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		token, id := app.Token(t, "institution@demo.test"), globalID("Contract", app.World.Contract("reassigned"))
		for at, want := range map[time.Time]string{
			app.Clock.Now().Add(time.Millisecond): "INVALID", app.Clock.Now().AddDate(-1, 0, 0): "null", app.Clock.Now(): "ACCEPTED",
		} {
			got := try(t.Context(), t, app, token, `query($id: ID!, $at: Time) { contract(id: $id, asOf: $at) { status } }`, map[string]any{"id": id, "at": at})
			if !strings.Contains(got.body, want) || want == "INVALID" && !strings.Contains(got.body, `"asOf"`) {
				t.Errorf("as of %s: %s", at, got.body)
			}
		}
		for _, args := range []string{`first: 0`, `first: 101`, `after: "x"`} {
			got := try(t.Context(), t, app, token, fmt.Sprintf(`query($id: ID!) { contract(id: $id) { history(%s) { totalCount } } }`, args), map[string]any{"id": id})
			if !slices.Equal(got.codes(), []string{"INVALID"}) {
				t.Errorf("history(%s): %s", args, got.body)
			}
		}
		// Whoever has it now does not learn what was before.
		heir := app.Store.Client().Partner.GetX(t.Context(), app.Store.Client().Contract.GetX(t.Context(), app.World.Contract("reassigned")).PartnerID)
		mail := app.Store.Client().User.GetX(t.Context(), heir.UserID).Email
		got := ask(t, app, app.Token(t, mail), `query($id: ID!, $at: Time) { contract(id: $id, asOf: $at) { status } }`,
			map[string]any{"id": id, "at": app.Clock.Now().Add(-46 * time.Hour)})
		if got.Data["contract"] != nil {
			t.Errorf("the heir is told of the time before: %s", got.body)
		}
	})
}
