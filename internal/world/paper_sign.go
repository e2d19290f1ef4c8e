package world

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
)

// signing is one attempt to have an agreement signed.
type signing struct {
	row     *ent.Signature
	people  []*ent.Participant
	objects []*ent.SignatureObject
	codes   []string // of people, or ""
	fills   []int    // index into people of who fills in an object, or -1
}

// signer is one who is to sign. One with a phone is asked there.
type signer struct{ name, email, phone, role, language, code string }

// prepare makes a signature; nobody is asked yet.
func (p *paper) prepare(at time.Time, order lifecycle.SigningOrder, from *ent.SignatureTemplate, people ...signer) {
	p.change(lifecycle.AgreementSign, at, by(p.by), nil)
	if p.err != nil {
		return
	}
	n := len(p.signings)
	ids := idsOf("signature "+p.name, int64(n))
	s := &signing{row: &ent.Signature{
		InstitutionID: p.row.InstitutionID, UUID: opaque.UUIDFrom(ids), Title: p.row.Title, Status: lifecycle.Signature.Start, SigningOrder: order,
		CcEmails: []string{}, CreatedByID: new(p.by.ID), Version: 1, CreatedAt: at, UpdatedAt: at,
	}}
	if from != nil {
		s.row.TemplateID, s.row.CcEmails = new(from.ID), from.CcEmails
	}
	for i, t := range people {
		s.people, s.codes = append(s.people, t.participant(p, ids, i, at)), append(s.codes, t.code)
		s.add(i, lifecycle.ObjectSignature, lifecycle.ObjectInput, "signature", "Sign here", "")
	}
	s.add(0, lifecycle.ObjectCheckbox, lifecycle.ObjectInput, "read", "I have read the document", "")
	s.add(-1, lifecycle.ObjectText, lifecycle.ObjectDefault, "place", "", p.at.row.City)
	p.signings = append(p.signings, s)
}

