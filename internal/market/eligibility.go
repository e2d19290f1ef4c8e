package market

import (
	"cmp"
	stdsql "database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"

	"entgo.io/ent/dialect/sql"
)

// job is what a partner is sought for.
type job struct {
	contractID int64 // 0: there is no contract yet
	owner      int64 // the supervisor who looks among its own partners
	had        int64 // who has the contract, or lost it; 0 for nobody
	lost       bool

	subServiceID   int64
	subServiceName string
	kind           lifecycle.Kind
	currency       string
	// start and end are when; without them the time is not asked for.
	start, end stdsql.Null[time.Time]
	// place is where, and with km how far from there a partner may be.
	place centre
}

// candidate is a partner with what decides on whether it may take a job. As the
// partner of a contract it may be read with the contract.
type candidate struct {
	id           int64
	createdBy    stdsql.Null[int64]
	status       stdsql.Null[lifecycle.PartnerStatus]
	verification stdsql.Null[lifecycle.VerificationStatus]
	deleted      stdsql.Null[time.Time]
	openToWork   stdsql.Null[bool]

	// competency is what it can do of the sub-service: not valid for nothing.
	competency                       stdsql.Null[lifecycle.CatalogueStatus]
	installation, maintenance, fixes stdsql.Null[bool]
	// price is the active one for the sub-service.
	price          stdsql.Null[int64]
	currency, unit stdsql.Null[string]
	km             stdsql.Null[float64] // from the job's place; not valid without one of its own
	// busyEnd is the agreed end of its other accepted work at the same time, and
	// busyMore how many minutes were granted beyond it.
	busyEnd  stdsql.Null[time.Time]
	busyMore stdsql.Null[int64]
}

// busyUntil is when the other work ends; valid only where there is some.
func (p *candidate) busyUntil() time.Time {
	return p.busyEnd.V.Add(time.Duration(p.busyMore.V) * time.Minute)
}

func (p *candidate) kinds() []lifecycle.Kind {
	return kindsOf(p.installation.V, p.maintenance.V, p.fixes.V)
}

// choice is an occasion on which somebody takes a partner for a job.
type choice string

// The occasions.
const (
	toHire    choice = "create"             // an institution names a partner
	toFind    choice = "eligible_partners"  // an institution looks for one
	toPay     choice = "process_payment"    // it is about to pay for one
	toAccept  choice = "accept"             // the partner says yes
	toAssign  choice = "assign_replacement" // a supervisor names one of its own
	toReplace choice = "replace_partner"    // the back office names one
	toQueue   choice = "queue"              // a supervisor has somebody to name at all
	toBook    choice = "book"               // the time is taken, within the transaction
)

// asked says which rules each occasion asks, in the order in which they are told
// (docs/decisions/who-is-eligible.md).
var asked = map[choice][]*eligibility{
	toHire:    {isListed, hasCompetency, isCompetencyActive, hasKind, isOpenToWork, hasPrice},
	toFind:    {isListed, hasCompetency, isCompetencyActive, hasKind, isOpenToWork, isNear, hasPrice, isFree},
	toPay:     {isThere, isActive, isVerified, hasCompetency, isCompetencyActive, hasKind, isOpenToWork, hasPrice, isFree},
	toAccept:  {isActive, isVerified, isFree},
	toAssign:  {isOwn, isActive, isVerified, isNoLoser, hasCompetency, isCompetencyActive, hasKind, isFree},
	toReplace: {isThere, isActive, isVerified, isAnother, hasCompetency, isCompetencyActive, hasKind, isFree},
	toQueue:   {isOwn, isActive, isVerified, isNoLoser, hasCompetency, isCompetencyActive, hasKind},
	toBook:    {isActive, isFree},
}

// eligibility is one rule on who may take a job, for one partner in Go and for
// lists in SQL; a test holds the two against each other.
type eligibility struct {
	name string
	// hides says that the caller may not know of a partner that the rule refuses:
	// nothing more is told of it.
	hides  bool
	needed func(*job) string
	actual func(*job, *candidate) string
	holds  func(*job, *candidate) bool
	// where is true for those that the rule lets pass; false, or null, for others.
	where func(*terms) *sql.Predicate
}

