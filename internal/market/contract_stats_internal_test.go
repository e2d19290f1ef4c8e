package market

import (
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/view"
)

// TestWhatMayNotBeReadIsNeitherCountedByNorSummed: for somebody with no tie to any
// contract, every key is refused and every sum is null.
func TestWhatMayNotBeReadIsNeitherCountedByNorSummed(t *testing.T) {
	t.Parallel()
	for key := range statKeys {
		for _, c := range []struct {
			ties view.Tie
			want int
		}{{view.Anyone, 1}, {view.Admin, 0}} {
			var bad fault.Fields
			checkKeys(&bad, []ContractKey{key}, c.ties)
			f, _ := fault.As(bad.Err(fault.ParameterInvalid))
			if got := f != nil; got != (c.want == 1) {
				t.Errorf("%s for %v: %v", key, c.ties.Names(), f)
			}
		}
	}
	var bad fault.Fields
	if checkKeys(&bad, []ContractKey{ByPartner}, view.Waiting); bad.Err(fault.ParameterInvalid) == nil {
		t.Error("whoever only waits may count by partner")
	}
	row := &statRow{count: 2, total: 5, discount: 1, currency: "IDR"}
	if v := row.see(view.Anyone); v.PricingTotal != nil || v.DiscountAmount != nil || v.TotalAmount != nil {
		t.Errorf("sums are shown: %+v", v)
	}
	if v := row.see(view.Admin); v.PricingTotal.Value != 5 || v.DiscountAmount.Value != 1 || v.TotalAmount.Value != 4 {
		t.Errorf("sums: %+v", v)
	}
}
