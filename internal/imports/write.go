package imports

import (
	"context"
	"strings"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementtype"
	"kontrak/ent/counterparty"
	entparticipant "kontrak/ent/participant"
	entsignature "kontrak/ent/signature"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
)

// write stores the rows of a batch that are good and new, in one transaction.
func (r *run) write(ctx context.Context, rows []*paper) error {
	var made, known int
	err := r.Store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		made, known = 0, 0 // a second try begins anew
		have, err := r.known(ctx, tx.Client(), rows)
		if err != nil {
			return err
		}
		var fresh []*paper
		for _, p := range rows {
			switch {
			case r.bad[p.row]:
			case have[p.externalID]:
				known++
			default:
				fresh = append(fresh, p)
			}
		}
		made = len(fresh)
		if made == 0 {
			return nil
		}
		return r.store(ctx, tx, fresh)
	})
	if err != nil {
		return err
	}
	r.report.Made += made
	r.report.Known += known
	return nil
}

// names are the ids of what agreements refer to by name.
type names struct{ types, vendors map[string]int64 }

func (r *run) store(ctx context.Context, tx *ent.Tx, rows []*paper) error {
	by, err := r.names(ctx, tx, rows)
	if err != nil {
		return err
	}
	if err := freeIDs(ctx, tx.Client(), rows); err != nil {
		return err
	}
	creates := make([]*ent.AgreementCreate, len(rows))
	for i, p := range rows {
		creates[i] = r.create(tx, p, by)
	}
	stored, err := tx.Agreement.CreateBulk(creates...).Save(ctx)
	if err != nil {
		return err
	}
	history := make([]*ent.AgreementHistoryCreate, len(rows))
	for i, a := range stored {
		told := changelog.OfAgreement(nil, a)
		delete(told, agreement.FieldDueAt) // it follows from the others
		history[i] = tx.AgreementHistory.Create().SetInstitutionID(a.InstitutionID).SetAgreementID(a.ID).SetEvent(lifecycle.AgreementCreate).
			SetToStatus(a.Status).SetReason("taken over from " + string(r.Dialect)).SetChanges(told.JSON()).SetAgreementVersion(a.Version).SetAt(a.UpdatedAt)
	}
	if err := tx.AgreementHistory.CreateBulk(history...).Exec(ctx); err != nil {
		return err
	}
	return r.storeSignatures(ctx, tx, rows, stored)
}

func (r *run) create(tx *ent.Tx, p *paper, by names) *ent.AgreementCreate {
	c := tx.Agreement.Create().SetInstitutionID(r.InstitutionID).SetPublicID(p.publicID).SetUUID(p.uuid).SetCustomKey(p.customKey).
		SetTitle(p.title).SetSearchTitle(store.Fold(p.title)).SetAgreementTypeID(by.types[p.typeName]).SetGatewayKind(p.kind).SetOrigin(p.origin).
		SetStatus(p.status).SetRenewalStatus(p.renewal).SetCost(p.cost).
		SetNillableStartsAt(p.starts).SetNillableEndsAt(p.ends).SetNillableConcludedAt(p.concluded).SetNillableDueAt(p.due(r.Now)).
		SetGeneratedOn(p.generatedOn).SetClientApprovedOn(p.clientApprovedOn).
		SetSource(r.Dialect).SetExternalID(p.externalID).SetCreatedAt(p.created).SetUpdatedAt(p.updated)
	if p.generatedOn == "" {
		c.SetGeneratedOn(p.created.Format("2006-01-02"))
	}
	if p.vendor != "" {
		c.SetVendorID(by.vendors[p.vendor])
	}
	return c
}

// names finds the types and the vendors, and makes those that are missing.
func (r *run) names(ctx context.Context, tx *ent.Tx, rows []*paper) (names, error) {
	by := names{types: map[string]int64{}, vendors: map[string]int64{}}
	var types, vendors []string // in the order of the file
	for _, p := range rows {
		if _, seen := by.types[p.typeName]; !seen {
			by.types[p.typeName] = 0
			types = append(types, p.typeName)
		}
		if _, seen := by.vendors[p.vendor]; !seen && p.vendor != "" {
			by.vendors[p.vendor] = 0
			vendors = append(vendors, p.vendor)
		}
	}
	kinds, err := tx.AgreementType.Query().Where(store.In(agreementtype.FieldName, types)).All(ctx)
	if err != nil {
		return by, err
	}
	for _, k := range kinds {
		by.types[k.Name] = k.ID
	}
	for _, name := range types {
		if by.types[name] != 0 {
			continue
		}
		k, err := tx.AgreementType.Create().SetName(name).SetCreatedAt(r.Now).SetUpdatedAt(r.Now).Save(ctx)
		if err != nil {
			return by, err
		}
		by.types[name] = k.ID
	}
	return by, r.vendors(ctx, tx, vendors, by)
}

