package market

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// paper is what is decided on when somebody wants to do something to an agreement:
// who calls, when, and the agreement as it is.
type paper struct {
	in  insider
	now time.Time
	row *agreementRow
}

// paperDeed is an action on one agreement, with its input.
type paperDeed interface {
	action() lifecycle.AgreementAction
	// check says what is wrong with the input, all of it at once, and keeps what it
	// looked up for do. It may run more than once.
	check(ctx context.Context, on *ent.Client, p *paper) error
	// do writes what the deed changes. Everything has been checked.
	do(ctx context.Context, tx *ent.Tx, p *paper) error
}

// paperLaw says who may do something to an agreement, and when, whatever the input.
type paperLaw struct {
	// approver says that the approver decides; else whoever may change agreements of
	// the institution does.
	approver bool
	statuses []lifecycle.AgreementStatus
	rules    []paperRule
}

// paperRule gives nil where it holds.
type paperRule func(*paper) *fault.Error

// anyStatus are all statuses.
var anyStatus = lifecycle.AgreementStatuses

// paperLaws is the law of every action (Faveo reference, section 8).
var paperLaws = map[lifecycle.AgreementAction]paperLaw{
	lifecycle.AgreementActUpdate:    {statuses: statuses("draft", "rejected"), rules: []paperRule{notSigning}},
	lifecycle.AgreementActApprove:   {approver: true, statuses: anyStatus, rules: []paperRule{somethingWaits}},
	lifecycle.AgreementActReject:    {approver: true, statuses: anyStatus, rules: []paperRule{somethingWaits}},
	lifecycle.AgreementActRenew:     {statuses: statuses("active", "expired"), rules: []paperRule{noPeriodWaits, hasPeriod}},
	lifecycle.AgreementActExtend:    {statuses: statuses("active"), rules: []paperRule{noPeriodWaits, hasPeriod}},
	lifecycle.AgreementActTerminate: {statuses: statuses("active", "approved")},
	lifecycle.AgreementActDelete:    {statuses: statuses("draft", "rejected")},
	lifecycle.AgreementActAttach:    {statuses: statuses("draft", "rejected", "approved", "active"), rules: []paperRule{notConcluded, notSigning}},
	lifecycle.AgreementActSort:      {statuses: anyStatus},
	lifecycle.AgreementActAskToSign: {statuses: statuses("draft", "approved", "active"), rules: []paperRule{notConcluded, hasFile, notSigning}},
	lifecycle.AgreementActCancelAsk: {statuses: anyStatus, rules: []paperRule{notConcluded, isSigning}},
}

func statuses(list ...lifecycle.AgreementStatus) []lifecycle.AgreementStatus { return list }

// somethingWaits: a draft, or a period that was asked for, waits for the approver.
func somethingWaits(p *paper) *fault.Error {
	if p.row.status == lifecycle.AgreementDraft || p.periodWaits() {
		return nil
	}
	return fault.New(fault.WrongState, "Nothing waits for approval.").
		Refuse("awaits_approval", "a draft, or a renewal or extension that is pending", p.standing())
}

// periodWaits tells whether a period was asked for and not decided on.
func (p *paper) periodWaits() bool {
	return p.row.renewal == lifecycle.RenewalPending || p.row.renewal == lifecycle.ExtensionPending
}

// standing names both statuses.
func (p *paper) standing() string {
	if p.row.renewal == "" {
		return string(p.row.status)
	}
	return string(p.row.status) + ", " + string(p.row.renewal)
}

// noPeriodWaits: nothing was asked for that is not settled.
func noPeriodWaits(p *paper) *fault.Error {
	if _, ok := lifecycle.Renewal.Next(p.row.renewal, lifecycle.RenewalAsk); ok {
		return nil
	}
	return fault.New(fault.WrongState, "A next period was asked for already.").
		Refuse("no_period_waits", "no renewal or extension under way", string(p.row.renewal))
}

// hasPeriod: what has no end cannot be renewed or extended.
func hasPeriod(p *paper) *fault.Error {
	if p.row.endsAt.Valid {
		return nil
	}
	return fault.New(fault.WrongState, "The agreement has no end.").Refuse("has_period", "an agreement with an end", "none")
}

