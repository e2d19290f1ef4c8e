package world

import (
	"math/rand/v2"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// ending is how far a drawn contract has come.
type ending int

// The endings, those of work in the past first, then of today, then of the future.
const (
	endReviewed ending = iota
	endCompleted
	endReassignedCompleted
	endCancelled
	endCancelledUnpaid
	endRejected
	endRejectedByTime
	endExpired

	endOnRoute
	endInProgress
	endExtending

	endDraftSchedule
	endDraftDetails
	endDraftPayment
	endToPay
	endAwaiting
	endOffered
	endQueued
	endAccepted
	endReassigned
)

func (e ending) past() bool  { return e <= endExpired }
func (e ending) today() bool { return e >= endOnRoute && e <= endExtending }

// cast is who takes part in a drawn contract.
type cast struct {
	offer
	spare      *technician // takes over, when it comes to that
	supervisor *ent.User   // who made the technician
}

// drawing draws contracts: what a life's script leaves open is up to chance.
type drawing struct {
	rng   *rand.Rand
	cat   *catalogue
	now   time.Time
	admin *ent.User
	// proof gives the name of a receipt of a customer.
	proof func(at *customer) string
}

// draw makes a contract whose work lies in the given days and that has come to
// the given ending.
func (g *drawing) draw(end ending, c cast, d days) *life {
	switch {
	case end.past():
		return g.drawPast(end, c, d)
	case end.today():
		return g.drawToday(end, c, d)
	}
	return g.drawFuture(end, c, d)
}

// The rhythm of a drawn contract: how long after its creation it is processed
// and paid.
const (
	untilProcessed = 20 * time.Minute
	untilProved    = 40 * time.Minute
	untilVerified  = 60 * time.Minute
)

// begin makes a draft that only has to be paid.
func (g *drawing) begin(c cast, d days, at time.Time) *life {
	l := propose(g.cat, c.offer, at)
	l.setSchedule(at.Add(5*time.Minute), d, g.contacts()...)
	l.setDetails(at.Add(10*time.Minute), g.work(c.kind))
	return l
}

// process asks for the money, with a promotion two times out of five.
func (g *drawing) process(l *life, at time.Time) {
	var promotion *ent.Promotion
	if n := len(g.cat.promotions); n > 0 && g.rng.IntN(5) < 2 {
		p := g.cat.promotions[g.rng.IntN(n)]
		total := sum(g.cat.price(l.contract, l.technician, l.schedules, at))
		if p.Active && usable(p, total, at.In(l.at.zone).Format(dateForm)) {
			promotion = p
		}
	}
	l.processPayment(at, g.cat.methods[g.rng.IntN(len(g.cat.methods))], promotion)
}

// offered makes a contract whose partner has been asked, an hour after at.
func (g *drawing) offered(c cast, d days, at time.Time) *life {
	l := g.begin(c, d, at)
	g.process(l, at.Add(untilProcessed))
	l.sendProof(at.Add(untilProved), g.proof(c.at))
	l.verifyPayment(at.Add(untilVerified), g.admin)
	return l
}

func (g *drawing) drawPast(end ending, c cast, d days) *life {
	at := d.start.Add(-72 * time.Hour)
	switch end {
	case endCancelledUnpaid:
		l := g.begin(c, d, at)
		g.process(l, at.Add(untilProcessed))
		l.cancel(at.Add(3*time.Hour), c.by, pick(g.rng, cancelReasons))
		return l
	case endExpired:
		l := g.begin(c, d, at)
		g.process(l, at.Add(untilProcessed))
		l.expire()
		return l
	}
	l := g.offered(c, d, at)
	switch end {
	case endRejected:
		l.decline(at.Add(2*time.Hour), pick(g.rng, declineReasons))
		l.reject(at.Add(4*time.Hour), c.supervisor, "No technician of mine is free on these days.")
		l.refund(at.Add(28*time.Hour), g.admin)
	case endRejectedByTime:
		l.lapse()
		l.rejectByTime()
	case endCancelled:
		l.accept(at.Add(2 * time.Hour))
		l.cancel(at.Add(26*time.Hour), c.by, pick(g.rng, cancelReasons))
		l.refund(at.Add(50*time.Hour), g.admin)
	case endReassignedCompleted:
		l.decline(at.Add(2*time.Hour), pick(g.rng, declineReasons))
		l.reassign(at.Add(5*time.Hour), c.supervisor, c.spare)
		g.workOff(l, d)
	default:
		l.accept(at.Add(2 * time.Hour))
		g.workOff(l, d)
	}
	if end == endReviewed || end == endReassignedCompleted {
		g.review(l, d.end().Add(21*time.Hour))
	}
	return l
}

// workOff does the work of an accepted contract.
func (g *drawing) workOff(l *life, d days) {
	l.goOnRoute(d.start.Add(-40 * time.Minute))
	l.startWork(d.start)
	end, why := d.end(), ""
	if g.rng.IntN(6) == 0 {
		why = pick(g.rng, extensionReasons)
	}
	l.inspect(d.start.Add(30*time.Minute), g.findings(l.contract.Kind))
	if why != "" {
		l.requestExtension(end.Add(-40*time.Minute), 60, why)
		l.approveExtension(end.Add(-30*time.Minute), l.at.staff[0])
		end = end.Add(time.Hour)
	}
	l.submit(end.Add(-20 * time.Minute))
	result := lifecycle.ConclusionResults[min(2, g.rng.IntN(6)/2)]
	l.conclude(end.Add(-15*time.Minute), result, conclusionTexts[result], "")
	l.finishWork(end.Add(-5*time.Minute), l.at.staff[0])
}

// review rates the work, mostly well. Before the evening after, nobody does.
func (g *drawing) review(l *life, at time.Time) {
	if !at.Before(g.now) {
		return
	}
	rates := make([]int, len(g.cat.criteria))
	for i := range rates {
		rates[i] = 5 - g.rng.IntN(3)*g.rng.IntN(2)
	}
	l.rate(at, l.at.staff[0], rates, pick(g.rng, reviewTexts))
}

func (g *drawing) drawToday(end ending, c cast, d days) *life {
	at := d.start.Add(-72 * time.Hour)
	l := g.offered(c, d, at)
	l.accept(at.Add(2 * time.Hour))
	l.goOnRoute(earlier(d.start.Add(-40*time.Minute), g.now.Add(-10*time.Minute)))
	if end == endOnRoute {
		return l
	}
	l.startWork(d.start)
	l.inspect(d.start.Add(10*time.Minute), g.findings(c.kind))
	if end == endExtending {
		l.requestExtension(g.now.Add(-15*time.Minute), 90, pick(g.rng, extensionReasons))
	}
	return l
}

func (g *drawing) drawFuture(end ending, c cast, d days) *life {
	at := g.now.Add(-time.Duration(6*60+g.rng.IntN(60)) * time.Minute)
	switch end {
	case endDraftSchedule:
		return propose(g.cat, c.offer, at)
	case endDraftDetails:
		l := propose(g.cat, c.offer, at)
		l.setSchedule(at.Add(5*time.Minute), d, g.contacts()...)
		return l
	case endDraftPayment:
		return g.begin(c, d, at)
	case endToPay, endAwaiting:
		l := g.begin(c, d, at)
		g.process(l, at.Add(untilProcessed))
		if end == endAwaiting {
			l.sendProof(at.Add(untilProved), g.proof(c.at))
		}
		return l
	}
	l := g.offered(c, d, at)
	switch end {
	case endQueued:
		l.decline(at.Add(2*time.Hour), pick(g.rng, declineReasons))
	case endReassigned:
		l.decline(at.Add(2*time.Hour), pick(g.rng, declineReasons))
		l.reassign(at.Add(4*time.Hour), c.supervisor, c.spare)
	case endAccepted:
		l.accept(at.Add(2 * time.Hour))
	}
	return l
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }
