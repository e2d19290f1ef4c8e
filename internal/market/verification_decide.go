package market

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/competency"
	"kontrak/ent/partner"
	"kontrak/ent/partnertest"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/notice"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// The topics that partners are told of their verification under.
const (
	topicVerified    = "partner_verified"
	topicTestChanged = "competency_test_status_changed"
)

// verdict is what the back office decides about a partner: the row that it has read, by
// its version.
type verdict struct {
	*App
	who     actor.Actor
	now     time.Time
	version int64
	reason  string
}

// VerifyPartner says that a partner is what it says it is: institutions can find and hire
// it from now on, for the sub-services of the competency tests whose certificates were
// approved. Certificates that wait can be decided on later.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; WRONG_STATE
// unless the partner is in review and one of its certificates was approved; STALE when
// it is not the version that the caller has read.
func (a *App) VerifyPartner(ctx context.Context, id, version int64, w PartnerWant) (*view.Partner, error) {
	d := &verdict{App: a, version: version}
	return d.onPartner(ctx, id, w, func(*fault.Fields) {}, d.verify)
}

// RefusePartner says that a partner is not taken, and why: it may register anew. Its
// certificates that wait are rejected for the same reason; those that were approved stay.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID without a
// reason; WRONG_STATE unless it has registered and is not verified; STALE when it is not
// the version that the caller has read.
func (a *App) RefusePartner(ctx context.Context, id, version int64, why string, w PartnerWant) (*view.Partner, error) {
	d := &verdict{App: a, version: version, reason: why}
	return d.onPartner(ctx, id, w, func(bad *fault.Fields) { checkText(bad, "reason", why, 1, reasonLength) }, d.refuse)
}

// onPartner does something to a partner, and gives it then.
func (d *verdict) onPartner(ctx context.Context, id int64, w PartnerWant, check func(*fault.Fields), do func(context.Context, *ent.Tx, *ent.Partner) error) (*view.Partner, error) {
	again := func(ctx context.Context, m memory) (*view.Partner, error) { return there(d.onePartner(ctx, m.id, w)) }
	return repeatable(ctx, d.App, func(ctx context.Context) (_ *view.Partner, err error) {
		if d.who, err = caller(ctx, actor.Admin); err != nil {
			return nil, err
		}
		d.now = d.Now()
		err = d.changePartner(ctx, id, check, func(ctx context.Context, tx *ent.Tx, p *ent.Partner) error {
			if err := do(ctx, tx, p); err != nil {
				return err
			}
			return memory{}.keep(ctx, tx, "Partner", id)
		})
		if err != nil {
			return nil, err
		}
		return again(ctx, memory{id: id})
	}, again)
}

// read fails unless a row is still as the caller has read it.
//
// Faults: STALE.
func (d *verdict) read(version int64) error {
	if version != d.version {
		return fault.New(fault.Stale, "")
	}
	return nil
}

func (d *verdict) verify(ctx context.Context, tx *ent.Tx, before *ent.Partner) error {
	next := *before
	if err := advance(&next, lifecycle.VerificationVerify, "", d.now); err != nil {
		return err
	}
	if err := d.read(before.Version); err != nil {
		return err
	}
	proved, err := provedSkills(ctx, tx, next.ID)
	if err != nil {
		return err
	}
	if len(proved) == 0 {
		return fault.New(fault.WrongState, "Approve the certificate of a competency test first: a partner without one can do nothing.").
			Refuse("competency_test_status", string(lifecycle.TestApproved), "none of its certificates")
	}
	if err := saveVerification(ctx, tx, &next, d.now); err != nil {
		return err
	}
	activated, err := activate(ctx, tx, next.ID, proved, d.now)
	if err != nil {
		return err
	}
	if err := tellOfPartner(ctx, tx, d.who, d.now, before, &next, activatedChange(activated)); err != nil {
		return err
	}
	return d.tellPartner(ctx, tx, topicVerified, next.ID)
}

// activatedChange tells of sub-services that count from now on.
func activatedChange(subServices []int64) changes {
	if len(subServices) == 0 {
		return nil
	}
	to, _ := json.Marshal(subServices) // numbers always encode
	return changes{"active_sub_services": changelog.Change{From: json.RawMessage("null"), To: to}}
}