// notConcluded: what everybody has signed stays as it is.
func notConcluded(p *paper) *fault.Error {
	if !p.row.concludedAt.Valid {
		return nil
	}
	return fault.New(fault.WrongState, "The agreement is concluded.").Refuse("not_concluded", "an agreement that is not concluded", stamp(p.row.concludedAt.V))
}

// hasFile: a document is signed, not a title.
func hasFile(p *paper) *fault.Error {
	if p.row.fileID.Valid {
		return nil
	}
	return fault.New(fault.WrongState, "The agreement has no document to sign.").Refuse("has_file", "a document", "none")
}

// notSigning: while signatures are asked for, nobody asks for others, and what is
// signed, the document and the draft around it, stays as it is.
func notSigning(p *paper) *fault.Error {
	if !p.row.signing {
		return nil
	}
	return fault.New(fault.WrongState, "Signatures are asked for already: cancel that first.").Refuse("not_signing", "no signature that waits", "one that waits")
}

// isSigning: what was not asked for cannot be called off.
func isSigning(p *paper) *fault.Error {
	if p.row.signing {
		return nil
	}
	return fault.New(fault.WrongState, "No signature waits.").Refuse("signing", "a signature that waits", "none")
}

// unfit is the fault of something of an agreement that is not in a status that is
// needed. Its words name what it is, since not everything here is a contract.
func unfit(what, rule, needed, actual string) *fault.Error {
	return fault.Newf(fault.WrongState, "The %s is %s: this needs %s.", what, cmp.Or(actual, "in none yet"), needed).Refuse(rule, needed, actual)
}

// open fails unless the caller may do this to the agreement at all.
//
// Faults: FORBIDDEN.
func (l paperLaw) open(p *paper) error {
	who := p.in.who
	switch {
	case who.Is(actor.Admin):
		return nil
	case l.approver:
		if p.row.approverID.Valid && p.row.approverID.V == who.UserID {
			return nil
		}
		f := fault.New(fault.RoleForbidden, "Only its approver decides on an agreement.")
		return f.Refuse("approver", "the approver, or the back office", string(who.Role))
	case p.in.keeps(p.row.institutionID):
		return nil
	}
	f := fault.New(fault.RoleForbidden, "Only members and agents of its institution change an agreement.")
	return f.Refuse("keeper", "a member or an agent of the institution, or the back office", string(who.Role))
}

// allow decides by the agreement's status and what hangs on it.
//
// Faults: WRONG_STATE.
func (l paperLaw) allow(p *paper) error {
	if !slices.Contains(l.statuses, p.row.status) {
		return unfit("agreement", "state", join(l.statuses, " or "), string(p.row.status))
	}
	for _, holds := range l.rules {
		if f := holds(p); f != nil {
			return f
		}
	}
	return nil
}

// judgePaper decides whether a deed may be done. It is asked by the action itself
// and by AgreementCan, so the two cannot disagree.
//
// Faults: FORBIDDEN, those of the input, WRONG_STATE.
func judgePaper(ctx context.Context, on *ent.Client, p *paper, d paperDeed) error {
	law := paperLaws[d.action()]
	if err := law.open(p); err != nil {
		return err
	}
	if err := d.check(ctx, on, p); err != nil {
		return err
	}
	return law.allow(p)
}

// actOnPaper does a deed to an agreement and gives the agreement as it is then.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, those of the input, WRONG_STATE,
// STALE, IDEMPOTENCY_CONFLICT.
func (a *App) actOnPaper(ctx context.Context, id int64, d paperDeed, w AgreementWants) (*view.Agreement, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Agreement, error) { return a.doToPaper(ctx, id, d, w) }, a.paperAgain(w))
}

func (a *App) doToPaper(ctx context.Context, id int64, d paperDeed, w AgreementWants) (*view.Agreement, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	p := &paper{now: a.Now()}
	if p.in, p.row, err = a.findPaper(ctx, who, id); err != nil {
		return nil, err
	}
	err = a.withPaperFiles(ctx, p, d, func() error {
		return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			if err := judgePaper(ctx, tx.Client(), p, d); err != nil {
				return err
			}
			if err := d.do(ctx, tx, p); err != nil {
				return err
			}
			return memory{Signature: signatureOf(d)}.keepPaper(ctx, tx, id)
		})
	})
	if err != nil {
		return nil, err
	}
	return a.answerPaper(ctx, p.in, id, p.now, w)
}

