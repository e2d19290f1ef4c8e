package world

import (
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

// paperEnding is how far an agreement of the demo has come. Days are counted from
// now.
type paperEnding struct {
	name         string
	age          int // days ago that it was made
	starts, ends int // 0: none
	notify       int // days before the end
	bare         bool
	source       lifecycle.AgreementSource
	live         func(d *demo, p *paper)
}

var paperEndings = []paperEnding{
	{name: "draft", age: 10, starts: 20, ends: 385, live: func(d *demo, p *paper) {
		at := d.daysAgo(8)
		p.attach(at, d.document(p, at, document{
			kind: kindPDF, title: p.row.Title + " (second).pdf", lines: []string{p.row.Title, "", "Second version"}, upload: upload{key: "second agreement " + p.name},
		}))
	}},
	{name: "draft_bare", age: 3, bare: true, live: func(*demo, *paper) {}},
	{name: "reopened", age: 30, starts: 15, ends: 200, live: func(d *demo, p *paper) {
		p.reject(d.daysAgo(20), "The cost is not in the budget.")
		p.rewrite(d.daysAgo(12), func(a *ent.Agreement) { a.Cost = 900_000 })
	}},
	{name: "deleted", age: 25, starts: 20, ends: 300, live: func(d *demo, p *paper) { p.remove(d.daysAgo(14)) }},
	{name: "rejected", age: 25, starts: 10, ends: 375, live: func(d *demo, p *paper) {
		p.reject(d.daysAgo(18), "Another supplier was chosen.")
	}},
	{name: "approved", age: 25, starts: 30, ends: 395, live: func(d *demo, p *paper) { p.approve(d.daysAgo(15)) }},
	{name: "active_open", age: 120, starts: -105, live: func(d *demo, p *paper) {
		p.approve(d.daysAgo(112))
		p.begin()
	}},
	{name: "active", age: 210, starts: -190, ends: 175, live: started(195)},
	{name: "active_told", age: 350, starts: -330, ends: 20, notify: 30, live: func(d *demo, p *paper) {
		started(340)(d, p)
		p.remind()
	}},
	{name: "active_at_once", age: 70, starts: -65, ends: 295, live: func(d *demo, p *paper) { p.approve(d.daysAgo(60)) }},
	{name: "expired", age: 500, starts: -480, ends: -125, live: func(d *demo, p *paper) {
		started(490)(d, p)
		p.expire()
	}},
	{name: "terminated", age: 110, starts: -90, ends: 275, live: func(d *demo, p *paper) {
		started(100)(d, p)
		p.terminate(d.daysAgo(30), "The supplier has closed its office.")
	}},
	{name: "terminated_ahead", age: 45, starts: 60, ends: 400, live: func(d *demo, p *paper) {
		p.approve(d.daysAgo(35))
		p.terminate(d.daysAgo(20), "")
	}},
	{name: "renewal_pending", age: 370, starts: -350, ends: 40, live: func(d *demo, p *paper) {
		started(360)(d, p)
		p.renew(d.daysAgo(12), 0, 365, p.row.Cost+500_000)
	}},
	{name: "renewal_approved", age: 370, starts: -350, ends: 40, live: func(d *demo, p *paper) {
		started(360)(d, p)
		p.renew(d.daysAgo(20), 1, 365, p.row.Cost+750_000)
		p.grant(d.daysAgo(15))
	}},
	{name: "renewal_rejected", age: 370, starts: -350, ends: 60, live: func(d *demo, p *paper) {
		started(360)(d, p)
		p.renew(d.daysAgo(20), 0, 180, p.row.Cost*2)
		p.refuse(d.daysAgo(16), "Ask for a lower price first.")
	}},
	{name: "renewed", age: 730, starts: -710, ends: -345, live: func(d *demo, p *paper) {
		started(720)(d, p)
		p.renew(d.daysAgo(375), 1, 400, p.row.Cost+250_000)
		p.grant(d.daysAgo(365))
		p.takeOver()
	}},
	{name: "extension_pending", age: 370, starts: -350, ends: 30, live: func(d *demo, p *paper) {
		started(360)(d, p)
		p.extend(d.daysAgo(9), 90)
	}},
	{name: "extended", age: 300, starts: -280, ends: -10, live: func(d *demo, p *paper) {
		started(290)(d, p)
		p.extend(d.daysAgo(30), 180)
		p.grant(d.daysAgo(25))
	}},
	{name: "extension_rejected", age: 300, starts: -280, ends: 50, live: func(d *demo, p *paper) {
		started(290)(d, p)
		p.extend(d.daysAgo(30), 30)
		p.refuse(d.daysAgo(25), "The device is to be replaced.")
	}},
	{name: "terminated_pending", age: 300, starts: -280, ends: 45, live: func(d *demo, p *paper) {
		started(290)(d, p)
		p.renew(d.daysAgo(20), 0, 365, p.row.Cost)
		p.terminate(d.daysAgo(10), "Both sides agreed to end it.")
	}},
	{name: "expired_pending", age: 400, starts: -380, ends: -25, live: func(d *demo, p *paper) {
		started(390)(d, p)
		p.expire()
		p.renew(d.daysAgo(15), 60, 365, p.row.Cost)
	}},
	{name: "expired_approved", age: 400, starts: -380, ends: -25, live: func(d *demo, p *paper) {
		started(390)(d, p)
		p.expire()
		p.renew(d.daysAgo(15), 65, 365, p.row.Cost)
		p.grant(d.daysAgo(12))
	}},
	{name: "revived", age: 600, starts: -580, ends: -200, live: func(d *demo, p *paper) {
		started(590)(d, p)
		p.expire()
		p.renew(d.daysAgo(190), 20, 420, p.row.Cost+100_000)
		p.grant(d.daysAgo(185))
		p.takeOver()
	}},
	{name: "imported", age: 90, starts: -300, ends: 65, source: lifecycle.SourceFaveo, live: func(*demo, *paper) {}},
}

// started is approved so many days ago, and active since its period began.
func started(approved int) func(d *demo, p *paper) {
	return func(d *demo, p *paper) {
		p.approve(d.daysAgo(approved))
		p.begin()
	}
}

// signingPattern is what has become of the attempts to have an agreement signed:
// early ones while it is a draft, the others at the end.
type signingPattern struct {
	early bool
	live  func(d *demo, p *paper, at time.Time)
}

// The days of the signing patterns are counted from the instant given.
const hour = time.Hour

var signingPatterns = []signingPattern{
	{live: func(*demo, *paper, time.Time) {}},
	{live: func(_ *demo, p *paper, at time.Time) { // made, nobody asked
		p.prepare(at, lifecycle.SignTogether, nil, signers[0], signers[1])
	}},
	{live: func(d *demo, p *paper, at time.Time) { // asked, one has looked
		p.prepare(at, lifecycle.SignTogether, d.template(p), signers[0], signers[2])
		p.send(at.Add(hour), d.midnight(30))
		p.view(0, at.Add(2*hour))
		p.last().people[1].CodeFailures = 2
	}},
	{early: true, live: func(d *demo, p *paper, at time.Time) { // all have signed
		p.prepare(at, lifecycle.SignInOrder, d.template(p), signers[1], signers[3])
		p.send(at.Add(hour), at.AddDate(0, 0, 30))
		p.view(0, at.Add(2*hour))
		p.sign(0, at.Add(3*hour), nil)
		p.view(1, at.Add(4*hour))
		p.sign(1, at.Add(5*hour), d.conclusion(at.Add(5*hour)))
	}},
	{live: func(d *demo, p *paper, at time.Time) { // one of three has signed
		p.prepare(at, lifecycle.SignInOrder, nil, signers[0], signers[3], signers[2])
		p.send(at.Add(hour), d.midnight(45))
		p.view(0, at.Add(2*hour))
		p.sign(0, at.Add(3*hour), nil)
	}},
	{early: true, live: func(_ *demo, p *paper, at time.Time) { // one has refused
		p.prepare(at, lifecycle.SignTogether, nil, signers[2], signers[3])
		p.send(at.Add(hour), at.AddDate(0, 0, 14))
		p.view(1, at.Add(2*hour))
		p.decline(1, at.Add(3*hour), "The price is not the one that we agreed on.")
	}},
	{early: true, live: func(_ *demo, p *paper, at time.Time) { // taken back before it was sent
		p.prepare(at, lifecycle.SignTogether, nil, signers[3])
		p.cancel(at.Add(hour), by(p.by), "The wrong people were named.")
	}},
	{early: true, live: func(d *demo, p *paper, at time.Time) { // taken back, then signed by others
		p.prepare(at, lifecycle.SignTogether, nil, signers[2])
		p.send(at.Add(hour), at.AddDate(0, 0, 14))
		p.cancel(at.Add(2*hour), by(p.by), "The document has a mistake.")
		p.prepare(at.Add(3*hour), lifecycle.SignTogether, nil, signers[0])
		p.send(at.Add(4*hour), at.AddDate(0, 0, 30))
		p.sign(0, at.Add(5*hour), d.conclusion(at.Add(5*hour)))
	}},
}

var signers = []signer{
	{name: "Siti Nurhaliza", email: "siti@supplier.example", role: "Supplier", language: "id"},
	{name: "Jürgen Müller", email: "juergen.mueller@supplier.example", role: "Managing director", language: "en"},
	{name: "Kim Min-jun", phone: "+821012345678", role: "Supplier", language: "ko", code: "7719"},
	{name: "Andi Wijaya", email: "andi.wijaya@hospital.example", role: "Director", language: "id"},
}
