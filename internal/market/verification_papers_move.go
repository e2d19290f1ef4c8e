package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/partnertest"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// paperTurn is what happens to a certificate of a competency test.
type paperTurn struct {
	event       lifecycle.TestEvent
	certificate string // the file that is sent
	reason      string // why it is rejected
	by          int64  // who decides
	now         time.Time
}

// moveTest is the only place that writes where a partner's certificate of a competency
// test stands: of a new one, whose id is 0, too. It compares and sets the version that
// the row was read with, and changes the row in memory.
//
// Faults: WRONG_STATE, STALE.
func moveTest(ctx context.Context, tx *ent.Tx, r *ent.PartnerTest, t paperTurn) error {
	if r.ID == 0 {
		r.Status = lifecycle.Test.Start
	}
	to, ok := lifecycle.Test.Next(r.Status, t.event)
	if !ok {
		return fault.New(fault.WrongState, "The certificate of the competency test is not in a state that allows this.").
			Refuse("competency_test_status", join(lifecycle.Test.From(t.event), " or "), string(r.Status))
	}
	r.Status, r.RejectionReason, r.UpdatedAt = to, t.reason, t.now
	if t.event == lifecycle.TestSubmit {
		r.Certificate, r.SubmittedAt, r.ReviewedAt, r.ReviewedByID = t.certificate, t.now, nil, nil
	} else {
		r.ReviewedAt, r.ReviewedByID = &t.now, &t.by
	}
	if r.ID == 0 {
		return addTest(ctx, tx, r)
	}
	u := tx.PartnerTest.Update().Where(partnertest.ID(r.ID), partnertest.Version(r.Version)).
		SetStatus(r.Status).SetCertificate(r.Certificate).SetRejectionReason(r.RejectionReason).SetSubmittedAt(r.SubmittedAt).
		AddVersion(1).SetUpdatedAt(r.UpdatedAt)
	if r.ReviewedAt == nil {
		u.ClearReviewedAt().ClearReviewedByID()
	} else {
		u.SetReviewedAt(*r.ReviewedAt).SetReviewedByID(*r.ReviewedByID)
	}
	if err := oneChanged(u.Save(ctx)); err != nil {
		return err
	}
	r.Version++
	return nil
}

// addTest writes the first certificate of a test.
func addTest(ctx context.Context, tx *ent.Tx, r *ent.PartnerTest) error {
	made, err := tx.PartnerTest.Create().SetPartnerID(r.PartnerID).SetCompetencyTestID(r.CompetencyTestID).SetStatus(r.Status).
		SetCertificate(r.Certificate).SetSubmittedAt(r.SubmittedAt).SetCreatedAt(r.UpdatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	if err == nil {
		*r = *made
	}
	return err
}
