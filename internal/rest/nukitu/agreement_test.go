package nukitu_test

import (
	"fmt"
	"net/http"
	"testing"

	"kontrak/internal/testkit"
)

// amount is a sum in any of its forms.
type amount struct {
	Value    int64
	Currency string
	Discount any    `json:"discount_amount"`
	Effect   string `json:"effect"`
}

// both are the keys by which an item of a list and a detail say the same.
type both struct {
	ID            int64
	Status        string
	DisplayStatus string `json:"display_status"`
	Kind, Step    string
	WorkStartedAt *string `json:"work_started_at"`

	// of an item
	TotalAmount   amount  `json:"total_amount"`
	Pending       bool    `json:"has_pending_extension_request"`
	PaymentStatus string  `json:"payment_status"`
	DueAt         *string `json:"payment_deadline_at"`

	// of a detail
	PricingItems []struct {
		Amount amount
		Effect string
	} `json:"pricing_items"`
	PricingTotal amount `json:"pricing_total"`
	Payment      *struct {
		Amount   amount
		Status   string
		DueAt    *string `json:"payment_deadline_at"`
		Discount *amount `json:"discount_amount"`
	}
	CanRequest  bool        `json:"can_request_extension"`
	PendingTime *struct{}   `json:"pending_time_adjustment"`
	Adjustments []timeTaken `json:"time_adjustments"`
}

type timeTaken struct {
	Value, Status   string
	AdditionalHours string  `json:"additional_hours"`
	ApprovedAt      *string `json:"approved_at"`
}

func TestListAndDetailAgree(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "institution@demo.test")
		var items struct{ Data []both }
		a.Do(t, http.MethodGet, "/api/v1/contracts?per_page=100", token, nil).JSON(t, &items)
		seen := map[string]bool{}
		for _, item := range items.Data {
			var body struct{ Data struct{ Contract both } }
			a.Do(t, http.MethodGet, fmt.Sprintf("/api/v1/contracts/%d", item.ID), token, nil).JSON(t, &body)
			d := body.Data.Contract
			if item.Status != d.Status || item.DisplayStatus != d.DisplayStatus || item.Kind != d.Kind || item.Step != d.Step {
				t.Errorf("contract %d is %+v in the list and %+v by itself", item.ID, item, d)
			}
			checkMoney(t, item, d)
			if item.Pending != (d.PendingTime != nil) || item.Pending && d.CanRequest {
				t.Errorf("contract %d: pending %v in the list, %v by itself, may request %v", item.ID, item.Pending, d.PendingTime, d.CanRequest)
			}
			for _, taken := range d.Adjustments {
				if taken.Value != taken.AdditionalHours || (taken.ApprovedAt != nil) != (taken.Status == "approved") {
					t.Errorf("contract %d: %+v", item.ID, taken)
				}
			}
			seen[fmt.Sprint("pending ", item.Pending)] = true
			seen[fmt.Sprint("may request ", d.CanRequest)] = true
			seen[fmt.Sprint("discount ", d.Payment != nil && d.Payment.Discount != nil)] = true
		}
		if len(seen) != 6 {
			t.Errorf("the demo world shows only %v", seen)
		}
	})
}

// checkMoney wants every sum of a contract to be the same wherever it stands.
func checkMoney(t *testing.T, item, d both) {
	t.Helper()
	var sum int64
	for _, line := range d.PricingItems {
		if line.Effect == "subtract" {
			sum -= line.Amount.Value
		} else {
			sum += line.Amount.Value
		}
	}
	discount, isNumber := item.TotalAmount.Discount.(float64)
	if sum != d.PricingTotal.Value || d.PricingTotal.Effect != "add" || !isNumber || item.TotalAmount.Currency != "IDR" ||
		item.TotalAmount.Value != d.PricingTotal.Value-int64(discount) {
		t.Errorf("contract %d: the lines make %d, the total is %+v, to be paid %+v", item.ID, sum, d.PricingTotal, item.TotalAmount)
	}
	if d.Payment == nil {
		if item.PaymentStatus != "unpaid" || item.DueAt != nil {
			t.Errorf("contract %d has no payment but %q until %v", item.ID, item.PaymentStatus, item.DueAt)
		}
		return
	}
	if item.PaymentStatus != d.Payment.Status || d.Payment.Amount.Value != item.TotalAmount.Value || *item.DueAt != *d.Payment.DueAt {
		t.Errorf("contract %d: payment %+v, item %+v", item.ID, d.Payment, item)
	}
	if off := d.Payment.Discount; (off != nil) != (discount > 0) || off != nil && (off.Value != int64(discount) || off.Effect != "subtract") {
		t.Errorf("contract %d: discount %+v of the payment, %v of the item", item.ID, off, discount)
	}
}
