package market

import (
	"context"
	stdsql "database/sql"
	"time"

	"kontrak/ent/participant"
	"kontrak/ent/signature"
	"kontrak/ent/signatureobject"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// signatureRow is a signature as the database has it.
type signatureRow struct {
	id, agreementID, institutionID, version int64
	uuid, title, reason, sum                string
	status                                  lifecycle.SignatureStatus
	order                                   lifecycle.SigningOrder
	expires, due                            stdsql.Null[time.Time]
	created, updated                        time.Time
}

func takeSignature[R any](s *selection[R], t *sql.SelectTable, at func(*R) *signatureRow) {
	s.take(t, signature.FieldID, func(r *R) any { return &at(r).id })
	s.take(t, signature.FieldAgreementID, func(r *R) any { return &at(r).agreementID })
	s.take(t, signature.FieldInstitutionID, func(r *R) any { return &at(r).institutionID })
	s.take(t, signature.FieldVersion, func(r *R) any { return &at(r).version })
	s.take(t, signature.FieldUUID, func(r *R) any { return &at(r).uuid })
	s.take(t, signature.FieldTitle, func(r *R) any { return &at(r).title })
	s.take(t, signature.FieldStatus, func(r *R) any { return &at(r).status })
	s.take(t, signature.FieldStatusReason, func(r *R) any { return &at(r).reason })
	s.take(t, signature.FieldSigningOrder, func(r *R) any { return &at(r).order })
	s.take(t, signature.FieldDocumentSha256, func(r *R) any { return &at(r).sum })
	s.take(t, signature.FieldExpiredDate, func(r *R) any { return &at(r).expires })
	s.take(t, signature.FieldDueAt, func(r *R) any { return &at(r).due })
	s.take(t, signature.FieldCreatedAt, func(r *R) any { return &at(r).created })
	s.take(t, signature.FieldUpdatedAt, func(r *R) any { return &at(r).updated })
}

func seeSignature(r *signatureRow) *view.Signature {
	return view.See(&view.Signature{
		ID: r.id, UUID: r.uuid, AgreementID: r.agreementID, Title: r.title, Status: r.status, StatusReason: filled(r.reason),
		SigningOrder: r.order, ExpiredDate: instant(r.expires), CreatedAt: r.created, UpdatedAt: r.updated,
		Participants: []*view.Participant{}, Objects: []*view.SignatureObject{},
	}, insiderTies)
}

// readSignatures reads the latest signature of each agreement of the load, whatever
// has become of it, and what is wanted of it.
func (l *agreementLoad) readSignatures(ctx context.Context) error {
	t, later := sql.Table(signature.Table).As("t"), sql.Table(signature.Table).As("later")
	s := selectFrom[signatureRow](l.app.store.Dialect(), t)
	takeSignature(s, t, func(r *signatureRow) *signatureRow { return r })
	s.Where(sql.And(
		store.InP(t.C(signature.FieldAgreementID), l.ids),
		sql.Not(sql.Exists(sql.Dialect(l.app.store.Dialect()).Select(later.C(signature.FieldID)).From(later).Where(sql.And(
			sql.ColumnsEQ(later.C(signature.FieldAgreementID), t.C(signature.FieldAgreementID)),
			sql.ColumnsGT(later.C(signature.FieldID), t.C(signature.FieldID)),
		)))),
	))
	rows, err := s.rows(ctx, l.on)
	if err != nil || len(rows) == 0 {
		return err
	}
	views := make([]*view.Signature, len(rows))
	for i, r := range rows {
		views[i] = seeSignature(r)
		l.views[l.at[r.agreementID]].Signature = views[i]
	}
	return l.app.readSigners(ctx, l.on, views, l.wants)
}

// readSigners reads the participants and the input fields of signatures, in their
// order.
func (a *App) readSigners(ctx context.Context, on reader, views []*view.Signature, w AgreementWants) error {
	ids, at := make([]int64, len(views)), make(map[int64]*view.Signature, len(views))
	for i, v := range views {
		ids[i], at[v.ID] = v.ID, v
	}
	if w.has(AgreementParticipants) {
		t := sql.Table(participant.Table).As("t")
		s := selectFrom[participantRow](a.store.Dialect(), t)
		takeParticipant(s, t, func(r *participantRow) *participantRow { return r })
		s.Where(store.InP(t.C(participant.FieldSignatureID), ids)).OrderBy(t.C(participant.FieldSignatureID), t.C(participant.FieldPosition))
		rows, err := s.rows(ctx, on)
		if err != nil {
			return err
		}
		for _, r := range rows {
			at[r.signatureID].Participants = append(at[r.signatureID].Participants, seeParticipant(r))
		}
	}
	if !w.has(AgreementObjects) {
		return nil
	}
	type row = child[objectRow]
	t := sql.Table(signatureobject.Table).As("t")
	s := selectFrom[row](a.store.Dialect(), t)
	s.take(t, signatureobject.FieldSignatureID, func(r *row) any { return &r.contractID })
	s.take(t, signatureobject.FieldID, func(r *row) any { return &r.view.view.ID })
	s.take(t, signatureobject.FieldParticipantID, func(r *row) any { return &r.view.participant })
	s.take(t, signatureobject.FieldContents, func(r *row) any { return &r.view.view.Contents })
	s.take(t, signatureobject.FieldType, func(r *row) any { return &r.view.view.Type })
	s.take(t, signatureobject.FieldCategory, func(r *row) any { return &r.view.view.Category })
	s.take(t, signatureobject.FieldName, func(r *row) any { return &r.view.view.Name })
	s.take(t, signatureobject.FieldDescription, func(r *row) any { return &r.view.view.Description })
	s.Where(store.InP(t.C(signatureobject.FieldSignatureID), ids)).OrderBy(t.C(signatureobject.FieldSignatureID), t.C(signatureobject.FieldPosition))
	rows, err := s.rows(ctx, on)
	for _, r := range rows {
		if r.view.participant.Valid {
			r.view.view.ParticipantID = &r.view.participant.V
		}
		at[r.contractID].Objects = append(at[r.contractID].Objects, view.See(&r.view.view, insiderTies))
	}
	return err
}

// objectRow is an input field as the database has it.
type objectRow struct {
	view        view.SignatureObject
	participant stdsql.Null[int64]
}

// participantRow is a participant as the database has it.
type participantRow struct {
	id, signatureID, version       int64
	uuid, name, auth, email, phone string
	role, language, reason         string
	position                       int32
	status                         lifecycle.ParticipantStatus
	send                           lifecycle.SendWay
	requested, viewed, answered    stdsql.Null[time.Time]
}

func takeParticipant[R any](s *selection[R], t *sql.SelectTable, at func(*R) *participantRow) {
	s.take(t, participant.FieldID, func(r *R) any { return &at(r).id })
	s.take(t, participant.FieldSignatureID, func(r *R) any { return &at(r).signatureID })
	s.take(t, participant.FieldVersion, func(r *R) any { return &at(r).version })
	s.take(t, participant.FieldUUID, func(r *R) any { return &at(r).uuid })
	s.take(t, participant.FieldPosition, func(r *R) any { return &at(r).position })
	s.take(t, participant.FieldName, func(r *R) any { return &at(r).name })
	s.take(t, participant.FieldStatus, func(r *R) any { return &at(r).status })
	s.take(t, participant.FieldAuth, func(r *R) any { return &at(r).auth })
	s.take(t, participant.FieldSend, func(r *R) any { return &at(r).send })
	s.take(t, participant.FieldEmail, func(r *R) any { return &at(r).email })
	s.take(t, participant.FieldPhone, func(r *R) any { return &at(r).phone })
	s.take(t, participant.FieldRole, func(r *R) any { return &at(r).role })
	s.take(t, participant.FieldLanguage, func(r *R) any { return &at(r).language })
	s.take(t, participant.FieldRequestedAt, func(r *R) any { return &at(r).requested })
	s.take(t, participant.FieldViewedAt, func(r *R) any { return &at(r).viewed })
	s.take(t, participant.FieldAnsweredAt, func(r *R) any { return &at(r).answered })
	s.take(t, participant.FieldAnswerReason, func(r *R) any { return &at(r).reason })
}

func seeParticipant(r *participantRow) *view.Participant {
	return view.See(&view.Participant{
		ID: r.id, UUID: r.uuid, Position: r.position, Name: r.name, Status: r.status, Auth: filled(r.auth), Send: r.send,
		Email: filled(r.email), Phone: filled(r.phone), RoleName: filled(r.role), Language: filled(r.language),
		RequestedAt: instant(r.requested), ViewedAt: instant(r.viewed), AnsweredAt: instant(r.answered), AnswerReason: filled(r.reason),
	}, insiderTies)
}
