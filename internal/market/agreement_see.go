package market

import (
	"context"
	stdsql "database/sql"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// agreementLoad turns the rows of one statement into finished views: it reads the
// wanted lists of all of them, each in one statement of the same snapshot.
type agreementLoad struct {
	app   *App
	on    *ent.Client
	in    insider
	now   time.Time
	wants AgreementWants

	rows  []*agreementRow
	ids   []int64
	at    map[int64]int // index of an agreement by its id
	views []*view.Agreement
}

// seeAgreements gives the views of the rows, in their order.
func (a *App) seeAgreements(ctx context.Context, on *ent.Client, in insider, now time.Time, rows []*agreementRow, w AgreementWants) ([]*view.Agreement, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	l := &agreementLoad{app: a, on: on, in: in, now: now, wants: w, rows: rows}
	l.ids, l.views = make([]int64, len(rows)), make([]*view.Agreement, len(rows))
	l.at = make(map[int64]int, len(rows))
	for i, r := range rows {
		l.ids[i], l.at[r.id] = r.id, i
		l.views[i] = l.see(r)
	}
	if err := l.readLists(ctx); err != nil {
		return nil, err
	}
	for _, v := range l.views {
		view.Redact(v, insiderTies)
	}
	return l.views, nil
}

// insiderTies are the ties of whoever may know of an agreement: all of it is seen,
// or nothing.
const insiderTies = view.Insider | view.Anyone

// see makes the view of one row, without its lists.
func (l *agreementLoad) see(r *agreementRow) *view.Agreement {
	v := &view.Agreement{
		ID: r.id, PublicID: r.publicID, UUID: r.uuid, CustomKey: filled(r.customKey), Identifier: filled(r.identifier),
		ContractNumber: view.ContractNumber(r.id), Version: r.version, Title: r.title, Description: filled(r.description),
		AgreementType: agreementType(r.typeID, r.typeName.V), GatewayKind: r.gateway, Origin: r.origin, Status: r.status,
		StatusReason: filled(r.reason), PeriodStatus: r.period(l.now), Cost: view.Money{Value: r.cost, Currency: r.currency},
		LicenseCount: number32(r.licenseCount), NotifyBeforeDays: number32(r.notifyDays),
		StartsAt: instant(r.startsAt), EndsAt: instant(r.endsAt), ConcludedAt: instant(r.concludedAt),
		GeneratedOn: view.Date(r.generatedOn), ClientApprovedOn: (*view.Date)(filled(r.clientApprovedOn)),
		Source: r.source, ExternalID: filled(r.externalID), CreatedAt: r.created, UpdatedAt: r.updated, DeletedAt: instant(r.deletedAt),
		Owner: seePerson(&r.owner), Approver: seePerson(&r.approver),
		Customers: []*view.Counterparty{}, Tags: []*view.Tag{}, Assets: []*view.Asset{}, NotifyUsers: []*view.Person{},
		Users: []*view.Person{}, Organizations: []*view.Institution{}, ColumnItems: []*view.ColumnItem{}, Terms: []*view.AgreementTerm{},
	}
	if r.renewal != "" {
		v.RenewalStatus = &r.renewal
	}
	if r.vendorID.Valid { // the rest of it where it is wanted: readVendors
		v.Vendor = view.See(&view.Counterparty{ID: r.vendorID.V, Name: r.vendorName.V}, insiderTies)
	}
	if r.licenseTypeID.Valid {
		v.LicenseType = licenseType(r.licenseTypeID.V, r.licenseName.V)
	}
	if l.wants.has(AgreementInstitution) {
		v.Institution = l.app.seeInstitution(&r.institution, l.in.who)
	}
	for i, into := range []**view.StoredFile{&v.File, &v.WordFile, &v.ConcludedFile} {
		*into = l.app.seeStoredFile(&r.files[i])
		if *into != nil && l.wants.has(AgreementBriefLinks) {
			(*into).URL = l.app.links.brief(r.files[i].name.V, l.app.wall()).URL
		}
	}
	return v
}

// period tells where today, in UTC, lies in the period; nil without one.
func (r *agreementRow) period(now time.Time) *lifecycle.PeriodStatus {
	day := func(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
	today := day(now)
	switch {
	case !r.startsAt.Valid && !r.endsAt.Valid:
		return nil
	case r.startsAt.Valid && day(r.startsAt.V).After(today):
		return new(lifecycle.PeriodBefore)
	case r.endsAt.Valid && day(r.endsAt.V).Before(today):
		return new(lifecycle.PeriodAfter)
	}
	return new(lifecycle.PeriodOngoing)
}

func agreementType(id int64, name string) *view.AgreementType {
	return view.See(&view.AgreementType{ID: id, Name: name}, view.Anyone)
}

func licenseType(id int64, name string) *view.LicenseType {
	return view.See(&view.LicenseType{ID: id, Name: name}, view.Anyone)
}

func number32(n stdsql.Null[int32]) *int32 {
	if !n.Valid {
		return nil
	}
	return &n.V
}

func seePerson(r *personRow) *view.Person {
	if !r.id.Valid {
		return nil
	}
	return view.See(&view.Person{ID: r.id.V, FullName: r.name.V, Role: r.role.V}, view.Anyone)
}

// seeStoredFile gives a file with a link that expires, or nil when there is none.
func (a *App) seeStoredFile(r *fileRow) *view.StoredFile {
	if !r.id.Valid {
		return nil
	}
	return view.See(&view.StoredFile{
		ID: r.id.V, PublicID: r.publicID.V, Title: r.title.V, Description: filled(r.text.V), ContentType: r.kind.V,
		Size: r.size.V, Shared: r.shared.V, URL: a.links.Private(r.name.V, a.wall()).URL, CreatedAt: r.created.V,
	}, insiderTies)
}
