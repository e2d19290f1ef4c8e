package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/agreementtype"
	"kontrak/ent/asset"
	"kontrak/ent/counterparty"
	"kontrak/ent/institution"
	"kontrak/ent/licensetype"
	"kontrak/ent/tag"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// AgreementFields are the fields of an agreement that people write. In a change, what
// is absent stays as it is, and null clears it.
type AgreementFields struct {
	Title, Description, Identifier, CustomKey Optional[string]
	TypeID                                    Optional[int64]
	GatewayKind                               Optional[lifecycle.GatewayKind]
	Cost                                      Optional[int64]
	Currency                                  Optional[string]
	VendorID, LicenseTypeID                   Optional[int64]
	OwnerID, ApproverID                       Optional[int64]
	LicenseCount, NotifyBeforeDays            Optional[int32]
	StartsAt, EndsAt                          Optional[time.Time]
	GeneratedOn, ClientApprovedOn             Optional[view.Date]
	AgreementPairs
	ColumnItems Optional[[]ColumnItemInput]
	// Required are the fields, by their names in faults, that must not be empty in
	// the end; the title always is.
	Required []string
	// Unread is what a transport could not read of the input. It is answered together
	// with what else is wrong.
	Unread fault.Fields
}

// AgreementPairs are who and what an agreement is paired with, by ids; each list
// that is sent replaces what was there.
type AgreementPairs struct {
	CustomerIDs, TagIDs, AssetIDs           Optional[[]int64]
	NotifyUserIDs, UserIDs, OrganizationIDs Optional[[]int64]
	// Unsorted is what a transport could not read of the lists of a SortAgreement.
	Unsorted fault.Fields
}

// ColumnItemInput is a field that an institution adds to an agreement.
type ColumnItemInput struct{ Slug, Name, Value string }

// The limits of an agreement's texts and lists, in letters and in entries.
const (
	maxTitle       = 255
	maxDescription = 10_000
	maxIdentifier  = 191
	maxCustomKey   = 40
	maxPairs       = 200
	maxColumnItems = 50
	maxCost        = 1<<53 - 1
)

// KeyTaken is what is wrong with a key that another agreement of the institution has, a
// deleted one too.
const KeyTaken = "is used by another agreement already: a deleted one keeps its key too"

