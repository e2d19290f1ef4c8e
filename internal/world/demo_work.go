package world

import (
	"time"

	"kontrak/internal/lifecycle"
)

// tellWork: accepted, and not finished.
func (d *demo) tellWork() {
	l := d.asked(d.with("home", "partner", subMonitor, maintenance), days{d.ahead(1, 30), 1, 3}, d.ago(47, 0), -1, "central station")
	l.accept(d.ago(45, 0))
	l.remind()
	d.tell("approaching", "starts within two hours", l)

	l = d.asked(d.with("home", "partner", subPump, repair), d.onDay("home", 2, 5), d.ago(26, 0), promoFixed)
	l.accept(d.ago(20, 0))
	d.tell("accepted", "accepted by partner@demo.test for the day after tomorrow", l)

	l = d.asked(d.with("home", "partner2", subXRay, repair), days{d.ahead(0, 30), 1, 4}, d.ago(60, 0), promoWelcome)
	l.accept(d.ago(58, 0))
	l.goOnRoute(d.ago(0, 15))
	d.tell("on_route", "its partner is on the way", l)

	l = d.asked(d.with("home", "partner", subVentilator, installation), days{d.ago(2, 0), 1, 3}, d.ago(70, 0), promoPercentage, "ventilator")
	l.accept(d.ago(69, 0))
	l.goOnRoute(d.ago(3, 0))
	l.startWork(d.ago(1, 55))
	l.inspect(d.ago(1, 40), d.draws.findings(installation))
	l.requestExtension(d.ago(0, 20), 90, "The wall bracket has to be drilled anew.")
	d.tell("running", "runs, and its partner asks for an hour and a half more", l)

	l = d.asked(d.with("home", "unowned", subAutoclave, maintenance), days{d.ago(25, 0), 2, 4}, d.ago(96, 0), -1)
	l.accept(d.ago(94, 0))
	l.goOnRoute(d.ago(26, 0))
	l.startWork(d.ago(25, 0))
	l.inspect(d.ago(24, 0), d.draws.findings(maintenance), d.privateFile(l.at, "door seal", "inspection_photo"))
	l.requestExtension(d.ago(23, 0), 60, "The door seal has to be ordered.")
	l.approveExtension(d.ago(22, 30), l.at.staff[0])
	l.requestExtension(d.ago(0, 50), 240, "The second chamber should be done too.")
	l.rejectExtension(d.ago(0, 40), l.at.staff[0], "The second chamber is not part of this.")
	l.submit(d.ago(0, 30))
	d.tell("running_extended", "runs on its second day, with one more hour granted and another refused", l)

	l = d.asked(d.with("branch", "makassar", subAnalyser, repair), days{d.ago(1, 0), 1, 5}, d.ago(52, 0), promoWelcome)
	l.accept(d.ago(51, 0))
	l.goOnRoute(d.ago(2, 0))
	l.startWork(d.ago(1, 0))
	d.tell("running_branch", "runs, and its partner may ask for more time", l)
}

// report is the general report with a photo in it.
func (d *demo) report(l *life, key string) []section {
	sections := d.draws.findings(l.contract.Kind)
	photo := d.privateFile(l.at, key, "inspection_photo")
	return append(sections, section{"photos", "Photos", []finding{{"name_plate", "Name plate", "photo", &photo, nil}}})
}

// done is a completed contract whose day of work was so many days ago.
func (d *demo) done(c cast, daysAgo int, result lifecycle.ConclusionResult, recommendation string) *life {
	start := d.local(nameOf(c, d), -daysAgo, 9)
	l := d.asked(c, days{start, 1, 4}, start.Add(-50*time.Hour), -1, "before "+start.String())
	l.accept(start.Add(-48 * time.Hour))
	d.finish(l, start, result, recommendation)
	return l
}

// nameOf gives the demo's name of the institution.
func nameOf(c cast, d *demo) string {
	for _, t := range customerTexts {
		if d.customers[t.key] == c.at {
			return t.key
		}
	}
	return ""
}

// finish does four hours of work of an accepted contract.
func (d *demo) finish(l *life, start time.Time, result lifecycle.ConclusionResult, recommendation string) {
	l.goOnRoute(start.Add(-45 * time.Minute))
	l.startWork(start)
	key := "plate " + start.String()
	l.inspect(start.Add(time.Hour), d.report(l, key), d.privateFile(l.at, key+" wide", "inspection_photo"))
	l.submit(start.Add(3 * time.Hour))
	l.conclude(start.Add(3*time.Hour+15*time.Minute), result, conclusionTexts[result], recommendation,
		d.privateFile(l.at, key+" after", "conclusion_photo"))
	l.finishWork(start.Add(3*time.Hour+40*time.Minute), l.at.staff[0])
}

// tellDone: completed.
func (d *demo) tellDone() {
	l := d.done(d.with("home", "partner", subMonitor, repair), 1, lifecycle.ResultGood, "")
	d.tell("to_review", "completed yesterday and not reviewed", l)

	governed := d.with("home", "partner", subUltrasound, maintenance)
	governed.agreement = new(d.world.Agreements["active"])
	l = d.done(governed, 5, lifecycle.ResultNeedsFollowUp, "Change the probe's cable by September.")
	l.rate(d.ago(90, 0), l.at.staff[0], []int{5, 5, 4, 4}, "Very careful, and he told us what to watch.")
	d.tell("reviewed", "completed and reviewed, the review may still be changed", l)

	l = d.done(d.with("branch", "makassar", subXRay, repair), 20, lifecycle.ResultBroken, "Replace the generator board.")
	l.rate(d.daysAgo(18), l.at.staff[0], []int{4, 3, 4, 3}, "")
	d.tell("reviewed_branch", "completed with a broken device, its review can no longer be changed", l)

	l = d.done(d.with("foreign", "jayapura", subVentilator, maintenance), 11, lifecycle.ResultGood, "")
	l.rate(d.daysAgo(10), l.at.staff[0], []int{5, 5, 5, 5}, "Perfect.")
	d.tell("reviewed_foreign", "completed for another institution", l)

	start := d.local("home", -15, 9)
	l = d.asked(d.with("home", "lost", subMonitor, repair), days{start, 1, 4}, start.Add(-60*time.Hour), promoPercentage)
	l.lapse()
	l.reassign(start.Add(-30*time.Hour), d.users["supervisor"], d.partners["eligible"])
	d.finish(l, start, lifecycle.ResultGood, "")
	l.rate(d.daysAgo(13), l.at.staff[1], []int{5, 4, 5, 5}, "The replacement was excellent.")
	d.tell("reassigned_done", "completed by the partner that supervisor@demo.test had found", l)
}

