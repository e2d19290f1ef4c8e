package market_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// The rules of each occasion, in their order.
var (
	findRules    = []string{"partner_listed", "competency", "competency_active", "competency_kind", "open_to_work", "within_radius", "price", "overlap"}
	assignRules  = []string{"own_partner", "partner_active", "partner_verified", "another_partner", "competency", "competency_active", "competency_kind", "overlap"}
	replaceRules = []string{"partner", "partner_active", "partner_verified", "another_partner", "competency", "competency_active", "competency_kind", "overlap"}
)

// chooses gives the rules by which the user chooses a partner for the contract now;
// nil where it does not.
func (w *truth) chooses(u *ent.User, c *ent.Contract) []string {
	unpaid := c.Status == lifecycle.ContractDraft || c.Status == lifecycle.ContractPaymentPending
	switch {
	case !w.knows(u, c):
		return nil
	case unpaid && (u.Role == actor.Institution || u.Role == actor.Admin):
		return findRules
	case waiting(c) && u.Role == actor.Supervisor:
		return assignRules
	case u.Role == actor.Admin && (c.Status == lifecycle.ContractPartnerPending || c.Status == lifecycle.ContractAccepted || c.Status == lifecycle.ContractOnRoute):
		return replaceRules
	}
	return nil
}

// eligibleOracle tells, in plain Go, which rule refuses a partner first; "" for none, and
// "?" for one that is not in the pool.
type eligibleOracle struct {
	*truth
	u     *ent.User
	c     *ent.Contract
	rules []string
	km    float64
}

func (o *eligibleOracle) pooled(p *ent.Partner) bool {
	known := p.DeletedAt == nil
	switch o.u.Role {
	case actor.Supervisor:
		known = known && p.CreatedByID != nil && *p.CreatedByID == o.u.ID
	case actor.Institution:
		known = known && listedPartner(p)
	}
	for _, r := range o.competencies[p.ID] {
		if known && r.Status == lifecycle.CatalogueActive && o.serviceOf[r.SubServiceID] == o.serviceOf[o.c.SubServiceID] {
			return true
		}
	}
	return false
}

func listedPartner(p *ent.Partner) bool {
	return p.Status == lifecycle.PartnerActive && p.VerificationStatus == lifecycle.VerificationCompleted
}

// broken gives the first rule that refuses a partner.
func (o *eligibleOracle) broken(p *ent.Partner) string {
	for _, rule := range o.rules {
		if !o.holds(rule, p) {
			return rule
		}
	}
	return ""
}

func (o *eligibleOracle) holds(rule string, p *ent.Partner) bool {
	var can *ent.Competency
	for _, r := range o.competencies[p.ID] {
		if r.SubServiceID == o.c.SubServiceID {
			can = r
		}
	}
	switch rule {
	case "partner_listed":
		return p.DeletedAt == nil && listedPartner(p)
	case "partner", "own_partner":
		return p.DeletedAt == nil // the pool knows the rest
	case "partner_active":
		return p.Status == lifecycle.PartnerActive
	case "partner_verified":
		return p.VerificationStatus == lifecycle.VerificationCompleted
	case "another_partner":
		return p.ID != o.c.PartnerID
	case "competency":
		return can != nil
	case "competency_active":
		return can.Status == lifecycle.CatalogueActive
	case "competency_kind":
		return does(can, o.c.Kind)
	case "open_to_work":
		return p.OpenToWork
	case "within_radius":
		km, placed := o.away(p)
		return placed && km <= o.km
	case "price":
		price := o.price(p)
		return price != nil && price.Currency == o.c.Currency
	case "overlap":
		return o.until(p).IsZero()
	}
	panic("no rule is called " + rule)
}

// price is what a partner asks for the contract's sub-service.
func (o *eligibleOracle) price(p *ent.Partner) *ent.BasePrice {
	for _, r := range o.prices {
		if r.PartnerID == p.ID && r.SubServiceID == o.c.SubServiceID && r.Active {
			return r
		}
	}
	return nil
}

// until is when the other work of a partner at the same time ends; zero for none.
func (o *eligibleOracle) until(p *ent.Partner) time.Time {
	var last time.Time
	for _, other := range o.contracts {
		taken := other.Status == lifecycle.ContractAccepted || other.Status == lifecycle.ContractOnRoute || other.Status == lifecycle.ContractInProgress
		if !taken || other.PartnerID != p.ID || other.ID == o.c.ID || o.c.ScheduledStartAt == nil || other.ScheduledStartAt == nil {
			continue
		}
		end := other.ScheduledEndAt.Add(time.Duration(other.ExtensionMinutes) * time.Minute)
		if other.ScheduledStartAt.Before(*o.c.ScheduledEndAt) && o.c.ScheduledStartAt.Before(end) && end.After(last) {
			last = end
		}
	}
	return last
}

