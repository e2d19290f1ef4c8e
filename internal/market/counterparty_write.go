package market

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/counterparty"
	"kontrak/ent/partner"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// CounterpartyFields are the fields of a counterparty that people write. In a
// change, what is absent stays as it is, and null clears it.
type CounterpartyFields struct {
	Name, CustomKey, RegistrationNumber Optional[string]
	Ceo, Address, Industry, Category    Optional[string]
	Email                               Optional[string]
	Managers                            Optional[[]lifecycle.Manager]
	PartnerID                           Optional[int64]
	// KitName says that a name that is sent must be one that Kit's clients can
	// print: at most 40 letters of few kinds (Kit reference, section 6).
	KitName bool
	// Unread is what a transport could not read of the input. It is answered together
	// with what else is wrong.
	Unread fault.Fields
}

// The limits of a counterparty, in letters and in entries.
const (
	maxPartyName    = 191
	maxKitName      = 40
	maxRegistration = 15
	maxPartyWord    = 100
	maxPartyAddress = 500
	maxManagers     = 50
	maxEmail        = 254
)

var (
	kitNameForm      = regexp.MustCompile(`^[\p{Hangul}A-Za-z0-9,_-]+$`)
	registrationForm = regexp.MustCompile(`^[A-Za-z0-9-]*$`)
)

// CreateCounterparty makes a counterparty of an institution; nil for the caller's
// only one.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; INVALID, with every field that is
// wrong; DUPLICATE for a name or a custom key that another one has.
func (a *App) CreateCounterparty(ctx context.Context, institutionID *int64, in CounterpartyFields) (*view.Counterparty, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Counterparty, error) {
		return a.createCounterparty(ctx, institutionID, in)
	}, a.counterpartyAgain)
}

// counterpartyAgain reads a counterparty for the answer of a repeat.
func (a *App) counterpartyAgain(ctx context.Context, m memory) (*view.Counterparty, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	r, err := there(a.store.Client().Counterparty.Get(ctx, m.id))
	if err == nil && !keeps(actor.From(ctx), r.InstitutionID) {
		err = store.ErrDone
	}
	if err != nil {
		return nil, err
	}
	return counterpartyView(r), nil
}

func (a *App) createCounterparty(ctx context.Context, institutionID *int64, in CounterpartyFields) (*view.Counterparty, error) {
	now := a.Now()
	var made *ent.Counterparty
	err := a.keep(ctx, institutionID, in.Unread, func(ctx context.Context, tx *ent.Tx, tenant int64, bad *fault.Fields) error {
		r := &ent.Counterparty{InstitutionID: tenant, Version: 1, CreatedAt: now, UpdatedAt: now}
		if err := in.change(ctx, tx.Client(), bad, r); err != nil {
			return err
		}
		var err error
		made, err = tx.Counterparty.Create().SetInstitutionID(tenant).SetName(r.Name).SetSearchName(store.Fold(r.Name)).
			SetCustomKey(r.CustomKey).SetRegistrationNumber(r.RegistrationNumber).SetCeo(r.Ceo).SetAddress(r.Address).
			SetIndustry(r.Industry).SetCategory(r.Category).SetEmail(r.Email).SetManagers(r.Managers).
			SetNillablePartnerID(r.PartnerID).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Counterparty", made.ID)
	})
	if err != nil {
		return nil, err
	}
	return counterpartyView(made), nil
}

// UpdateCounterparty changes a counterparty; with a version, only if the caller has
// read it in that.
//
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID, DUPLICATE, STALE.
func (a *App) UpdateCounterparty(ctx context.Context, id int64, version *int64, in CounterpartyFields) (*view.Counterparty, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Counterparty, error) {
		return a.updateCounterparty(ctx, id, version, in)
	}, a.counterpartyAgain)
}

