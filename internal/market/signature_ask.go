package market

import (
	"cmp"
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// AskToSign is the input of AskToSign.
type AskToSign struct {
	Title string
	// ExpiredDate is until when it can be signed; nil for as long as one likes.
	ExpiredDate  *time.Time
	Order        lifecycle.SigningOrder // empty: all at once
	Participants []SignerInput
	Objects      []ObjectInput
	CC           []string
	// Unread is what a transport could not read of the input.
	Unread fault.Fields
	// named says what a participant or a field was called by whoever sent it; nil for its
	// place in the list.
	named func(list string, i int) string
}

// SignerInput is one who is to sign. The address of its way of sending is required.
type SignerInput struct {
	Name           string
	Send           lifecycle.SendWay
	Email, Phone   string
	Role, Language string
	// Auth is how it is to prove who it is; empty for the way of sending.
	Auth string
	// Code is what the participant must know beside the link, if anything.
	Code, CodeHint string
}

// ObjectInput is an input field. Participant is the index of who fills it in.
type ObjectInput struct {
	Participant *int
	Type        lifecycle.ObjectType
	Category    lifecycle.ObjectCategory
	Name        string
	Description string
	Contents    string
}

// The limits of a signature.
const (
	maxSigners  = 20
	maxObjects  = 100
	maxCC       = 20
	maxContents = 4000
	maxSignCode = 40
)

// AskToSign asks for signatures under an agreement's document, which is frozen by
// its SHA-256. An agreement has one signature at a time that can come about.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, INVALID, WRONG_STATE, STALE.
func (a *App) AskToSign(ctx context.Context, agreementID int64, in AskToSign, w AgreementWants) (*view.Agreement, error) {
	return a.actOnPaper(ctx, agreementID, &signAsking{AskToSign: in, app: a}, w)
}

type signAsking struct {
	AskToSign
	app        *App
	templateID *int64
	made       int64 // the signature, once it is made
}

func (d *signAsking) signature() int64 { return d.made }

func (*signAsking) action() lifecycle.AgreementAction { return lifecycle.AgreementActAskToSign }

func (d *signAsking) check(_ context.Context, _ *ent.Client, p *paper) error {
	bad := d.Unread
	d.checkInput(&bad, p.now)
	return bad.Err(fault.InputInvalid)
}

// checkInput notes all that is wrong with the input.
func (d *AskToSign) checkInput(bad *fault.Fields, now time.Time) {
	d.Order = lifecycle.SigningOrder(cmp.Or(string(d.Order), string(lifecycle.SignTogether)))
	checkText(bad, "title", d.Title, 1, maxTitle)
	checkWord(bad, "signing_order", d.Order, lifecycle.SigningOrders)
	if at := d.ExpiredDate; at != nil {
		bad.Check(storable(*at) && at.After(now), "expired_date", "must be an instant that lies ahead")
		d.ExpiredDate = new(store.Instant(*at))
	}
	bad.Check(len(d.Participants) >= 1 && len(d.Participants) <= maxSigners, "participants", "must be between 1 and %d", maxSigners)
	bad.Check(len(d.Objects) <= maxObjects, "objects", "must be at most %d", maxObjects)
	bad.Check(len(d.CC) <= maxCC, "cc", "must be at most %d", maxCC)
	for i := range d.Participants[:min(len(d.Participants), maxSigners)] {
		d.Participants[i].check(bad, d.name("participants", i))
	}
	for i := range d.Objects[:min(len(d.Objects), maxObjects)] {
		d.Objects[i].check(bad, d.name("objects", i), len(d.Participants))
	}
	for i, address := range d.CC[:min(len(d.CC), maxCC)] {
		bad.Check(mailOK(address), fmt.Sprintf("cc[%d]", i), "must be an e-mail address")
	}
}

func (d *AskToSign) name(list string, i int) string {
	if d.named != nil {
		return d.named(list, i)
	}
	return fmt.Sprintf("%s[%d]", list, i)
}

// checkWord notes a word that is none of the list.
func checkWord[T ~string](bad *fault.Fields, name string, word T, list []T) {
	bad.Check(slices.Contains(list, word), name, "must be one of %s", join(list, " "))
}

func (s *SignerInput) check(bad *fault.Fields, at string) {
	checkText(bad, at+".name", s.Name, 1, 100)
	checkWord(bad, at+".send", s.Send, lifecycle.SendWays)
	bad.Check(s.Email != "" || s.Send != lifecycle.SendEmail, at+".email", "is required")
	bad.Check(s.Email == "" || mailOK(s.Email), at+".email", "must be an e-mail address")
	bad.Check(s.Phone != "" || s.Send != lifecycle.SendPhone, at+".phone", "is required")
	bad.Check(s.Phone == "" || phoneOK(s.Phone), at+".phone", "must be a phone number of 5 to 20 digits")
	checkText(bad, at+".role", s.Role, 0, 100)
	checkText(bad, at+".language", s.Language, 0, 10)
	checkText(bad, at+".auth", s.Auth, 0, 40)
	checkText(bad, at+".code", s.Code, 0, maxSignCode)
	bad.Check(s.Code == "" || len(strings.TrimSpace(s.Code)) >= 4, at+".code", "must have at least 4 letters")
	checkText(bad, at+".code_hint", s.CodeHint, 0, 200)
	s.Auth = cmp.Or(s.Auth, string(s.Send))
}

func (o *ObjectInput) check(bad *fault.Fields, at string, participants int) {
	checkWord(bad, at+".type", o.Type, lifecycle.ObjectTypes)
	checkWord(bad, at+".category", o.Category, lifecycle.ObjectCategories)
	checkText(bad, at+".name", o.Name, 1, 100)
	checkText(bad, at+".description", o.Description, 0, 500)
	checkText(bad, at+".contents", o.Contents, 0, maxContents)
	bad.Check(o.Type != lifecycle.ObjectCheckbox || o.Contents == "" || o.Contents == "true", at+".contents", `must be "true" or empty`)
	switch {
	case o.Participant != nil:
		bad.Check(*o.Participant >= 0 && *o.Participant < participants, at+".participant", "must be the index of a participant")
	case o.Category == lifecycle.ObjectInput:
		bad.Add(at+".participant", "is required: somebody must fill it in")
	}
}

// mailOK tells whether a text is an e-mail address alone.
func mailOK(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && len(text) <= 254 && store.Storable(text)
}

// phoneOK tells whether a text is a phone number, as people write them.
func phoneOK(text string) bool {
	n := len(digitsOf(text))
	return n >= 5 && n <= 20 && len(text) <= 40 && strings.Trim(text, "+0123456789-() .") == ""
}

func digitsOf(text string) string {
	return strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, text)
}