func (r *run) vendors(ctx context.Context, tx *ent.Tx, list []string, by names) error {
	if len(list) == 0 {
		return nil
	}
	found, err := tx.Counterparty.Query().Where(counterparty.InstitutionID(r.InstitutionID), store.In(counterparty.FieldName, list)).All(ctx)
	if err != nil {
		return err
	}
	for _, v := range found {
		by.vendors[v.Name] = v.ID
	}
	var missing []*ent.CounterpartyCreate
	for _, name := range list {
		if by.vendors[name] == 0 {
			missing = append(missing, tx.Counterparty.Create().SetInstitutionID(r.InstitutionID).SetName(name).SetSearchName(store.Fold(name)).
				SetManagers([]lifecycle.Manager{}).SetCreatedAt(r.Now).SetUpdatedAt(r.Now))
		}
	}
	if missing == nil {
		return nil
	}
	made, err := tx.Counterparty.CreateBulk(missing...).Save(ctx)
	for _, v := range made {
		by.vendors[v.Name] = v.ID
	}
	return err
}

// freeIDs keeps the ids that clients know agreements and signatures by, where nobody
// has them, and draws others where somebody has.
func freeIDs(ctx context.Context, on *ent.Client, rows []*paper) error {
	var public, uuids, signatures, people []string
	for _, p := range rows {
		public, uuids = append(public, p.publicID), append(uuids, p.uuid)
		if s := p.signature; s != nil {
			signatures = append(signatures, s.uuid)
			for _, one := range s.participants {
				people = append(people, one.uuid)
			}
		}
	}
	var used [4][]string
	if err := on.Agreement.Query().Where(store.In(agreement.FieldPublicID, public)).Select(agreement.FieldPublicID).Scan(ctx, &used[0]); err != nil {
		return err
	}
	if err := on.Agreement.Query().Where(store.In(agreement.FieldUUID, uuids)).Select(agreement.FieldUUID).Scan(ctx, &used[1]); err != nil {
		return err
	}
	if len(signatures) > 0 {
		if err := on.Signature.Query().Where(store.In(entsignature.FieldUUID, signatures)).Select(entsignature.FieldUUID).Scan(ctx, &used[2]); err != nil {
			return err
		}
	}
	if len(people) > 0 {
		if err := on.Participant.Query().Where(store.In(entparticipant.FieldUUID, people)).Select(entparticipant.FieldUUID).Scan(ctx, &used[3]); err != nil {
			return err
		}
	}
	taken := [4]map[string]bool{set(used[0]), set(used[1]), set(used[2]), set(used[3])}
	keep := func(id *string, taken map[string]bool, draw func() string) {
		if *id == "" || taken[*id] {
			*id = draw()
		}
		taken[*id] = true // within the batch too
	}
	for _, p := range rows {
		keep(&p.publicID, taken[0], opaque.ID)
		keep(&p.uuid, taken[1], opaque.UUID)
		if s := p.signature; s != nil {
			keep(&s.uuid, taken[2], opaque.UUID)
			for i := range s.participants {
				keep(&s.participants[i].uuid, taken[3], opaque.UUID)
			}
		}
	}
	return nil
}

// storeSignatures stores the signatures of the rows, with who signs and what is filled
// in. Nobody is asked to sign anew: that is for people to do.
func (r *run) storeSignatures(ctx context.Context, tx *ent.Tx, rows []*paper, stored []*ent.Agreement) error {
	var creates []*ent.SignatureCreate
	var of []*signature
	for i, p := range rows {
		if s := p.signature; s != nil {
			of = append(of, s)
			creates = append(creates, tx.Signature.Create().SetInstitutionID(r.InstitutionID).SetAgreementID(stored[i].ID).SetUUID(s.uuid).SetTitle(s.title).
				SetStatus(s.status).SetNillableExpiredDate(s.expires).SetNillableDueAt(s.due(r.Now)).SetCreatedAt(s.created).SetUpdatedAt(s.created))
		}
	}
	if creates == nil {
		return nil
	}
	made, err := tx.Signature.CreateBulk(creates...).Save(ctx)
	if err != nil {
		return err
	}
	var people []*ent.ParticipantCreate
	var objects []*ent.SignatureObjectCreate
	for i, s := range of {
		for k, one := range s.participants {
			people = append(people, tx.Participant.Create().SetInstitutionID(r.InstitutionID).SetSignatureID(made[i].ID).SetUUID(one.uuid).
				SetPosition(int32(k+1)).SetName(one.name).SetSearchName(store.Fold(one.name)).SetStatus(one.status).SetAuth(one.auth).SetSend(one.send).
				SetEmail(one.email).SetSearchEmail(store.Fold(one.email)).SetPhone(one.phone).SetPhoneDigits(digits(one.phone)).
				SetRole(one.role).SetLanguage(one.language).SetCreatedAt(s.created).SetUpdatedAt(s.created))
		}
		for k, one := range s.objects {
			objects = append(objects, tx.SignatureObject.Create().SetInstitutionID(r.InstitutionID).SetSignatureID(made[i].ID).SetPosition(int32(k+1)).
				SetContents(one.contents).SetType(one.kind).SetCategory(one.category).SetName(one.name).SetDescription(one.description))
		}
	}
	for len(people) > 0 {
		n := min(len(people), batch)
		if err := tx.Participant.CreateBulk(people[:n]...).Exec(ctx); err != nil {
			return err
		}
		people = people[n:]
	}
	for len(objects) > 0 {
		n := min(len(objects), batch)
		if err := tx.SignatureObject.CreateBulk(objects[:n]...).Exec(ctx); err != nil {
			return err
		}
		objects = objects[n:]
	}
	return nil
}

// digits gives the digits of a phone number.
func digits(phone string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, phone)
}