// customKeyOK tells whether a text is a key that clients may give: letters, digits,
// - and _ (Kit reference, section 3).
func customKeyOK(key string) bool {
	for i := range len(key) {
		c := key[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return key != "" && len(key) <= maxCustomKey
}

// check notes what is wrong with the fields; the row of p is the agreement as it is,
// empty for a new one.
func (f *AgreementFields) check(ctx context.Context, on *ent.Client, p *paper) (fault.Fields, error) {
	row := p.row
	bad := f.Unread
	title := f.Title.Or(row.title)
	checkText(&bad, "title", title, 1, maxTitle)
	checkText(&bad, "description", f.Description.Or(row.description), least(f, "description"), maxDescription)
	checkText(&bad, "identifier", f.Identifier.Or(row.identifier), 0, maxIdentifier)
	if key := f.CustomKey.Or(""); key != "" {
		bad.Check(customKeyOK(key), "custom_key", "must be at most %d letters, digits, - and _", maxCustomKey)
	}
	kind := f.GatewayKind.Or(lifecycle.GatewayOther)
	bad.Check(slices.Contains(lifecycle.GatewayKinds, kind), "gateway_kind", "must be one of %s", join(lifecycle.GatewayKinds, " "))
	cost := f.Cost.Or(row.cost)
	bad.Check(cost >= 0 && cost <= maxCost, "cost", "must be between 0 and %d whole currency units", int64(maxCost))
	if code := f.Currency.Or("IDR"); !f.Currency.Null() {
		bad.Check(currencyOK(code), "currency", "must be a currency of three capital letters, as IDR")
	}
	bad.Check(f.LicenseCount.Or(0) >= 0, "license_count", "must not be negative")
	days := f.NotifyBeforeDays.Or(0)
	bad.Check(days >= 0 && days <= 36_500, "notify_before_days", "must be between 0 and 36500")
	f.checkDates(&bad, row)
	f.checkColumns(&bad)
	if err := f.checkReferences(ctx, on, &bad, p); err != nil {
		return bad, err
	}
	return bad, f.checkUnique(ctx, on, &bad, row)
}

// least is how many letters a text must have.
func least(f *AgreementFields, name string) int {
	if slices.Contains(f.Required, name) {
		return 1
	}
	return 0
}

func currencyOK(code string) bool {
	return len(code) == 3 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z' && code[2] >= 'A' && code[2] <= 'Z'
}

func (f *AgreementFields) checkDates(bad *fault.Fields, row *agreementRow) {
	starts, ends := f.StartsAt.Or(row.startsAt.V), f.EndsAt.Or(row.endsAt.V)
	for _, d := range []struct {
		name string
		at   time.Time
	}{{"starts_at", starts}, {"ends_at", ends}} {
		bad.Check(d.at.IsZero() || storable(d.at), d.name, "must be an instant of a year from 1 to 9999")
		bad.Check(!d.at.IsZero() || !slices.Contains(f.Required, d.name), d.name, "is required")
	}
	bad.Check(starts.IsZero() || ends.IsZero() || ends.After(starts), "ends_at", "must come after the start")
	for _, d := range []struct {
		name string
		day  Optional[view.Date]
	}{{"generated_on", f.GeneratedOn}, {"client_approved_on", f.ClientApprovedOn}} {
		if text := string(d.day.Or("")); text != "" {
			_, err := time.Parse(time.DateOnly, text)
			bad.Check(err == nil, d.name, "must be a day, as YYYY-MM-DD")
		}
	}
}

func (f *AgreementFields) checkColumns(bad *fault.Fields) {
	items := f.ColumnItems.Or(nil)
	bad.Check(len(items) <= maxColumnItems, "column_items", "must be at most %d entries", maxColumnItems)
	seen := map[string]bool{}
	for i, item := range items {
		at := fmt.Sprintf("column_items[%d]", i)
		bad.Check(customKeyOK(item.Slug), at+".slug", "must be 1 to %d letters, digits, - and _", maxCustomKey)
		bad.Check(!seen[item.Slug], at+".slug", "stands there twice")
		seen[item.Slug] = true
		checkText(bad, at+".name", item.Name, 1, 100)
		checkText(bad, at+".value", item.Value, 0, 1000)
	}
}

// checkReferences notes ids that name nothing that this institution may use. What is
// another's is not told apart from what there is not.
func (f *AgreementFields) checkReferences(ctx context.Context, on *ent.Client, bad *fault.Fields, p *paper) error {
	row, tenant := p.row, p.row.institutionID
	one := func(o Optional[int64]) []int64 {
		if o.value == nil {
			return nil
		}
		return []int64{*o.value}
	}
	lists := []struct {
		name string
		ids  []int64
		find func([]int64) ([]int64, error)
	}{
		{"type_id", one(f.TypeID), func(ids []int64) ([]int64, error) {
			return on.AgreementType.Query().Where(store.In(agreementtype.FieldID, ids)).IDs(ctx)
		}},
		{"license_type_id", one(f.LicenseTypeID), func(ids []int64) ([]int64, error) {
			return on.LicenseType.Query().Where(store.In(licensetype.FieldID, ids)).IDs(ctx)
		}},
		{"vendor_id", one(f.VendorID), f.counterparties(ctx, on, tenant)},
		{"owner_id", one(f.OwnerID), people(ctx, on, p)},
		{"approver_id", one(f.ApproverID), people(ctx, on, p)},
		{"customer_ids", f.CustomerIDs.Or(nil), f.counterparties(ctx, on, tenant)},
		{"tag_ids", f.TagIDs.Or(nil), func(ids []int64) ([]int64, error) {
			return on.Tag.Query().Where(tag.InstitutionID(tenant), store.In(tag.FieldID, ids)).IDs(ctx)
		}},
		{"asset_ids", f.AssetIDs.Or(nil), func(ids []int64) ([]int64, error) {
			return on.Asset.Query().Where(asset.InstitutionID(tenant), store.In(asset.FieldID, ids)).IDs(ctx)
		}},
		{"notify_user_ids", f.NotifyUserIDs.Or(nil), people(ctx, on, p)},
		{"user_ids", f.UserIDs.Or(nil), people(ctx, on, p)},
		{"organization_ids", f.OrganizationIDs.Or(nil), func(ids []int64) ([]int64, error) {
			return on.Institution.Query().Where(store.In(institution.FieldID, ids)).IDs(ctx)
		}},
	}
	for _, l := range lists {
		if len(l.ids) == 0 {
			continue
		}
		if len(l.ids) > maxPairs {
			bad.Add(l.name, "must be at most %d ids", maxPairs)
			continue
		}
		found, err := l.find(l.ids)
		if err != nil {
			return err
		}
		for _, id := range l.ids {
			bad.Check(slices.Contains(found, id), l.name, "names nothing: %d", id)
		}
	}
	if row.id != 0 {
		f.checkKept(bad)
	}
	bad.Check(f.TypeID.Or(row.typeID) != 0 || !slices.Contains(f.Required, "type_id"), "type_id", "is required")
	bad.Check(f.ApproverID.Or(row.approverID.V) != 0 || !slices.Contains(f.Required, "approver_id"), "approver_id", "is required")
	return nil
}

// checkKept notes what an agreement that is there would lose.
func (f *AgreementFields) checkKept(bad *fault.Fields) {
	for _, d := range []struct {
		name string
		null bool
	}{{"type_id", f.TypeID.Null()}, {"gateway_kind", f.GatewayKind.Null()}, {"currency", f.Currency.Null()}, {"generated_on", f.GeneratedOn.Null()}} {
		bad.Check(!d.null, d.name, "cannot be emptied: every agreement has one")
	}
}

func (*AgreementFields) counterparties(ctx context.Context, on *ent.Client, tenant int64) func([]int64) ([]int64, error) {
	return func(ids []int64) ([]int64, error) {
		return on.Counterparty.Query().Where(counterparty.InstitutionID(tenant), store.In(counterparty.FieldID, ids)).IDs(ctx)
	}
}

// checkUnique notes a key that another agreement of the institution has.
func (f *AgreementFields) checkUnique(ctx context.Context, on *ent.Client, bad *fault.Fields, row *agreementRow) error {
	for _, key := range []struct {
		name, column, value string
	}{
		{"custom_key", agreement.FieldCustomKey, f.CustomKey.Or("")},
		{"identifier", agreement.FieldIdentifier, f.Identifier.Or("")},
	} {
		if key.value == "" {
			continue
		}
		taken, err := on.Agreement.Query().Where(agreement.InstitutionID(row.institutionID), agreement.IDNEQ(row.id),
			store.In(key.column, []string{key.value})).Exist(ctx)
		if err != nil {
			return err
		}
		bad.Check(!taken, key.name, KeyTaken)
	}
	return nil
}
