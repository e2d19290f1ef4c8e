package market

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/view"
)

// MaxSchedules is how many stretches of work a contract has at most, and how many
// days its period (rulings, "Limits").
const MaxSchedules = 366

// maxYears is how far ahead work may be agreed.
const maxYears = 10

// Day is one stretch of work, as it is agreed: within one day, local to the
// institution.
type Day struct {
	Date               view.Date
	StartTime, EndTime view.ClockTime
}

// period is when a contract's work is to be done: local dates and clock times,
// and the instants that they mean.
type period struct {
	startDate, startTime, endDate, endTime string
	startAt, endAt                         time.Time
	zone                                   *time.Location
}

// check notes what is wrong with a period, and reads its instants.
func (p *period) check(bad *fault.Fields, now time.Time) (ok bool) {
	found := &fault.Fields{}
	for _, f := range []struct {
		name, text, must string
		is               func(string) bool
	}{
		{"contract_start_date", p.startDate, "must be a date, as YYYY-MM-DD", isDate},
		{"contract_start_time", p.startTime, "must be a time of day, as HH:MM", isClock},
		{"contract_end_date", p.endDate, "must be a date, as YYYY-MM-DD", isDate},
		{"contract_end_time", p.endTime, "must be a time of day, as HH:MM", isClock},
	} {
		switch {
		case f.text == "":
			found.Add(f.name, "is required")
		case !f.is(f.text):
			found.Add(f.name, "%s", f.must)
		}
	}
	if err := found.Err(fault.InputInvalid); err != nil {
		bad.Take(err)
		return false
	}
	var there bool
	if p.startAt, there = localInstant(p.zone, p.startDate, p.startTime); !there {
		found.Add("contract_start_time", "does not come on that day in %s: clocks are put forward", p.zone)
	}
	if p.endAt, there = localInstant(p.zone, p.endDate, p.endTime); !there {
		found.Add("contract_end_time", "does not come on that day in %s: clocks are put forward", p.zone)
	}
	if found.Err(fault.InputInvalid) == nil {
		found.Check(p.startAt.After(now), "contract_start_date", "must be in the future: in %s it is %s", p.zone, now.In(p.zone).Format(dateForm+" "+clockForm))
		found.Check(p.startAt.Before(now.AddDate(maxYears, 0, 0)), "contract_start_date", "must be within %d years", maxYears)
		found.Check(p.endAt.After(p.startAt), "contract_end_date", "must be after the start")
		found.Check(p.endAt.Sub(p.startAt) <= MaxSchedules*24*time.Hour, "contract_end_date", "must be at most %d days after the start", MaxSchedules)
	}
	err := found.Err(fault.InputInvalid)
	bad.Take(err)
	return err == nil
}

// days are the stretches of work where none are named: one on each day. Where the
// hours of a day pass midnight, each day has what lies within the period, to its
// last minute.
func (p *period) days() []Day {
	var list []Day
	daily := p.startTime < p.endTime
	for date := p.startDate; date <= p.endDate; date = nextDate(date) {
		day := Day{view.Date(date), "00:00", "23:59"}
		if daily || date == p.startDate {
			day.StartTime = view.ClockTime(p.startTime)
		}
		if daily || date == p.endDate {
			day.EndTime = view.ClockTime(p.endTime)
		}
		if day.StartTime < day.EndTime {
			list = append(list, day)
		}
	}
	return list
}

// nextDate gives the day after a date.
func nextDate(date string) string {
	at, err := time.Parse(dateForm, date)
	if err != nil {
		return "~" // after every date: isDate has read it
	}
	return at.AddDate(0, 0, 1).Format(dateForm)
}

// checkDays notes what is wrong with the stretches of work, and puts them in
// their order.
func (p *period) checkDays(bad *fault.Fields, days []Day) {
	found := &fault.Fields{}
	found.Check(len(days) > 0, "schedules", "is required: no day of the period has room for work")
	found.Check(len(days) <= MaxSchedules, "schedules", "has %d stretches of work, and %d are allowed", len(days), MaxSchedules)
	if len(days) <= MaxSchedules {
		for i, d := range days {
			p.checkDay(found, fmt.Sprintf("schedules[%d]", i), d)
		}
	}
	if err := found.Err(fault.InputInvalid); err != nil {
		bad.Take(err)
		return
	}
	slices.SortFunc(days, func(a, b Day) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.StartTime, b.StartTime))
	})
	for i := 1; i < len(days); i++ {
		before, d := days[i-1], days[i]
		bad.Check(before.Date != d.Date || before.EndTime <= d.StartTime, "schedules",
			"has two stretches at once: one of %s begins at %s, before the one before it has ended", d.Date, d.StartTime)
	}
}

func (p *period) checkDay(bad *fault.Fields, field string, d Day) {
	good := true
	check := func(ok bool, name, must string) {
		good = good && ok
		bad.Check(ok, field+"."+name, "%s", must)
	}
	check(isDate(string(d.Date)), "date", "must be a date, as YYYY-MM-DD")
	check(isClock(string(d.StartTime)), "start_time", "must be a time of day, as HH:MM")
	check(isClock(string(d.EndTime)), "end_time", "must be a time of day, as HH:MM")
	if !good {
		return
	}
	start, there := localInstant(p.zone, string(d.Date), string(d.StartTime))
	check(there, "start_time", "does not come on that day: clocks are put forward")
	end, there := localInstant(p.zone, string(d.Date), string(d.EndTime))
	check(there, "end_time", "does not come on that day: clocks are put forward")
	if !good {
		return
	}
	check(d.StartTime < d.EndTime, "end_time", "must be after its start, on the same day: say two stretches for work that passes midnight")
	check(!start.Before(p.startAt) && !end.After(p.endAt), "date", "must lie within the contract's period, with its times")
}

// hoursOf gives the hours of the stretches, a begun hour as a whole one.
func hoursOf(days []Day) int64 {
	var minutes int64
	for _, d := range days {
		minutes += minuteOf(string(d.EndTime)) - minuteOf(string(d.StartTime))
	}
	return (minutes + 59) / 60
}
