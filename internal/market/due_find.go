package market

import (
	"context"
	stdsql "database/sql"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/payment"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	"entgo.io/ent/dialect/sql"
)

// dueSoon is what has fallen due, as it was found, with the settings of then.
type dueSoon struct {
	list []due
	set  settings
}

// findDue gives what has fallen due until an instant, that included, soonest
// first, at most so many, but for the contracts that are left out. Each of its
// statements takes its rows from an index that holds only what waits.
func (a *App) findDue(ctx context.Context, until time.Time, out, papers []int64, limit int) (dueSoon, error) {
	var found dueSoon
	err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		set, err := readSettings(ctx, on)
		if err != nil {
			return err
		}
		found = dueSoon{set: set}
		for _, from := range dueFrom(a.store.Dialect(), set, until, out) {
			from.Limit(limit)
			rows, err := from.rows(ctx, on)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if d := r.due(set, from.kind); !d.at.After(until) {
					found.list = append(found.list, d)
				}
			}
		}
		more, err := a.papersDue(ctx, on, until, papers, limit)
		if err != nil {
			return err
		}
		signatures, err := a.signaturesDue(ctx, on, until, papers, limit)
		found.list = append(append(found.list, more...), signatures...)
		return err
	})
	slices.SortFunc(found.list, due.compare)
	found.list = found.list[:min(limit, len(found.list))]
	return found, err
}

// source is a statement that finds what falls due.
type source struct {
	*selection[waiting]
	kind lifecycle.Due // where the row does not tell it
}

// dueFrom are the statements that find what has fallen due until an instant.
func dueFrom(dialect string, set settings, until time.Time, out []int64) []source {
	return []source{
		{paymentsDue(dialect, until, out), lifecycle.DuePayment},
		{stagesDue(dialect, until, out), ""},
		{remindersDue(dialect, until.Add(set.departureReminder), out), lifecycle.DueReminder},
	}
}

// waiting is a row with something that falls due.
type waiting struct {
	contractID, rowID int64
	at                time.Time              // the deadline, or the start of the work
	stage             lifecycle.Stage        // whose deadline it is
	accepted          stdsql.Null[time.Time] // before a start only
}

func (w *waiting) due(set settings, kind lifecycle.Due) due {
	d := due{kind: kind, at: w.at, contractID: w.contractID, rowID: w.rowID}
	switch kind {
	case "":
		d.kind = dueOf(w.stage)
	case lifecycle.DueReminder:
		d.at = set.reminderAt(w.at, w.accepted.V)
	}
	return d
}

// paymentsDue selects the payments that nobody has shown to be paid in time.
func paymentsDue(dialect string, until time.Time, out []int64) *selection[waiting] {
	t := sql.Table(payment.Table).As("pay")
	s := selectFrom[waiting](dialect, t)
	s.take(t, payment.FieldContractID, func(r *waiting) any { return &r.contractID })
	s.take(t, payment.FieldID, func(r *waiting) any { return &r.rowID })
	s.take(t, payment.FieldDeadlineAt, func(r *waiting) any { return &r.at })
	s.Where(sql.And(
		is(t.C(payment.FieldStatus), lifecycle.PaymentUnpaid),
		sql.LTE(t.C(payment.FieldDeadlineAt), until),
		sql.Not(store.InP(t.C(payment.FieldContractID), out)),
	))
	s.OrderBy(t.C(payment.FieldDeadlineAt), t.C(payment.FieldID))
	return s
}

// stagesDue selects the contracts whose partner or supervisor did not act in
// time: of those at the same instant the partners' first, as lifecycle.Dues has it.
func stagesDue(dialect string, until time.Time, out []int64) *selection[waiting] {
	t := sql.Table(contract.Table).As("c")
	s := selectFrom[waiting](dialect, t)
	takeWaiting(s, t, contract.FieldEscalationDeadlineAt)
	s.take(t, contract.FieldStage, func(r *waiting) any { return &r.stage })
	s.Where(sql.And(
		is(t.C(contract.FieldStatus), lifecycle.ContractPartnerPending),
		sql.LTE(t.C(contract.FieldEscalationDeadlineAt), until),
		sql.Not(store.InP(t.C(contract.FieldID), out)),
	))
	s.OrderBy(t.C(contract.FieldEscalationDeadlineAt), t.C(contract.FieldStage), t.C(contract.FieldID))
	return s
}

// remindersDue selects the contracts that start until an instant and whose
// partner has neither set out nor been reminded. They come by their start: where
// more than a batch was accepted later than the reminder would have been, a few
// of these may be reminded in another order than they were accepted in.
func remindersDue(dialect string, start time.Time, out []int64) *selection[waiting] {
	t := sql.Table(contract.Table).As("c")
	s := selectFrom[waiting](dialect, t)
	takeWaiting(s, t, contract.FieldScheduledStartAt)
	s.take(t, contract.FieldAcceptedAt, func(r *waiting) any { return &r.accepted })
	s.Where(sql.And(
		is(t.C(contract.FieldStatus), lifecycle.ContractAccepted),
		sql.IsNull(t.C(contract.FieldDepartureRemindedAt)),
		sql.LTE(t.C(contract.FieldScheduledStartAt), start),
		sql.Not(store.InP(t.C(contract.FieldID), out)),
	))
	s.OrderBy(t.C(contract.FieldScheduledStartAt), t.C(contract.FieldID))
	return s
}

func takeWaiting(s *selection[waiting], t *sql.SelectTable, at string) {
	s.take(t, contract.FieldID, func(r *waiting) any { return &r.contractID })
	s.take(t, contract.FieldID, func(r *waiting) any { return &r.rowID })
	s.take(t, at, func(r *waiting) any { return &r.at })
}
