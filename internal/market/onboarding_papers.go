package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/competency"
	"kontrak/ent/competencytest"
	"kontrak/ent/partner"
	"kontrak/ent/partnertest"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// TestWants is what is wanted of certificates of competency tests beside themselves.
type TestWants struct {
	// Partner says that whoever sent it is wanted, and what of it.
	Partner bool
	Parts   PartnerWant
}

// SubmitCompetencyTest takes the certificate of a competency test from the calling
// partner, who has passed the basic test: a picture or a PDF, in the place of one that
// was rejected. The back office decides on it. A sub-service that the partner has not
// named becomes one of those that it can do, once that is decided.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner; INVALID with every bad
// field; WRONG_STATE before the basic test is passed, and for a test whose certificate
// waits or was approved; STALE; BUSY when the file cannot be stored.
func (a *App) SubmitCompetencyTest(ctx context.Context, testID int64, certificate *Upload, unread fault.Fields, w TestWants) (*view.PartnerTest, error) {
	again := func(ctx context.Context, m memory) (*view.PartnerTest, error) {
		return there(a.PartnerTest(ctx, m.id, w))
	}
	return repeatable(ctx, a, func(ctx context.Context) (*view.PartnerTest, error) {
		id, err := a.submitTest(ctx, testID, certificate, unread)
		if err != nil {
			return nil, err
		}
		return a.PartnerTest(ctx, id, w)
	}, again)
}

func (a *App) submitTest(ctx context.Context, testID int64, certificate *Upload, unread fault.Fields) (int64, error) {
	who, err := caller(ctx, actor.Partner)
	if err != nil {
		return 0, err
	}
	s := &proofing{App: a, who: who, now: a.Now(), testID: testID, paper: paperFile("certificate", purposeCompetency, certificate), bad: unread}
	if s.paper == nil {
		s.bad.Add("certificate", "is required: send a picture or a PDF as multipart/form-data")
	} else if err := s.paper.check(&s.bad, nil); err != nil {
		return 0, err
	}
	foresee := func(ctx context.Context, on *ent.Client) error {
		_, err := s.judge(ctx, on, false)
		return err
	}
	if err := a.withNewFiles(ctx, s.paper, foresee, func() error { return a.store.WithTx(ctx, s.do) }); err != nil {
		return 0, err
	}
	a.removePapers(ctx, s.former)
	return s.id, nil
}

// proofing is the sending of a certificate under way.
type proofing struct {
	*App
	who    actor.Actor
	now    time.Time
	testID int64
	paper  *uploads
	bad    fault.Fields // what is wrong with the file, and what could not be read
	former []string     // the certificate so far, where another comes
	id     int64
}

// proof are the rows that a certificate is about.
type proof struct {
	partner *ent.Partner
	test    *ent.CompetencyTest
	row     *ent.PartnerTest // without an id for the first one of a test
}

// judge reads what the certificate is about, held where hold says so, and tells what
// refuses it: every bad field first, then the state.
func (s *proofing) judge(ctx context.Context, on *ent.Client, hold bool) (*proof, error) {
	p := &proof{}
	var err error
	p.test, err = on.CompetencyTest.Query().Where(competencytest.ID(s.testID), competencytest.Active(true)).Only(ctx)
	if ent.MaskNotFound(err) != nil {
		return nil, err
	}
	bad := s.bad
	bad.Check(p.test != nil, "competency_test_id", "is no competency test that is in use")
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	own := on.Partner.Query().Where(partner.UserID(s.who.UserID), partner.DeletedAtIsNil())
	if hold {
		own.Where(store.ForUpdate)
	}
	if p.partner, err = own.Only(ctx); ent.IsNotFound(err) {
		return nil, unregistered()
	}
	if err != nil {
		return nil, err
	}
	switch p.partner.VerificationStep {
	case lifecycle.VerifyCompetencyTest, lifecycle.VerifyReview, lifecycle.VerifyDone:
	default:
		return nil, wrongStep(p.partner, lifecycle.VerifyCompetencyTest, lifecycle.VerifyReview, lifecycle.VerifyDone)
	}
	p.row, err = orNew(on.PartnerTest.Query().Where(partnertest.PartnerID(p.partner.ID), partnertest.CompetencyTestID(p.test.ID)).Only(ctx))
	if err == nil && p.row.ID != 0 {
		if _, may := lifecycle.Test.Next(p.row.Status, lifecycle.TestSubmit); !may {
			err = sentAlready(p.row)
		}
	}
	return p, err
}

// sentAlready is the fault of a certificate that waits, or was approved.
func sentAlready(r *ent.PartnerTest) error {
	return fault.New(fault.WrongState, "A certificate of this test was sent already, and was not rejected.").
		Refuse("competency_test_status", join(lifecycle.Test.From(lifecycle.TestSubmit), " or "), string(r.Status))
}

// do keeps the certificate. A second try begins anew.
func (s *proofing) do(ctx context.Context, tx *ent.Tx) error {
	p, err := s.judge(ctx, tx.Client(), true)
	if err != nil {
		return err
	}
	s.former = nil
	if p.row.Certificate != "" {
		s.former = []string{p.row.Certificate}
	}
	if err := forgetPapers(ctx, tx, s.who.UserID, s.former); err != nil {
		return err
	}
	p.row.PartnerID, p.row.CompetencyTestID = p.partner.ID, p.test.ID
	if err := moveTest(ctx, tx, p.row, paperTurn{event: lifecycle.TestSubmit, certificate: s.paper.names()[0], now: s.now}); err != nil {
		return err
	}
	s.id = p.row.ID
	f := s.paper.stored[0]
	err = tx.File.Create().SetUploadedByID(s.who.UserID).SetName(f.name).SetPurpose(s.paper.purpose).SetContentType(f.kind).
		SetSize(f.size).SetSha256(f.sum).SetCreatedAt(s.now).Exec(ctx)
	if err != nil {
		return err
	}
	if err := claimSkill(ctx, tx, p.partner.ID, p.test.SubServiceID, s.now); err != nil {
		return err
	}
	if p.partner.VerificationStep == lifecycle.VerifyCompetencyTest {
		if err := advance(p.partner, lifecycle.VerificationSubmit, "", s.now); err != nil {
			return err
		}
		if err := saveVerification(ctx, tx, p.partner, s.now); err != nil {
			return err
		}
	}
	return memory{}.keep(ctx, tx, "PartnerTest", s.id)
}

// claimSkill writes that a partner says that it can do a sub-service, unless it said so
// before.
func claimSkill(ctx context.Context, tx *ent.Tx, partnerID, subServiceID int64, now time.Time) error {
	there, err := tx.Competency.Query().Where(competency.PartnerID(partnerID), competency.SubServiceID(subServiceID)).Exist(ctx)
	if err != nil || there {
		return err
	}
	return tx.Competency.Create().SetPartnerID(partnerID).SetSubServiceID(subServiceID).SetStatus(lifecycle.CataloguePending).
		SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
}
