package market

import (
	"context"
	"slices"

	"kontrak/ent"
	"kontrak/ent/participant"
	"kontrak/ent/predicate"
	"kontrak/ent/signature"
	"kontrak/ent/signatureobject"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"

	"entgo.io/ent/dialect/sql"
)

// signing is a signature with all that hangs on it, as it is decided on. Whatever
// changes one of its rows moves its agreement too, so the agreement's version is
// compared for all of them.
type signing struct {
	*ent.Signature
	participants []*ent.Participant     // in their order
	objects      []*ent.SignatureObject // in their order
}

// readSigning reads one signature; nil when there is none.
func readSigning(ctx context.Context, on *ent.Client, which ...predicate.Signature) (*signing, error) {
	row, err := on.Signature.Query().Where(which...).Only(ctx)
	if err != nil {
		if ent.IsNotFound(err) {
			err = nil
		}
		return nil, err
	}
	s := &signing{Signature: row}
	s.participants, err = on.Participant.Query().Where(participant.SignatureID(row.ID)).Order(participant.ByPosition()).All(ctx)
	if err != nil {
		return nil, err
	}
	s.objects, err = on.SignatureObject.Query().Where(signatureobject.SignatureID(row.ID)).Order(signatureobject.ByPosition()).All(ctx)
	return s, err
}

// waits keeps the signature of an agreement that can still come about.
func waits(agreementID int64) []predicate.Signature {
	return []predicate.Signature{
		signature.AgreementID(agreementID), signature.StatusIn(lifecycle.Signature.From(lifecycle.SignatureCancel)...),
	}
}

// one gives the participant with that id.
func (s *signing) one(id int64) *ent.Participant {
	i := slices.IndexFunc(s.participants, func(p *ent.Participant) bool { return p.ID == id })
	return s.participants[i]
}

// wasAsked tells whether a participant was asked and has not answered.
func wasAsked(p *ent.Participant) bool {
	return p.Status == lifecycle.ParticipantRequested || p.Status == lifecycle.ParticipantViewed
}

// open gives the participants that were asked and have not answered.
func (s *signing) open() []*ent.Participant {
	return slices.DeleteFunc(slices.Clone(s.participants), func(p *ent.Participant) bool { return !wasAsked(p) })
}

// next gives the one to be asked after somebody has signed: nil when nobody waits.
func (s *signing) next() *ent.Participant {
	i := slices.IndexFunc(s.participants, func(p *ent.Participant) bool { return p.Status == lifecycle.ParticipantPending })
	if i < 0 {
		return nil
	}
	return s.participants[i]
}

// lastIs tells whether everybody but this participant has signed.
func (s *signing) lastIs(id int64) bool {
	return !slices.ContainsFunc(s.participants, func(p *ent.Participant) bool {
		return p.ID != id && p.Status != lifecycle.ParticipantSigned
	})
}

// inputs gives the fields that a participant fills in.
func (s *signing) inputs(participantID int64) []*ent.SignatureObject {
	return slices.DeleteFunc(slices.Clone(s.objects), func(o *ent.SignatureObject) bool {
		return o.Category != lifecycle.ObjectInput || o.ParticipantID == nil || *o.ParticipantID != participantID
	})
}

func noSignature() error { return fault.New(fault.RecordNotFound, "There is no such signature.") }

// agreementOfSignature gives whose signature a uuid names; the agreement is yet to be
// looked for among those that the caller may know of.
//
// Faults: NOT_FOUND.
func (a *App) agreementOfSignature(ctx context.Context, which predicate.Signature) (id int64, err error) {
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		row, err := on.Signature.Query().Where(which).Select(signature.FieldAgreementID).Only(ctx)
		if ent.IsNotFound(err) {
			return noSignature()
		}
		if err == nil {
			id = row.AgreementID
		}
		return err
	})
	return id, err
}

// liveSignature is the predicate that an agreement has a signature that can still
// come about; its partial index answers it.
func liveSignature(dialect string, a *sql.SelectTable) *sql.Predicate {
	t := sql.Table(signature.Table).As("live")
	return sql.Exists(sql.Dialect(dialect).Select(t.C(signature.FieldID)).From(t).Where(sql.And(
		sql.ColumnsEQ(t.C(signature.FieldAgreementID), a.C("id")),
		isNot(t.C(signature.FieldStatus), lifecycle.SignatureCanceled),
		isNot(t.C(signature.FieldStatus), lifecycle.SignatureDone),
	)))
}

// isNot is the contrary of is.
func isNot[T ~string](column string, value T) *sql.Predicate {
	return sql.P(func(b *sql.Builder) { b.Ident(column).WriteString(" <> '" + string(value) + "'") })
}
