package market

import (
	"context"
	"time"

	"kontrak/ent"
	"kontrak/internal/certificate"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// certify makes the bytes of the concluded file: what it says is what the rows will
// say once the last participant has signed.
//
// Faults: BUSY when the document cannot be read.
func (a *App) certify(ctx context.Context, g *guestPaper, who Guest, in SignInput) ([]byte, error) {
	f, err := a.files.Open(ctx, g.row.files[0].name.V)
	if err != nil {
		a.log.ErrorContext(ctx, "the document of a signature cannot be read", "agreement", g.row.id, "error", err)
		return nil, fault.New(fault.Busy, "The document cannot be read at present: try again.").Because(err)
	}
	defer func() { _ = f.Content.Close() }() // it was only read
	c := certificate.Certificate{
		Title: g.row.title, AgreementUUID: g.row.uuid, SignatureUUID: g.s.UUID, Institution: g.institution,
		DocumentSHA256: g.s.DocumentSha256, ConcludedAt: g.now,
	}
	for _, p := range g.s.participants {
		values := map[int64]string{}
		signer := signerOf(p)
		if p.ID == g.me.ID {
			values = in.Values
			signer.SignedAt, signer.WallAt = g.now, store.Instant(a.wall())
			signer.Address, signer.Agent = hostOf(who.Address), who.agent()
		}
		signer.Values = g.values(p, values)
		c.Signers = append(c.Signers, signer)
	}
	content, why, err := certificate.Conclude(certificate.Document{Type: g.row.files[0].kind.V, Content: f.Content, Most: MaxUploadBytes}, c)
	if why != nil {
		a.log.WarnContext(ctx, "a document is not repeated in its concluded file", "agreement", g.row.id, "error", why)
	}
	return content, err
}

func signerOf(p *ent.Participant) certificate.Signer {
	s := certificate.Signer{
		Name: p.Name, Role: p.Role, Reached: p.Email, Address: p.AnswerAddress, Agent: p.AnswerAgent,
		RequestedAt: orZero(p.RequestedAt), ViewedAt: orZero(p.ViewedAt), SignedAt: orZero(p.AnsweredAt), WallAt: orZero(p.AnsweredWallAt),
	}
	if p.Send == lifecycle.SendPhone {
		s.Reached = p.Phone
	}
	return s
}

// orZero is the instant, or the zero one.
func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// values are the fields of a participant; own are those that it fills in now.
func (g *guestPaper) values(p *ent.Participant, own map[int64]string) []certificate.Value {
	var list []certificate.Value
	for _, o := range g.s.objects {
		if o.ParticipantID == nil || *o.ParticipantID != p.ID {
			continue
		}
		text := o.Contents
		if o.Category == lifecycle.ObjectInput && p.ID == g.me.ID {
			text = own[o.ID]
		}
		if o.Type == lifecycle.ObjectCheckbox {
			text = map[bool]string{true: "[x]", false: "[ ]"}[text == "true"]
		}
		list = append(list, certificate.Value{Name: o.Name, Text: text})
	}
	return list
}
