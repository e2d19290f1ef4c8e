package market

import (
	"context"
	"fmt"
	"slices"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/competency"
	"kontrak/ent/subservice"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// Skill is a sub-service that a partner can do.
type Skill struct {
	SubServiceID int64
	// Kinds are the kinds of work; when absent those of before, and of a new skill all.
	Kinds Optional[[]lifecycle.Kind]
	// BasePrice is what the partner asks for an hour, in whole rupiah; when absent the
	// price of before, and null takes it back.
	BasePrice Optional[int64]
}

// maxSkills is how many sub-services a partner may do.
const maxSkills = 100

// skill is a Skill with the rows that it changes.
type skill struct {
	Skill
	was   *ent.Competency // nil: it could not do it before
	next  ent.Competency
	price *ent.BasePrice // the active one; nil for none
}

// toldSkill is how a change names a skill.
type toldSkill struct {
	SubServiceID int64            `json:"sub_service_id"`
	Kinds        []lifecycle.Kind `json:"kinds"`
}

// checkSkills reads what the partner can do now, and notes what is wrong with the list
// that was sent.
func (k *keptPartner) checkSkills(ctx context.Context) error {
	k.bad.Check(!k.in.Skills.Null(), "competencies", "cannot be null: leave it out to keep it as it is, or send an empty list")
	list := k.in.Skills.Or(nil)
	k.bad.Check(k.partner.ID != 0 || k.in.Skills.Null() || len(list) > 0, "competencies", "is required: name one sub-service at least")
	if !k.in.Skills.Sent() || k.in.Skills.Null() {
		return nil
	}
	k.bad.Check(len(list) <= maxSkills, "competencies", "has %d entries, and %d are allowed", len(list), maxSkills)
	if len(list) > maxSkills {
		return nil
	}
	ids := make([]int64, len(list))
	for i, s := range list {
		ids[i] = s.SubServiceID
	}
	offered, err := k.tx.SubService.Query().Where(store.In(subservice.FieldID, ids), subservice.StatusEQ(lifecycle.CatalogueActive)).All(ctx)
	if err != nil {
		return err
	}
	had, prices, err := k.skillsNow(ctx)
	if err != nil {
		return err
	}
	subs := inOrder(ids, offered, func(r *ent.SubService) int64 { return r.ID })
	for i, in := range list {
		at := fmt.Sprintf("competencies[%d].", i)
		k.bad.Check(subs[i] != nil, at+"sub_service_id", "is no sub-service that is offered")
		k.bad.Check(!slices.Contains(ids[:i], in.SubServiceID), at+"sub_service_id", "stands in the list twice")
		s := &skill{Skill: in, was: had[in.SubServiceID], price: prices[in.SubServiceID]}
		s.apply(k, at, subs[i])
		k.skills = append(k.skills, s)
	}
	for id, r := range had { // those that are left out
		if !slices.Contains(ids, id) && r.Status == lifecycle.CatalogueActive {
			s := &skill{Skill: Skill{SubServiceID: id, BasePrice: Null[int64]()}, was: r, next: *r, price: prices[id]}
			s.next.Status = lifecycle.CatalogueInactive
			k.skills = append(k.skills, s)
		}
	}
	slices.SortFunc(k.skills, func(a, b *skill) int { return int(a.SubServiceID - b.SubServiceID) })
	return nil
}

// skillsNow gives the competencies and active prices of the partner, by sub-service.
func (k *keptPartner) skillsNow(ctx context.Context) (map[int64]*ent.Competency, map[int64]*ent.BasePrice, error) {
	had, prices := map[int64]*ent.Competency{}, map[int64]*ent.BasePrice{}
	if k.partner.ID == 0 {
		return had, prices, nil
	}
	rows, err := k.tx.Competency.Query().Where(competency.PartnerID(k.partner.ID)).All(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		had[r.SubServiceID] = r
	}
	asked, err := k.tx.BasePrice.Query().Where(baseprice.PartnerID(k.partner.ID), baseprice.Active(true), store.ForUpdate).All(ctx)
	for _, r := range asked {
		prices[r.SubServiceID] = r
	}
	return had, prices, err
}

// apply makes the competency as it is henceforth. of is the sub-service, nil for one
// that is not offered.
func (s *skill) apply(k *keptPartner, at string, of *ent.SubService) {
	s.next = ent.Competency{PartnerID: k.partner.ID, SubServiceID: s.SubServiceID}
	if of != nil {
		s.next.Installation, s.next.Maintenance, s.next.Repair = of.Installation, of.Maintenance, of.Repair
	}
	if s.was != nil {
		s.next = *s.was
	}
	s.next.Status = lifecycle.CatalogueActive
	k.bad.Check(!s.BasePrice.Sent() || s.BasePrice.Null() || s.BasePrice.Or(0) >= 0 && s.BasePrice.Or(0) <= maxMoney,
		at+"base_price", "must be between 0 and %d", int64(maxMoney))
	if !s.Kinds.Sent() {
		return
	}
	kinds := s.Kinds.Or(nil)
	k.bad.Check(len(kinds) > 0, at+"kinds", "must be some of %s", join(lifecycle.Kinds, ", "))
	for _, kind := range kinds {
		known := slices.Contains(lifecycle.Kinds, kind)
		k.bad.Check(known, at+"kinds", "must be some of %s", join(lifecycle.Kinds, ", "))
		if known && of != nil {
			k.bad.Check(slices.Contains(kindsOf(of.Installation, of.Maintenance, of.Repair), kind), at+"kinds", "has %s, which the sub-service does not offer", kind)
		}
	}
	s.next.Installation = slices.Contains(kinds, lifecycle.KindInstallation)
	s.next.Maintenance = slices.Contains(kinds, lifecycle.KindMaintenance)
	s.next.Repair = slices.Contains(kinds, lifecycle.KindRepair)
}

// saveSkills writes what the partner can do and asks for.
//
// Faults: STALE.
func (k *keptPartner) saveSkills(ctx context.Context) error {
	from, to := []toldSkill{}, []toldSkill{}
	for _, s := range k.skills {
		changed, err := s.save(ctx, k)
		if err != nil {
			return err
		}
		if changed && s.was != nil && s.was.Status == lifecycle.CatalogueActive {
			from = append(from, toldSkill{s.SubServiceID, kindsOf(s.was.Installation, s.was.Maintenance, s.was.Repair)})
		}
		if changed && s.next.Status == lifecycle.CatalogueActive {
			to = append(to, toldSkill{s.SubServiceID, kindsOf(s.next.Installation, s.next.Maintenance, s.next.Repair)})
		}
		if err := s.savePrice(ctx, k); err != nil {
			return err
		}
	}
	if len(from)+len(to) > 0 {
		k.beside["competencies"] = asChange(from, to)
	}
	return nil
}

// save writes the competency, and tells whether it is another one than before.
func (s *skill) save(ctx context.Context, k *keptPartner) (changed bool, err error) {
	n := s.next
	if s.was == nil {
		return true, k.tx.Competency.Create().SetPartnerID(k.partner.ID).SetSubServiceID(s.SubServiceID).SetStatus(n.Status).
			SetInstallation(n.Installation).SetMaintenance(n.Maintenance).SetRepair(n.Repair).SetCreatedAt(k.now).SetUpdatedAt(k.now).Exec(ctx)
	}
	if len(differences(s.was, &n)) == 0 {
		return false, nil
	}
	return true, moveSkill(ctx, k.tx, &n, k.now)
}

// savePrice puts another price in the place of the active one, as the back office does.
func (s *skill) savePrice(ctx context.Context, k *keptPartner) error {
	amount := s.BasePrice.Or(0)
	switch same := s.price != nil && s.price.Amount == amount && s.price.Currency == defaultCurrency; {
	case !s.BasePrice.Sent(), s.BasePrice.Null() && s.price == nil, !s.BasePrice.Null() && same:
		return nil
	}
	if s.price != nil {
		past := *s.price
		past.Active = false
		if err := basePrices.save(ctx, k.tx, k.who, k.now, s.price, &past); err != nil {
			return err
		}
	}
	if s.BasePrice.Null() {
		return nil
	}
	return basePrices.add(ctx, k.tx, k.who, k.now, &ent.BasePrice{
		PartnerID: k.partner.ID, SubServiceID: s.SubServiceID, Amount: amount, Currency: defaultCurrency, Unit: "hour", Active: true,
	})
}