// tellsTimes tells whether whoever chooses may learn until when a partner is busy. An
// institution may learn that it is busy, and nothing of the work for another (rulings,
// "Declared disclosures").
func (ch choice) tellsTimes() bool { return ch != toHire && ch != toFind && ch != toPay }

// refusals are the rules that keep a partner from a job, all of them; nil stands
// for a partner that is unknown.
func (ch choice) refusals(j *job, p *candidate) []fault.Refusal {
	var why []fault.Refusal
	for _, rule := range asked[ch] {
		if p != nil && rule.holds(j, p) {
			continue
		}
		if p == nil && !rule.hides {
			continue // the partner of a contract is always there
		}
		shown := p
		if rule.hides {
			shown = nil // access: what is hidden is not told apart from what is not there
		}
		r := fault.Refusal{Rule: rule.name, Needed: rule.needed(j), Actual: rule.actual(j, shown)}
		if rule == isFree && ch.tellsTimes() {
			r.Actual, r.From = "busy until "+stamp(p.busyUntil()), new(p.busyUntil())
		}
		if why = append(why, r); rule.hides {
			break
		}
	}
	return why
}

// refuse is the fault of a partner that may not take a job, without a field of the
// input; nil for one that may.
//
// Faults: PARTNER_NOT_ELIGIBLE.
func (ch choice) refuse(j *job, p *candidate) *fault.Error {
	why := ch.refusals(j, p)
	if len(why) == 0 {
		return nil
	}
	f := fault.New(fault.PartnerIneligible, "")
	f.Refusals = why
	return f
}

// refuseNamed is refuse for a partner that the input names.
//
// Faults: PARTNER_NOT_ELIGIBLE.
func (ch choice) refuseNamed(j *job, p *candidate) error {
	f := ch.refuse(j, p)
	if f == nil {
		return nil
	}
	f.Fields = []fault.Field{{Name: "partner_id", Message: "is not eligible"}}
	return f
}

// Whom the caller may know of.
var (
	isListed = &eligibility{
		name: "partner_listed", hides: true, needed: says("an active, verified partner"),
		actual: nobodyOr("no such partner", "active and verified"),
		holds: func(_ *job, p *candidate) bool {
			return !p.deleted.Valid && p.status.V == lifecycle.PartnerActive && p.verification.V == lifecycle.VerificationCompleted
		},
		where: (*terms).listed,
	}
	isThere = &eligibility{
		name: "partner", hides: true, needed: says("a partner"), actual: nobodyOr("no such partner", "a partner"),
		holds: func(_ *job, p *candidate) bool { return !p.deleted.Valid }, where: (*terms).there,
	}
	isOwn = &eligibility{
		name: "own_partner", hides: true, needed: says("one of your partners"), actual: nobodyOr("no such partner", "one of yours"),
		holds: func(j *job, p *candidate) bool {
			return !p.deleted.Valid && p.createdBy.Valid && p.createdBy.V == j.owner
		},
		where: (*terms).own,
	}
)

// How the partner stands.
var (
	isActive = &eligibility{
		name: "partner_active", needed: says("an active partner"),
		actual: func(_ *job, p *candidate) string { return string(p.status.V) },
		holds:  func(_ *job, p *candidate) bool { return p.status.V == lifecycle.PartnerActive },
		where:  (*terms).active,
	}
	isVerified = &eligibility{
		name: "partner_verified", needed: says("a verified partner"),
		actual: func(_ *job, p *candidate) string { return string(p.verification.V) },
		holds:  func(_ *job, p *candidate) bool { return p.verification.V == lifecycle.VerificationCompleted },
		where:  (*terms).verified,
	}
	isAnother = &eligibility{
		name: "another_partner", needed: another, actual: sameOrNot,
		holds: func(j *job, p *candidate) bool { return p.id != j.had }, where: (*terms).another,
	}
	// isNoLoser is isAnother for a supervisor, who chooses while the contract is lost;
	// of any other contract its state is what refuses.
	isNoLoser = &eligibility{
		name: "another_partner", needed: another, actual: sameOrNot,
		holds: func(j *job, p *candidate) bool { return !j.lost || p.id != j.had }, where: (*terms).noLoser,
	}
	isOpenToWork = &eligibility{
		name: "open_to_work", needed: says("a partner that takes new work"),
		actual: func(_ *job, p *candidate) string {
			if p.openToWork.V {
				return "open to work"
			}
			return "not open to work"
		},
		holds: func(_ *job, p *candidate) bool { return p.openToWork.V }, where: (*terms).openToWork,
	}
)

