package market

import (
	"context"
	stdsql "database/sql"
	"math"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/ent/partner"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// EligibleQuestion is what is asked of the partners that may take a job.
type EligibleQuestion struct {
	Page Page
	// RadiusKm is how far from the institution a partner may be where an institution
	// looks for one; by default the setting talent_finder_radius.
	RadiusKm *float64
	// LeftOut asks how many others each rule refuses.
	LeftOut bool
	Partner PartnerWant
	// Unread is what a transport could not read of the input. It is answered
	// together with what else is wrong.
	Unread fault.Fields
}

// SoughtWork is what an institution seeks a partner for, before there is a
// contract. Without dates and clock times nobody is asked whether it is free.
type SoughtWork struct {
	InstitutionID      int64
	SubServiceID       int64
	Kind               lifecycle.Kind
	StartDate, EndDate view.Date
	StartTime, EndTime view.ClockTime
}

// search is one search for partners: who looks, on what occasion, and for what.
type search struct {
	who actor.Actor
	ch  choice
	job *job
}

// EligiblePartners lists the partners that an institution could hire for some work,
// cheapest first.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution and admin;
// INVALID for an institution that is not the caller's, work that is not offered, a
// period that a contract could not have, or a radius outside 0 to 20000 km.
func (a *App) EligiblePartners(ctx context.Context, in SoughtWork, q EligibleQuestion) (*view.EligiblePage, error) {
	who, err := caller(ctx, actor.Institution, actor.Admin)
	if err != nil {
		return nil, err
	}
	var page *view.EligiblePage
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		bad := q.wrong()
		j, err := a.jobSought(ctx, on, who, in, &bad)
		if err != nil {
			return err
		}
		if err := bad.Err(fault.InputInvalid); err != nil {
			return err
		}
		pages, err := a.runSearches(ctx, on, []*search{{who, toFind, j}}, q)
		if err == nil {
			page = pages[0]
		}
		return err
	})
	return page, err
}

// EligiblePartnersOf lists, for each of the contracts, the partners that the caller
// could choose for it now: an institution before it has paid, cheapest first; a
// supervisor among its own while the contract waits in its queue, and the back
// office until the work begins, nearest first. Nil stands for a contract for which
// the caller chooses nobody, that is unknown, or not for the caller to know of. It
// costs the same number of statements for up to MaxPage contracts.
//
// Faults: UNAUTHENTICATED; INVALID for a radius outside 0 to 20000 km.
func (a *App) EligiblePartnersOf(ctx context.Context, contractIDs []int64, q EligibleQuestion) ([]*view.EligiblePage, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	bad := q.wrong()
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	pages := make([]*view.EligiblePage, len(contractIDs))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := a.orderedRows(ctx, on, who, pricedWants, contractIDs)
		if err != nil {
			return err
		}
		var all []*search
		var places []int
		for i, r := range rows {
			if ch, may := chooses(who, r); may {
				all, places = append(all, &search{who, ch, r.job(who.UserID)}), append(places, i)
			}
		}
		for first := 0; first < len(all); first += MaxPage {
			last := min(first+MaxPage, len(all))
			found, err := a.runSearches(ctx, on, all[first:last], q)
			if err != nil {
				return err
			}
			for i, page := range found {
				pages[places[first+i]] = page
			}
		}
		return nil
	})
	return pages, err
}

// chooses tells whether the caller may choose a partner for a contract in its
// present state, and on what occasion.
func chooses(who actor.Actor, r *contractRow) (ch choice, may bool) {
	if r == nil {
		return "", false
	}
	unpaid := r.status == lifecycle.ContractDraft || r.status == lifecycle.ContractPaymentPending
	switch state := r.state(); {
	case who.Is(actor.Institution, actor.Admin) && unpaid:
		return toFind, true
	case who.Is(actor.Supervisor) && state == lifecycle.StateSupervisorPending:
		return toAssign, true
	case who.Is(actor.Admin) && slices.Contains(lifecycle.Contract.From(lifecycle.ContractReplacePartner), state):
		return toReplace, true
	}
	return "", false
}

// wrong is what is wrong with a question.
func (q EligibleQuestion) wrong() fault.Fields {
	bad := q.Unread
	bad.Check(q.RadiusKm == nil || (*q.RadiusKm > 0 && *q.RadiusKm <= maxRadius), "radius", "must be more than 0 and at most %d km", maxRadius)
	return bad
}

