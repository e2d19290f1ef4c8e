package market

import (
	"strings"
	"time"

	"kontrak/ent/agreement"
	"kontrak/ent/agreementtype"
	"kontrak/ent/counterparty"
	"kontrak/ent/participant"
	"kontrak/ent/signature"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"

	entdialect "entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// InstantRange keeps instants from one, that included, to before another; nil is
// open.
type InstantRange struct{ From, Before *time.Time }

// keep adds the conditions of the range on a column.
func (r InstantRange) keep(s *sql.Selector, column string) {
	if r.From != nil {
		s.Where(sql.GTE(column, *r.From))
	}
	if r.Before != nil {
		s.Where(sql.LT(column, *r.Before))
	}
}

// AgreementFilter narrows a list of agreements: all that the three dialects filter
// by. Everything is ANDed; in a list, nil keeps all, and an empty one nothing.
type AgreementFilter struct {
	InstitutionIDs, IDs                []int64
	TypeIDs, LicenseTypeIDs, VendorIDs []int64
	OwnerIDs, ApproverIDs              []int64
	AssetIDs, NotifyUserIDs, TagIDs    []int64
	CustomerIDs                        []int64
	Identifiers, CustomKeys            []string
	CustomerKeys                       []string
	UUIDs                              []string
	Statuses                           []lifecycle.AgreementStatus
	RenewalStatuses                    []lifecycle.RenewalStatus
	Origins                            []lifecycle.Origin
	GatewayKinds                       []lifecycle.GatewayKind
	HasCustomer, HasSignature          *bool
	Concluded                          *bool
	// Deleted keeps deleted agreements beside the others; the back office never sees
	// them.
	Deleted                        bool
	Period                         *lifecycle.PeriodStatus
	CostFrom, CostTo               *int64 // inclusive
	NotifyDaysFrom, NotifyDaysTo   *int64 // inclusive; those without a number drop out
	Starts, Ends, Created, Updated InstantRange
	// Title, CustomerName and the participant's are looked for within theirs,
	// whatever the case and accents; one and the same participant of the latest
	// signature must have all that is given.
	Title, CustomerName                                 string
	ParticipantName, ParticipantEmail, ParticipantPhone string
	// Text is looked for within the title, the identifier, the vendor's and the
	// type's name, the contract number, the cost and both statuses (Faveo reference,
	// section 3).
	Text string
	// Unread is what a transport could not read of the input. It is answered
	// together with what else is wrong.
	Unread fault.Fields
}

// maxAgreementText is how many letters a text that is searched for may have.
const maxAgreementText = 255

// check tells what is wrong with a filter, all of it at once.
func (f AgreementFilter) check() error {
	bad := f.Unread
	for _, text := range []struct{ name, text string }{
		{"title", f.Title}, {"customer", f.CustomerName}, {"participant_name", f.ParticipantName},
		{"participant_email", f.ParticipantEmail}, {"participant_phone", f.ParticipantPhone}, {"text", f.Text},
	} {
		checkText(&bad, text.name, text.text, 0, maxAgreementText)
	}
	for _, r := range []struct {
		name string
		InstantRange
	}{{"starts", f.Starts}, {"ends", f.Ends}, {"created", f.Created}, {"updated", f.Updated}} {
		for _, at := range []*time.Time{r.From, r.Before} {
			bad.Check(at == nil || storable(*at), r.name, "must be an instant of a year from 1 to 9999")
		}
	}
	for _, list := range []struct {
		name  string
		texts []string
	}{{"identifiers", f.Identifiers}, {"custom_keys", f.CustomKeys}, {"customer_keys", f.CustomerKeys}, {"uuids", f.UUIDs}} {
		for _, text := range list.texts {
			bad.Check(store.Storable(text), list.name, "must be texts in UTF-8 without the zero character")
		}
	}
	return bad.Err(fault.ParameterInvalid)
}

// apply adds the conditions of a filter; now decides what today is.
func (f AgreementFilter) apply(s *sql.Selector, t agreementTables, dialect string, now time.Time) {
	a := t.a
	keepOf(s, a.C(agreement.FieldInstitutionID), f.InstitutionIDs)
	keepOf(s, a.C(agreement.FieldID), f.IDs)
	keepOf(s, a.C(agreement.FieldAgreementTypeID), f.TypeIDs)
	keepOf(s, a.C(agreement.FieldLicenseTypeID), f.LicenseTypeIDs)
	keepOf(s, a.C(agreement.FieldVendorID), f.VendorIDs)
	keepOf(s, a.C(agreement.FieldOwnerID), f.OwnerIDs)
	keepOf(s, a.C(agreement.FieldApproverID), f.ApproverIDs)
	keepOf(s, a.C(agreement.FieldIdentifier), f.Identifiers)
	keepOf(s, a.C(agreement.FieldCustomKey), f.CustomKeys)
	keepOf(s, a.C(agreement.FieldUUID), f.UUIDs)
	keepOf(s, a.C(agreement.FieldStatus), f.Statuses)
	keepOf(s, a.C(agreement.FieldRenewalStatus), f.RenewalStatuses)
	keepOf(s, a.C(agreement.FieldOrigin), f.Origins)
	keepOf(s, a.C(agreement.FieldGatewayKind), f.GatewayKinds)
	if f.Deleted && f.CustomKeys != nil { // with deleted ones, their own index alone serves, which leaves out those without a key
		s.Where(sql.P(func(b *sql.Builder) { b.WriteString(a.C(agreement.FieldCustomKey) + " <> ''") }))
	}
	f.applyPairs(s, a, dialect)
	f.applyRanges(s, a)
	f.applyPeriod(s, a, now)
	f.applySignature(s, a, dialect)
	if f.Concluded != nil {
		s.Where(nullness(a.C(agreement.FieldConcludedAt), *f.Concluded))
	}
	if f.Title != "" {
		s.Where(store.ContainsP(a.C(agreement.FieldSearchTitle), f.Title))
	}
	if f.Text != "" {
		s.Where(f.anywhere(t))
	}
}

// keepOf keeps the rows whose column holds one of the values; nil keeps all. One
// value is compared, so that an index can give the rows in their order.
func keepOf[V ~int64 | ~string](s *sql.Selector, column string, values []V) {
	switch {
	case values == nil:
	case len(values) == 1:
		s.Where(sql.EQ(column, values[0]))
	default:
		s.Where(store.InP(column, values))
	}
}

// nullness is the predicate that a column has a value, or none.
func nullness(column string, there bool) *sql.Predicate {
	if there {
		return sql.NotNull(column)
	}
	return sql.IsNull(column)
}

// pairsWith is the predicate that an agreement is paired with one of the others.
func pairsWith(a *sql.SelectTable, dialect, table, other string, ids []int64) *sql.Predicate {
	p := sql.Table(table)
	return sql.In(a.C(agreement.FieldID), sql.Dialect(dialect).Select(p.C(pairAgreement)).From(p).Where(store.InP(p.C(other), ids)))
}

func (f AgreementFilter) applyPairs(s *sql.Selector, a *sql.SelectTable, dialect string) {
	for _, pair := range []struct {
		table, other string
		ids          []int64
	}{
		{agreement.AssetsTable, "asset_id", f.AssetIDs},
		{agreement.NotifyUsersTable, "user_id", f.NotifyUserIDs},
		{agreement.TagsTable, "tag_id", f.TagIDs},
		{agreement.CustomersTable, "counterparty_id", f.CustomerIDs},
	} {
		if pair.ids != nil {
			s.Where(pairsWith(a, dialect, pair.table, pair.other, pair.ids))
		}
	}
	p, c := sql.Table(agreement.CustomersTable).As("ac"), sql.Table(counterparty.Table).As("cu")
	customers := func(more *sql.Predicate) *sql.Predicate {
		return sql.Exists(sql.Dialect(dialect).Select(p.C(pairAgreement)).From(p).
			Join(c).On(c.C(counterparty.FieldID), p.C("counterparty_id")).
			Where(sql.And(
				sql.ColumnsEQ(p.C(pairAgreement), a.C(agreement.FieldID)),
				sql.ColumnsEQ(c.C(counterparty.FieldInstitutionID), a.C(agreement.FieldInstitutionID)), // which finds them by their index
				more,
			)))
	}
	if f.CustomerKeys != nil {
		s.Where(customers(store.InP(c.C(counterparty.FieldCustomKey), f.CustomerKeys)))
	}
	if f.CustomerName != "" {
		s.Where(customers(store.ContainsP(c.C(counterparty.FieldSearchName), f.CustomerName)))
	}
	if f.HasCustomer != nil {
		some := sql.Exists(sql.Dialect(dialect).Select(p.C(pairAgreement)).From(p).Where(sql.ColumnsEQ(p.C(pairAgreement), a.C(agreement.FieldID))))
		if !*f.HasCustomer {
			some = sql.Not(some)
		}
		s.Where(some)
	}
}

func (f AgreementFilter) applyRanges(s *sql.Selector, a *sql.SelectTable) {
	for _, r := range []struct {
		column   string
		from, to *int64
	}{{agreement.FieldCost, f.CostFrom, f.CostTo}, {agreement.FieldNotifyBeforeDays, f.NotifyDaysFrom, f.NotifyDaysTo}} {
		if r.from != nil {
			s.Where(sql.GTE(a.C(r.column), *r.from))
		}
		if r.to != nil {
			s.Where(sql.LTE(a.C(r.column), *r.to))
		}
	}
	for _, r := range []struct {
		column string
		InstantRange
	}{
		{agreement.FieldStartsAt, f.Starts}, {agreement.FieldEndsAt, f.Ends},
		{agreement.FieldCreatedAt, f.Created}, {agreement.FieldUpdatedAt, f.Updated},
	} {
		r.keep(s, a.C(r.column))
	}
}

// applyPeriod keeps the agreements by where today lies in their period. Days are
// compared in UTC, so that an agreement still runs on its last day.
func (f AgreementFilter) applyPeriod(s *sql.Selector, a *sql.SelectTable, now time.Time) {
	if f.Period == nil {
		return
	}
	today := now.UTC().Truncate(24 * time.Hour)
	tomorrow := today.AddDate(0, 0, 1)
	starts, ends := a.C(agreement.FieldStartsAt), a.C(agreement.FieldEndsAt)
	switch *f.Period {
	case lifecycle.PeriodBefore:
		s.Where(sql.GTE(starts, tomorrow))
	case lifecycle.PeriodAfter:
		s.Where(sql.LT(ends, today))
	case lifecycle.PeriodOngoing:
		s.Where(sql.And(
			sql.Or(sql.NotNull(starts), sql.NotNull(ends)),
			sql.Or(sql.IsNull(starts), sql.LT(starts, tomorrow)),
			sql.Or(sql.IsNull(ends), sql.GTE(ends, today)),
		))
	}
}

// applySignature keeps the agreements by their latest signature, whatever has
// become of it.
func (f AgreementFilter) applySignature(s *sql.Selector, a *sql.SelectTable, dialect string) {
	g, later := sql.Table(signature.Table).As("g"), sql.Table(signature.Table).As("gl")
	of := func(t *sql.SelectTable) *sql.Predicate {
		return sql.ColumnsEQ(t.C(signature.FieldAgreementID), a.C(agreement.FieldID))
	}
	if f.HasSignature != nil {
		some := sql.Exists(sql.Dialect(dialect).Select(g.C(signature.FieldID)).From(g).Where(of(g)))
		if !*f.HasSignature {
			some = sql.Not(some)
		}
		s.Where(some)
	}
	p := sql.Table(participant.Table).As("pt")
	var all []*sql.Predicate
	if f.ParticipantName != "" {
		all = append(all, store.ContainsP(p.C(participant.FieldSearchName), f.ParticipantName))
	}
	if f.ParticipantEmail != "" {
		all = append(all, store.ContainsP(p.C(participant.FieldSearchEmail), f.ParticipantEmail))
	}
	if f.ParticipantPhone != "" {
		sought := sql.False() // no phone holds what is no digit
		if number := digits(f.ParticipantPhone); number != "" {
			sought = store.ContainsP(p.C(participant.FieldPhoneDigits), number)
		}
		all = append(all, sought)
	}
	if all == nil {
		return
	}
	latest := sql.Not(sql.Exists(sql.Dialect(dialect).Select(later.C(signature.FieldID)).From(later).Where(sql.And(
		sql.ColumnsEQ(later.C(signature.FieldAgreementID), g.C(signature.FieldAgreementID)),
		sql.ColumnsGT(later.C(signature.FieldID), g.C(signature.FieldID)),
	))))
	found := sql.Dialect(dialect).Select(g.C(signature.FieldAgreementID)).From(g).Join(p).On(p.C(participant.FieldSignatureID), g.C(signature.FieldID))
	if dialect == entdialect.SQLite { // it has no index of parts of texts: it looks at the signatures of each agreement
		s.Where(sql.Exists(found.Where(sql.And(append(all, latest, of(g))...))))
		return
	}
	s.Where(sql.In(a.C(agreement.FieldID), found.Where(sql.And(append(all, latest)...))))
}

// digits gives the digits of a phone number.
func digits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}

