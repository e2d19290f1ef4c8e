package graph_test

import (
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// useCases are all mutations, in the order in which one world can do them.
func useCases(w *world.World) []useCase {
	of := func(a lifecycle.ContractAction) deed { return deeds[a] }
	why := map[string]any{"reason": "Because."}
	partnerID := func(name string) string { return globalID("Partner", w.Partners[name]) }
	method := func(id int64) string { return globalID("PaymentMethod", id) }
	app := &testkit.App{World: w}
	right, wrong := rightInputs(app), wrongInputs(app)
	rates := func(list ...any) map[string]any { return map[string]any{"ratings": list} }
	rate := func(item int64, n int) any {
		return map[string]any{"ratingItem": globalID("RatingItem", item), "rate": n}
	}
	badRates := []badInput{
		{"no rates", map[string]any{"ratings": []any{}}, "INVALID", "ratings"},
		{"six of five", rates(rate(1, 6), rate(2, 1), rate(3, 1), rate(4, 1)), "INVALID", "ratings[0].rate"},
		{"none of five", rates(rate(1, 0), rate(2, 1), rate(3, 1), rate(4, 1)), "INVALID", "ratings[0].rate"},
		{"a criterion twice", rates(rate(1, 1), rate(2, 1), rate(3, 1), rate(4, 1), rate(4, 2)), "INVALID", "ratings[4].ratingItem"},
		{"no criterion", rates(rate(1, 1), rate(2, 1), rate(3, 1), rate(4, 1), rate(999, 1)), "INVALID", "ratings[4].ratingItem"},
		{"a long comment", map[string]any{"comment": long(2001)}, "INVALID", "comment"},
	}
	badInspections := []badInput{
		{"an item that is none", map[string]any{"sections": []any{map[string]any{"key": "engine", "items": []any{}}}}, "INVALID", "sections[0].key"},
		{"values that do not fit", wrong[lifecycle.ActInspect].graph, "INVALID", "sections[0].items[0].value,sections[1].items[0].value"},
		{"a photo that is not there", map[string]any{"photos": []any{map[string]any{"keep": "x.png"}}}, "INVALID", "photos"},
	}
	badConclusions := []badInput{
		{"a long summary", map[string]any{"summary": long(5001)}, "INVALID", "summary"},
		{"a long recommendation", map[string]any{"recommendation": long(5001)}, "INVALID", "recommendation"},
		{"no result and no summary", map[string]any{"result": nil, "summary": nil}, "INVALID", "result,summary"},
	}
	badScans := []badInput{
		{"no code", map[string]any{"qrToken": ""}, "INVALID", "qrToken"},
		{"a wrong code", map[string]any{"qrToken": long(32)}, "INVALID", "qrToken"},
		{"a zero character", map[string]any{"qrToken": "\x00"}, "INVALID", "qrToken"},
	}
	create := map[string]any{"institution": globalID("Institution", w.Institutions["home"]), "partner": partnerID("partner"), "subService": globalID("SubService", 8), "kind": "REPAIR"}
	return []useCase{
		{deed: deed{mutation: "contractCreate", inputType: "ContractCreateInput"}, as: customer, input: create, cost: 10,
			reason: "whether the institution takes part, sub-service, partner with what it can do and asks for; contract, its text, assignment, message, history",
			bad: []badInput{
				{"a foreign institution", map[string]any{"institution": globalID("Institution", w.Institutions["foreign"])}, "INVALID", "institution"},
				{"ids of other types", map[string]any{"institution": "x", "partner": method(1), "subService": ""}, "INVALID", "institution,partner,subService"},
				{"a partner that rests", map[string]any{"partner": partnerID("resting")}, "PARTNER_NOT_ELIGIBLE", "partner"},
				{"a suspended partner", map[string]any{"partner": partnerID("suspended")}, "PARTNER_NOT_ELIGIBLE", "partner"},
				{"no such sub-service", map[string]any{"subService": globalID("SubService", 999)}, "INVALID", "subService"},
			}},
		{deed: of(lifecycle.ActSetSchedule), as: customer, story: "draft_schedule", input: right[lifecycle.ActSetSchedule].graph, cost: 13,
			reason: "zone, days, contacts; contract, days, contact, message, history",
			bad: []badInput{
				{"a start that has gone by and no contacts", wrong[lifecycle.ActSetSchedule].graph, "INVALID", "contactPersons,contractEndDate,contractStartDate"},
				{"an end before the start", map[string]any{"contractEndDate": "2026-06-22"}, "INVALID", "contractEndDate"},
				{"a day outside", map[string]any{"schedules": []any{map[string]any{"date": "2026-06-30", "startTime": "09:00", "endTime": "10:00"}}}, "INVALID", "schedules[0].date"},
				{"no time", map[string]any{"contractStartTime": nil}, "INVALID", "contractStartTime"},
				{"a contact without a name", map[string]any{"contactPersons": []any{map[string]any{"name": "", "phone": "x"}}}, "INVALID", "contactPersons[0].name,contactPersons[0].phone"},
			}},
		{deed: of(lifecycle.ActSetDetails), as: customer, story: "draft_details", input: right[lifecycle.ActSetDetails].graph, cost: 7, reason: "contract, message, history",
			bad: []badInput{
				{"no description", map[string]any{"description": ""}, "INVALID", "description"},
				{"a long brand and type", map[string]any{"toolBrand": long(201), "toolType": long(201)}, "INVALID", "toolBrand,toolType"},
				{"a picture that is not there", map[string]any{"toolImages": []any{map[string]any{"keep": "x.png"}}}, "INVALID", "toolImages"},
			}},
		{deed: of(lifecycle.ActProcessPayment), as: customer, story: "draft_payment", input: map[string]any{"paymentMethod": method(1), "promotionCode": "WELCOME"}, cost: 15,
			reason: "method, promotion, days, prices, lines, zone; contract, lines, payment, message, history",
			bad: []badInput{
				{"a method that is none", map[string]any{"paymentMethod": method(99)}, "INVALID", "paymentMethod"},
				{"a method that is switched off", map[string]any{"paymentMethod": method(4)}, "INVALID", "paymentMethod"},
				{"an id that is none", map[string]any{"paymentMethod": "x"}, "INVALID", "paymentMethod"},
				{"a code that is none", map[string]any{"promotionCode": "NOTHING"}, "INVALID", "promotionCode"},
				{"a code that has ended", map[string]any{"promotionCode": "RAMADAN25"}, "INVALID", "promotionCode"},
			}},
		{deed: of(lifecycle.ActSendProof), as: customer, story: "to_pay", input: map[string]any{"file": testkit.PDF}, cost: 10,
			reason: "the settings before the file is stored; contract, file, payment, message, history",
			bad: []badInput{
				{"no file", map[string]any{"file": nil}, "INVALID", "file"},
				{"an empty file", map[string]any{"file": ""}, "INVALID", "file"},
				{"a page", map[string]any{"file": testkit.HTML}, "INVALID", "file"},
				{"a drawing with a script", map[string]any{"file": testkit.SVG}, "INVALID", "file"},
			}},
		{deed: of(lifecycle.ActCancel), as: customer, story: "approaching", input: why, cost: 13,
			reason: "contract, try read and ended, days read and moved, payment, request, message, history", bad: badReasons("reason")},
		{deed: accept, as: partner, story: "offer", cost: 11, reason: "partner held, its other work; contract, try read and ended, message, history"},
		{deed: reject, as: partner, story: "offer_branch", input: why, cost: 9, reason: "contract, try read and ended, message, history", bad: badReasons("reason")},
		{deed: of(lifecycle.ActAssignReplacement), as: theSupervisor, story: "queue", input: map[string]any{"partner": globalID("Partner", w.Queue.EligibleID)}, cost: 12,
			reason: "partner with what it can do and its other work; the same held; contract, last try, try, message, history",
			bad: []badInput{
				{"an id that is none", map[string]any{"partner": "x"}, "INVALID", "partner"},
				{"an id of another type", map[string]any{"partner": globalID("Contract", 1)}, "INVALID", "partner"},
				{"no such partner", map[string]any{"partner": globalID("Partner", 1<<40)}, "PARTNER_NOT_ELIGIBLE", "partner"},
				{"a suspended partner", map[string]any{"partner": partnerID("suspended")}, "PARTNER_NOT_ELIGIBLE", "partner"},
			}},
		{deed: giveUp, as: theSupervisor, story: "queue_branch", input: why, cost: 12, reason: "contract, no open try, days read and moved, payment, request, message, history", bad: badReasons("reason")},
		{deed: goOnRoute, as: partner, story: "accepted", cost: 7, reason: "contract, message, history"},
		{deed: showStart, as: customer, story: "on_route", cost: 6, reason: "contract held, code that is good, code; no answer is read"},
		{deed: startWork, as: "partner2", story: "on_route", input: map[string]any{"qrToken": "X"}, needs: lifecycle.ActShowStartCode, cost: 10,
			reason: "contract, code, days read and moved, message, history", bad: badScans},
		{deed: moreTime, as: "makassar", story: "running_branch", input: map[string]any{"additionalHours": "1.5", "reason": "More."}, cost: 9,
			reason: "contract, requests so far, request, message, history",
			bad: append(badReasons("reason"), []badInput{
				{"no hours", map[string]any{"additionalHours": "0"}, "INVALID", "additionalHours"},
				{"too many hours", map[string]any{"additionalHours": "8.05"}, "INVALID", "additionalHours"},
				{"a word", map[string]any{"additionalHours": "two"}, "INVALID", "additionalHours"},
				{"hours and reason", map[string]any{"additionalHours": "", "reason": ""}, "INVALID", "additionalHours,reason"},
			}...)},
		{deed: grant, as: customer, story: "running", cost: 9, reason: "contract, request read and answered, message, history"},
		{deed: deny, as: customer, story: "running_branch", input: why, cost: 9, reason: "contract, request read and answered, message, history",
			bad: []badInput{{"a long reason", map[string]any{"reason": long(1001)}, "INVALID", "reason"}, {"a zero character", map[string]any{"reason": "\x00"}, "INVALID", "reason"}}},
		{deed: showEnd, as: customer, story: "running", cost: 6, reason: "contract held, code that is good, code; no answer is read"},
		{deed: finish, as: customer, story: "running", input: map[string]any{"qrToken": "X"}, needs: lifecycle.ActShowEndCode, cost: 11,
			reason: "contract, code, days read and moved, no request, message, history", bad: badScans},
		{deed: of(lifecycle.ActInspect), as: "makassar", story: "running_branch", input: right[lifecycle.ActInspect].graph, cost: 11,
			reason: "no inspection, template; contract, inspection, message, history", bad: badInspections},
		{deed: of(lifecycle.ActEditInspection), as: "makassar", story: "running_branch", input: right[lifecycle.ActInspect].graph, cost: 11,
			reason: "inspection, templates; contract, inspection, message, history", bad: badInspections},
		{deed: of(lifecycle.ActConclude), as: "unowned", story: "running_extended", input: right[lifecycle.ActConclude].graph, cost: 9,
			reason: "no conclusion; contract, conclusion, message, history", bad: badConclusions},
		{deed: of(lifecycle.ActEditConclusion), as: "unowned", story: "running_extended", input: right[lifecycle.ActConclude].graph, cost: 9,
			reason: "conclusion; contract, conclusion, message, history", bad: badConclusions},
		{deed: of(lifecycle.ActReview), as: customer, story: "to_review", input: right[lifecycle.ActReview].graph, cost: 12,
			reason: "criteria; contract, no review, review, rates, partner, message, history", bad: badRates},
		{deed: of(lifecycle.ActEditReview), as: customer, story: "reviewed", input: right[lifecycle.ActReview].graph, cost: 14,
			reason: "criteria; contract, review, rates read and removed, review, rates, partner, message, history", bad: badRates},

		{deed: of(lifecycle.ActVerifyPayment), as: theAdmin, story: "to_verify", cost: 10, reason: "partner held; contract, payment, two messages, history"},
		{deed: of(lifecycle.ActRefusePayment), as: theAdmin, story: "to_pay", input: why, cost: 8, reason: "contract, payment, message, history", bad: badReasons("reason")},
		{deed: of(lifecycle.ActRecordRefund), as: theAdmin, story: "rejected", cost: 8, reason: "contract, payment, message, history"},
		{deed: forceCancel, as: theAdmin, story: "running_extended", input: why, cost: 13,
			reason: "contract, try read and ended, days read and moved, payment, request, message, history", bad: badReasons("reason")},
		{deed: forceComplete, as: theAdmin, story: "running_branch", input: why, cost: 10, reason: "contract, days read and moved, no request, message, history", bad: badReasons("reason")},
		{deed: exchange, as: theAdmin, story: "queue_shared", input: map[string]any{"partner": globalID("Partner", w.Queue.EligibleID), "reason": "Ill."}, cost: 13,
			reason: "partner with what it can do and its other work; the same held; contract, no open try, last try, try, message, history",
			bad: append(badReasons("reason"), []badInput{
				{"an id that is none", map[string]any{"partner": "x"}, "INVALID", "partner"},
				{"no such partner", map[string]any{"partner": globalID("Partner", 1<<40)}, "PARTNER_NOT_ELIGIBLE", "partner"},
				{"the same partner", map[string]any{"partner": partnerID("unowned")}, "PARTNER_NOT_ELIGIBLE", "partner"},
			}...)},
		{deed: deed{mutation: "partnerSuspend", inputType: "PartnerReasonInput", result: ""}, as: theAdmin, input: map[string]any{"partner": partnerID("resting"), "reason": "Complaints."}, cost: 9,
			reason: "the partner held and moved, who did it, its offers held; for each offer its own",
			bad: append(badReasons("reason"), []badInput{
				{"an id that is none", map[string]any{"partner": "x"}, "NOT_FOUND", ""},
				{"no such partner", map[string]any{"partner": globalID("Partner", 1<<40)}, "NOT_FOUND", ""},
				{"a suspended partner", map[string]any{"partner": partnerID("suspended")}, "WRONG_STATE", ""},
			}...)},
		{deed: deed{mutation: "partnerReinstate", inputType: "PartnerInput"}, as: theAdmin, input: map[string]any{"partner": partnerID("suspended")}, cost: 5,
			reason: "the partner held and moved, who did it",
			bad: []badInput{
				{"an id that is none", map[string]any{"partner": "x"}, "NOT_FOUND", ""},
				{"a partner that is not suspended", map[string]any{"partner": partnerID("partner")}, "WRONG_STATE", ""},
			}},
		{deed: deed{mutation: "clockAdvance", inputType: "ClockAdvanceInput"}, as: theAdmin, input: map[string]any{"by": "1ms"}, twice: true, cost: 7,
			reason: "what is due of each kind; for what falls due, its own",
			bad: []badInput{
				{"nothing", map[string]any{"by": nil}, "INVALID", "to"},
				{"both", map[string]any{"to": world.Now, "by": "1h"}, "INVALID", "to"},
				{"backwards", map[string]any{"by": "-1h"}, "INVALID", "by"},
				{"no length", map[string]any{"by": "soon"}, "INVALID", "by"},
			}},
	}
}