// away is how far a partner is from the contract's institution.
func (o *eligibleOracle) away(p *ent.Partner) (km float64, placed bool) {
	for _, i := range o.institutions {
		if i.ID == o.c.InstitutionID {
			return (&searched{truth: o.truth}).away(p, &centreOf{latitude: i.Latitude, longitude: i.Longitude})
		}
	}
	return 0, false
}

// whole is the list without pages, and whom each rule refuses first.
func (o *eligibleOracle) whole() (list []*ent.Partner, leftOut map[string]int64) {
	leftOut = map[string]int64{}
	for _, p := range o.partners {
		if !o.pooled(p) {
			continue
		}
		if rule := o.broken(p); rule != "" {
			leftOut[rule]++
			continue
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *ent.Partner) int {
		if len(o.rules) > 0 && o.rules[0] == "partner_listed" {
			return cmp.Or(cmp.Compare(o.price(a).Amount, o.price(b).Amount), cmp.Compare(a.ID, b.ID))
		}
		return cmp.Or(cmp.Compare(o.farness(a), o.farness(b)), cmp.Compare(a.ID, b.ID))
	})
	return list, leftOut
}

func (o *eligibleOracle) farness(p *ent.Partner) float64 {
	if km, placed := o.away(p); placed {
		return km
	}
	return math.Inf(1)
}

// earliest is when the first of those is free whom their time alone refuses.
func (o *eligibleOracle) earliest() time.Time {
	var first time.Time
	for _, p := range o.partners {
		if o.pooled(p) && o.broken(p) == "overlap" {
			if until := o.until(p); first.IsZero() || until.Before(first) {
				first = until
			}
		}
	}
	return first
}

// sure tells whether no distance is too near to the radius to tell.
func (o *eligibleOracle) sure() bool {
	for _, p := range o.partners {
		if km, placed := o.away(p); placed && math.Abs(km-o.km) < 0.001*o.km {
			return false
		}
	}
	return true
}

// agrees compares an answer with the oracle's, and tells what differs.
func (o *eligibleOracle) agrees(got *view.EligiblePage) error {
	list, leftOut := o.whole()
	want := idsOf(list, func(p *ent.Partner) int64 { return p.ID })
	if found := idsOf(got.Items, func(v *view.EligiblePartner) int64 { return v.Partner.ID }); !slices.Equal(found, want) || *got.Total != int64(len(want)) {
		return fmt.Errorf("got %v of %d, want %v", found, *got.Total, want)
	}
	var rules []string
	for _, l := range got.LeftOut {
		if rules = append(rules, l.Rule); l.Count != leftOut[l.Rule] || l.Needed == "" {
			return fmt.Errorf("%s leaves out %d (%q), want %d", l.Rule, l.Count, l.Needed, leftOut[l.Rule])
		}
		told := o.rules[0] != findRules[0] // who hires is not told until when
		if free := o.earliest(); (l.PossibleFrom != nil) != (l.Rule == "overlap" && told) || l.PossibleFrom != nil && !l.PossibleFrom.Equal(free) {
			return fmt.Errorf("%s: possible from %v, want %v", l.Rule, l.PossibleFrom, free)
		}
	}
	ordered := slices.DeleteFunc(slices.Clone(o.rules), func(rule string) bool { return leftOut[rule] == 0 })
	if !slices.Equal(rules, ordered) {
		return fmt.Errorf("left out by %q, want %q", rules, ordered)
	}
	for i, v := range got.Items {
		price := o.price(list[i])
		if (v.Price != nil) != (price != nil) || price != nil && v.Price.Value != price.Amount {
			return fmt.Errorf("partner %d asks for %v, want %v", v.Partner.ID, v.Price, price)
		}
		km, placed := o.away(list[i])
		if (v.DistanceKm != nil) != placed || placed && math.Abs(*v.DistanceKm-km) > 0.005*km+0.006 {
			return fmt.Errorf("partner %d is %v km away, want %v", v.Partner.ID, v.DistanceKm, km)
		}
		var reasons []string
		for _, r := range v.Reasons {
			reasons = append(reasons, r.Rule)
		}
		if timeless := o.c.ScheduledStartAt == nil; !slices.Equal(reasons, o.rules) && (!timeless || !slices.Equal(append(reasons, "overlap"), o.rules)) {
			return fmt.Errorf("partner %d fits by %q, want %q", v.Partner.ID, reasons, o.rules)
		}
	}
	return nil
}
