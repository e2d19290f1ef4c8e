package market

import (
	"context"
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/ent/participant"
	"kontrak/ent/signature"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// moveSignature changes a signature as its agreement moves; no event leaves its
// status. It is the only place that writes the status.
//
// Faults of the step: WRONG_STATE, STALE.
func moveSignature(s *ent.Signature, event lifecycle.SignatureEvent, set func(*ent.SignatureUpdate)) paperStep {
	return func(ctx context.Context, tx *ent.Tx, _ *agreementRow, m *paperMove) error {
		to := s.Status
		if event != "" {
			var ok bool
			if to, ok = lifecycle.Signature.Next(s.Status, event); !ok {
				return unfit("signature", "signature", join(lifecycle.Signature.From(event), " or "), string(s.Status))
			}
		}
		update := tx.Signature.Update().Where(signature.ID(s.ID), signature.Version(s.Version)).
			SetStatus(to).AddVersion(1).SetUpdatedAt(m.now)
		if set != nil {
			set(update)
		}
		m.told = toldWord(m.told, "signature.status", s.Status, to)
		return onlyOne(update.Save(ctx))
	}
}

// moveParticipant changes a participant as its agreement moves. It is the only
// place that writes the status.
//
// Faults of the step: WRONG_STATE, STALE.
func moveParticipant(p *ent.Participant, event lifecycle.ParticipantEvent, set func(*ent.ParticipantUpdate)) paperStep {
	return func(ctx context.Context, tx *ent.Tx, _ *agreementRow, m *paperMove) error {
		to, ok := lifecycle.Participant.Next(p.Status, event)
		if !ok {
			return unfit("participant", "participant", join(lifecycle.Participant.From(event), " or "), string(p.Status))
		}
		update := tx.Participant.Update().Where(participant.ID(p.ID), participant.Version(p.Version)).
			SetStatus(to).AddVersion(1).SetUpdatedAt(m.now)
		if set != nil {
			set(update)
		}
		m.told = toldWord(m.told, fmt.Sprintf("signature.participants[%d].status", p.Position), p.Status, to)
		return onlyOne(update.Save(ctx))
	}
}

// toldWord notes a change of a word for the history.
func toldWord[T ~string](told changes, name string, from, to T) changes {
	if told == nil {
		told = changes{}
	}
	told.Add(changelog.Of(name, changelog.Text(string(from)), changelog.Text(string(to))))
	return told
}

// onlyOne fails unless exactly the one row was changed that was compared.
func onlyOne(changed int, err error) error {
	if err == nil && changed != 1 {
		err = fault.New(fault.Stale, "")
	}
	return err
}

// request asks a participant, or asks it again: the link is made anew, the one
// before is good no longer, and the code may be tried again.
func (a *App) request(s *ent.Signature, p *ent.Participant) paperStep {
	return a.requestBy(lifecycle.ParticipantRequest, s, p, func(*ent.ParticipantUpdate) {})
}

// requestBy is request by another event, which sets more.
func (a *App) requestBy(event lifecycle.ParticipantEvent, s *ent.Signature, p *ent.Participant, set func(*ent.ParticipantUpdate)) paperStep {
	return func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
		at := requestedAt(m.now, p.RequestedAt)
		step := moveParticipant(p, event, func(u *ent.ParticipantUpdate) {
			set(u)
			u.SetRequestedAt(at).SetTokenHash(hashToken(a.links.signToken(p.UUID, at))).
				SetTokenExpiresAt(tokenExpiry(m.now, s.ExpiredDate)).SetCodeFailures(0)
		})
		if err := step(ctx, tx, r, m); err != nil {
			return err
		}
		return a.tellSigner("signature_requested", s.ID, p.ID)(ctx, tx, r, m)
	}
}

// closeLinks makes the links of a signature that is over useless.
func closeLinks(signatureID int64) paperStep {
	return func(ctx context.Context, tx *ent.Tx, _ *agreementRow, m *paperMove) error {
		return tx.Participant.Update().Where(participant.SignatureID(signatureID), participant.TokenHashNEQ("")).
			SetTokenHash("").ClearTokenExpiresAt().AddVersion(1).SetUpdatedAt(m.now).Exec(ctx)
	}
}

// cancelation are the steps by which a signature comes to nothing.
func (a *App) cancelation(s *ent.Signature, why string) []paperStep {
	return []paperStep{
		moveSignature(s, lifecycle.SignatureCancel, func(u *ent.SignatureUpdate) { u.SetStatusReason(why).ClearDueAt() }),
		closeLinks(s.ID), a.tellSigner("signature_cancelled", s.ID, 0),
	}
}

// cancelLive cancels the signature of the agreement that waits, if there is one.
func (a *App) cancelLive(why string) paperStep {
	return func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
		if !r.signing {
			return nil
		}
		s, err := tx.Signature.Query().Where(waits(r.id)...).Only(ctx)
		if err != nil {
			return err
		}
		return inTurn(a.cancelation(s, why))(ctx, tx, r, m)
	}
}

// inTurn takes steps one after the other.
func inTurn(steps []paperStep) paperStep {
	return func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
		for _, step := range steps {
			if err := step(ctx, tx, r, m); err != nil {
				return err
			}
		}
		return nil
	}
}

// tellSigner leaves a message about a signature in the outbox, to one participant or,
// for 0, to all whom it concerns. It names ids only: neither an address nor a link.
func (a *App) tellSigner(topic string, signatureID, participantID int64) paperStep {
	return func(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
		ids := map[string]int64{"agreement_id": r.id, "version": r.version + 1, "signature_id": signatureID}
		if participantID != 0 {
			ids["participant_id"] = participantID
		}
		return store.Leave(ctx, tx, store.Message{
			Topic: topic, InstitutionID: &r.institutionID, Payload: ids, At: m.now, Wall: a.wall(),
		})
	}
}

// nextOf gives when time does something to a signature next: a reminder, unless it
// expires sooner; nil for never.
func (s settings) nextOf(now time.Time, expires *time.Time) *time.Time {
	if s.signReminder == 0 {
		return expires
	}
	at := now.Add(s.signReminder)
	if expires != nil {
		at = earlier(at, *expires)
	}
	return &at
}
