package market

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/onetimecode"
	"kontrak/ent/partner"
	"kontrak/ent/partnerlocation"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// keptPartner is a partner that its supervisor makes or changes, within a transaction.
type keptPartner struct {
	tx      *ent.Tx
	who     actor.Actor
	now     time.Time
	in      PartnerFields
	user    *ent.User
	partner *ent.Partner // its id is 0 while it is made
	place   *ent.PartnerLocation
	skills  []*skill
	bad     fault.Fields
	// before and beside tell of what was changed.
	before ent.Partner
	wasBy  ent.User
	beside changes
}

// check makes the changes in the rows in memory, and tells what is wrong with them then,
// all of it at once.
//
// Faults: INVALID.
func (k *keptPartner) check(ctx context.Context) error {
	k.before, k.wasBy, k.beside = *k.partner, *k.user, changes{}
	p, u, bad := k.partner, k.user, &k.bad
	setText(k.in.FullName, &p.FullName)
	checkText(bad, "full_name", p.FullName, 1, nameLength)
	bad.Check(!strings.ContainsAny(p.FullName, "\r\n"), "full_name", "must stand on one line")
	setText(k.in.PhoneNumber, &p.Phone)
	checkPhone(bad, p.Phone)
	bad.Check(p.Phone != "" || p.ID != 0, "phone_number", "is required")
	set(bad, "gender", k.in.Gender, &p.Gender)
	if p.Gender == "" && !k.in.Gender.Sent() {
		bad.Add("gender", "is required")
	} else if !k.in.Gender.Null() {
		checkChoice(bad, "gender", p.Gender, lifecycle.Genders)
	}
	setText(k.in.BirthDate, &p.BirthDate)
	checkBirth(bad, p.BirthDate, k.now)
	p.SearchName = store.Fold(p.FullName)
	u.FullName, u.Phone = p.FullName, p.Phone
	if err := k.checkPlace(ctx); err != nil {
		return err
	}
	if err := k.checkSkills(ctx); err != nil {
		return err
	}
	return bad.Err(fault.InputInvalid)
}

// checkPlace reads the primary place, where something of it was sent, and changes it.
func (k *keptPartner) checkPlace(ctx context.Context) error {
	if k.partner.ID != 0 && k.in.Place.none() {
		return nil
	}
	k.place = &ent.PartnerLocation{PartnerID: k.partner.ID}
	if k.partner.ID != 0 {
		r, err := k.tx.PartnerLocation.Query().Where(partnerlocation.PartnerID(k.partner.ID), partnerlocation.IsPrimary(true)).Only(ctx)
		if ent.MaskNotFound(err) != nil {
			return err
		}
		if err == nil {
			k.place = r
		}
	}
	k.beside["place"] = changelog.Change{}
	under := k.in.PlaceAt
	if under != "" {
		under += "."
	}
	k.in.Place.apply(&k.bad, under, k.place)
	return nil
}

// insert writes a new partner with all that belongs to it.
func (k *keptPartner) insert(ctx context.Context) error {
	u, err := k.tx.User.Create().SetEmail(k.user.Email).SetPasswordHash("").SetFullName(k.user.FullName).SetRole(k.user.Role).
		SetPhone(k.user.Phone).SetLanguage(k.user.Language).SetCreatedAt(k.now).SetUpdatedAt(k.now).Save(ctx)
	if err != nil {
		return err
	}
	k.user = u
	if err := tellOfUser(ctx, k.tx, k.who, k.now, nil, u); err != nil {
		return err
	}
	p := k.partner
	made, err := k.tx.Partner.Create().SetUserID(u.ID).SetCreatedByID(k.who.UserID).SetFullName(p.FullName).SetSearchName(p.SearchName).
		SetGender(p.Gender).SetStatus(p.Status).SetVerificationStatus(p.VerificationStatus).SetVerificationStep(p.VerificationStep).
		SetOpenToWork(p.OpenToWork).SetPhone(p.Phone).SetBirthDate(p.BirthDate).SetCreatedAt(k.now).SetUpdatedAt(k.now).Save(ctx)
	if err != nil {
		return err
	}
	if err := store.KeepName(ctx, k.tx, store.PartnerNames, made.ID, made.SearchName); err != nil {
		return err
	}
	k.partner, k.place.PartnerID = made, made.ID
	if err := savePlace(ctx, k.tx, k.place, k.now); err != nil {
		return err
	}
	if err := k.saveSkills(ctx); err != nil {
		return err
	}
	return tellOfPartner(ctx, k.tx, k.who, k.now, nil, made, k.beside)
}

// update writes what was changed of a partner; what changes nothing writes nothing.
//
// Faults: STALE.
func (k *keptPartner) update(ctx context.Context) error {
	if k.place != nil {
		if err := savePlace(ctx, k.tx, k.place, k.now); err != nil {
			return err
		}
	}
	if err := k.saveSkills(ctx); err != nil {
		return err
	}
	if err := k.updateUser(ctx); err != nil {
		return err
	}
	p := k.partner
	if len(differences(&k.before, p)) == 0 && len(k.beside) == 0 {
		return nil
	}
	p.Version++
	err := oneChanged(k.tx.Partner.Update().Where(partner.ID(p.ID), partner.Version(k.before.Version)).
		SetFullName(p.FullName).SetSearchName(p.SearchName).SetGender(p.Gender).SetPhone(p.Phone).SetBirthDate(p.BirthDate).
		SetVersion(p.Version).SetUpdatedAt(k.now).Save(ctx))
	if err == nil && p.SearchName != k.before.SearchName {
		err = store.KeepName(ctx, k.tx, store.PartnerNames, p.ID, p.SearchName)
	}
	if err != nil {
		return err
	}
	return tellOfPartner(ctx, k.tx, k.who, k.now, &k.before, p, k.beside)
}

// updateUser writes the name and telephone number of the account.
//
// Faults: STALE.
func (k *keptPartner) updateUser(ctx context.Context) error {
	u := k.user
	if len(differences(&k.wasBy, u)) == 0 {
		return nil
	}
	u.Version++
	err := oneChanged(k.tx.User.Update().Where(user.ID(u.ID), user.Version(k.wasBy.Version)).
		SetFullName(u.FullName).SetPhone(u.Phone).SetVersion(u.Version).SetUpdatedAt(k.now).Save(ctx))
	if err != nil {
		return err
	}
	return tellOfUser(ctx, k.tx, k.who, k.now, &k.wasBy, u)
}

// withoutWork fails while contracts are under way.
//
// Faults: WRONG_STATE.
func withoutWork(codes []string, err error) error {
	if err != nil || len(codes) == 0 {
		return err
	}
	return fault.New(fault.WrongState, "The partner has contracts that are not finished: finish, or give back, those first.").
		Refuse("no_work_under_way", "no contract that the partner is asked for or has", strings.Join(codes, ", "))
}

// endInvitations ends what an account would be opened with.
func endInvitations(ctx context.Context, tx *ent.Tx, userID int64, wall time.Time) error {
	return tx.OneTimeCode.Update().
		Where(onetimecode.UserID(userID), onetimecode.PurposeEQ(lifecycle.CodeInvitation), onetimecode.EndedAtIsNil()).SetEndedAt(wall).Exec(ctx)
}

// asChange is a change of something that is told whole.
func asChange(from, to any) changelog.Change {
	before, _ := json.Marshal(from) // texts and numbers always encode
	after, _ := json.Marshal(to)
	return changelog.Change{From: before, To: after}
}
