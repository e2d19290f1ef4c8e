package routes

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kontrak/internal/view"
)

// groupFields are the lists of contracts that the five groups are the twins of.
var groupFields = map[string]string{"needsAction": "contracts", "upcoming": "contracts", "ongoing": "contracts", "completed": "contracts", "cancelled": "contracts"}

// groupsOf is the shape of five groups.
func groupsOf(of string) string {
	var b strings.Builder
	for _, key := range []string{"needs_action", "upcoming", "ongoing", "completed", "cancelled"} {
		fmt.Fprintf(&b, "%s=%s.nodes{...%s} ", key, camel(key), of)
	}
	return b.String()
}

// grouped are the arguments of the five groups.
func grouped(statuses ...string) map[string]string {
	calls := map[string]string{}
	for i, name := range []string{"needsAction", "upcoming", "ongoing", "completed", "cancelled"} {
		calls[name] = fmt.Sprintf("filter: {status: [%s]$more}, first: 100", statuses[i])
	}
	return calls
}

// groupOf asks for the contracts of one institution.
func groupOf(a *asking) {
	record("institution_id", "institution[]", "Institution", 4)(a)
	a.names["institution_id"] = "filter.institution"
}

// only asks for the tests of one record; the graph shows all.
func only(name string, most int) question {
	return func(a *asking) {
		if a.often() {
			a.query.Set(name, fmt.Sprint(1+a.rng.IntN(most+1)))
		}
	}
}

// tested keeps services and sub-services that have a test, of those that are asked for.
func tested(a *asking, services []any) []any {
	wanted := func(name string, row any) bool {
		return !a.query.Has(name) || fmt.Sprint(row.(map[string]any)["databaseId"]) == a.query.Get(name)
	}
	var kept []any
	for _, s := range services {
		service := maps.Clone(s.(map[string]any))
		subs, _ := service["subServices"].([]any)
		subs = slices.DeleteFunc(slices.Clone(subs), func(sub any) bool {
			tests, _ := sub.(map[string]any)["competencyTests"].([]any)
			return len(tests) == 0 || !wanted("sub_service_id", sub)
		})
		service["subServices"] = subs
		if len(subs) > 0 && wanted("service_id", s) {
			kept = append(kept, service)
		}
	}
	return kept
}

// hours asks for more time: mostly as much as can be had.
func hours(a *asking) {
	value := []string{"1", "0.5", "2.5", "8", "9", "0", "-1", "0.001"}[a.rng.IntN(8)]
	a.ask("additional_hours", value, "additionalHours", strconv.Quote(value))
}

// validated asks what a promotion would take off an order, or off a contract.
func validated(a *asking) {
	letters("code", "code", "PROMO10", "promo10", "WELCOME", "POTONG75", "RAMADAN25", "PAUSED", "NOTHING", "")(a)
	if !a.query.Has("code") {
		a.ask("code", "PROMO10", "code", `"PROMO10"`)
	}
	if a.often() {
		amount := []string{"1", "250000", "5000000", "0", "-1"}[a.rng.IntN(5)]
		a.ask("order_amount", amount, "orderAmount", amount)
	} else {
		record("contract_id", "contract", "Contract", 90)(a)
	}
}

// theirDay is the day at the institution that the caller has selected.
func theirDay(a *asking) {
	if a.who.CurrentInstitution != 0 {
		a.arguments["institution"] = strconv.Quote(view.GlobalID{Type: "Institution", Number: a.who.CurrentInstitution}.String())
	}
}

// neverFilled are keys that are null wherever they are said, and why.
var neverFilled = map[string]string{
	"data.message":                               "a promotion that cannot be used is refused",
	"partner.distance_km":                        "one partner by itself is not searched from anywhere",
	"profile.is_wishlisted":                      "nobody wishes for itself",
	"needs_action.review":                        "the work is not done",
	"upcoming.review":                            "the work is not done",
	"ongoing.review":                             "the work is not done",
	"cancelled.review":                           "the work was not done",
	"needs_action.seconds_until_scheduled_start": "nobody has accepted",
	"completed.seconds_until_scheduled_start":    "it has started",
	"cancelled.seconds_until_scheduled_start":    "it does not start",
	"ongoing.contract_escalation_stage":          "a partner has accepted",
	"ongoing.escalation_deadline_at":             "a partner has accepted",
	"completed.contract_escalation_stage":        "a partner has accepted",
	"completed.escalation_deadline_at":           "a partner has accepted",
	"cancelled.contract_escalation_stage":        "nobody is waited for",
	"cancelled.escalation_deadline_at":           "nobody is waited for",
}
