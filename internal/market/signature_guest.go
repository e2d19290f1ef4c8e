package market

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/ent/participant"
	"kontrak/ent/signature"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// Guest is a participant without an account: whoever has the token of a link.
type Guest struct {
	Token string
	// Address and Agent are evidence: where the answer comes from, and with which
	// program.
	Address, Agent string
}

// maxAgent is how much of the name of a program is kept, in bytes.
const maxAgent = 400

// agent is the name of the program as it can be kept.
func (g Guest) agent() string {
	text := strings.ToValidUTF8(strings.ReplaceAll(g.Agent, "\x00", ""), "")
	if len(text) > maxAgent {
		text = text[:maxAgent]
		for !utf8.ValidString(text) {
			text = text[:len(text)-1]
		}
	}
	return text
}

// guestPaper is what a guest decides on: the agreement, its signature and the guest's
// part in it.
type guestPaper struct {
	now time.Time
	row *agreementRow
	s   *signing
	me  *ent.Participant
	// institution is the name of whose agreement it is.
	institution string
}

// noSigning is the one answer for links that are unknown, over, used or replaced.
func noSigning() error {
	return fault.New(fault.RecordNotFound, "This link is not good, or not good any more.")
}

// guestPaper reads what a token is for.
//
// Faults: NOT_FOUND for a token that is unknown, has expired, was used or replaced.
func (a *App) guestPaper(ctx context.Context, token string) (*guestPaper, error) {
	hash := hashToken(token)
	if hash == "" {
		return nil, noSigning()
	}
	g := &guestPaper{now: a.Now()}
	err := a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		me, err := on.Participant.Query().Where(participant.TokenHash(hash)).Only(ctx)
		if ent.IsNotFound(err) {
			return noSigning()
		}
		if err != nil {
			return err
		}
		if g.s, err = readSigning(ctx, on, signature.ID(me.SignatureID)); err != nil {
			return err
		}
		g.me = g.s.one(me.ID)
		if !good(g.s.Signature, g.me, g.now) {
			return noSigning()
		}
		if g.row, err = a.paperByID(ctx, on, g.s.AgreementID); err != nil {
			return err
		}
		g.institution, err = on.Institution.Query().Where(institution.ID(g.row.institutionID)).Select(institution.FieldName).String(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// maxRivals bounds how often a guest's step is tried again when somebody else's came
// first.
const maxRivals = 20

// asGuest reads what the token is for and takes a step, again when somebody else
// changed the agreement meanwhile: participants who sign at the same time do not know
// of each other.
func (a *App) asGuest(ctx context.Context, token string, step func(*guestPaper) error) (g *guestPaper, err error) {
	for range maxRivals {
		if g, err = a.guestPaper(ctx, token); err != nil {
			return nil, err
		}
		if err = step(g); !fault.Is(err, fault.Stale) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return g, nil
}

// moveGuest writes a step of a guest.
func (a *App) moveGuest(ctx context.Context, g *guestPaper, m paperMove) error {
	m.now = g.now
	return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error { m.told = nil; return movePaper(ctx, tx, g.row, m) })
}

// Signing shows a guest what there is to sign. The first time is kept: the participant
// has viewed it.
//
// Faults: NOT_FOUND for a link that is unknown, has expired, was used or replaced.
func (a *App) Signing(ctx context.Context, who Guest) (*view.Signing, error) {
	g, err := a.asGuest(ctx, who.Token, func(g *guestPaper) error {
		if g.me.Status == lifecycle.ParticipantViewed {
			return nil
		}
		return a.moveGuest(ctx, g, paperMove{event: lifecycle.AgreementSign, beside: []paperStep{
			moveParticipant(g.me, lifecycle.ParticipantView, func(u *ent.ParticipantUpdate) { u.SetViewedAt(g.now) }),
		}})
	})
	if err != nil {
		return nil, err
	}
	v := a.seeSigning(g)
	v.Status = lifecycle.ParticipantViewed
	return v, nil
}

// seeSigning is what a guest may know: the document and its own part, nothing of the
// other participants.
func (a *App) seeSigning(g *guestPaper) *view.Signing {
	v := &view.Signing{
		Title: g.s.Title, Institution: g.institution, Name: g.me.Name, Role: filled(g.me.Role), Language: filled(g.me.Language), Status: g.me.Status,
		DocumentTitle: g.row.files[0].title.V, DocumentType: g.row.files[0].kind.V, DocumentSha256: g.s.DocumentSha256,
		ExpiresAt: g.s.ExpiredDate, CodeAsked: g.me.CodeHash != "", CodeHint: filled(g.me.CodeHint),
		CodeLocked: g.me.CodeHash != "" && g.me.CodeFailures >= maxCodeTries, Fields: []*view.SigningField{},
	}
	if f := a.links.Private(g.row.files[0].name.V, a.wall()); f != nil {
		v.DocumentURL = f.URL
	}
	for _, o := range g.s.objects {
		mine := o.ParticipantID == nil || *o.ParticipantID == g.me.ID
		if !mine {
			continue
		}
		v.Fields = append(v.Fields, view.See(&view.SigningField{
			ID: o.ID, Type: o.Type, Name: o.Name, Description: filled(o.Description), Contents: o.Contents,
			Input: o.Category == lifecycle.ObjectInput,
		}, view.Guest))
	}
	return view.See(v, view.Guest)
}

// SignInput is a guest's signature: the values of its input fields by their ids, and
// the code where one is asked for.
type SignInput struct {
	Values map[int64]string
	Code   string
}

// Sign signs for a guest. The last one concludes the agreement.
//
// Faults: NOT_FOUND for a link that is unknown, has expired, was used or replaced;
// INVALID for fields that are not filled in, and for a wrong code, of which five lock
// the link; BUSY.
func (a *App) Sign(ctx context.Context, who Guest, in SignInput) (*view.Signing, error) {
	return a.answerGuest(ctx, who, in.Code, in.check, func(g *guestPaper) error { return a.sign(ctx, g, who, in) })
}

// RefuseInput is a guest's refusal.
type RefuseInput struct{ Reason, Code string }

// RefuseToSign refuses for a guest, which cancels the signature.
//
// Faults: as for Sign.
func (a *App) RefuseToSign(ctx context.Context, who Guest, in RefuseInput) (*view.Signing, error) {
	check := func(*guestPaper) (bad fault.Fields) {
		checkText(&bad, "reason", in.Reason, 1, reasonLength)
		return bad
	}
	return a.answerGuest(ctx, who, in.Code, check, func(g *guestPaper) error {
		m := paperMove{event: lifecycle.AgreementCancelSigning, reason: in.Reason, beside: []paperStep{
			a.answerStep(g, who, lifecycle.ParticipantRefuse, in.Reason),
		}}
		m.beside = append(m.beside, a.cancelation(g.s.Signature, "refused: "+in.Reason)...)
		if err := a.moveGuest(ctx, g, m); err != nil {
			return err
		}
		g.me.Status, g.me.AnsweredAt = lifecycle.ParticipantRefused, &g.now
		return nil
	})
}

// answerGuest takes a guest's answer, once the input and the code are right.
func (a *App) answerGuest(ctx context.Context, who Guest, code string, check func(*guestPaper) fault.Fields, step func(*guestPaper) error) (*view.Signing, error) {
	tried := false
	g, err := a.asGuest(ctx, who.Token, func(g *guestPaper) error {
		bad := check(g)
		if err := bad.Err(fault.InputInvalid); err != nil {
			return err
		}
		if g.me.CodeHash != "" && !tried {
			tried = true
			if err := a.tryCode(ctx, g.me, code); err != nil {
				return err
			}
		}
		return step(g)
	})
	if err != nil {
		return nil, err
	}
	v := a.seeSigning(g)
	v.AnsweredAt = g.me.AnsweredAt
	return v, nil
}

// tryCode compares a code with the one that was set. The try is counted first, so
// that many at once are not more than one after the other.
//
// Faults: INVALID.
func (a *App) tryCode(ctx context.Context, me *ent.Participant, code string) error {
	var bad fault.Fields
	code = strings.TrimSpace(code)
	if code == "" {
		bad.Add("code", "is required")
		return bad.Err(fault.InputInvalid)
	}
	locked := false
	err := a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		n, err := tx.Participant.Update().Where(participant.ID(me.ID), participant.TokenHash(me.TokenHash), participant.CodeFailuresLT(maxCodeTries)).
			AddCodeFailures(1).Save(ctx)
		locked = n == 0
		return err
	})
	switch {
	case err != nil:
		return err
	case locked:
		bad.Add("code", "was wrong too often: ask for a new link")
	default:
		bad.Check(a.links.codeIs(me, code), "code", "is wrong")
	}
	return bad.Err(fault.InputInvalid)
}

// answerStep writes a guest's answer with its evidence. Its link is good no longer.
func (a *App) answerStep(g *guestPaper, who Guest, event lifecycle.ParticipantEvent, reason string) paperStep {
	return moveParticipant(g.me, event, func(u *ent.ParticipantUpdate) {
		u.SetAnsweredAt(g.now).SetAnsweredWallAt(store.Instant(a.wall())).SetAnswerReason(reason).
			SetAnswerAddress(hostOf(who.Address)).SetAnswerAgent(who.agent()).SetAnswerSha256(g.s.DocumentSha256).
			SetTokenHash("").ClearTokenExpiresAt().SetCodeFailures(0)
	})
}