func (d *signAsking) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	return movePaper(ctx, tx, p.row, paperMove{event: lifecycle.AgreementSign, by: p.in.who, now: p.now, beside: []paperStep{d.write}})
}

// write makes the rows and asks those whose turn it is.
func (d *signAsking) write(ctx context.Context, tx *ent.Tx, r *agreementRow, m *paperMove) error {
	set, err := readSettings(ctx, tx.Client())
	if err != nil {
		return err
	}
	status, _ := lifecycle.Signature.Next(lifecycle.Signature.Start, lifecycle.SignatureSend)
	made, err := tx.Signature.Create().SetInstitutionID(r.institutionID).SetAgreementID(r.id).SetUUID(opaque.UUID()).
		SetTitle(d.Title).SetStatus(status).SetSigningOrder(d.Order).SetDocumentSha256(r.files[0].sha256.V).
		SetCcEmails(append([]string{}, d.CC...)).SetNillableTemplateID(d.templateID).SetCreatedByID(m.by.UserID).
		SetNillableExpiredDate(d.ExpiredDate).SetNillableDueAt(set.nextOf(m.now, d.ExpiredDate)).
		SetCreatedAt(m.now).SetUpdatedAt(m.now).Save(ctx)
	if err != nil {
		return err
	}
	d.made, m.told = made.ID, toldWord(m.told, "signature.status", "", made.Status)
	people, err := tx.Participant.CreateBulk(d.people(tx, made, m.now)...).Save(ctx)
	if err != nil {
		return err
	}
	if err := tx.SignatureObject.CreateBulk(d.fields(tx, made, people)...).Exec(ctx); err != nil {
		return err
	}
	for i, p := range people {
		if i > 0 && d.Order == lifecycle.SignInOrder {
			break
		}
		if err := d.app.request(made, p)(ctx, tx, r, m); err != nil {
			return err
		}
	}
	return nil
}

func (d *signAsking) people(tx *ent.Tx, s *ent.Signature, now time.Time) []*ent.ParticipantCreate {
	rows := make([]*ent.ParticipantCreate, len(d.Participants))
	for i, p := range d.Participants {
		uuid, code := opaque.UUID(), ""
		if p.Code != "" {
			code = d.app.links.signCode(uuid, strings.TrimSpace(p.Code))
		}
		rows[i] = tx.Participant.Create().SetInstitutionID(s.InstitutionID).SetSignatureID(s.ID).SetUUID(uuid).
			SetPosition(int32(i + 1)).SetStatus(lifecycle.Participant.Start). //nolint:gosec // at most maxSigners
			SetName(p.Name).SetSearchName(store.Fold(p.Name)).SetAuth(p.Auth).SetSend(p.Send).
			SetEmail(p.Email).SetSearchEmail(store.Fold(p.Email)).SetPhone(p.Phone).SetPhoneDigits(digitsOf(p.Phone)).
			SetRole(p.Role).SetLanguage(p.Language).SetCodeHash(code).SetCodeHint(p.CodeHint).SetCreatedAt(now).SetUpdatedAt(now)
	}
	return rows
}

func (d *signAsking) fields(tx *ent.Tx, s *ent.Signature, people []*ent.Participant) []*ent.SignatureObjectCreate {
	rows := make([]*ent.SignatureObjectCreate, len(d.Objects))
	for i, o := range d.Objects {
		rows[i] = tx.SignatureObject.Create().SetInstitutionID(s.InstitutionID).SetSignatureID(s.ID).
			SetPosition(int32(i + 1)).SetType(o.Type).SetCategory(o.Category). //nolint:gosec // at most maxObjects
			SetName(o.Name).SetDescription(o.Description).SetContents(o.Contents)
		if o.Participant != nil {
			rows[i].SetParticipantID(people[*o.Participant].ID)
		}
	}
	return rows
}
