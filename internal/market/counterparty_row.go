package market

import (
	stdsql "database/sql"
	"encoding/json"
	"time"

	"kontrak/ent/counterparty"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// counterpartyRow is a counterparty as the database has it.
type counterpartyRow struct {
	id, version                        int64
	name, customKey, registration, ceo string
	address, industry, category, email string
	managers                           []byte
	partnerID                          stdsql.Null[int64]
	created, updated                   time.Time
}

func takeCounterparty[R any](s *selection[R], t *sql.SelectTable, at func(*R) *counterpartyRow) {
	s.take(t, counterparty.FieldID, func(r *R) any { return &at(r).id })
	s.take(t, counterparty.FieldVersion, func(r *R) any { return &at(r).version })
	s.take(t, counterparty.FieldName, func(r *R) any { return &at(r).name })
	s.take(t, counterparty.FieldCustomKey, func(r *R) any { return &at(r).customKey })
	s.take(t, counterparty.FieldRegistrationNumber, func(r *R) any { return &at(r).registration })
	s.take(t, counterparty.FieldCeo, func(r *R) any { return &at(r).ceo })
	s.take(t, counterparty.FieldAddress, func(r *R) any { return &at(r).address })
	s.take(t, counterparty.FieldIndustry, func(r *R) any { return &at(r).industry })
	s.take(t, counterparty.FieldCategory, func(r *R) any { return &at(r).category })
	s.take(t, counterparty.FieldEmail, func(r *R) any { return &at(r).email })
	s.take(t, counterparty.FieldManagers, func(r *R) any { return &at(r).managers })
	s.take(t, counterparty.FieldPartnerID, func(r *R) any { return &at(r).partnerID })
	s.take(t, counterparty.FieldCreatedAt, func(r *R) any { return &at(r).created })
	s.take(t, counterparty.FieldUpdatedAt, func(r *R) any { return &at(r).updated })
}

func seeCounterparty(r *counterpartyRow) *view.Counterparty {
	v := &view.Counterparty{
		ID: r.id, Version: r.version, Name: r.name, CustomKey: filled(r.customKey), RegistrationNumber: filled(r.registration),
		Ceo: filled(r.ceo), Address: filled(r.address), Industry: filled(r.industry), Category: filled(r.category),
		Email: filled(r.email), Managers: []*lifecycle.Manager{}, CreatedAt: r.created, UpdatedAt: r.updated,
	}
	if r.partnerID.Valid {
		v.PartnerID = &r.partnerID.V
	}
	if err := json.Unmarshal(r.managers, &v.Managers); err != nil {
		v.Managers = []*lifecycle.Manager{} // nothing else writes the column
	}
	return view.See(v, insiderTies)
}
