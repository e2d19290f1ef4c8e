package market

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kontrak/ent"
	"kontrak/ent/predicate"
	"kontrak/ent/signature"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// SignatureWants are the parts of an agreement by which its signature is seen whole.
const SignatureWants = AgreementSignature | AgreementParticipants | AgreementObjects

// SendSignature says whom to notify again.
type SendSignature struct {
	Participant   string // uuid
	ParticipantID int64  // in place of the uuid
	// Done tells of a signature that has come about, in place of asking again.
	Done bool
	// Way and Address are where to send it from now on; empty for where it was sent. What
	// everybody has signed keeps its addresses, so with Done they can only be those.
	Way     lifecycle.SendWay
	Address string
}

// SendSignature notifies a participant again. Asking again makes its link anew: the
// one before is good no longer.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, INVALID, WRONG_STATE, STALE.
func (a *App) SendSignature(ctx context.Context, uuid string, in SendSignature) (*view.Signature, error) {
	return a.actOnSignature(ctx, &resending{SendSignature: in, signatureDeed: byUUID(a, uuid)})
}

// SendSignatureByID is SendSignature for the signature with that number.
//
// Faults: as for SendSignature.
func (a *App) SendSignatureByID(ctx context.Context, id int64, in SendSignature) (*view.Signature, error) {
	return a.actOnSignature(ctx, &resending{SendSignature: in, signatureDeed: byID(a, id)})
}

// CancelSignature calls a signature off before it has come about.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, INVALID, WRONG_STATE, STALE.
func (a *App) CancelSignature(ctx context.Context, uuid, why string) (*view.Signature, error) {
	return a.actOnSignature(ctx, &callingOff{paperReason{why, 0}, byUUID(a, uuid)})
}

// CancelSignatureByID is CancelSignature for the signature with that number.
//
// Faults: as for CancelSignature.
func (a *App) CancelSignatureByID(ctx context.Context, id int64, why string) (*view.Signature, error) {
	return a.actOnSignature(ctx, &callingOff{paperReason{why, 0}, byID(a, id)})
}

// onSignature is a deed to one signature of an agreement.
type onSignature interface {
	paperDeed
	which() predicate.Signature
}

// actOnSignature does a deed to the agreement of a signature, and gives the signature
// as it is then.
func (a *App) actOnSignature(ctx context.Context, d onSignature) (*view.Signature, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Signature, error) { return a.doToSignature(ctx, d) },
		func(ctx context.Context, m memory) (*view.Signature, error) {
			v, err := a.paperAgain(SignatureWants)(ctx, m)
			if err != nil {
				return nil, err
			}
			return v.Signature, nil
		})
}

func (a *App) doToSignature(ctx context.Context, d onSignature) (*view.Signature, error) {
	if _, err := caller(ctx); err != nil {
		return nil, err
	}
	id, err := a.agreementOfSignature(ctx, d.which())
	if err != nil {
		return nil, err
	}
	v, err := a.actOnPaper(ctx, id, d, SignatureWants)
	switch {
	case fault.Is(err, fault.RecordNotFound):
		return nil, noSignature() // access: a signature of others is not told apart from none
	case err != nil:
		return nil, err
	}
	return v.Signature, nil
}

// signatureDeed is what deeds to one signature share: they are for whoever may cancel
// it, while it waits.
type signatureDeed struct {
	app *App
	one predicate.Signature
	s   *signing
}

// byUUID is a deed to the signature with that uuid; what is no uuid names none.
func byUUID(a *App, uuid string) signatureDeed {
	if !opaque.IsUUID(uuid) {
		return byID(a, 0)
	}
	return signatureDeed{app: a, one: signature.UUID(uuid)}
}

func byID(a *App, id int64) signatureDeed { return signatureDeed{app: a, one: signature.ID(id)} }

func (d *signatureDeed) signature() int64 { return d.s.ID }

func (d *signatureDeed) which() predicate.Signature { return d.one }

func (*signatureDeed) action() lifecycle.AgreementAction { return lifecycle.AgreementActCancelAsk }

// read reads the signature.
func (d *signatureDeed) read(ctx context.Context, on *ent.Client) (err error) {
	d.s, err = readSigning(ctx, on, d.one)
	if err == nil && d.s == nil {
		err = noSignature()
	}
	return err
}

// waiting fails unless the signature is the one that waits.
//
// Faults: WRONG_STATE.
func (d *signatureDeed) waiting() error {
	if d.s.Status == lifecycle.SignatureWaiting || d.s.Status == lifecycle.SignatureCreated {
		return nil
	}
	return unfit("signature", "signature", join(lifecycle.Signature.From(lifecycle.SignatureCancel), " or "), string(d.s.Status))
}

type callingOff struct {
	paperReason
	signatureDeed
}

func (d *callingOff) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	if err := d.read(ctx, tx.Client()); err != nil {
		return err
	}
	if err := d.waiting(); err != nil {
		return err
	}
	return movePaper(ctx, tx, p.row, paperMove{
		event: lifecycle.AgreementCancelSigning, by: p.in.who, now: p.now, reason: d.text, beside: d.app.cancelation(d.s.Signature, d.text),
	})
}

type resending struct {
	SendSignature
	signatureDeed
	to *ent.Participant
}

