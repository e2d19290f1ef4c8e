package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/ent/partnercertification"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// DecideCertification is what the back office decides on a registration.
type DecideCertification struct {
	ID, Version int64
	Event       lifecycle.CertificationEvent
	// Reason is why it failed or was cancelled, which the partner reads.
	Reason string
	// Certificate is what a partner that passed gets; nil for none.
	Certificate *Upload
}

// deciding is a decision under way.
type deciding struct {
	*App
	in    DecideCertification
	who   actor.Actor
	now   time.Time
	paper *uploads     // nil: none comes
	wrong fault.Fields // what is wrong with the paper
}

// DecideCertification moves a registration on. Its partner is told; one that failed or
// was cancelled gives its place of the quota back.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID;
// WRONG_STATE; STALE when somebody changed it after that version; BUSY when the
// certificate cannot be stored.
func (a *App) DecideCertification(ctx context.Context, in DecideCertification) (*view.PartnerCertification, error) {
	row, err := repeatable(ctx, a, func(ctx context.Context) (*ent.PartnerCertification, error) {
		return a.decideCertification(ctx, in)
	}, registrations.again(a))
	if err != nil {
		return nil, err
	}
	return a.registrationMade(ctx, row)
}

func (a *App) decideCertification(ctx context.Context, in DecideCertification) (next *ent.PartnerCertification, err error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	d := &deciding{App: a, in: in, who: who, now: a.Now()}
	if in.Certificate != nil {
		d.paper = &uploads{field: "certificate", purpose: "certificate", papers: true, sent: []Attachment{{Upload: in.Certificate}}}
		if err := d.paper.check(&d.wrong, nil); err != nil {
			return nil, err
		}
	}
	err = a.withNewFiles(ctx, d.paper, func(ctx context.Context, on *ent.Client) error {
		before, err := on.PartnerCertification.Get(ctx, in.ID)
		if err == nil {
			_, err = d.judge(before)
		}
		return foundOr(err, "There is no such registration.")
	}, func() error {
		return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			next, err = d.do(ctx, tx)
			return err
		})
	})
	return next, err
}

// foundOr makes ent's fault of a missing row into ours.
func foundOr(err error, message string) error {
	if ent.IsNotFound(err) {
		return fault.New(fault.RecordNotFound, message)
	}
	return err
}

// judge gives the registration as the decision makes it, or what refuses that.
//
// Faults: INVALID, WRONG_STATE, STALE.
func (d *deciding) judge(before *ent.PartnerCertification) (*ent.PartnerCertification, error) {
	var bad fault.Fields
	bad.Take(d.wrong.Err(fault.InputInvalid))
	next := *before
	if d.in.Event == lifecycle.CertificationFail || d.in.Event == lifecycle.CertificationCancel {
		checkText(&bad, "reason", d.in.Reason, 1, reasonLength)
		setText(Some(d.in.Reason), &next.StatusReason)
	}
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	to, ok := lifecycle.Certification.Next(before.Status, d.in.Event)
	if !ok {
		return nil, fault.New(fault.WrongState, "The registration is not in a state that allows this.").
			Refuse("certification_status", join(lifecycle.Certification.From(d.in.Event), " or "), string(before.Status))
	}
	if before.Version != d.in.Version {
		return nil, fault.New(fault.Stale, "")
	}
	next.Status = to
	if d.paper != nil {
		next.Certificate = d.paper.names()[0]
	}
	return &next, nil
}

func (d *deciding) do(ctx context.Context, tx *ent.Tx) (*ent.PartnerCertification, error) {
	before, err := registrations.find(ctx, tx, d.in.ID)
	if err != nil {
		return nil, foundOr(err, "There is no such registration.")
	}
	next, err := d.judge(before)
	if err != nil {
		return nil, err
	}
	if err := registrations.save(ctx, tx, d.who, d.now, before, next); err != nil {
		return nil, err
	}
	if next.Status == lifecycle.CertificationFailed || next.Status == lifecycle.CertificationCancelled {
		if err := tx.Certification.UpdateOneID(next.CertificationID).AddRegisteredCount(-1).Exec(ctx); err != nil {
			return nil, err
		}
	}
	if err := d.record(ctx, tx); err != nil {
		return nil, err
	}
	news := partnerNews{next.PartnerID, next.Version}
	if err := store.Leave(ctx, tx, d.dated(news.announce("certification_status_changed"), d.now)); err != nil {
		return nil, err
	}
	return next, registrations.keep(ctx, tx, next)
}

// record writes the row of the certificate's file.
func (d *deciding) record(ctx context.Context, tx *ent.Tx) error {
	if d.paper == nil {
		return nil
	}
	f := d.paper.stored[0]
	return tx.File.Create().SetUploadedByID(d.who.UserID).SetName(f.name).SetPurpose(d.paper.purpose).SetContentType(f.kind).
		SetSize(f.size).SetSha256(f.sum).SetCreatedAt(d.now).Exec(ctx)
}

// partnerNews is what a partner is told: of which version of the record it is.
type partnerNews struct{ partnerID, version int64 }

func (n partnerNews) announce(topic string) store.Message {
	return store.Message{Topic: topic, Payload: map[string]int64{"partner_id": n.partnerID, "version": n.version}}
}

// dated is a message of now.
func (a *App) dated(m store.Message, now time.Time) store.Message {
	m.At, m.Wall = now, a.wall()
	return m
}

// PendingCertifications lists the registrations that wait for a decision, the oldest
// first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) PendingCertifications(ctx context.Context, p Page, unread fault.Fields) (*view.Page[view.PartnerCertification], error) {
	by := newestBy("pending", partnercertification.FieldRegisteredAt)
	by.desc = false
	// In the words of their index.
	waiting := func(s *sql.Selector) {
		s.Where(sql.ExprP(s.C(partnercertification.FieldStatus) + " IN ('registered', 'in_review')"))
	}
	return listRecords(ctx, a, p, unread, registrationRecords(by, waiting))
}

// AllPartnerCertifications lists all registrations, the newest first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllPartnerCertifications(ctx context.Context, f RegistrationFilter, p Page) (*view.Page[view.PartnerCertification], error) {
	by := newestBy("registered", partnercertification.FieldRegisteredAt)
	return listRecords(ctx, a, p, f.Unread, registrationRecords(by, f.apply))
}