// jobSought reads the job that an institution describes, and notes what is wrong
// with it.
func (a *App) jobSought(ctx context.Context, on *ent.Client, who actor.Actor, in SoughtWork, bad *fault.Fields) (*job, error) {
	j := &job{kind: in.Kind, currency: defaultCurrency}
	offered, err := checkOffered(ctx, on, bad, in.SubServiceID, in.Kind)
	if err != nil {
		return nil, err
	}
	if offered != nil {
		j.subServiceID, j.subServiceName = offered.ID, offered.Name
	}
	var home *ent.Institution
	if who.Is(actor.Admin) || who.MemberOf(in.InstitutionID) {
		home, err = on.Institution.Query().Where(institution.ID(in.InstitutionID)).Only(ctx)
	}
	if err != nil && !ent.IsNotFound(err) {
		return nil, err
	}
	if home == nil {
		// access: an institution outside the caller's list is not told apart from an
		// unknown one.
		bad.Add("institution_id", "is not one of your institutions")
		return j, nil
	}
	j.place = centre{latitude: home.Latitude, longitude: home.Longitude}
	zone, err := zoneOf(home.Zone)
	if err != nil {
		return nil, err
	}
	p := &period{
		startDate: string(in.StartDate), startTime: string(in.StartTime), endDate: string(in.EndDate), endTime: string(in.EndTime), zone: zone,
	}
	if p.startDate+p.startTime+p.endDate+p.endTime != "" && p.check(bad, a.Now()) {
		j.start = stdsql.Null[time.Time]{V: p.startAt, Valid: true}
		j.end = stdsql.Null[time.Time]{V: p.endAt, Valid: true}
	}
	return j, nil
}

// runSearches does searches of one caller, MaxPage at most, each in the same
// statements.
func (a *App) runSearches(ctx context.Context, on *ent.Client, all []*search, q EligibleQuestion) ([]*view.EligiblePage, error) {
	if len(all) == 0 {
		return nil, nil
	}
	if err := reach(ctx, on, all, q.RadiusKm); err != nil {
		return nil, err
	}
	found, err := a.readEligible(ctx, on, all, q.Page)
	if err != nil {
		return nil, err
	}
	var counts []map[int64]brokenCount
	if q.LeftOut || q.Page.total {
		if counts, err = a.countLeftOut(ctx, on, all); err != nil {
			return nil, err
		}
	}
	partners, err := a.partnersFound(ctx, on, all[0].who, found, q.Partner)
	if err != nil {
		return nil, err
	}
	pages := make([]*view.EligiblePage, len(all))
	for i, s := range all {
		page := &view.EligiblePage{}
		var total *int64
		if counts != nil {
			total, page.LeftOut = new(counts[i][fits].n), s.seeLeftOut(counts[i])
		}
		p, err := asPage(q.Page, s.order(), found[i], total, (*eligibleRow).position, func(rows []*eligibleRow) ([]*view.EligiblePartner, error) {
			return s.see(rows, partners, q.Partner), nil
		})
		if err != nil {
			return nil, err
		}
		page.Page, pages[i] = *p, page
	}
	return pages, nil
}

// reach sets how far the searches go: as is asked, or as the setting says.
func reach(ctx context.Context, on *ent.Client, all []*search, asked *float64) error {
	var km float64
	if asked != nil {
		km = *asked
	} else {
		set, err := readSettings(ctx, on)
		if err != nil {
			return err
		}
		km = set.radiusKm
	}
	for _, s := range all {
		s.job.place.km = km
	}
	return nil
}

// partnersFound reads the partners of all searches, each once.
func (a *App) partnersFound(ctx context.Context, on *ent.Client, who actor.Actor, found [][]*eligibleRow, w PartnerWant) (map[int64]*view.Partner, error) {
	var ids []int64
	for _, rows := range found {
		for _, r := range rows {
			ids = append(ids, r.candidate.id)
		}
	}
	w &^= WantPrice // each search has its own
	s, t := a.selectPartners(w, centre{})
	s.Where(store.InP(t.p.C(partner.FieldID), ids))
	rows, err := s.rows(ctx, on)
	if err != nil {
		return nil, err
	}
	views, err := a.seePartners(ctx, on, who, rows, w, priceOf{})
	byID := make(map[int64]*view.Partner, len(views))
	for _, v := range views {
		byID[v.ID] = v
	}
	return byID, err
}

// see makes the views of the partners that were found.
func (s *search) see(rows []*eligibleRow, partners map[int64]*view.Partner, w PartnerWant) []*view.EligiblePartner {
	list := make([]*view.EligiblePartner, len(rows))
	for i, r := range rows {
		v := &view.EligiblePartner{Reasons: s.reasons(&r.candidate)}
		if km := r.candidate.km; km.Valid {
			v.DistanceKm = new(math.Round(km.V*100) / 100)
		}
		if price := r.candidate.price; price.Valid {
			v.Price = &view.Money{Value: price.V, Currency: r.candidate.currency.V}
		}
		p := *partners[r.candidate.id] // as this search finds it
		p.DistanceKm = v.DistanceKm
		if w.has(WantPrice) {
			p.Price = v.Price
		}
		v.Partner = &p
		list[i] = view.See(v, view.Anyone)
	}
	return list
}

// reasons are the rules that a partner fulfils: all that were asked.
func (s *search) reasons(p *candidate) []*view.EligibilityReason {
	var list []*view.EligibilityReason
	for _, rule := range asked[s.ch] {
		if rule == isFree && !s.job.start.Valid {
			continue // nothing was said of the time
		}
		list = append(list, view.See(&view.EligibilityReason{
			Rule: rule.name, Needed: rule.needed(s.job), Actual: rule.actual(s.job, p),
		}, view.Anyone))
	}
	return list
}