// action: telling of a signature that has come about changes nothing of it.
func (d *resending) action() lifecycle.AgreementAction {
	if d.Done {
		return lifecycle.AgreementActSort // in every status
	}
	return lifecycle.AgreementActCancelAsk
}

func (d *resending) check(ctx context.Context, on *ent.Client, _ *paper) error {
	if err := d.read(ctx, on); err != nil {
		return err
	}
	var bad fault.Fields
	i := slices.IndexFunc(d.s.participants, d.names)
	if i < 0 {
		bad.Add("participant_uuid", "names no participant of the signature")
		return bad.Err(fault.InputInvalid)
	}
	d.to = d.s.participants[i]
	switch d.Way {
	case "":
		bad.Check(d.Address == "", "send_type", "is required with an address")
	case lifecycle.SendEmail:
		bad.Check(mailOK(d.Address), "send_address", "must be an e-mail address")
	case lifecycle.SendPhone:
		bad.Check(phoneOK(d.Address), "send_address", "must be a phone number of 5 to 20 digits")
	default:
		checkWord(&bad, "send_type", d.Way, lifecycle.SendWays)
	}
	bad.Check(!d.Done || !d.moves(), "send_address", "must be the address that the participant signed with: it stays as it is")
	return bad.Err(fault.InputInvalid)
}

// names tells whether a participant is the one that is meant.
func (d *resending) names(p *ent.Participant) bool {
	if d.ParticipantID != 0 {
		return p.ID == d.ParticipantID
	}
	return p.UUID == d.Participant
}

func (d *resending) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	m := paperMove{event: lifecycle.AgreementSign, by: p.in.who, now: p.now}
	switch {
	case d.Done && d.s.Status != lifecycle.SignatureDone:
		return unfit("signature", "signature", string(lifecycle.SignatureDone), string(d.s.Status))
	case d.Done:
		m.beside = []paperStep{d.app.tellSigner("signature_concluded", d.s.ID, d.to.ID)}
	case !wasAsked(d.to):
		return fault.New(fault.WrongState, "It is not this participant's turn.").
			Refuse("participant", join(lifecycle.Participant.From(lifecycle.ParticipantSign), " or "), string(d.to.Status))
	default:
		if err := d.waiting(); err != nil {
			return err
		}
		m.beside = []paperStep{d.app.request(d.s.Signature, d.to)}
		if d.moves() {
			m.beside = []paperStep{d.app.requestBy(lifecycle.ParticipantReaddress, d.s.Signature, d.to, d.readdress), d.tellAddress}
		}
	}
	return movePaper(ctx, tx, p.row, m)
}

// moves tells whether another address was sent than the participant has.
func (d *resending) moves() bool {
	return d.Way != "" && (d.Way != d.to.Send || d.Address != addressOf(d.to, d.Way))
}

// addressOf is where a participant is reached in one way.
func addressOf(p *ent.Participant, way lifecycle.SendWay) string {
	if way == lifecycle.SendPhone {
		return p.Phone
	}
	return p.Email
}

// readdress writes where the participant is reached from now on.
func (d *resending) readdress(u *ent.ParticipantUpdate) {
	if u.SetSend(d.Way); d.Way == lifecycle.SendPhone {
		u.SetPhone(d.Address).SetPhoneDigits(digitsOf(d.Address))
		return
	}
	u.SetEmail(d.Address).SetSearchEmail(store.Fold(d.Address))
}

// tellAddress notes for the history where the participant was reached, and is now.
func (d *resending) tellAddress(_ context.Context, _ *ent.Tx, _ *agreementRow, m *paperMove) error {
	of := fmt.Sprintf("signature.participants[%d].", d.to.Position)
	m.told = toldWord(m.told, of+"send", d.to.Send, d.Way)
	m.told = toldWord(m.told, of+strings.ToLower(string(d.Way)), addressOf(d.to, d.Way), d.Address)
	return nil
}

// SigningLink gives the link that a participant was sent last.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; INVALID for one who is not of the
// signature; WRONG_STATE while the participant has none that is good.
func (a *App) SigningLink(ctx context.Context, uuid, participantUUID string) (string, error) {
	who, err := caller(ctx)
	if err != nil {
		return "", err
	}
	d := &resending{SendSignature: SendSignature{Participant: participantUUID}, signatureDeed: byUUID(a, uuid)}
	id, err := a.agreementOfSignature(ctx, d.which())
	if err != nil {
		return "", err
	}
	p := &paper{now: a.Now()}
	if p.in, p.row, err = a.findPaper(ctx, who, id); err != nil {
		if fault.Is(err, fault.RecordNotFound) {
			err = noSignature()
		}
		return "", err
	}
	if err := paperLaws[lifecycle.AgreementActCancelAsk].open(p); err != nil {
		return "", err
	}
	if err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error { return d.check(ctx, on, p) }); err != nil {
		return "", err
	}
	if !good(d.s.Signature, d.to, p.now) {
		return "", fault.New(fault.WrongState, "The participant has no link that is good: send it again.").
			Refuse("participant", join(lifecycle.Participant.From(lifecycle.ParticipantSign), " or "), string(d.to.Status))
	}
	return a.links.linkOf(d.to), nil
}
