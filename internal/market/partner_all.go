package market

import (
	"context"
	"slices"

	"kontrak/ent"
	"kontrak/ent/partner"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// AllPartnersFilter keeps the partners that fit every field given, whatever their state.
type AllPartnersFilter struct {
	// Text is looked for in the name, whatever its case and accents.
	Text          string
	Verifications []lifecycle.VerificationStatus
	Statuses      []lifecycle.PartnerStatus
	// Deleted keeps those that were deleted, or those that were not.
	Deleted *bool
	// Unread is what a transport could not read.
	Unread fault.Fields
	// readNames says that names are read for the text, and it is not looked up.
	readNames bool
}

// AllPartners lists every partner, the newest first: also those that are not verified,
// were refused, suspended or deleted, whom the search for partners does not find.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllPartners(ctx context.Context, f AllPartnersFilter, p Page, w PartnerWant) (*view.Page[view.Partner], error) {
	who, err := caller(ctx, actor.Admin) // access: the back office knows of all of them
	if err != nil {
		return nil, err
	}
	checkSought(&f.Unread, f.Text)
	if f.Text != "" {
		ctx = store.PlanAnew(ctx) // how many partners are called so decides on the plan
	}
	return listRecords(ctx, a, p, f.Unread, a.partnerRecords(who, f, w))
}

// partnerRecords is how partners are listed for the back office.
func (a *App) partnerRecords(who actor.Actor, f AllPartnersFilter, w PartnerWant) records[partnerRow, view.Partner] {
	return records[partnerRow, view.Partner]{
		newest: true,
		id:     func(r *partnerRow) int64 { return r.id },
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) (_ []*partnerRow, err error) {
			f := f
			if f.readNames, err = a.store.Common(ctx, on, store.PartnerNames, f.Text); err != nil {
				return nil, err
			}
			s, t := a.selectPartners(w, centre{})
			f.apply(s.Selector, t.p)
			cut(s.Selector)
			return s.rows(ctx, on)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			t := newPartnerTables().p
			n, err := count(ctx, on, a.store.Dialect(), t, func(s *sql.Selector) { f.apply(s, t) })
			return int(n), err
		},
		see: func(ctx context.Context, a *App, on *ent.Client, rows []*partnerRow) ([]*view.Partner, error) {
			return a.seePartners(ctx, on, who, rows, w, priceOf{})
		},
	}
}

// apply adds the conditions of a filter. Indexes are kept of the partners that are not as
// most are: a condition that leaves most out is said in their words.
func (f AllPartnersFilter) apply(s *sql.Selector, p *sql.SelectTable) {
	amongThese(s, p.C(partner.FieldVerificationStatus), lifecycle.VerificationCompleted, f.Verifications)
	amongThese(s, p.C(partner.FieldStatus), lifecycle.PartnerActive, f.Statuses)
	switch {
	case f.Deleted == nil:
	case *f.Deleted:
		s.Where(sql.NotNull(p.C(partner.FieldDeletedAt)))
	default:
		s.Where(sql.IsNull(p.C(partner.FieldDeletedAt)))
	}
	if f.Text != "" {
		s.Where(named(store.PartnerNames, p, f.Text, f.readNames))
	}
}

// amongThese keeps the rows that have one of the values in a column, all for none. Where
// usual is none of them that is said as well, as the index of what is unusual has it.
func amongThese[T ~string](s *sql.Selector, column string, usual T, values []T) {
	if len(values) == 0 {
		return
	}
	if len(values) == 1 {
		s.Where(sql.EQ(column, values[0]))
	} else {
		s.Where(store.InP(column, values))
	}
	if !slices.Contains(values, usual) {
		s.Where(sql.P(func(b *sql.Builder) { b.Ident(column).WriteString(" <> '" + string(usual) + "'") }))
	}
}