func (a *App) updateCounterparty(ctx context.Context, id int64, version *int64, in CounterpartyFields) (*view.Counterparty, error) {
	now := a.Now()
	var r *ent.Counterparty
	err := a.amendCounterparty(ctx, id, func(ctx context.Context, tx *ent.Tx, found *ent.Counterparty) error {
		r = found
		bad := in.Unread
		if err := in.change(ctx, tx.Client(), &bad, r); err != nil {
			return err
		}
		if version != nil && *version != r.Version {
			return fault.New(fault.Stale, "")
		}
		change := tx.Counterparty.Update().Where(counterparty.ID(id), counterparty.Version(r.Version)).
			SetName(r.Name).SetSearchName(store.Fold(r.Name)).SetCustomKey(r.CustomKey).SetRegistrationNumber(r.RegistrationNumber).
			SetCeo(r.Ceo).SetAddress(r.Address).SetIndustry(r.Industry).SetCategory(r.Category).SetEmail(r.Email).
			SetManagers(r.Managers).SetVersion(r.Version + 1).SetUpdatedAt(now)
		write(OptionalOf(r.PartnerID), change.SetPartnerID, change.ClearPartnerID)
		n, err := change.Save(ctx)
		if err == nil && n != 1 {
			err = fault.New(fault.Stale, "")
		}
		if err != nil {
			return err
		}
		r.Version, r.UpdatedAt = r.Version+1, now
		return memory{}.keep(ctx, tx, "Counterparty", id)
	})
	if err != nil {
		return nil, err
	}
	return counterpartyView(r), nil
}

// DeleteCounterparty takes away a counterparty that no agreement names, and gives it
// as it was.
//
// Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; WRONG_STATE while an agreement, even
// a deleted one, names it.
func (a *App) DeleteCounterparty(ctx context.Context, id int64) (*view.Counterparty, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Counterparty, error) { return a.deleteCounterparty(ctx, id) }, a.counterpartyAgain)
}

func (a *App) deleteCounterparty(ctx context.Context, id int64) (*view.Counterparty, error) {
	var gone *ent.Counterparty
	err := a.amendCounterparty(ctx, id, func(ctx context.Context, tx *ent.Tx, r *ent.Counterparty) error {
		gone = r
		used, err := tx.Agreement.Query().Where(agreement.Or(
			agreement.VendorID(id), agreement.HasCustomersWith(counterparty.ID(id)),
		)).Exist(ctx)
		if err != nil {
			return err
		}
		if used {
			return fault.New(fault.WrongState, "The counterparty is named by agreements, so it cannot be deleted.").
				Refuse("unused", "no agreement that names it", "agreements name it")
		}
		if err := tx.Counterparty.DeleteOneID(id).Exec(ctx); err != nil {
			return err
		}
		return memory{}.keep(ctx, tx, "Counterparty", id)
	})
	if err != nil {
		return nil, err
	}
	return counterpartyView(gone), nil
}

// amendCounterparty finds a counterparty that the caller keeps and changes it.
func (a *App) amendCounterparty(ctx context.Context, id int64, do func(context.Context, *ent.Tx, *ent.Counterparty) error) error {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return err
	}
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		r, err := tx.Counterparty.Query().Where(counterparty.ID(id), store.ForUpdate).Only(ctx)
		// access: another institution's is not told apart from one that is not there.
		if ent.IsNotFound(err) || err == nil && !keeps(who, r.InstitutionID) {
			return fault.New(fault.RecordNotFound, "There is no such counterparty.")
		}
		if err != nil {
			return err
		}
		return do(ctx, tx, r)
	})
}

// change makes the changes in a row, and fails with everything that is wrong then.
//
// Faults: INVALID, DUPLICATE.
func (in *CounterpartyFields) change(ctx context.Context, on *ent.Client, bad *fault.Fields, r *ent.Counterparty) error {
	in.checkTexts(bad, r)
	if in.Managers.sent {
		r.Managers = checkManagers(bad, in.Managers.Or(nil))
	}
	if r.Managers == nil {
		r.Managers = []lifecycle.Manager{}
	}
	if in.PartnerID.sent {
		if r.PartnerID = in.PartnerID.value; r.PartnerID != nil {
			known, err := on.Partner.Query().Where(partner.ID(*r.PartnerID), partner.DeletedAtIsNil()).Exist(ctx)
			if err != nil {
				return err
			}
			bad.Check(known, "partner_id", "names no partner")
		}
	}
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	return in.unique(ctx, on, r)
}

