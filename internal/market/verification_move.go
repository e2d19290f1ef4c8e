package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// verificationStatuses are how far a partner has come after each event.
var verificationStatuses = map[lifecycle.VerificationEvent]lifecycle.VerificationStatus{
	lifecycle.VerificationRegister: lifecycle.VerificationInProgress,
	lifecycle.VerificationPass:     lifecycle.VerificationInProgress,
	lifecycle.VerificationSubmit:   lifecycle.VerificationInProgress,
	lifecycle.VerificationReturn:   lifecycle.VerificationInProgress,
	lifecycle.VerificationVerify:   lifecycle.VerificationCompleted,
	lifecycle.VerificationRefuse:   lifecycle.VerificationRejected,
}

// advance makes a move of a partner's verification in its row, which saveVerification
// writes.
//
// Faults: WRONG_STATE.
func advance(p *ent.Partner, event lifecycle.VerificationEvent, reason string, now time.Time) error {
	to, ok := lifecycle.Verification.Next(p.VerificationStep, event)
	if !ok {
		return wrongStep(p, lifecycle.Verification.From(event)...)
	}
	p.VerificationStep, p.VerificationStatus, p.VerificationReason = to, verificationStatuses[event], reason
	p.SubmittedAt = nil
	switch to {
	case lifecycle.VerifyReview:
		p.SubmittedAt = &now
	case lifecycle.VerifyDone:
		p.OpenToWork = true // until it says otherwise: it has come to be hired
	}
	return nil
}

// wrongStep is the fault of a partner whose verification stands elsewhere.
func wrongStep(p *ent.Partner, needed ...lifecycle.VerificationStep) error {
	return fault.New(fault.WrongState, "The verification of the partner is not at a step that allows this.").
		Refuse("verification_step", join(needed, " or "), string(p.VerificationStep))
}

// saveVerification is the only place that writes where the verification of a partner
// stands, as advance made it. It compares the version that the row was read with, and
// raises it.
//
// Faults: STALE.
func saveVerification(ctx context.Context, tx *ent.Tx, p *ent.Partner, now time.Time) error {
	u := tx.Partner.Update().Where(partner.ID(p.ID), partner.Version(p.Version)).
		SetVerificationStep(p.VerificationStep).SetVerificationStatus(p.VerificationStatus).SetVerificationReason(p.VerificationReason).
		SetOpenToWork(p.OpenToWork).AddVersion(1).SetUpdatedAt(now)
	if p.SubmittedAt == nil {
		u.ClearSubmittedAt()
	} else {
		u.SetSubmittedAt(*p.SubmittedAt)
	}
	if err := oneChanged(u.Save(ctx)); err != nil {
		return err
	}
	p.Version++
	p.UpdatedAt = now
	return nil
}