func (d *verdict) refuse(ctx context.Context, tx *ent.Tx, before *ent.Partner) error {
	next := *before
	if err := advance(&next, lifecycle.VerificationRefuse, d.reason, d.now); err != nil {
		return err
	}
	if err := d.read(before.Version); err != nil {
		return err
	}
	waiting, err := tx.PartnerTest.Query().
		Where(partnertest.PartnerID(next.ID), partnertest.StatusEQ(lifecycle.TestPending), store.ForUpdate).Order(partnertest.ByID()).All(ctx)
	if err != nil {
		return err
	}
	for _, t := range waiting {
		if err := d.moveTest(ctx, tx, t, lifecycle.TestReject); err != nil {
			return err
		}
	}
	if err := saveVerification(ctx, tx, &next, d.now); err != nil {
		return err
	}
	if err := tellOfPartner(ctx, tx, d.who, d.now, before, &next, nil); err != nil {
		return err
	}
	return d.tellUser(ctx, tx, next.UserID)
}

// ApproveTest says that a certificate shows what it should. The sub-service of its test
// counts from the verification of the partner on, or at once when that is done.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; WRONG_STATE
// unless it waits; STALE when it is not the version that the caller has read.
func (a *App) ApproveTest(ctx context.Context, id, version int64, w TestWants) (*view.PartnerTest, error) {
	d := &verdict{App: a, version: version}
	return d.onTest(ctx, id, w, func(*fault.Fields) {}, d.approveTest)
}

// RejectTest says that a certificate does not do, and why: another one may be sent. A
// partner in review of whose certificates none waits and none was approved has to send
// one.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID without a
// reason; WRONG_STATE unless it waits; STALE when it is not the version that the caller
// has read.
func (a *App) RejectTest(ctx context.Context, id, version int64, why string, w TestWants) (*view.PartnerTest, error) {
	d := &verdict{App: a, version: version, reason: why}
	return d.onTest(ctx, id, w, func(bad *fault.Fields) { checkText(bad, "reason", why, 1, reasonLength) }, d.rejectTest)
}

// onTest does something to a certificate, whose partner is held first, and gives it then.
func (d *verdict) onTest(ctx context.Context, id int64, w TestWants, check func(*fault.Fields), do func(context.Context, *ent.Tx, *ent.Partner, *ent.PartnerTest) error) (*view.PartnerTest, error) {
	again := func(ctx context.Context, m memory) (*view.PartnerTest, error) {
		return there(d.PartnerTest(ctx, m.id, w))
	}
	return repeatable(ctx, d.App, func(ctx context.Context) (_ *view.PartnerTest, err error) {
		if d.who, err = caller(ctx, actor.Admin); err != nil {
			return nil, err
		}
		d.now = d.Now()
		err = d.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			p, t, err := holdTest(ctx, tx, id)
			if err != nil {
				return err
			}
			var bad fault.Fields
			check(&bad)
			if err := bad.Err(fault.InputInvalid); err != nil {
				return err
			}
			if err := do(ctx, tx, p, t); err != nil {
				return err
			}
			if err := d.tellPartner(ctx, tx, topicTestChanged, p.ID); err != nil {
				return err
			}
			return memory{}.keep(ctx, tx, "PartnerTest", id)
		})
		if err != nil {
			return nil, err
		}
		return again(ctx, memory{id: id})
	}, again)
}

// holdTest reads a certificate and its partner, and holds both until the transaction
// ends: the partner first, as whoever sends one does.
//
// Faults: NOT_FOUND.
func holdTest(ctx context.Context, tx *ent.Tx, id int64) (*ent.Partner, *ent.PartnerTest, error) {
	missing := func(err error) error {
		if ent.IsNotFound(err) {
			return fault.New(fault.RecordNotFound, "There is no such certificate of a competency test.")
		}
		return err
	}
	t, err := tx.PartnerTest.Query().Where(partnertest.ID(id)).Only(ctx)
	if err != nil {
		return nil, nil, missing(err)
	}
	p, err := tx.Partner.Query().Where(partner.ID(t.PartnerID), partner.DeletedAtIsNil(), store.ForUpdate).Only(ctx)
	if err != nil {
		return nil, nil, missing(err)
	}
	t, err = tx.PartnerTest.Query().Where(partnertest.ID(id), store.ForUpdate).Only(ctx)
	return p, t, missing(err)
}

// moveTest moves a certificate, and writes down that the back office did.
func (d *verdict) moveTest(ctx context.Context, tx *ent.Tx, t *ent.PartnerTest, event lifecycle.TestEvent) error {
	before := *t
	if err := moveTest(ctx, tx, t, paperTurn{event: event, reason: d.reason, by: d.who.UserID, now: d.now}); err != nil {
		return err
	}
	return tellOf(ctx, tx, d.who, d.now, lifecycle.NounPartnerTest, t.ID, t.Version, discreet(differences(&before, t)))
}