// What the partner can do. Who has no competency is refused by that alone.
var (
	hasCompetency = &eligibility{
		name: "competency", needed: func(j *job) string { return "a competency in " + j.subServiceName },
		actual: func(j *job, p *candidate) string {
			if p.competency.Valid {
				return j.subServiceName
			}
			return "none"
		},
		holds: func(_ *job, p *candidate) bool { return p.competency.Valid }, where: (*terms).competent,
	}
	isCompetencyActive = &eligibility{
		name: "competency_active", needed: func(j *job) string { return "an active competency in " + j.subServiceName },
		actual: func(_ *job, p *candidate) string { return string(p.competency.V) },
		holds: func(_ *job, p *candidate) bool {
			return !p.competency.Valid || p.competency.V == lifecycle.CatalogueActive
		},
		where: (*terms).competencyActive,
	}
	hasKind = &eligibility{
		name: "competency_kind", needed: func(j *job) string { return "a competency for " + string(j.kind) },
		actual: func(_ *job, p *candidate) string { return cmp.Or(join(p.kinds(), ", "), "none") },
		holds:  func(j *job, p *candidate) bool { return !p.competency.Valid || slices.Contains(p.kinds(), j.kind) },
		where:  (*terms).hasKind,
	}
)

// Where, for how much, and when.
var (
	isNear = &eligibility{
		name: "within_radius", needed: func(j *job) string { return "within " + shortly(j.place.km) + " km" },
		actual: func(_ *job, p *candidate) string {
			if p.km.Valid {
				return shortly(p.km.V) + " km"
			}
			return "no place"
		},
		holds: func(j *job, p *candidate) bool { return p.km.Valid && p.km.V <= j.place.km }, where: (*terms).near,
	}
	hasPrice = &eligibility{
		name: "price",
		needed: func(j *job) string {
			return fmt.Sprintf("a price of the partner for %s in %s", j.subServiceName, j.currency)
		},
		actual: func(_ *job, p *candidate) string {
			if p.price.Valid {
				return fmt.Sprintf("%d %s per %s", p.price.V, p.currency.V, p.unit.V)
			}
			return "none"
		},
		holds: func(j *job, p *candidate) bool { return p.price.Valid && p.currency.V == j.currency }, where: (*terms).priced,
	}
	// isFree holds a period against the accepted work of the partner. A period has
	// its start and not its end; both are instants, so the institutions' zones are
	// in them already. Time that was granted beyond the agreed end counts.
	isFree = &eligibility{
		name: "overlap", needed: says("no other accepted work at the same time"),
		actual: func(_ *job, p *candidate) string {
			if p.busyEnd.Valid {
				return "busy"
			}
			return "free"
		},
		holds: func(_ *job, p *candidate) bool { return !p.busyEnd.Valid }, where: (*terms).free,
	}
)

// another is what is needed where a contract goes to somebody else.
func another(j *job) string {
	if j.lost {
		return "another partner than the one who lost the contract"
	}
	return "another partner than the contract's own"
}

func sameOrNot(j *job, p *candidate) string {
	if p.id == j.had {
		return "the same partner"
	}
	return "another one"
}

func says(text string) func(*job) string { return func(*job) string { return text } }

// nobodyOr gives one word for nobody, and another for somebody.
func nobodyOr(unknown, known string) func(*job, *candidate) string {
	return func(_ *job, p *candidate) string {
		if p == nil {
			return unknown
		}
		return known
	}
}

// shortly writes a number with two decimals at most.
func shortly(n float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", n), "0"), ".")
}

// jobOf is the job of a contract.
func (r *contractRow) job(ownerID int64) *job {
	return &job{
		contractID: r.id, owner: ownerID, had: r.partnerID, lost: r.released.Valid,
		subServiceID: r.subService.id, subServiceName: r.subService.name, kind: r.kind, currency: r.currency,
		start: r.startAt, end: r.endAt,
		place: centre{latitude: r.institution.latitude, longitude: r.institution.longitude},
	}
}
