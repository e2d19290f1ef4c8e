package market

import (
	stdsql "database/sql"
	"time"

	"kontrak/ent/agreement"
	"kontrak/ent/agreementtype"
	"kontrak/ent/counterparty"
	"kontrak/ent/file"
	"kontrak/ent/institution"
	"kontrak/ent/licensetype"
	"kontrak/ent/user"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"

	"entgo.io/ent/dialect/sql"
)

// AgreementWants says which parts of an agreement are wanted beside its own
// columns, its type and its vendor.
type AgreementWants uint32

// The parts of an agreement. Those that stand once beside it are joined to its
// statement; each list is one statement for all agreements of a page.
const (
	AgreementInstitution AgreementWants = 1 << iota
	AgreementPeople                     // owner and approver
	AgreementLicense
	AgreementFiles
	AgreementCustomers
	AgreementTags
	AgreementAssets
	AgreementNotified
	AgreementUsers
	AgreementOrganizations
	AgreementColumns
	AgreementTerms
	AgreementSignature
	AgreementParticipants
	AgreementObjects
	AgreementVendor // more than its number and its name
)

// AgreementEverything is every part that a caller can want.
const AgreementEverything AgreementWants = 1<<16 - 1

// agreementSigning is whether a signature is under way, for the laws.
const agreementSigning AgreementWants = 1 << 17

// AgreementBriefLinks has the links of files end after ten minutes.
const AgreementBriefLinks AgreementWants = 1 << 16

func (w AgreementWants) has(part AgreementWants) bool { return w&part != 0 }

// agreementRow is an agreement as the database has it, with what stands once
// beside it. It never leaves this package.
type agreementRow struct {
	id, institutionID, version, typeID, cost int64
	publicID, uuid, customKey, identifier    string
	title, searchTitle, description, reason  string
	gateway                                  lifecycle.GatewayKind
	origin                                   lifecycle.Origin
	status                                   lifecycle.AgreementStatus
	renewal                                  lifecycle.RenewalStatus
	source                                   lifecycle.AgreementSource
	externalID, currency                     string
	generatedOn, clientApprovedOn            string
	vendorID, licenseTypeID                  stdsql.Null[int64]
	ownerID, approverID                      stdsql.Null[int64]
	licenseCount, notifyDays                 stdsql.Null[int32]
	startsAt, endsAt, concludedAt            stdsql.Null[time.Time]
	remindedAt, dueAt, deletedAt             stdsql.Null[time.Time]
	fileID, wordFileID, concludedFileID      stdsql.Null[int64]
	created, updated                         time.Time

	signing bool // whether a signature can still come about; of agreementSigning

	typeName                stdsql.Null[string]
	vendorName, licenseName stdsql.Null[string]
	institution             institutionRow
	owner, approver         personRow
	files                   [3]fileRow // the document, its source, the concluded one
}

// personRow is an account as others see it; id is not valid when there is none.
type personRow struct {
	id   stdsql.Null[int64]
	name stdsql.Null[string]
	role stdsql.Null[actor.Role]
}

// fileRow is a stored file; id is not valid when there is none.
type fileRow struct {
	id, size                                  stdsql.Null[int64]
	name, publicID, title, text, kind, sha256 stdsql.Null[string]
	shared                                    stdsql.Null[bool]
	created                                   stdsql.Null[time.Time]
}

// agreementTables are the tables of an agreement statement by their alias.
type agreementTables struct {
	a, at, v, lt, i, owner, approver *sql.SelectTable
	files                            [3]*sql.SelectTable
}

func newAgreementTables() agreementTables {
	as := func(table, alias string) *sql.SelectTable { return sql.Table(table).As(alias) }
	return agreementTables{
		a: as(agreement.Table, "a"), at: as(agreementtype.Table, "at"), v: as(counterparty.Table, "v"), lt: as(licensetype.Table, "lt"),
		i: as(institution.Table, "i"), owner: as(user.Table, "ow"), approver: as(user.Table, "ap"),
		files: [3]*sql.SelectTable{as(file.Table, "f0"), as(file.Table, "f1"), as(file.Table, "f2")},
	}
}

