package market

import (
	"context"
	"slices"

	"kontrak/ent"
	"kontrak/ent/schedule"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// SetContractSchedule is step one of the wizard: when the work is to be done, and
// whom to ask for on site. What is absent stays as it is.
type SetContractSchedule struct {
	ContractID         int64
	StartDate, EndDate Optional[view.Date]
	StartTime, EndTime Optional[view.ClockTime]
	// Schedules are the stretches of work; none, or null, for one on each day. Where
	// they are absent they stay, unless the period changes.
	Schedules Optional[[]Day]
	Contacts  Optional[[]Contact]
}

// SetContractSchedule does step one of the wizard, again if it was done before.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// INVALID; WRONG_STATE unless the contract is a draft; STALE.
func (a *App) SetContractSchedule(ctx context.Context, in SetContractSchedule, w ContractWants) (*view.Contract, error) {
	return a.act(ctx, in.ContractID, &scheduling{App: a, in: in}, w)
}

// scheduling is the deed of SetContractSchedule.
type scheduling struct {
	*App
	in SetContractSchedule

	period   period
	days     []Day
	had      []*ent.Schedule
	contacts contactsPlan
}

func (d *scheduling) action() lifecycle.ContractAction { return lifecycle.ActSetSchedule }

func (d *scheduling) check(ctx context.Context, on *ent.Client, c *facts) error {
	zone, err := institutionZone(ctx, on, c)
	if err != nil {
		return err
	}
	if d.had, err = schedulesFound(ctx, on, c); err != nil {
		return err
	}
	contacts, err := contactsFound(ctx, on, c)
	if err != nil {
		return err
	}
	var bad fault.Fields
	dates := c.row.dates
	d.period = period{
		startDate: string(d.in.StartDate.Or(view.Date(dates[0]))), startTime: string(d.in.StartTime.Or(view.ClockTime(dates[1]))),
		endDate: string(d.in.EndDate.Or(view.Date(dates[2]))), endTime: string(d.in.EndTime.Or(view.ClockTime(dates[3]))),
		zone: zone,
	}
	if d.period.check(&bad, c.now) {
		d.days = d.planned(c)
		d.period.checkDays(&bad, d.days)
	}
	d.contacts.check(&bad, d.in.Contacts, contacts)
	return bad.Err(fault.InputInvalid)
}

// planned are the stretches of work that the input asks for.
func (d *scheduling) planned(c *facts) []Day {
	if named := d.in.Schedules.Or(nil); len(named) > 0 {
		return slices.Clone(named)
	}
	same := [4]string{d.period.startDate, d.period.startTime, d.period.endDate, d.period.endTime} == [4]string(c.row.dates[:4])
	if !d.in.Schedules.Sent() && same && len(d.had) > 0 {
		return daysOf(d.had)
	}
	return d.period.days()
}

func (d *scheduling) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	p, first, last := d.period, d.days[0], d.days[len(d.days)-1]
	return moveContract(ctx, tx, c.row, move{
		event: lifecycle.ContractSetSchedule, by: c.who, now: c.now,
		idle: slices.Equal(daysOf(d.had), d.days) && d.contacts.none(),
		set: func(u *ent.ContractUpdate) {
			u.SetStep(furtherStep(c.row.step, lifecycle.StepDetails)).
				SetStartDate(p.startDate).SetStartTime(p.startTime).SetEndDate(p.endDate).SetEndTime(p.endTime).
				SetScheduleStartDate(string(first.Date)).SetScheduleStartTime(string(first.StartTime)).
				SetScheduleEndDate(string(last.Date)).SetScheduleEndTime(string(last.EndTime)).
				SetScheduledStartAt(p.startAt).SetScheduledEndAt(p.endAt)
		},
		beside: []step{replaceDays(d.had, d.days), d.contacts.store, d.announce(topicChanged)},
	})
}

// furtherStep gives the later of two steps of the wizard: an earlier one that is
// done again does not undo what came after it.
func furtherStep(a, b lifecycle.Step) lifecycle.Step {
	if slices.Index(lifecycle.Steps, a) > slices.Index(lifecycle.Steps, b) {
		return a
	}
	return b
}

// schedulesOf reads the stretches of work of a contract, in their order.
func schedulesOf(ctx context.Context, on *ent.Client, contractID int64) ([]*ent.Schedule, error) {
	return on.Schedule.Query().Where(schedule.ContractID(contractID)).
		Order(schedule.ByDate(), schedule.ByStartTime(), schedule.ByID()).All(ctx)
}

func daysOf(rows []*ent.Schedule) []Day {
	days := make([]Day, len(rows))
	for i, r := range rows {
		days[i] = Day{view.Date(r.Date), view.ClockTime(r.StartTime), view.ClockTime(r.EndTime)}
	}
	return days
}

// replaceDays puts other stretches of work in the place of those of a draft, of
// which nothing has been done.
func replaceDays(had []*ent.Schedule, days []Day) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		if slices.Equal(daysOf(had), days) {
			return nil, nil
		}
		if _, err := tx.Schedule.Delete().Where(schedule.ContractID(r.id)).Exec(ctx); err != nil {
			return nil, err
		}
		var made []*ent.Schedule
		err := inBulk(days, func(days []Day) error {
			rows := make([]*ent.ScheduleCreate, len(days))
			for i, d := range days {
				rows[i] = tx.Schedule.Create().SetInstitutionID(r.institutionID).SetContractID(r.id).SetDate(string(d.Date)).
					SetStartTime(string(d.StartTime)).SetEndTime(string(d.EndTime)).SetCreatedAt(m.now).SetUpdatedAt(m.now)
			}
			saved, err := tx.Schedule.CreateBulk(rows...).Save(ctx)
			made = append(made, saved...)
			return err
		})
		return changelog.Of(changelog.Schedules, changelog.List(had), changelog.List(made)), err
	}
}

// inBulk hands a list on in parts whose lengths are powers of two: so few texts
// of statements serve every length, and stay prepared.
func inBulk[T any](list []T, insert func([]T) error) error {
	for len(list) > 0 {
		n := 64
		for n > len(list) {
			n /= 2
		}
		if err := insert(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}
