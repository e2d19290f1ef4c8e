package market_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/view"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var statKeys = []market.ContractKey{market.ByStatus, market.ByStage, market.ByKind, market.ByMonth, market.ByInstitution, market.ByPartner}

// statWants is what the oracle counts by.
var statWants = market.ContractWants{Parts: market.WantInstitution | market.WantPartner}

// jakarta is the zone of months.
var jakarta = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		panic(err)
	}
	return zone
}()

// counted is what an oracle counts: the sums of contracts whose keys agree.
type counted struct{ Count, Total, Discount, Left int64 }

// keyText writes what a contract is counted by, as its caller sees it.
func keyText(v *view.Contract, by []market.ContractKey) string {
	var parts []string
	for _, key := range by {
		part := "-"
		switch key {
		case market.ByStatus:
			part = string(v.Status)
		case market.ByStage:
			if v.ContractEscalationStage != nil {
				part = string(*v.ContractEscalationStage)
			}
		case market.ByKind:
			part = string(v.Kind)
		case market.ByMonth:
			part = v.CreatedAt.In(jakarta).Format("2006-01")
		case market.ByInstitution:
			part = fmt.Sprint(v.Institution.ID, " ", v.Institution.Name)
		case market.ByPartner:
			if v.Partner != nil {
				part = fmt.Sprint(v.Partner.ID, " ", v.Partner.FullName)
			}
		}
		parts = append(parts, part)
	}
	return strings.Join(append(parts, v.TotalAmount.Currency), "|")
}

// statText writes the keys of a row alike.
func statText(v *view.ContractStat, by []market.ContractKey) string {
	var parts []string
	named := func(id *view.GlobalID, name *string) string {
		if id == nil && name == nil {
			return "-"
		}
		return fmt.Sprint(id.Number, " ", *name)
	}
	for _, key := range by {
		part := "-"
		switch {
		case key == market.ByStatus && v.Status != nil:
			part = string(*v.Status)
		case key == market.ByStage && v.Stage != nil:
			part = string(*v.Stage)
		case key == market.ByKind && v.Kind != nil:
			part = string(*v.Kind)
		case key == market.ByMonth && v.Month != nil:
			part = *v.Month
		case key == market.ByInstitution:
			part = named(v.Institution, v.InstitutionName)
		case key == market.ByPartner:
			part = named(v.Partner, v.PartnerName)
		}
		parts = append(parts, part)
	}
	return strings.Join(append(parts, v.Currency), "|")
}

// wholeList gives the whole list of a caller.
func wholeList(ctx context.Context, t testing.TB, app *testkit.App, f market.ContractFilter) ([]*view.Contract, error) {
	t.Helper()
	var all []*view.Contract
	for number := 1; ; number++ {
		page, err := app.Market.Contracts(ctx, f, market.ContractOrder{}, market.NumberedPage(number, 100), statWants)
		if err != nil {
			return nil, err
		}
		if all = append(all, page.Items...); !page.HasNext {
			return all, nil
		}
	}
}

// mixUp moves contracts to other months, ends of months in Jakarta among them, and prices
// some in another currency.
func mixUp(t testing.TB, app *testkit.App, w *truth, seed int) {
	t.Helper()
	app.BendAll()
	months := rapid.Custom(func(t *rapid.T) time.Time {
		at := time.Date(2025, time.Month(rapid.IntRange(1, 18).Draw(t, "month")), 1, 0, 0, 0, 0, jakarta)
		return at.Add(time.Duration(rapid.SampledFrom([]int{-1, 0, 1, 3_600_000, -3_600_000}).Draw(t, "ms")) * time.Millisecond)
	})
	for i, c := range w.contracts {
		at := months.Example(seed*1000 + i).UTC().Format("2006-01-02 15:04:05.999999999-07:00")
		text := fmt.Sprintf("UPDATE contracts SET created_at = '%s', currency = '%s', discount = %d WHERE id = %d", at, []string{"IDR", "USD", "IDR"}[i%3], min(c.PricingTotal, int64(i*17%900)), c.ID)
		if _, err := app.Store.Client().ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}

// TestContractsAreCountedAsTheCallersListCountsThem: every caller, by any keys, under filters by chance, in one statement.
func TestContractsAreCountedAsTheCallersListCountsThem(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app, w := seeded(t, db, 150)
		callers := w.callersOfEveryRole()
		mixUp(t, app, w, 1)
		as := actors(t, app, callers)
		full, hidden := 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			q := askContracts(rt, w, callers, rapid.IntRange(0, len(contractFilters)-1).Draw(rt, "one"), rapid.IntRange(0, len(contractFilters)-1).Draw(rt, "two"))
			if rapid.IntRange(0, 2).Draw(rt, "bare") > 0 {
				q.filter = market.ContractFilter{}
			}
			by := rapid.Permutation(statKeys).Draw(rt, "keys")[:rapid.IntRange(0, len(statKeys)).Draw(rt, "how many")]
			n, secret := checkStats(as[q.u.ID], rt, t, app, q, by)
			full, hidden = full+min(n, 1), hidden+secret
		})
		if (full < 5 || hidden == 0) && !testing.Short() {
			t.Errorf("%d answers had something in them, and %d contracts a hidden partner", full, hidden)
		}
	})
}

