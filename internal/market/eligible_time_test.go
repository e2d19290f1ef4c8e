package market_test

import (
	"slices"
	"testing"
	"time"

	"kontrak/ent/contract"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
)

// clash is a period of an institution, and work that the only partner has accepted.
type clash struct {
	name             string
	zone             string
	busyFrom, busyTo string // instants
	granted          int64  // minutes beyond the agreed end
	start, end       string // local
	until            string // when the other work ends; "" for no overlap
}

// clashes are periods by their clocks: in winter, in summer, and while clocks change.
var clashes = []clash{
	{"the same time", "Asia/Jakarta", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00Z", 0, "2026-07-04 09:00", "2026-07-04 11:00", "2026-07-04T04:00:00Z"},
	{"begins as the other ends", "Asia/Jakarta", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00Z", 0, "2026-07-04 11:00", "2026-07-04 12:00", ""},
	{"ends as the other begins", "Asia/Jakarta", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00Z", 0, "2026-07-04 08:00", "2026-07-04 09:00", ""},
	{"a minute too early", "Asia/Jakarta", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00Z", 0, "2026-07-04 10:59", "2026-07-04 12:00", "2026-07-04T04:00:00Z"},
	{"a millisecond too early", "Asia/Jakarta", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00.001Z", 0, "2026-07-04 11:00", "2026-07-04 12:00", "2026-07-04T04:00:00.001Z"},
	{"within the other", "Asia/Jakarta", "2026-07-03T02:00:00Z", "2026-07-06T04:00:00Z", 0, "2026-07-04 11:00", "2026-07-04 12:00", "2026-07-06T04:00:00Z"},
	{"around the other", "Asia/Jakarta", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00Z", 0, "2026-07-01 11:00", "2026-07-09 12:00", "2026-07-04T04:00:00Z"},
	{"the same clock in another zone", "Asia/Jayapura", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00Z", 0, "2026-07-04 09:00", "2026-07-04 11:00", ""},
	{"another clock, the same time", "Asia/Jayapura", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00Z", 0, "2026-07-04 11:00", "2026-07-04 12:00", "2026-07-04T04:00:00Z"},
	{"time that was granted", "Asia/Jakarta", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00Z", 90, "2026-07-04 11:00", "2026-07-04 12:00", "2026-07-04T05:30:00Z"},
	{"after the time that was granted", "Asia/Jakarta", "2026-07-04T02:00:00Z", "2026-07-04T04:00:00Z", 90, "2026-07-04 12:30", "2026-07-04 13:00", ""},
	// Berlin puts its clocks forward on 2027-03-28: 01:59 is followed by 03:00.
	{"the hour after the gap touches the hour before", "Europe/Berlin", "2027-03-28T00:00:00Z", "2027-03-28T01:00:00Z", 0, "2027-03-28 03:00", "2027-03-28 05:00", ""},
	{"the last minute before the gap", "Europe/Berlin", "2027-03-28T00:00:00Z", "2027-03-28T01:00:00Z", 0, "2027-03-28 01:59", "2027-03-28 05:00", "2027-03-28T01:00:00Z"},
	{"the day before, by winter's offset", "Europe/Berlin", "2027-03-27T08:00:00Z", "2027-03-27T09:00:00Z", 0, "2027-03-27 09:30", "2027-03-27 10:00", "2027-03-27T09:00:00Z"},
	{"the day after, by summer's offset", "Europe/Berlin", "2027-03-29T08:00:00Z", "2027-03-29T09:00:00Z", 0, "2027-03-29 09:30", "2027-03-29 10:00", ""},
	// They go back on 2026-10-25: 02:59 is followed by 02:00 once more.
	{"an hour that comes twice is the first", "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", 0, "2026-10-25 02:30", "2026-10-25 03:00", "2026-10-25T01:00:00Z"},
	{"and ends before the second", "Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z", 0, "2026-10-25 01:00", "2026-10-25 02:59", ""},
	{"three o'clock is after both", "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", 0, "2026-10-25 03:00", "2026-10-25 04:00", ""},
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestPeriodsOverlapAsInstants: half-open, whatever the clocks show. The list before
// there is a contract, the list of a contract, and the action agree.
func TestPeriodsOverlapAsInstants(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		bendAll(app)
		ctx, c, as := t.Context(), app.Store.Client(), app.As(institution)
		draft := c.Contract.GetX(ctx, app.World.Contract("draft_payment"))
		// The zone never changes in the program, so ent cannot write it.
		other := c.Contract.GetX(ctx, app.World.Contract("accepted"))
		c.Contract.Update().Where(contract.PartnerID(draft.PartnerID), contract.StatusIn(
			lifecycle.ContractAccepted, lifecycle.ContractOnRoute, lifecycle.ContractInProgress)).SetStatus(lifecycle.ContractCompleted).ExecX(ctx)
		for _, x := range clashes {
			if _, err := c.ExecContext(ctx, "UPDATE institutions SET zone = $1 WHERE id = $2", x.zone, draft.InstitutionID); err != nil {
				t.Fatal(err)
			}
			c.Contract.UpdateOne(other).SetPartnerID(draft.PartnerID).SetStatus(lifecycle.ContractInProgress).SetExtensionMinutes(x.granted).
				SetScheduledStartAt(instant(t, x.busyFrom)).SetScheduledEndAt(instant(t, x.busyTo)).ExecX(ctx)
			work := market.SoughtWork{
				InstitutionID: draft.InstitutionID, SubServiceID: draft.SubServiceID, Kind: draft.Kind,
				StartDate: view.Date(x.start[:10]), StartTime: view.ClockTime(x.start[11:]), EndDate: view.Date(x.end[:10]), EndTime: view.ClockTime(x.end[11:]),
			}
			page, err := app.Market.EligiblePartners(as, work, askEligible(new(20000.0)))
			if err != nil {
				t.Errorf("%s: %v (%s)", x.name, err, detailOf(err))
				continue
			}
			x.check(t, "before there is a contract", page, draft.PartnerID)
			zone, _ := time.LoadLocation(x.zone)
			start, end := localTime(t, zone, x.start), localTime(t, zone, x.end)
			c.Contract.UpdateOne(draft).SetScheduledStartAt(start).SetScheduledEndAt(end).ExecX(ctx)
			pages, err := app.Market.EligiblePartnersOf(as, []int64{draft.ID}, askEligible(new(20000.0)))
			if err != nil {
				t.Fatal(err)
			}
			x.check(t, "of the contract", pages[0], draft.PartnerID)
			list, err := app.Market.ContractCan(as, []int64{draft.ID}, lifecycle.ActProcessPayment, nil)
			if err != nil {
				t.Fatal(err)
			}
			if d := list[0]; d.Allowed != (x.until == "") || !d.Allowed && (d.Refusals[0].Rule != "overlap" || d.Refusals[0].PossibleFrom != nil || *d.Refusals[0].Actual != "busy") {
				t.Errorf("%s: paying is allowed: %v, refused by %+v", x.name, d.Allowed, d.Refusals)
			}
		}
	})
}

// localTime is the first instant at which clocks show the time.
func localTime(t testing.TB, zone *time.Location, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	if earlier := at.Add(-time.Hour); earlier.In(zone).Format("15:04") == text[11:] {
		return earlier
	}
	return at
}

// check looks for the partner in a list, or for its overlap in what is left out. An
// institution is not told until when.
func (x clash) check(t *testing.T, where string, page *view.EligiblePage, partnerID int64) {
	t.Helper()
	listed := slices.ContainsFunc(page.Items, func(v *view.EligiblePartner) bool { return v.Partner.ID == partnerID })
	i := slices.IndexFunc(page.LeftOut, func(l *view.LeftOutPartners) bool { return l.Rule == "overlap" })
	if listed != (x.until == "") || (i >= 0) == listed || i >= 0 && page.LeftOut[i].PossibleFrom != nil {
		t.Errorf("%s, %s: it is listed: %v, and left out: %+v", x.name, where, listed, page.LeftOut)
	}
}