// selectAgreements begins the statement that reads agreements with what stands
// once beside them.
func selectAgreements(dialect string, w AgreementWants) (*selection[agreementRow], agreementTables) {
	t := newAgreementTables()
	s := selectFrom[agreementRow](dialect, t.a)
	for _, c := range agreementColumns {
		s.take(t.a, c.name, c.at)
	}
	s.Join(t.at).On(t.at.C(agreementtype.FieldID), t.a.C(agreement.FieldAgreementTypeID))
	s.take(t.at, agreementtype.FieldName, func(r *agreementRow) any { return &r.typeName })
	s.LeftJoin(t.v).On(t.v.C(counterparty.FieldID), t.a.C(agreement.FieldVendorID))
	s.take(t.v, counterparty.FieldName, func(r *agreementRow) any { return &r.vendorName })
	if w.has(AgreementInstitution) {
		s.Join(t.i).On(t.i.C(institution.FieldID), t.a.C(agreement.FieldInstitutionID))
		takeInstitution(s, t.i, func(r *agreementRow) *institutionRow { return &r.institution })
	}
	if w.has(AgreementLicense) {
		s.LeftJoin(t.lt).On(t.lt.C(licensetype.FieldID), t.a.C(agreement.FieldLicenseTypeID))
		s.take(t.lt, licensetype.FieldName, func(r *agreementRow) any { return &r.licenseName })
	}
	if w.has(agreementSigning) {
		s.compute(liveSignature(dialect, t.a), "signing", func(r *agreementRow) any { return &r.signing })
	}
	if w.has(AgreementPeople) {
		takePerson(s, t.owner, t.a.C(agreement.FieldOwnerID), func(r *agreementRow) *personRow { return &r.owner })
		takePerson(s, t.approver, t.a.C(agreement.FieldApproverID), func(r *agreementRow) *personRow { return &r.approver })
	}
	if w.has(AgreementFiles) {
		for n, column := range []string{agreement.FieldFileID, agreement.FieldWordFileID, agreement.FieldConcludedFileID} {
			takeFile(s, t.files[n], t.a.C(column), func(r *agreementRow) *fileRow { return &r.files[n] })
		}
	}
	return s, t
}

