package world

import (
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

const (
	installation = lifecycle.KindInstallation
	maintenance  = lifecycle.KindMaintenance
	repair       = lifecycle.KindRepair
)

// tell gives a contract a name.
func (d *demo) tell(name, about string, l *life) {
	d.told = append(d.told, &told{name: name, about: about, life: l})
}

// with names who takes part: an institution, a partner, and what is to be done.
func (d *demo) with(at, partner string, sub int, kind lifecycle.Kind) cast {
	c := d.customers[at]
	return cast{offer: offer{
		at: c, by: c.staff[0], technician: d.partners[partner], subService: d.cat.subServices[sub], kind: kind,
	}}
}

// ago and ahead give instants around now; local gives a clock time of the
// institution, so many days from now.
func (d *demo) ago(h, m int) time.Time { return d.now.Add(-span(h, m)) }

func (d *demo) ahead(h, m int) time.Time { return d.now.Add(span(h, m)) }

func span(h, m int) time.Duration {
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}

func (d *demo) local(at string, day, hour int) time.Time {
	zone := d.customers[at].zone
	n := d.now.In(zone)
	return time.Date(n.Year(), n.Month(), n.Day()+day, hour, 0, 0, 0, zone)
}

// onDay is one day of work, from nine o'clock of the institution on.
func (d *demo) onDay(at string, day, hours int) days {
	return days{start: d.local(at, day, 9), count: 1, hours: hours}
}

// ready is a draft that only has to be paid, with pictures of the tool.
func (d *demo) ready(c cast, when days, at time.Time, images ...string) *life {
	l := propose(d.cat, c.offer, at)
	l.setSchedule(at.Add(5*time.Minute), when, d.draws.contacts()...)
	w := d.draws.work(c.kind)
	for _, key := range images {
		w.images = append(w.images, d.privateFile(c.at, key, "tool_image"))
	}
	l.setDetails(at.Add(10*time.Minute), w)
	return l
}

// asked is a contract whose partner was asked at that instant. promotion is an
// index of the catalogue's, or -1.
func (d *demo) asked(c cast, when days, at time.Time, promotion int, images ...string) *life {
	begun := at.Add(-untilVerified)
	l := d.ready(c, when, begun, images...)
	d.process(l, begun.Add(untilProcessed), promotion)
	l.sendProof(begun.Add(untilProved), d.draws.proof(c.at))
	l.verifyPayment(at, d.users["admin"])
	return l
}

// process asks for the money, by the methods in turn.
func (d *demo) process(l *life, at time.Time, promotion int) {
	var p *ent.Promotion
	if promotion >= 0 {
		p = d.cat.promotions[promotion]
	}
	l.processPayment(at, d.cat.methods[len(d.told)%len(d.cat.methods)], p)
}

// tellAll tells every story.
func (d *demo) tellAll() {
	d.tellWizard()
	d.tellOffers()
	d.tellQueue()
	d.tellWork()
	d.tellDone()
	d.tellEnds()
	d.tellBackOffice()
}

// tellWizard: not offered to anybody yet.
func (d *demo) tellWizard() {
	c := d.with("home", "partner", subUltrasound, maintenance)
	d.tell("draft_schedule", "a draft that needs its schedule", propose(d.cat, c.offer, d.ago(0, 20)))

	l := propose(d.cat, c.offer, d.ago(2, 0))
	l.setSchedule(d.ago(1, 50), days{d.local("home", 6, 8), 3, 6}, contact{"Siti Aminah", "+628129990001"})
	d.tell("draft_details", "a draft that needs its details", l)

	l = d.ready(c, d.onDay("home", 9, 4), d.ago(5, 0), "probe", "console")
	l.narrowSchedule(d.ago(4, 0), "09:30", "12:30")
	d.tell("draft_payment", "a draft that can be paid, its day shorter than agreed", l)

	l = d.ready(d.with("home", "partner2", subXRay, installation), d.onDay("home", 4, 6), d.ago(5, 0), "tube")
	d.process(l, d.ago(4, 0), promoPercentage)
	d.tell("to_pay", "to be paid by its institution", l)

	l = d.ready(d.with("home", "unowned", subVentilator, maintenance), d.onDay("home", 5, 3), d.ago(30, 0))
	d.process(l, d.ago(20, 0), promoWelcome)
	l.sendProof(d.ago(9, 0), d.draws.proof(l.at))
	l.refuseProof(d.ago(3, 0), d.users["admin"], "The receipt is for another account.")
	d.tell("proof_refused", "to be paid again: the back office refused the proof", l)

	l = d.ready(d.with("home", "partner", subVentilator, maintenance), d.onDay("home", 7, 5), d.ago(8, 0))
	d.process(l, d.ago(7, 0), promoFixed)
	l.sendProof(d.ago(1, 0), d.draws.proof(l.at))
	d.tell("to_verify", "waits for the back office to verify the payment", l)

	l = d.ready(d.with("foreign", "jayapura", subMicroscope, repair), d.onDay("foreign", 3, 2), d.ago(30, 0))
	d.process(l, d.ago(25, 0), -1)
	d.tell("to_pay_overdue", "unpaid, its deadline passed an hour ago and nothing has fired yet", l)
}

// tellOffers: a partner has been asked.
func (d *demo) tellOffers() {
	d.tell("offer", "asks partner@demo.test to answer in time",
		d.asked(d.with("home", "partner", subMonitor, repair), d.onDay("home", 3, 4), d.ago(2, 0), promoFixed, "monitor front", "monitor back"))
	d.tell("offer_branch", "asks partner@demo.test for another institution",
		d.asked(d.with("branch", "partner", subUltrasound, installation), days{d.local("branch", 14, 8), 2, 6}, d.ago(1, 0), -1))
	d.tell("offer_foreign", "asks a partner of another institution",
		d.asked(d.with("foreign", "jayapura", subCentrifuge, maintenance), d.onDay("foreign", 6, 3), d.ago(3, 0), promoWelcome))
	d.tell("offer_overdue", "its partner did not answer in time and nothing has fired yet",
		d.asked(d.with("home", "partner2", subAnalyser, maintenance), d.onDay("home", 8, 4), d.ago(25, 0), -1))
}

// tellQueue: the first partner lost it.
func (d *demo) tellQueue() {
	l := d.asked(d.with("home", "lost", subMonitor, repair), d.onDay("home", 4, 4), d.ago(6, 0), promoPercentage, "alarm", "cable")
	l.decline(d.ago(4, 0), "My calibration kit is at the maker's.")
	d.tell("queue", "waits for supervisor@demo.test, who made the partner that declined", l)

	l = d.asked(d.with("home", "unowned", subMonitor, maintenance), d.onDay("home", 10, 3), d.ago(27, 0), -1)
	l.lapse()
	d.tell("queue_shared", "waits for any supervisor: the partner that let it lapse registered itself", l)

	l = d.asked(d.with("branch", "lost_branch", subXRay, maintenance), days{d.local("branch", 5, 8), 2, 5}, d.ago(9, 0), promoWelcome)
	l.decline(d.ago(7, 0), "I am abroad.")
	d.tell("queue_branch", "waits for supervisor@demo.test, at the clinic in Makassar", l)

	l = d.asked(d.with("foreign", "lost_foreign", subVentilator, repair), d.onDay("foreign", 2, 6), d.ago(30, 0), -1)
	l.decline(d.ago(26, 0), "The flight was cancelled.")
	d.tell("queue_overdue", "waited too long for supervisor@demo.test and nothing has fired yet", l)

	l = d.asked(d.with("home", "second", subXRay, repair), d.onDay("home", 6, 4), d.ago(8, 0), -1)
	l.decline(d.ago(5, 0), "I have no dosimeter at the moment.")
	d.tell("queue_other", "waits for supervisor2@demo.test", l)

	l = d.asked(d.with("home", "lost", subPump, maintenance), d.onDay("home", 12, 4), d.ago(50, 0), promoWelcome)
	l.decline(d.ago(47, 0), "I am on leave that week.")
	l.reassign(d.ago(44, 0), d.users["supervisor"], d.partners["eligible_too"])
	d.tell("reassigned", "was given to another partner by supervisor@demo.test", l)
}