// anywhere is the predicate of a text that is looked for in what a list shows.
func (f AgreementFilter) anywhere(t agreementTables) *sql.Predicate {
	needle := store.Fold(f.Text)
	within := []*sql.Predicate{
		store.ContainsP(t.a.C(agreement.FieldSearchTitle), f.Text),
		store.ContainsP(t.a.C(agreement.FieldSearchIdentifier), f.Text),
		store.ContainsP(t.v.C(counterparty.FieldSearchName), f.Text),
	}
	within = append(within, containsText("LOWER("+t.at.C(agreementtype.FieldName)+")", needle))
	within = append(within, containsText("('#cntr-' || CAST("+t.a.C(agreement.FieldID)+" AS TEXT))", needle))
	within = append(within, containsText("CAST("+t.a.C(agreement.FieldCost)+" AS TEXT)", needle))
	statuses, renewals := []lifecycle.AgreementStatus{}, []lifecycle.RenewalStatus{}
	for _, status := range lifecycle.AgreementStatuses {
		if strings.Contains(string(status), needle) {
			statuses = append(statuses, status)
		}
	}
	for _, status := range lifecycle.RenewalStatuses {
		if strings.Contains(string(status), needle) {
			renewals = append(renewals, status)
		}
	}
	return sql.Or(append(within,
		store.InP(t.a.C(agreement.FieldStatus), statuses), store.InP(t.a.C(agreement.FieldRenewalStatus), renewals))...)
}

// containsText is the predicate that an expression holds a text.
func containsText(expr, needle string) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		b.WriteString(expr + " LIKE ").Arg("%" + store.EscapeLike(needle) + "%").WriteString(` ESCAPE '\'`)
	})
}

// FaveoStatuses gives the statuses of Faveo's ids: 1 to 6 of agreements, 7 to 13 of
// renewals. An id outside matches nothing.
func FaveoStatuses(ids []int64) []lifecycle.AgreementStatus {
	return numbered(ids, 1, lifecycle.AgreementStatuses)
}

// FaveoRenewalStatuses is FaveoStatuses for renewals.
func FaveoRenewalStatuses(ids []int64) []lifecycle.RenewalStatus {
	return numbered(ids, int64(1+len(lifecycle.AgreementStatuses)), lifecycle.RenewalStatuses)
}

func numbered[T any](ids []int64, first int64, names []T) []T {
	if ids == nil {
		return nil
	}
	found := []T{}
	for _, id := range ids {
		if n := id - first; n >= 0 && n < int64(len(names)) {
			found = append(found, names[n])
		}
	}
	return found
}