func (t signer) participant(p *paper, ids interface{ Read([]byte) (int, error) }, i int, at time.Time) *ent.Participant {
	row := &ent.Participant{
		InstitutionID: p.row.InstitutionID, UUID: opaque.UUIDFrom(ids), Position: int32(i + 1), Name: t.name, SearchName: store.Fold(t.name),
		Status: lifecycle.Participant.Start, Send: lifecycle.SendEmail, Email: t.email, SearchEmail: store.Fold(t.email),
		Role: t.role, Language: t.language, Version: 1, CreatedAt: at, UpdatedAt: at,
	}
	if t.phone != "" {
		row.Send, row.Phone, row.PhoneDigits = lifecycle.SendPhone, t.phone, strings.TrimPrefix(t.phone, "+")
	}
	if t.code != "" {
		row.Auth, row.CodeHint = "PASSWORD", "the last four digits of the contract with the supplier"
	}
	return row
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func (s *signing) add(who int, kind lifecycle.ObjectType, category lifecycle.ObjectCategory, name, text, contents string) {
	s.objects = append(s.objects, &ent.SignatureObject{
		InstitutionID: s.row.InstitutionID, Position: int32(len(s.objects) + 1), Type: kind, Category: category,
		Name: name + " " + strconv.Itoa(len(s.objects)+1), Description: text, Contents: contents,
	})
	s.fills = append(s.fills, who)
}

// last is the present attempt.
func (p *paper) last() *signing { return p.signings[len(p.signings)-1] }

// send asks for the signatures: all at once, or the first in order.
func (p *paper) send(at, expires time.Time) {
	p.change(lifecycle.AgreementSign, at, by(p.by), nil)
	if p.err != nil {
		return
	}
	s := p.last()
	s.row.DocumentSha256 = p.sum
	s.to(lifecycle.SignatureSend, at)
	s.row.ExpiredDate, s.row.DueAt = &expires, &expires
	for i := range s.people {
		if i == 0 || s.row.SigningOrder == lifecycle.SignTogether {
			s.request(i, at)
		}
	}
}

func (s *signing) to(event lifecycle.SignatureEvent, at time.Time) {
	next, _ := lifecycle.Signature.Next(s.row.Status, event)
	s.row.Status, s.row.UpdatedAt = next, at
	s.row.Version++
	if next == lifecycle.SignatureDone || next == lifecycle.SignatureCanceled {
		s.row.DueAt = nil
	}
}

// step moves a participant.
func (s *signing) step(i int, event lifecycle.ParticipantEvent, at time.Time) *ent.Participant {
	person := s.people[i]
	next, _ := lifecycle.Participant.Next(person.Status, event)
	person.Status, person.UpdatedAt = next, at
	person.Version++
	return person
}

// linked stands for the hash of a token until the row is stored.
const linked = "linked"

func (s *signing) request(i int, at time.Time) {
	person := s.step(i, lifecycle.ParticipantRequest, at)
	person.RequestedAt = &at
	person.TokenHash, person.TokenExpiresAt = linked, s.row.ExpiredDate
}

// view is a participant who opens its link.
func (p *paper) view(i int, at time.Time) {
	if p.err == nil {
		p.last().step(i, lifecycle.ParticipantView, at).ViewedAt = &at
	}
}

// sign is a participant who signs; the last one concludes the agreement.
func (p *paper) sign(i int, at time.Time, concluded func(p *paper) *ent.File) {
	if p.err != nil {
		return
	}
	s := p.last()
	s.answer(i, lifecycle.ParticipantSign, at).AnswerSha256 = s.row.DocumentSha256
	if i+1 < len(s.people) {
		p.change(lifecycle.AgreementSign, at, who{}, nil)
		if s.row.SigningOrder == lifecycle.SignInOrder {
			s.request(i+1, at)
		}
		return
	}
	s.to(lifecycle.SignatureConclude, at)
	file := concluded(p)
	p.change(lifecycle.AgreementConclude, at, who{}, func(a *ent.Agreement) {
		a.ConcludedAt, a.ConcludedFileID = &at, &file.ID
		if a.ClientApprovedOn == "" {
			a.ClientApprovedOn = at.UTC().Format(time.DateOnly)
		}
	})
}

// answer keeps the evidence of an answer.
func (s *signing) answer(i int, event lifecycle.ParticipantEvent, at time.Time) *ent.Participant {
	person := s.step(i, event, at)
	person.AnsweredAt, person.AnsweredWallAt, person.AnswerAddress = &at, &at, fmt.Sprintf("203.0.113.%d", 10+i)
	person.AnswerAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	person.TokenHash, person.TokenExpiresAt = "", nil
	return person
}

// decline is a participant who does not sign.
func (p *paper) decline(i int, at time.Time, reason string) {
	if p.err == nil {
		p.last().answer(i, lifecycle.ParticipantRefuse, at).AnswerReason = reason
		p.cancel(at, who{}, reason)
	}
}

// cancel ends the attempt.
func (p *paper) cancel(at time.Time, actor who, reason string) {
	p.change(lifecycle.AgreementCancelSigning, at, actor, nil)
	p.because(reason)
	if p.err != nil {
		return
	}
	s := p.last()
	s.to(lifecycle.SignatureCancel, at)
	s.row.StatusReason = reason
	for _, person := range s.people {
		person.TokenHash, person.TokenExpiresAt = "", nil
	}
}

// store numbers the rows of the signature and keeps them.
func (s *signing) store(r *rows, a *ent.Agreement) {
	s.row.AgreementID = a.ID
	row := r.signatures.add(s.row)
	for i, person := range s.people {
		person.SignatureID = row.ID
		if person.TokenHash == linked {
			person.TokenHash = r.secrets.TokenHash(person.UUID, *person.RequestedAt)
		}
		if s.codes[i] != "" {
			person.CodeHash = r.secrets.CodeHash(person.UUID, s.codes[i])
		}
		r.participants.add(person)
	}
	for i, o := range s.objects {
		o.SignatureID = row.ID
		if who := s.fills[i]; who >= 0 {
			o.ParticipantID = &s.people[who].ID
		}
		r.objects.add(o)
	}
}