// decideTest moves a certificate that is as the caller has read it.
func (d *verdict) decideTest(ctx context.Context, tx *ent.Tx, t *ent.PartnerTest, event lifecycle.TestEvent) error {
	if _, may := lifecycle.Test.Next(t.Status, event); may { // what state it is in is told first
		if err := d.read(t.Version); err != nil {
			return err
		}
	}
	return d.moveTest(ctx, tx, t, event)
}

func (d *verdict) approveTest(ctx context.Context, tx *ent.Tx, p *ent.Partner, t *ent.PartnerTest) error {
	if err := d.decideTest(ctx, tx, t, lifecycle.TestApprove); err != nil {
		return err
	}
	if p.VerificationStep != lifecycle.VerifyDone {
		return nil
	}
	of, err := tx.CompetencyTest.Get(ctx, t.CompetencyTestID)
	if err != nil {
		return err
	}
	activated, err := activate(ctx, tx, p.ID, []int64{of.SubServiceID}, d.now)
	if err != nil || len(activated) == 0 {
		return err
	}
	return d.touch(ctx, tx, p, activatedChange(activated))
}

func (d *verdict) rejectTest(ctx context.Context, tx *ent.Tx, p *ent.Partner, t *ent.PartnerTest) error {
	if err := d.decideTest(ctx, tx, t, lifecycle.TestReject); err != nil {
		return err
	}
	if p.VerificationStep != lifecycle.VerifyReview {
		return nil
	}
	enough, err := tx.PartnerTest.Query().Where(partnertest.PartnerID(p.ID), partnertest.StatusNEQ(lifecycle.TestRejected)).Exist(ctx)
	if err != nil || enough {
		return err
	}
	next := *p
	if err := advance(&next, lifecycle.VerificationReturn, "", d.now); err != nil {
		return err
	}
	if err := saveVerification(ctx, tx, &next, d.now); err != nil {
		return err
	}
	return tellOfPartner(ctx, tx, d.who, d.now, p, &next, nil)
}

// touch raises the version of a partner for a change of what stands in other tables.
func (d *verdict) touch(ctx context.Context, tx *ent.Tx, p *ent.Partner, beside changes) error {
	err := oneChanged(tx.Partner.Update().Where(partner.ID(p.ID), partner.Version(p.Version)).AddVersion(1).SetUpdatedAt(d.now).Save(ctx))
	if err != nil {
		return err
	}
	next := *p
	next.Version++
	return tellOfPartner(ctx, tx, d.who, d.now, p, &next, beside)
}

// provedSkills are the sub-services of the competency tests whose certificates were
// approved, ascending.
func provedSkills(ctx context.Context, tx *ent.Tx, partnerID int64) ([]int64, error) {
	ids, err := tx.PartnerTest.Query().Where(partnertest.PartnerID(partnerID), partnertest.StatusEQ(lifecycle.TestApproved)).
		QueryCompetencyTest().All(ctx)
	skills := make([]int64, len(ids))
	for i, t := range ids {
		skills[i] = t.SubServiceID
	}
	slices.Sort(skills)
	return slices.Compact(skills), err
}

// activate makes those of a partner's sub-services count that wait, and tells which.
func activate(ctx context.Context, tx *ent.Tx, partnerID int64, subServices []int64, now time.Time) ([]int64, error) {
	rows, err := tx.Competency.Query().Where(
		competency.PartnerID(partnerID), store.In(competency.FieldSubServiceID, subServices), competency.StatusEQ(lifecycle.CataloguePending), store.ForUpdate,
	).Order(competency.BySubServiceID()).All(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids, of := make([]int64, len(rows)), make([]int64, len(rows))
	for i, r := range rows {
		ids[i], of[i] = r.ID, r.SubServiceID
	}
	return of, moveSkills(ctx, tx, ids, lifecycle.CatalogueActive, now)
}

// tellPartner leaves a message about a partner in the outbox.
func (d *verdict) tellPartner(ctx context.Context, tx *ent.Tx, topic string, partnerID int64) error {
	return store.Leave(ctx, tx, store.Message{
		Topic: topic, Payload: map[string]int64{"partner_id": partnerID}, At: d.now, Wall: d.wall(),
	})
}

// tellUser leaves a message to a person that no topic of its own is for.
func (d *verdict) tellUser(ctx context.Context, tx *ent.Tx, userID int64) error {
	return store.Leave(ctx, tx, store.Message{
		Topic: notice.General, Payload: map[string]int64{"user_id": userID}, At: d.now, Wall: d.wall(),
	})
}