// tellEnds: over, without the work being done.
func (d *demo) tellEnds() {
	l := d.asked(d.with("home", "lost", subMonitor, maintenance), d.onDay("home", 6, 4), d.ago(55, 0), promoWelcome)
	l.decline(d.ago(53, 0), "I am at a training.")
	l.reject(d.ago(49, 0), d.users["supervisor"], "None of my technicians is free that day.")
	d.tell("rejected", "supervisor@demo.test found nobody; the money is owed back", l)

	l = d.asked(d.with("home", "unowned", subVentilator, repair), d.onDay("home", -2, 4), d.daysAgo(8), -1)
	l.lapse()
	l.rejectByTime()
	l.refund(d.daysAgo(3), d.users["admin"])
	d.tell("rejected_by_time", "no supervisor answered; the money was given back", l)

	l = d.asked(d.with("home", "partner", subPump, maintenance), d.onDay("home", 5, 4), d.ago(75, 0), promoPercentage)
	l.accept(d.ago(70, 0))
	l.cancel(d.ago(28, 0), l.at.staff[1], "The pumps were replaced under warranty.")
	d.tell("cancelled", "cancelled by its institution after it was accepted; the money is owed back", l)

	l = d.ready(d.with("home", "partner2", subCentrifuge, repair), d.onDay("home", 3, 2), d.ago(40, 0))
	d.process(l, d.ago(39, 0), -1)
	l.cancel(d.ago(30, 0), l.at.staff[0], "Ordered twice.")
	d.tell("cancelled_unpaid", "cancelled before it was paid", l)

	l = propose(d.cat, d.with("branch", "makassar", subAutoclave, installation).offer, d.daysAgo(3))
	l.cancel(d.daysAgo(2), l.at.staff[0], "")
	d.tell("cancelled_draft", "a draft that was given up", l)

	l = d.asked(d.with("home", "lost", subXRay, installation), d.onDay("home", 9, 6), d.ago(52, 0), -1)
	l.decline(d.ago(50, 0), "The unit is too heavy for me alone.")
	l.cancel(d.ago(45, 0), l.at.staff[0], "We take the maker's own staff.")
	l.refund(d.ago(21, 0), d.users["admin"])
	d.tell("cancelled_queue", "cancelled while it waited for a supervisor", l)

	l = d.ready(d.with("home", "partner2", subMonitor, installation), d.onDay("home", 2, 4), d.daysAgo(4))
	d.process(l, d.daysAgo(3).Add(-time.Hour), promoFixed)
	l.expire()
	d.tell("expired", "nobody paid in time", l)

	l = d.ready(d.with("home", "partner2", subMonitor, repair), d.onDay("home", -1, 3), d.ago(60, 0))
	d.process(l, d.ago(45, 0), -1)
	l.sendProof(d.ago(27, 0), d.draws.proof(l.at))
	l.verifyPayment(d.ago(20, 0), d.users["admin"])
	d.tell("expired_late", "its start went by before the payment was verified; the money is owed back", l)
}

// tellBackOffice: ended or changed by an admin.
func (d *demo) tellBackOffice() {
	l := d.asked(d.with("branch", "makassar", subUltrasound, repair), days{d.local("branch", -7, 9), 1, 4}, d.daysAgo(10), -1)
	l.accept(d.daysAgo(10).Add(2 * time.Hour))
	start := d.local("branch", -7, 9)
	l.goOnRoute(start.Add(-30 * time.Minute))
	l.startWork(start)
	l.requestExtension(start.Add(3*time.Hour), 120, "The board is not the one that was ordered.")
	l.rejectExtension(start.Add(4*time.Hour), l.at.staff[0], "The room is needed.")
	l.forceCancel(d.daysAgo(6), d.users["admin"], "Both sides agreed to end it.")
	l.refund(d.daysAgo(5), d.users["admin"])
	d.tell("force_cancelled", "ended by the back office while it ran", l)

	start = d.local("foreign", -9, 9)
	l = d.asked(d.with("foreign", "jayapura", subMonitor, installation), days{start, 1, 5}, start.Add(-70*time.Hour), promoWelcome)
	l.accept(start.Add(-65 * time.Hour))
	l.goOnRoute(start.Add(-time.Hour))
	l.forceComplete(d.daysAgo(8), d.users["admin2"], "The work was done without the codes being shown.")
	d.tell("force_completed", "completed by the back office", l)

	l = d.asked(d.with("home", "second", subAutoclave, repair), d.onDay("home", 11, 4), d.ago(80, 0), -1)
	l.accept(d.ago(78, 0))
	l.replacePartner(d.ago(30, 0), d.users["admin"], d.partners["unowned"], "The first partner had an accident.")
	d.tell("replaced", "given to another partner by the back office", l)
}
