package routes

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// noticeWords are the types of notifications that the reference lists.
const noticeWords = `contract_payment_verified contract_payment_expired contract_assigned contract_accepted contract_rejected contract_escalated
	contract_reassigned contract_escalation_rejected contract_on_route contract_departure_reminder contract_started extension_requested
	extension_approved extension_rejected contract_completed contract_cancelled review_received certification_status_changed
	competency_test_status_changed partner_verified general`

// maker makes a value of a route of several fields of the graph.
type maker struct {
	needs string // places; those of the root with a stroke before them
	of    func(*comparison, map[string]any) any
}

var makers map[string]maker

func init() { // they are named in shapes, which they are made of
	makers = map[string]maker{
		// A contract's total is the graph's with the bare number of what was taken off.
		"total": {"totalAmount.value totalAmount.currency discountAmount.value", func(c *comparison, node map[string]any) any {
			total, _ := node["totalAmount"].(map[string]any)
			return map[string]any{"value": total["value"], "currency": total["currency"], "discount_amount": c.follow(node, []string{"discountAmount", "value"})}
		}},
		// No cap is null here and 0 there.
		"cap": {"maxDiscountAmount.value maxDiscountAmount.currency", func(_ *comparison, node map[string]any) any {
			most, _ := node["maxDiscountAmount"].(map[string]any)
			if plain(most["value"]) == "0" {
				return nil
			}
			return most
		}},
		// Nothing is taken off without a promotion: null here, 0 there.
		"previewDiscount": {"/contract.pricingPreview.promotion.id /contract.pricingPreview.discountAmount.value /contract.pricingPreview.discountAmount.currency", func(c *comparison, _ map[string]any) any {
			preview, _ := c.follow(c.root, []string{"contract", "pricingPreview"}).(map[string]any)
			if preview["promotion"] == nil {
				return nil
			}
			off, _ := preview["discountAmount"].(map[string]any)
			return map[string]any{"value": off["value"], "currency": off["currency"], "effect": "subtract"}
		}},
		// A price stands for each kind of work.
		"pricings": {"prices.subService.databaseId prices.kinds prices.amount.value prices.amount.currency prices.unit", func(c *comparison, node map[string]any) any {
			list := []any{}
			prices, _ := node["prices"].([]any)
			for _, p := range prices {
				price := p.(map[string]any)
				kinds, _ := words(price["kinds"]).([]any)
				for _, kind := range kinds {
					list = append(list, map[string]any{
						"sub_service_id": c.follow(price, []string{"subService", "databaseId"}), "kind": kind, "amount": price["amount"], "unit": price["unit"],
					})
				}
			}
			return list
		}},
		// What a notification is about has a field for each type.
		"notifiable": {"contract.databaseId agreement.databaseId", func(c *comparison, node map[string]any) any {
			for _, typeName := range []string{"Contract", "Agreement"} {
				field := map[string]string{"Contract": "contract", "Agreement": "agreement"}[typeName]
				if id := c.follow(node, []string{field, "databaseId"}); id != nil {
					return map[string]any{"type": typeName, "id": id}
				}
			}
			return nil
		}},
		// What the dialect has no word for is general there.
		"typeOfNotice": {"type", func(_ *comparison, node map[string]any) any {
			if word, _ := node["type"].(string); slices.Contains(strings.Fields(noticeWords), word) {
				return word
			}
			return "general"
		}},
		"askedFor": {"", func(c *comparison, _ map[string]any) any { return json.Number(strconv.FormatInt(c.id, 10)) }},
		"isCurrent": {"databaseId /viewer.currentInstitution.databaseId", func(c *comparison, node map[string]any) any {
			current := c.follow(c.root, []string{"viewer", "currentInstitution", "databaseId"})
			return current != nil && plain(current) == plain(node["databaseId"])
		}},
		// Who is no customer belongs to none: null there.
		"isMember": {"isMember", func(_ *comparison, node map[string]any) any { return node["isMember"] == true }},
		"hasInstitution": {"institutions.id", func(_ *comparison, node map[string]any) any {
			list, _ := node["institutions"].([]any)
			return len(list) > 0
		}},
		// Registered means: for one that counts.
		"registered": {"viewerRegistration.status", func(c *comparison, node map[string]any) any {
			status := c.follow(node, []string{"viewerRegistration", "status"})
			return slices.Contains([]any{"REGISTERED", "IN_REVIEW", "PASSED"}, status)
		}},
		"wishlisted": {"viewerWishlisted", func(_ *comparison, node map[string]any) any { return node["viewerWishlisted"] == true }},
		"modular": {"templateCode templateName", func(_ *comparison, node map[string]any) any {
			return map[string]any{"code": node["templateCode"], "name": node["templateName"]}
		}},
		"true":    {"", func(*comparison, map[string]any) any { return true }},
		"nothing": {"", func(*comparison, map[string]any) any { return nil }},
	}
}
