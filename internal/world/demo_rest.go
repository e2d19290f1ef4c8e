package world

import (
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// poolText says whom the drawn contracts of an institution go to, and for what.
type poolText struct {
	customer, partner string
	subServices       []int
}

// The partners of the pool have no part in the queue's rules.
var poolTexts = []poolText{
	{"home", "partner2", []int{subXRay, subCentrifuge, subAnalyser}},
	{"branch", "makassar", []int{subUltrasound, subAutoclave, subAnalyser}},
	{"foreign", "jayapura", []int{subCentrifuge, subMicroscope, subVentilator}},
	{"home", "second", []int{subXRay, subAutoclave, subCentrifuge}},
	{"other", "bandung", []int{subGenerator, subAutoclave, subCTScanner}},
	{"home", "unowned", []int{subVentilator, subAutoclave}},
}

// drawRest draws contracts until there are enough for pages, filters and
// counts to mean something. Each partner's own are on days of their own, in the
// afternoon, where the stories have no work.
func (d *demo) drawRest() {
	ends := []ending{
		endReviewed, endReviewed, endCompleted, endAccepted, endReviewed, endDraftSchedule, endCancelled, endOffered,
		endReviewed, endToPay, endCompleted, endExpired, endDraftDetails, endReviewed, endAwaiting, endCancelledUnpaid,
		endReviewed, endDraftPayment, endAccepted,
	}
	const each = 8
	for i := range each * len(poolTexts) {
		pool, round := poolTexts[i%len(poolTexts)], i/len(poolTexts)
		end := ends[i%len(ends)]
		day := 13 + 3*round
		if end.past() {
			day = -(22 + 4*round)
		}
		c := d.with(pool.customer, pool.partner, pool.subServices[round%len(pool.subServices)], installation)
		c.kind = kindOf(c.subService, i)
		c.by = c.at.staff[round%len(c.at.staff)]
		when := days{start: d.local(pool.customer, day, 14), count: 1 + round%2, hours: 2 + i%3}
		d.drawn = append(d.drawn, d.draws.draw(end, c, when))
	}
	d.drawToday()
}

// kindOf gives a kind that the sub-service offers, another for the next n.
func kindOf(s *ent.SubService, n int) lifecycle.Kind {
	for i := range lifecycle.Kinds {
		kind := lifecycle.Kinds[(n+i)%len(lifecycle.Kinds)]
		if offers(s.Installation, s.Maintenance, s.Repair, kind) {
			return kind
		}
	}
	return maintenance
}

// drawToday adds work of today for partners that have none in the stories.
func (d *demo) drawToday() {
	for _, t := range []struct {
		end           ending
		customer, who string
		sub           int
		kind          lifecycle.Kind
		start         time.Time
	}{
		{endInProgress, "home", "second", subCentrifuge, maintenance, d.ago(1, 0)},
		{endOnRoute, "foreign", "jayapura", subCentrifuge, repair, d.ahead(0, 30)},
		{endExtending, "other", "bandung", subGenerator, repair, d.ago(1, 30)},
	} {
		d.drawn = append(d.drawn, d.draws.draw(t.end, d.with(t.customer, t.who, t.sub, t.kind), days{t.start, 1, 4}))
	}
}
