package market

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/view"

	"pgregory.net/rapid"
)

func mustZone(t interface{ Fatal(...any) }, name string) *time.Location {
	zone, err := zoneOf(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestALocalTimeIsAnInstantOfItsZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, zone, date, clock, want string }{
		{"without summer time", "Asia/Jakarta", "2026-06-13", "09:00", "2026-06-13T02:00"},
		{"east of it", "Asia/Jayapura", "2026-06-13", "00:30", "2026-06-12T15:30"},
		{"in winter", "Europe/Berlin", "2026-01-15", "09:00", "2026-01-15T08:00"},
		{"in summer", "Europe/Berlin", "2026-07-15", "09:00", "2026-07-15T07:00"},
		{"before the clocks go forward", "Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59"},
		{"while they go forward", "Europe/Berlin", "2026-03-29", "02:00", ""},
		{"at the end of the gap", "Europe/Berlin", "2026-03-29", "02:59", ""},
		{"after it", "Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00"},
		{"the first of two", "Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"},
		{"the first of two, west of Greenwich", "America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"},
		{"a gap west of Greenwich", "America/New_York", "2026-03-08", "02:30", ""},
		{"a gap of half an hour", "Australia/Lord_Howe", "2026-10-04", "02:15", ""},
		{"after a gap of half an hour", "Australia/Lord_Howe", "2026-10-04", "02:30", "2026-10-03T15:30"},
		{"a day that was left out", "Pacific/Apia", "2011-12-30", "12:00", ""},
		{"no date", "Asia/Jakarta", "2026-02-30", "12:00", ""},
		{"no clock time", "Asia/Jakarta", "2026-02-20", "24:00", ""},
	} {
		at, there := localInstant(mustZone(t, c.zone), c.date, c.clock)
		got := ""
		if there {
			got = at.UTC().Format("2006-01-02T15:04")
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, name := range []string{"", "Asia/Nowhere"} {
		if _, err := zoneOf(name); err == nil {
			t.Errorf("there is a zone %q", name)
		}
	}
}

// TestEveryMinuteIsReadBack: what clocks show at an instant means that instant, or
// the one before it at which they showed the same.
func TestEveryMinuteIsReadBack(t *testing.T) {
	t.Parallel()
	zones := []string{"Asia/Jakarta", "Asia/Makassar", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "Africa/Casablanca"}
	rapid.Check(t, func(t *rapid.T) {
		zone := mustZone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		at := time.Unix(rapid.Int64Range(1_700_000_000, 2_000_000_000).Draw(t, "second")/60*60, 0)
		local := at.In(zone)
		got, there := localInstant(zone, local.Format(dateForm), local.Format(clockForm))
		if !there || got.After(at) || !sameWall(got.In(zone), local) || at.Sub(got) > time.Hour {
			t.Fatalf("%s in %s is read as %s", local, zone, got)
		}
	})
}

// daysIn gives the stretches of a period that is right.
func daysIn(t *testing.T, zone, startDate, startTime, endDate, endTime string) []Day {
	t.Helper()
	p := &period{startDate: startDate, startTime: startTime, endDate: endDate, endTime: endTime, zone: mustZone(t, zone)}
	var bad fault.Fields
	if !p.check(&bad, time.Date(2026, 6, 8, 2, 0, 0, 0, time.UTC)) {
		t.Fatal(bad.Err(fault.InputInvalid))
	}
	days := p.days()
	p.checkDays(&bad, days)
	if err := bad.Err(fault.InputInvalid); err != nil {
		t.Errorf("the days of the period do not lie in it: %v", err)
	}
	return days
}

func TestAPeriodHasOneStretchOnEachDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, startDate, startTime, endDate, endTime string
		want                                         string
	}{
		{"a day", "2026-06-13", "09:00", "2026-06-13", "12:30", "2026-06-13 09:00-12:30"},
		{"three days", "2026-06-29", "08:00", "2026-07-01", "14:00", "2026-06-29 08:00-14:00, 2026-06-30 08:00-14:00, 2026-07-01 08:00-14:00"},
		{"a night", "2026-06-13", "22:00", "2026-06-14", "06:00", "2026-06-13 22:00-23:59, 2026-06-14 00:00-06:00"},
		{"two nights", "2026-06-13", "22:00", "2026-06-15", "06:00", "2026-06-13 22:00-23:59, 2026-06-14 00:00-23:59, 2026-06-15 00:00-06:00"},
		{"until midnight", "2026-06-13", "22:00", "2026-06-14", "00:00", "2026-06-13 22:00-23:59"},
		{"from the last minute", "2026-06-13", "23:59", "2026-06-14", "01:00", "2026-06-14 00:00-01:00"},
		{"a day and a night", "2026-06-13", "09:00", "2026-06-14", "09:00", "2026-06-13 09:00-23:59, 2026-06-14 00:00-09:00"},
	} {
		var got []string
		for _, d := range daysIn(t, "Asia/Jakarta", c.startDate, c.startTime, c.endDate, c.endTime) {
			got = append(got, fmt.Sprintf("%s %s-%s", d.Date, d.StartTime, d.EndTime))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	if n := len(daysIn(t, "Asia/Jakarta", "2026-06-13", "09:00", "2027-06-13", "12:00")); n != 366 {
		t.Errorf("a year has %d days", n)
	}
}

func TestADayOfAPeriodMayHaveNoSuchTime(t *testing.T) {
	t.Parallel()
	p := &period{startDate: "2027-03-27", startTime: "02:30", endDate: "2027-03-29", endTime: "04:00", zone: mustZone(t, "Europe/Berlin")}
	var bad fault.Fields
	if !p.check(&bad, time.Date(2026, 6, 8, 2, 0, 0, 0, time.UTC)) {
		t.Fatal(bad.Err(fault.InputInvalid))
	}
	p.checkDays(&bad, p.days())
	f, _ := fault.As(bad.Err(fault.InputInvalid))
	if f == nil || len(f.Fields) != 1 || f.Fields[0].Name != "schedules[1].start_time" {
		t.Errorf("%+v", f)
	}
}

func TestThereAreNoStretchesInALastMinute(t *testing.T) {
	t.Parallel()
	p := &period{startDate: "2026-06-13", startTime: "23:59", endDate: "2026-06-14", endTime: "00:00", zone: mustZone(t, "Asia/Jakarta")}
	var bad fault.Fields
	if p.check(&bad, time.Date(2026, 6, 8, 2, 0, 0, 0, time.UTC)) {
		p.checkDays(&bad, p.days())
	}
	if f, _ := fault.As(bad.Err(fault.InputInvalid)); f == nil || f.Fields[0].Name != "schedules" {
		t.Errorf("%+v", f)
	}
}

func TestABegunHourCountsAsAWholeOne(t *testing.T) {
	t.Parallel()
	day := func(from, to view.ClockTime) Day { return Day{"2026-06-13", from, to} }
	for _, c := range []struct {
		days []Day
		want int64
	}{
		{nil, 0}, {[]Day{day("09:00", "10:00")}, 1}, {[]Day{day("09:00", "10:01")}, 2}, {[]Day{day("22:00", "23:59")}, 2},
		{[]Day{day("09:00", "09:20"), day("10:00", "10:40")}, 1}, {[]Day{day("09:00", "09:20"), day("10:00", "10:41")}, 2},
	} {
		if got := hoursOf(c.days); got != c.want {
			t.Errorf("%v is %d hours, want %d", c.days, got, c.want)
		}
	}
}

// TestBulksFewTexts: a list is handed on whole, in order, in parts whose lengths
// are few.
func TestBulksFewTexts(t *testing.T) {
	t.Parallel()
	lengths := map[int]bool{}
	for n := range 367 {
		list := make([]int, n)
		for i := range list {
			list[i] = i
		}
		var got []int
		if err := inBulk(list, func(part []int) error {
			lengths[len(part)] = true
			got = append(got, part...)
			return nil
		}); err != nil || !slices.Equal(got, list) {
			t.Errorf("%d: %v, %v", n, got, err)
		}
	}
	if len(lengths) != 7 {
		t.Errorf("lengths: %v", lengths)
	}
}
