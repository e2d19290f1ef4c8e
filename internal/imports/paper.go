package imports

import (
	"time"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
)

// paper is an agreement as a row tells it.
type paper struct {
	row   int
	bad   fault.Fields
	notes []Remark

	externalID, publicID, uuid, customKey, title string
	kind                                         lifecycle.GatewayKind
	typeName, vendor                             string
	origin                                       lifecycle.Origin
	status                                       lifecycle.AgreementStatus
	renewal                                      lifecycle.RenewalStatus
	cost                                         int64
	starts, ends, concluded                      *time.Time
	generatedOn, clientApprovedOn                string
	created, updated                             time.Time
	signature                                    *signature
}

// signature is the latest attempt to have it signed.
type signature struct {
	uuid, title  string
	status       lifecycle.SignatureStatus
	expires      *time.Time
	created      time.Time
	participants []participant
	objects      []signatureObject
}

type participant struct {
	uuid, name, auth, email, phone, role, language string
	status                                         lifecycle.ParticipantStatus
	send                                           lifecycle.SendWay
}

type signatureObject struct {
	contents, name, description string
	kind                        lifecycle.ObjectType
	category                    lifecycle.ObjectCategory
}

// newPaper is an agreement of which nothing is told.
func newPaper(now time.Time) *paper {
	return &paper{
		kind: lifecycle.GatewayOther, typeName: "Maintenance", origin: lifecycle.OriginNew, status: lifecycle.AgreementDraft,
		created: now, updated: now,
	}
}

// due is when time does something to it next. What had ended before it came stays as
// its own system says it is: only what lies ahead is timed here.
func (p *paper) due(now time.Time) *time.Time {
	var at time.Time
	switch {
	case p.status == lifecycle.AgreementApproved && p.starts != nil:
		at = *p.starts
	case p.status == lifecycle.AgreementActive && p.ends != nil:
		at = p.ends.Add(time.Millisecond)
	}
	if !at.After(now) {
		return nil
	}
	return &at
}

// due is when time calls the signature off, once it was sent: it ends unsigned. Nobody is
// reminded of it before, for nobody has a link of this program.
func (s *signature) due(now time.Time) *time.Time {
	if s.status != lifecycle.SignatureWaiting || s.expires == nil || !s.expires.After(now) {
		return nil
	}
	return s.expires
}

// within takes over a period, which must not end before it begins.
func (p *paper) within(in *fields, name string, starts, ends *time.Time) {
	p.starts, p.ends = starts, ends
	if starts != nil && ends != nil && ends.Before(*starts) {
		in.wrong(name, "lies before the start")
	}
}

// changed takes over when the row was made and changed.
func (p *paper) changed(in *fields, name string, created, updated *time.Time) {
	if created != nil {
		p.created, p.updated = *created, *created
	}
	if updated != nil {
		p.updated = *updated
	}
	if p.updated.Before(p.created) {
		in.wrong(name, "lies before the creation")
	}
}