// agreementColumns are all of them.
var agreementColumns = []columnOf[agreementRow]{
	{agreement.FieldID, func(r *agreementRow) any { return &r.id }},
	{agreement.FieldInstitutionID, func(r *agreementRow) any { return &r.institutionID }},
	{agreement.FieldVersion, func(r *agreementRow) any { return &r.version }},
	{agreement.FieldPublicID, func(r *agreementRow) any { return &r.publicID }},
	{agreement.FieldUUID, func(r *agreementRow) any { return &r.uuid }},
	{agreement.FieldCustomKey, func(r *agreementRow) any { return &r.customKey }},
	{agreement.FieldIdentifier, func(r *agreementRow) any { return &r.identifier }},
	{agreement.FieldTitle, func(r *agreementRow) any { return &r.title }},
	{agreement.FieldSearchTitle, func(r *agreementRow) any { return &r.searchTitle }},
	{agreement.FieldDescription, func(r *agreementRow) any { return &r.description }},
	{agreement.FieldAgreementTypeID, func(r *agreementRow) any { return &r.typeID }},
	{agreement.FieldGatewayKind, func(r *agreementRow) any { return &r.gateway }},
	{agreement.FieldOrigin, func(r *agreementRow) any { return &r.origin }},
	{agreement.FieldStatus, func(r *agreementRow) any { return &r.status }},
	{agreement.FieldRenewalStatus, func(r *agreementRow) any { return &r.renewal }},
	{agreement.FieldStatusReason, func(r *agreementRow) any { return &r.reason }},
	{agreement.FieldCost, func(r *agreementRow) any { return &r.cost }},
	{agreement.FieldCurrency, func(r *agreementRow) any { return &r.currency }},
	{agreement.FieldVendorID, func(r *agreementRow) any { return &r.vendorID }},
	{agreement.FieldLicenseTypeID, func(r *agreementRow) any { return &r.licenseTypeID }},
	{agreement.FieldLicenseCount, func(r *agreementRow) any { return &r.licenseCount }},
	{agreement.FieldOwnerID, func(r *agreementRow) any { return &r.ownerID }},
	{agreement.FieldApproverID, func(r *agreementRow) any { return &r.approverID }},
	{agreement.FieldNotifyBeforeDays, func(r *agreementRow) any { return &r.notifyDays }},
	{agreement.FieldFileID, func(r *agreementRow) any { return &r.fileID }},
	{agreement.FieldWordFileID, func(r *agreementRow) any { return &r.wordFileID }},
	{agreement.FieldConcludedFileID, func(r *agreementRow) any { return &r.concludedFileID }},
	{agreement.FieldStartsAt, func(r *agreementRow) any { return &r.startsAt }},
	{agreement.FieldEndsAt, func(r *agreementRow) any { return &r.endsAt }},
	{agreement.FieldGeneratedOn, func(r *agreementRow) any { return &r.generatedOn }},
	{agreement.FieldClientApprovedOn, func(r *agreementRow) any { return &r.clientApprovedOn }},
	{agreement.FieldConcludedAt, func(r *agreementRow) any { return &r.concludedAt }},
	{agreement.FieldRemindedAt, func(r *agreementRow) any { return &r.remindedAt }},
	{agreement.FieldDueAt, func(r *agreementRow) any { return &r.dueAt }},
	{agreement.FieldSource, func(r *agreementRow) any { return &r.source }},
	{agreement.FieldExternalID, func(r *agreementRow) any { return &r.externalID }},
	{agreement.FieldDeletedAt, func(r *agreementRow) any { return &r.deletedAt }},
	{agreement.FieldCreatedAt, func(r *agreementRow) any { return &r.created }},
	{agreement.FieldUpdatedAt, func(r *agreementRow) any { return &r.updated }},
}

// takePerson joins an account, which there may not be, and takes it.
func takePerson[R any](s *selection[R], u *sql.SelectTable, id string, at func(*R) *personRow) {
	s.LeftJoin(u).On(u.C(user.FieldID), id)
	s.take(u, user.FieldID, func(r *R) any { return &at(r).id })
	s.take(u, user.FieldFullName, func(r *R) any { return &at(r).name })
	s.take(u, user.FieldRole, func(r *R) any { return &at(r).role })
}

// takeFile joins a file, which there may not be, and takes it.
func takeFile[R any](s *selection[R], f *sql.SelectTable, id string, at func(*R) *fileRow) {
	s.LeftJoin(f).On(f.C(file.FieldID), id)
	s.take(f, file.FieldID, func(r *R) any { return &at(r).id })
	s.take(f, file.FieldName, func(r *R) any { return &at(r).name })
	s.take(f, file.FieldPublicID, func(r *R) any { return &at(r).publicID })
	s.take(f, file.FieldTitle, func(r *R) any { return &at(r).title })
	s.take(f, file.FieldDescription, func(r *R) any { return &at(r).text })
	s.take(f, file.FieldContentType, func(r *R) any { return &at(r).kind })
	s.take(f, file.FieldSha256, func(r *R) any { return &at(r).sha256 })
	s.take(f, file.FieldSize, func(r *R) any { return &at(r).size })
	s.take(f, file.FieldShared, func(r *R) any { return &at(r).shared })
	s.take(f, file.FieldCreatedAt, func(r *R) any { return &at(r).created })
}
