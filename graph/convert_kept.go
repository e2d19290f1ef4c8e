package graph

import (
	"kontrak/graph/model"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// keptFields are the fields of what an institution keeps beside its agreements.
var keptFields = fieldNames{"institution_id": "institution", "partner_id": "partner"}

func toManager(in *model.CounterpartyManagerInput) lifecycle.Manager {
	return lifecycle.Manager{Name: in.Name, Email: in.Email, Position: in.Position, Note: in.Note, Contact: in.Contact, Roles: in.Roles}
}

func fromCounterpartyUpdate(in model.CounterpartyUpdateInput) market.CounterpartyFields {
	var r ids
	f := market.CounterpartyFields{
		Name: optional(in.Name), CustomKey: optional(in.CustomKey), RegistrationNumber: optional(in.RegistrationNumber), Ceo: optional(in.Ceo),
		Address: optional(in.Address), Industry: optional(in.Industry), Category: optional(in.Category), Email: optional(in.Email),
		Managers: optionalList(in.Managers, toManager), PartnerID: r.reference("partner", "Partner", in.Partner),
	}
	f.Unread = r.bad
	return f
}

func fromCounterpartyCreate(in model.CounterpartyCreateInput) (institution *int64, f market.CounterpartyFields) {
	f = fromCounterpartyUpdate(model.CounterpartyUpdateInput{
		CustomKey: in.CustomKey, RegistrationNumber: in.RegistrationNumber, Ceo: in.Ceo, Address: in.Address, Industry: in.Industry,
		Category: in.Category, Email: in.Email, Managers: in.Managers, Partner: in.Partner,
	})
	f.Name = market.Some(in.Name)
	return whose(in.Institution), f
}

// whose reads the institution that something new is for. What is no id of one names none
// that could be the caller's.
func whose(institution string) *int64 {
	var r ids
	return new(r.one("institution", "Institution", institution))
}

func fromTagCreate(in model.TagCreateInput) (institution *int64, f market.TagFields) {
	return whose(in.Institution), market.TagFields{Name: market.Some(in.Name), ColorCode: market.Some(in.ColorCode), Position: market.Some(in.Position)}
}

func fromTagUpdate(in model.TagUpdateInput) (id int64, f market.TagFields) {
	return recordID("Tag", in.Tag), market.TagFields{Name: optional(in.Name), ColorCode: optional(in.ColorCode), Position: optional(in.Position)}
}

func fromAssetCreate(in model.AssetCreateInput) (institution *int64, name string) {
	return whose(in.Institution), in.Name
}

func counterpartyPayload(v *view.Counterparty, err error) (*model.CounterpartyPayload, error) {
	bad, err := userErrors(keptFields.of(err))
	return &model.CounterpartyPayload{Counterparty: v, UserErrors: bad}, err
}

func tagPayload(v *view.Tag, err error) (*model.TagPayload, error) {
	bad, err := userErrors(keptFields.of(err))
	return &model.TagPayload{Tag: v, UserErrors: bad}, err
}

func assetPayload(v *view.Asset, err error) (*model.AssetPayload, error) {
	bad, err := userErrors(keptFields.of(err))
	return &model.AssetPayload{Asset: v, UserErrors: bad}, err
}