// signatureOf gives the signature that a deed was about, once it is done; 0 for none.
func signatureOf(d paperDeed) int64 {
	if s, about := d.(interface{ signature() int64 }); about {
		return s.signature()
	}
	return 0
}

// findPaper reads an agreement that the caller may know of, and how the caller
// stands to agreements.
//
// Faults: NOT_FOUND.
func (a *App) findPaper(ctx context.Context, who actor.Actor, id int64) (in insider, row *agreementRow, err error) {
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		if in, err = a.insiderOf(ctx, on, who); err != nil {
			return err
		}
		rows, err := a.agreementRows(ctx, on, in, AgreementFiles|agreementSigning, func(s *sql.Selector, t *sql.SelectTable) { s.Where(sql.EQ(t.C(agreement.FieldID), id)) })
		if err == nil && len(rows) == 0 {
			err = noAgreement()
		}
		if err == nil {
			row = rows[0]
		}
		return err
	})
	return in, row, err
}

// answerPaper reads an agreement for whoever has just acted on it, whatever the
// action did to what the caller may know of.
func (a *App) answerPaper(ctx context.Context, in insider, id int64, now time.Time, w AgreementWants) (v *view.Agreement, err error) {
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		s, t := selectAgreements(a.store.Dialect(), w)
		s.Where(sql.EQ(t.a.C(agreement.FieldID), id))
		rows, err := s.rows(ctx, on)
		if err != nil {
			return err
		}
		views, err := a.seeAgreements(ctx, on, in, now, rows, w)
		if err == nil && len(views) == 0 {
			err = noAgreement()
		}
		if err == nil {
			v = views[0]
		}
		return err
	})
	return v, err
}

// AgreementCan tells, for each of the agreements, whether the caller may do the
// action now, as far as no input decides, and what refuses it otherwise.
//
// Faults: UNAUTHENTICATED.
func (a *App) AgreementCan(ctx context.Context, ids []int64, action lifecycle.AgreementAction) ([]*view.AgreementDecision, error) {
	lists, err := a.considerPapers(ctx, ids, []lifecycle.AgreementAction{action})
	if err != nil {
		return nil, err
	}
	list := make([]*view.AgreementDecision, len(ids))
	for i, l := range lists {
		list[i] = paperDecision(action, noAgreement())
		if len(l) == 1 {
			list[i] = l[0]
		}
	}
	return list, nil
}

// AgreementActions is AgreementCan for every action. An empty list stands for an
// agreement that is unknown or not for the caller to know of. It costs the same
// number of statements for any number of agreements.
//
// Faults: UNAUTHENTICATED.
func (a *App) AgreementActions(ctx context.Context, ids []int64) ([][]*view.AgreementDecision, error) {
	return a.considerPapers(ctx, ids, lifecycle.AgreementActions)
}

func (a *App) considerPapers(ctx context.Context, ids []int64, actions []lifecycle.AgreementAction) ([][]*view.AgreementDecision, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	lists := make([][]*view.AgreementDecision, len(ids))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		in, err := a.insiderOf(ctx, on, who)
		if err != nil {
			return err
		}
		rows, err := a.agreementRows(ctx, on, in, agreementSigning, func(s *sql.Selector, t *sql.SelectTable) { s.Where(store.InP(t.C(agreement.FieldID), ids)) })
		if err != nil {
			return err
		}
		for i, r := range inOrder(ids, rows, func(r *agreementRow) int64 { return r.id }) {
			lists[i] = []*view.AgreementDecision{}
			if r == nil {
				continue
			}
			for _, action := range actions {
				p := &paper{in: in, now: now, row: r}
				why := paperLaws[action].open(p)
				if why == nil {
					why = paperLaws[action].allow(p)
				}
				lists[i] = append(lists[i], paperDecision(action, why))
			}
		}
		return nil
	})
	return lists, err
}

// paperDecision is the answer that a fault, or none, gives.
func paperDecision(action lifecycle.AgreementAction, why error) *view.AgreementDecision {
	d := decision("", why)
	return view.See(&view.AgreementDecision{
		Action: action, Allowed: d.Allowed, Code: d.Code, Message: d.Message, Refusals: d.Refusals,
	}, view.Anyone)
}
