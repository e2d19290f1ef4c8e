package market

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/signatureobject"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
)

// hostOf gives an address without its port.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// fieldName is how a fault names an input field of the signing page.
func fieldName(id int64) string { return fmt.Sprintf("fields[%d]", id) }

// check notes what is wrong with the values of a guest's fields: texts and signatures
// are required, a checkbox is "true" or empty.
func (in SignInput) check(g *guestPaper) (bad fault.Fields) {
	mine := g.s.inputs(g.me.ID)
	for _, o := range mine {
		value := in.Values[o.ID]
		if o.Type == lifecycle.ObjectCheckbox {
			bad.Check(value == "" || value == "true", fieldName(o.ID), `must be "true" or empty`)
			continue
		}
		checkText(&bad, fieldName(o.ID), value, 1, maxContents)
	}
	for _, id := range slices.Sorted(maps.Keys(in.Values)) {
		bad.Check(slices.ContainsFunc(mine, func(o *ent.SignatureObject) bool { return o.ID == id }), fieldName(id), "is no field of yours")
	}
	return bad
}

// sign writes a guest's signature. What concludes the agreement needs a file, whose
// bytes are stored before the transaction.
func (a *App) sign(ctx context.Context, g *guestPaper, who Guest, in SignInput) error {
	m := paperMove{event: lifecycle.AgreementSign, beside: []paperStep{
		a.answerStep(g, who, lifecycle.ParticipantSign, ""), fillIn(g, in.Values),
	}}
	if g.s.lastIs(g.me.ID) {
		return a.conclude(ctx, g, who, in, m)
	}
	if next := g.s.next(); next != nil {
		m.beside = append(m.beside, a.request(g.s.Signature, next))
	}
	if err := a.moveGuest(ctx, g, m); err != nil {
		return err
	}
	g.me.Status, g.me.AnsweredAt = lifecycle.ParticipantSigned, &g.now
	return nil
}

// fillIn writes the values of a guest's fields.
func fillIn(g *guestPaper, values map[int64]string) paperStep {
	return func(ctx context.Context, tx *ent.Tx, _ *agreementRow, _ *paperMove) error {
		for _, o := range g.s.inputs(g.me.ID) {
			if o.Contents == values[o.ID] {
				continue
			}
			err := tx.SignatureObject.Update().Where(signatureobject.ID(o.ID)).SetContents(values[o.ID]).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// conclude is the signature of the last participant: it concludes the agreement, with
// a file that holds the document and a certificate of who has signed it.
func (a *App) conclude(ctx context.Context, g *guestPaper, who Guest, in SignInput, m paperMove) error {
	content, err := a.certify(ctx, g, who, in)
	if err != nil {
		return err
	}
	u := &uploads{field: "file", purpose: "agreement", papers: true, sent: []Attachment{
		{Upload: &Upload{Content: bytes.NewReader(content), Size: int64(len(content))}},
	}}
	if err := a.storeAll(ctx, []*uploads{u}); err != nil {
		return err
	}
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error { return a.writeConclusion(ctx, tx, g, u.stored[0], m) })
	if err != nil {
		if !fault.Is(err, fault.OutcomeUnknown) {
			a.discard(ctx, []*uploads{u})
		}
		return err
	}
	g.me.Status, g.me.AnsweredAt = lifecycle.ParticipantSigned, &g.now
	return nil
}

func (a *App) writeConclusion(ctx context.Context, tx *ent.Tx, g *guestPaper, f *storedFile, m paperMove) error {
	made, err := tx.File.Create().SetInstitutionID(g.row.institutionID).SetNillableUploadedByID(g.s.CreatedByID).SetName(f.name).
		SetPurpose("agreement").SetContentType(f.kind).SetSize(f.size).SetSha256(f.sum).SetPublicID(opaque.ID()).
		SetTitle(concludedTitle(g.row.title)).SetCreatedAt(g.now).Save(ctx)
	if err != nil {
		return err
	}
	m.event, m.now = lifecycle.AgreementConclude, g.now
	m.set = func(u *ent.AgreementUpdate) {
		u.SetConcludedAt(g.now).SetConcludedFileID(made.ID)
		if g.row.clientApprovedOn == "" {
			u.SetClientApprovedOn(g.now.UTC().Format(time.DateOnly))
		}
	}
	m.beside = append(slices.Clone(m.beside),
		moveSignature(g.s.Signature, lifecycle.SignatureConclude, func(u *ent.SignatureUpdate) { u.ClearDueAt() }),
		a.tellSigner("signature_concluded", g.s.ID, 0))
	return movePaper(ctx, tx, g.row, m)
}

// concludedTitle is the title of the concluded file.
func concludedTitle(title string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, c) || c < ' ' {
			return '_'
		}
		return c
	}, title) + " (signed).pdf"
}