func (in *CounterpartyFields) checkTexts(bad *fault.Fields, r *ent.Counterparty) {
	for _, f := range []struct {
		name  string
		in    Optional[string]
		to    *string
		least int
		most  int
	}{
		{"name", in.Name, &r.Name, 1, maxPartyName}, {"ceo", in.Ceo, &r.Ceo, 0, maxPartyWord},
		{"address", in.Address, &r.Address, 0, maxPartyAddress}, {"industry", in.Industry, &r.Industry, 0, maxPartyWord},
		{"category", in.Category, &r.Category, 0, maxPartyWord}, {"email", in.Email, &r.Email, 0, maxEmail},
		{"registration_number", in.RegistrationNumber, &r.RegistrationNumber, 0, maxRegistration},
	} {
		setText(f.in, f.to)
		checkText(bad, f.name, *f.to, f.least, f.most)
	}
	if in.KitName && in.Name.Or("") != "" {
		bad.Check(len([]rune(r.Name)) <= maxKitName && kitNameForm.MatchString(r.Name), "name",
			"must be at most %d Korean or Latin letters, digits, - , and _", maxKitName)
	}
	if setText(in.CustomKey, &r.CustomKey); r.CustomKey != "" {
		bad.Check(customKeyOK(r.CustomKey), "custom_key", "must be at most %d letters, digits, - and _", maxCustomKey)
	}
	bad.Check(registrationForm.MatchString(r.RegistrationNumber), "registration_number", "must be letters, digits and -")
	bad.Check(r.Email == "" || emailOK(r.Email), "email", "must be an address such as name@example.com")
}

func emailOK(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text
}

// checkManagers notes what is wrong with the people who speak for a counterparty, and
// gives them as they are kept.
func checkManagers(bad *fault.Fields, list []lifecycle.Manager) []lifecycle.Manager {
	if len(list) > maxManagers {
		bad.Add("managers", "must be at most %d", maxManagers)
		return nil
	}
	kept := make([]lifecycle.Manager, len(list))
	for i, m := range list {
		at := fmt.Sprintf("managers[%d].", i)
		checkText(bad, at+"name", m.Name, 1, maxPartyWord)
		checkText(bad, at+"position", m.Position, 0, maxPartyWord)
		checkText(bad, at+"note", m.Note, 0, maxPartyAddress)
		checkText(bad, at+"contact", m.Contact, 0, maxPartyWord)
		checkText(bad, at+"email", m.Email, 0, maxEmail)
		bad.Check(m.Email == "" || emailOK(m.Email), at+"email", "must be an address such as name@example.com")
		for j, role := range m.Roles {
			bad.Check(slices.Contains(lifecycle.ManagerRoles, role), at+"roles", "must be some of %s", join(lifecycle.ManagerRoles, " "))
			bad.Check(!slices.Contains(m.Roles[:j], role), at+"roles", "holds %s twice", strings.ToValidUTF8(string(role), ""))
		}
		if m.Roles == nil {
			m.Roles = []lifecycle.ManagerRole{}
		}
		kept[i] = m
	}
	return kept
}

// unique fails with every key that another counterparty of the institution has.
//
// Faults: DUPLICATE.
func (in *CounterpartyFields) unique(ctx context.Context, on *ent.Client, r *ent.Counterparty) error {
	var taken fault.Fields
	for _, key := range []struct{ name, column, value string }{
		{"name", counterparty.FieldName, r.Name}, {"custom_key", counterparty.FieldCustomKey, r.CustomKey},
	} {
		if key.value == "" {
			continue
		}
		found, err := on.Counterparty.Query().Where(counterparty.InstitutionID(r.InstitutionID), counterparty.IDNEQ(r.ID),
			store.In(key.column, []string{key.value})).Exist(ctx)
		if err != nil {
			return err
		}
		taken.Check(!found, key.name, "is used by another counterparty already")
	}
	return taken.Err(fault.Duplicate)
}

// counterpartyView is the view of a row of ent, for who keeps it.
func counterpartyView(r *ent.Counterparty) *view.Counterparty {
	v := &view.Counterparty{
		ID: r.ID, Version: r.Version, Name: r.Name, CustomKey: filled(r.CustomKey), RegistrationNumber: filled(r.RegistrationNumber),
		Ceo: filled(r.Ceo), Address: filled(r.Address), Industry: filled(r.Industry), Category: filled(r.Category),
		Email: filled(r.Email), Managers: make([]*lifecycle.Manager, len(r.Managers)), PartnerID: r.PartnerID,
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
	for i := range r.Managers {
		v.Managers[i] = &r.Managers[i]
	}
	return view.See(v, insiderTies)
}
