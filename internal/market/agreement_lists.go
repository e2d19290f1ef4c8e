package market

import (
	"context"

	"kontrak/ent/agreement"
	"kontrak/ent/agreementterm"
	"kontrak/ent/asset"
	"kontrak/ent/columnitem"
	"kontrak/ent/counterparty"
	"kontrak/ent/institution"
	"kontrak/ent/tag"
	"kontrak/ent/user"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// readLists runs one statement for each wanted list, one after the other: a
// snapshot is one connection.
func (l *agreementLoad) readLists(ctx context.Context) error {
	for _, part := range []struct {
		want AgreementWants
		read func(context.Context) error
	}{
		{AgreementVendor, l.readVendors},
		{AgreementCustomers, l.readCustomers},
		{AgreementTags, l.readTags},
		{AgreementAssets, l.readAssets},
		{AgreementNotified, func(ctx context.Context) error {
			return l.readPeople(ctx, agreement.NotifyUsersTable, func(v *view.Agreement) *[]*view.Person { return &v.NotifyUsers })
		}},
		{AgreementUsers, func(ctx context.Context) error {
			return l.readPeople(ctx, agreement.UsersTable, func(v *view.Agreement) *[]*view.Person { return &v.Users })
		}},
		{AgreementOrganizations, l.readOrganizations},
		{AgreementColumns, l.readColumnItems},
		{AgreementTerms, l.readTerms},
		{AgreementSignature | AgreementParticipants | AgreementObjects, l.readSignatures},
	} {
		if !l.wants.has(part.want) {
			continue
		}
		if err := part.read(ctx); err != nil {
			return err
		}
	}
	return nil
}

// paired begins the statement of the others that a table pairs with the agreements
// of the load, in the order of their ids.
func paired[V any](l *agreementLoad, pairs, pairColumn, table string) (*selection[child[V]], *sql.SelectTable) {
	p, t := sql.Table(pairs).As("p"), sql.Table(table).As("t")
	s := selectFrom[child[V]](l.app.store.Dialect(), p)
	s.Join(t).On(t.C("id"), p.C(pairColumn))
	s.take(p, pairAgreement, func(r *child[V]) any { return &r.contractID })
	s.Where(store.InP(p.C(pairAgreement), l.ids)).OrderBy(t.C("id"))
	return s, t
}

// hang runs a selection and hands every row to put with the view of its agreement.
func hang[V any](ctx context.Context, l *agreementLoad, s *selection[child[V]], put func(*view.Agreement, *V)) error {
	rows, err := s.rows(ctx, l.on)
	for _, r := range rows {
		put(l.views[l.at[r.contractID]], &r.view)
	}
	return err
}

// readVendors reads what is more of the vendors than their names.
func (l *agreementLoad) readVendors(ctx context.Context) error {
	type row = child[counterpartyRow]
	a, t := sql.Table(agreement.Table).As("p"), sql.Table(counterparty.Table).As("t")
	s := selectFrom[row](l.app.store.Dialect(), a)
	s.Join(t).On(t.C(counterparty.FieldID), a.C(agreement.FieldVendorID))
	s.take(a, agreement.FieldID, func(r *row) any { return &r.contractID })
	takeCounterparty(s, t, func(r *row) *counterpartyRow { return &r.view })
	s.Where(store.InP(a.C(agreement.FieldID), l.ids))
	return hang(ctx, l, s, func(v *view.Agreement, r *counterpartyRow) { v.Vendor = seeCounterparty(r) })
}

func (l *agreementLoad) readCustomers(ctx context.Context) error {
	s, t := paired[counterpartyRow](l, agreement.CustomersTable, "counterparty_id", counterparty.Table)
	takeCounterparty(s, t, func(r *child[counterpartyRow]) *counterpartyRow { return &r.view })
	return hang(ctx, l, s, func(v *view.Agreement, r *counterpartyRow) { v.Customers = append(v.Customers, seeCounterparty(r)) })
}

func (l *agreementLoad) readTags(ctx context.Context) error {
	type row = child[view.Tag]
	s, t := paired[view.Tag](l, agreement.TagsTable, "tag_id", tag.Table)
	takeTag(s, t, func(r *row) *view.Tag { return &r.view })
	return hang(ctx, l, s, func(v *view.Agreement, r *view.Tag) { v.Tags = append(v.Tags, view.See(r, insiderTies)) })
}

func takeTag[R any](s *selection[R], t *sql.SelectTable, at func(*R) *view.Tag) {
	s.take(t, tag.FieldID, func(r *R) any { return &at(r).ID })
	s.take(t, tag.FieldName, func(r *R) any { return &at(r).Name })
	s.take(t, tag.FieldColorCode, func(r *R) any { return &at(r).ColorCode })
	s.take(t, tag.FieldPosition, func(r *R) any { return &at(r).Position })
}

func (l *agreementLoad) readAssets(ctx context.Context) error {
	type row = child[view.Asset]
	s, t := paired[view.Asset](l, agreement.AssetsTable, "asset_id", asset.Table)
	s.take(t, asset.FieldID, func(r *row) any { return &r.view.ID })
	s.take(t, asset.FieldName, func(r *row) any { return &r.view.Name })
	return hang(ctx, l, s, func(v *view.Agreement, r *view.Asset) { v.Assets = append(v.Assets, view.See(r, insiderTies)) })
}

func (l *agreementLoad) readPeople(ctx context.Context, pairs string, into func(*view.Agreement) *[]*view.Person) error {
	type row = child[view.Person]
	s, t := paired[view.Person](l, pairs, pairUser, user.Table)
	s.take(t, user.FieldID, func(r *row) any { return &r.view.ID })
	s.take(t, user.FieldFullName, func(r *row) any { return &r.view.FullName })
	s.take(t, user.FieldRole, func(r *row) any { return &r.view.Role })
	return hang(ctx, l, s, func(v *view.Agreement, r *view.Person) {
		list := into(v)
		*list = append(*list, view.See(r, view.Anyone))
	})
}

func (l *agreementLoad) readOrganizations(ctx context.Context) error {
	s, t := paired[institutionRow](l, agreement.OrganizationsTable, "institution_id", institution.Table)
	takeInstitution(s, t, func(r *child[institutionRow]) *institutionRow { return &r.view })
	return hang(ctx, l, s, func(v *view.Agreement, r *institutionRow) {
		v.Organizations = append(v.Organizations, l.app.seeInstitution(r, l.in.who))
	})
}

// hanging begins the statement of a list: the rows of a table that belong to the
// agreements of the load, in the order of their ids.
func hanging[V any](l *agreementLoad, table string) (*selection[child[V]], *sql.SelectTable) {
	t := sql.Table(table).As("t")
	s := selectFrom[child[V]](l.app.store.Dialect(), t)
	s.take(t, pairAgreement, func(r *child[V]) any { return &r.contractID })
	s.Where(store.InP(t.C(pairAgreement), l.ids)).OrderBy(t.C("id"))
	return s, t
}

func (l *agreementLoad) readColumnItems(ctx context.Context) error {
	type row = child[view.ColumnItem]
	s, t := hanging[view.ColumnItem](l, columnitem.Table)
	s.take(t, columnitem.FieldSlug, func(r *row) any { return &r.view.Slug })
	s.take(t, columnitem.FieldName, func(r *row) any { return &r.view.Name })
	s.take(t, columnitem.FieldValue, func(r *row) any { return &r.view.Value })
	return hang(ctx, l, s, func(v *view.Agreement, r *view.ColumnItem) {
		v.ColumnItems = append(v.ColumnItems, view.See(r, insiderTies))
	})
}

// termRow is one period of an agreement as the database has it.
type termRow struct {
	view     view.AgreementTerm
	approver personRow
}

func (l *agreementLoad) readTerms(ctx context.Context) error {
	type row = child[termRow]
	s, t := hanging[termRow](l, agreementterm.Table)
	s.take(t, agreementterm.FieldID, func(r *row) any { return &r.view.view.ID })
	s.take(t, agreementterm.FieldKind, func(r *row) any { return &r.view.view.Kind })
	s.take(t, agreementterm.FieldState, func(r *row) any { return &r.view.view.State })
	s.take(t, agreementterm.FieldStartsAt, func(r *row) any { return &r.view.view.StartsAt })
	s.take(t, agreementterm.FieldEndsAt, func(r *row) any { return &r.view.view.EndsAt })
	s.take(t, agreementterm.FieldCost, func(r *row) any { return &r.view.view.Cost.Value })
	s.take(t, agreementterm.FieldCreatedAt, func(r *row) any { return &r.view.view.CreatedAt })
	takePerson(s, sql.Table(user.Table).As("by"), t.C(agreementterm.FieldApproverID), func(r *row) *personRow { return &r.view.approver })
	return hang(ctx, l, s, func(v *view.Agreement, r *termRow) {
		r.view.Cost.Currency, r.view.Approver = v.Cost.Currency, seePerson(&r.approver)
		v.Terms = append(v.Terms, view.See(&r.view, insiderTies))
	})
}