// checkStats compares an answer with the oracle, and gives how many rows it has and how
// many contracts were counted without their partner.
func checkStats(ctx context.Context, rt *rapid.T, t testing.TB, app *testkit.App, q question[market.ContractFilter, market.ContractOrder], by []market.ContractKey) (rows, hidden int) {
	what := fmt.Sprintf("%s counts by %v, %q: %+v", q.u.Email, by, q.names, q.filter)
	list, refused := wholeList(ctx, t, app, q.filter)
	counting, ran := store.Observe(ctx)
	got, err := app.Market.ContractStats(counting, by, q.filter)
	if codeOf(err) != codeOf(refused) {
		rt.Fatalf("%s: %v, want %v", what, err, refused)
	}
	if refused != nil {
		return 0, 0
	}
	if ran.Count() != 1 {
		rt.Fatalf("%s: %d statements", what, ran.Count())
	}
	want, have := map[string]counted{}, map[string]counted{}
	for _, v := range list {
		c := want[keyText(v, by)]
		want[keyText(v, by)] = counted{c.Count + 1, c.Total + v.PricingTotal.Value, c.Discount + v.DiscountAmount.Value, c.Left + v.TotalAmount.Value}
		if v.Partner == nil && slices.Contains(by, market.ByPartner) {
			hidden++
		}
	}
	for _, v := range got {
		if _, twice := have[statText(v, by)]; twice {
			rt.Fatalf("%s: %s comes twice", what, statText(v, by))
		}
		have[statText(v, by)] = counted{v.Count, v.PricingTotal.Value, v.DiscountAmount.Value, v.TotalAmount.Value}
	}
	if d := cmp.Diff(want, have); d != "" {
		rt.Fatalf("%s: %s", what, d)
	}
	return len(got), hidden
}

// TestContractsAreCountedByNothingThatIsNotThere: keys that are none, repeat or are too
// many; and too many rows.
func TestContractsAreCountedByNothingThatIsNotThere(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx := app.As("admin@demo.test")
		for name, by := range map[string][]market.ContractKey{
			"seven":   append(slices.Clone(statKeys), market.ByStatus),
			"a twin":  {market.ByStatus, market.ByStatus},
			"no key":  {"price"},
			"a space": {""},
		} {
			if _, err := app.Market.ContractStats(ctx, by, market.ContractFilter{}); codeOf(err) != fault.ParameterInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := app.Market.ContractStats(t.Context(), nil, market.ContractFilter{}); codeOf(err) != fault.TokenMissing {
			t.Errorf("nobody: %v", err)
		}
		app.BendAll()
		pattern := app.Pattern(t, app.World.Contract("draft_schedule"))
		for i := range market.MaxStatRows + 1 {
			code := string([]byte{byte('A' + i/26/26), byte('A' + i/26%26), byte('A' + i%26)})
			if _, err := app.Store.Client().ExecContext(t.Context(), fmt.Sprintf("UPDATE contracts SET currency = '%s' WHERE id = %d", code, pattern.Copy(t))); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := app.Market.ContractStats(ctx, nil, market.ContractFilter{}); codeOf(err) != fault.ParameterInvalid {
			t.Errorf("too many rows: %v", err)
		}
		mine := market.ContractFilter{InstitutionIDs: []int64{app.World.Institutions["foreign"]}}
		if list, err := app.Market.ContractStats(ctx, nil, mine); err != nil || len(list) == 0 {
			t.Errorf("narrowed: %v %v", list, err)
		}
	})
}

// TestNobodyHasATieThatItsRoleCannotHave: RoleTies has those of every contract and
// partner that anybody sees.
func TestNobodyHasATieThatItsRoleCannotHave(t *testing.T) {
	t.Parallel()
	app, w := seeded(t, testkit.SQLite(t), 50)
	callers := w.callersOfEveryRole()
	as := actors(t, app, callers)
	for _, u := range callers {
		list, err := wholeList(as[u.ID], t, app, market.ContractFilter{})
		if err != nil {
			t.Fatal(err)
		}
		can := market.RoleTies(u.Role)
		for _, v := range list {
			ties := v.Ties()
			if v.Partner != nil {
				ties |= v.Partner.Ties()
			}
			if ties&^can != 0 {
				t.Errorf("%s has %v to contract %d, its role %v", u.Email, ties.Names(), v.ID, can.Names())
			}
		}
	}
}
