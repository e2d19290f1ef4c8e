package market

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"kontrak/ent"
	"kontrak/ent/predicate"
	"kontrak/ent/signaturetemplate"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// SignFromTemplate is the input of SignFromTemplate.
type SignFromTemplate struct {
	Title       string
	ExpiredDate *time.Time
	// Participants play the template's parts, each named by its role.
	Participants []SignerInput
	// Items fill in fields of the template, by their ids.
	Items []TemplateItem
	// Origin is NEW unless it is said otherwise.
	Origin    lifecycle.Origin
	CustomKey string
	// File takes the place of the template's document.
	File   *AgreementFile
	Unread fault.Fields
}

// TemplateItem fills in a field of a template.
type TemplateItem struct {
	ID       int64
	Contents string
}

// SignFromTemplate makes an agreement of a template, named by its id or its slug, and
// asks for its signatures, both or neither.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for partners; NOT_FOUND for a template that is
// unknown or retired; INVALID; WRONG_STATE for one without a document; DUPLICATE; BUSY.
func (a *App) SignFromTemplate(ctx context.Context, institutionID int64, key string, in SignFromTemplate, w AgreementWants) (*view.Agreement, error) {
	return a.signFrom(ctx, keyedTemplate(institutionID, key), in, w)
}

// SignFromTemplateByID is SignFromTemplate for the template with that number.
//
// Faults: as for SignFromTemplate.
func (a *App) SignFromTemplateByID(ctx context.Context, id int64, in SignFromTemplate, w AgreementWants) (*view.Agreement, error) {
	return a.signFrom(ctx, signaturetemplate.ID(id), in, w)
}

func (a *App) signFrom(ctx context.Context, which predicate.SignatureTemplate, in SignFromTemplate, w AgreementWants) (*view.Agreement, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*view.Agreement, error) { return a.makeFrom(ctx, which, in, w) }, a.paperAgain(w))
}

func (a *App) makeFrom(ctx context.Context, which predicate.SignatureTemplate, in SignFromTemplate, w AgreementWants) (*view.Agreement, error) {
	who, err := caller(ctx, actor.Institution, actor.Supervisor, actor.Admin)
	if err != nil {
		return nil, err
	}
	p := &paper{in: insider{who: who, institutions: who.Institutions}, now: a.Now(), row: &agreementRow{}}
	d := &fromTemplate{app: a, which: which, in: in, p: p}
	if in.File != nil {
		d.file = in.File.uploads()
	}
	err = a.withNewFiles(ctx, d.file, d.check, func() error {
		return a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			if err := d.check(ctx, tx.Client()); err != nil {
				return err
			}
			if err := d.write(ctx, tx); err != nil {
				return err
			}
			return memory{Signature: d.asking.made}.keepPaper(ctx, tx, d.draft.id)
		})
	})
	if err != nil {
		return nil, err
	}
	return a.answerPaper(ctx, p.in, d.draft.id, p.now, w)
}

// fromTemplate is an agreement and its signature while they are made.
type fromTemplate struct {
	app   *App
	which predicate.SignatureTemplate
	in    SignFromTemplate
	p     *paper
	file  *uploads

	template *ent.SignatureTemplate
	draft    *drafting
	asking   *signAsking
}

// check tells what is wrong with the input, all of it at once.
func (d *fromTemplate) check(ctx context.Context, on *ent.Client) (err error) {
	d.template, err = on.SignatureTemplate.Query().
		Where(ofInstitutions(d.p.in), d.which, signaturetemplate.Active(true)).Only(ctx)
	if ent.IsNotFound(err) {
		return noTemplate()
	}
	if err != nil {
		return err
	}
	d.asking = &signAsking{app: d.app, templateID: &d.template.ID}
	bad := d.in.Unread
	d.asking.AskToSign = d.ask(&bad)
	d.asking.checkInput(&bad, d.p.now)
	origin := lifecycle.Origin(cmp.Or(string(d.in.Origin), string(lifecycle.OriginNew)))
	checkWord(&bad, "type", origin, lifecycle.Origins)
	fields := AgreementFields{Title: Some(d.in.Title), CustomKey: Some(d.in.CustomKey), Unread: bad}
	d.draft = &drafting{
		in: CreateAgreement{InstitutionID: &d.template.InstitutionID, AgreementFields: fields, File: d.in.File, Origin: origin, Source: lifecycle.SourceKontrak},
		p:  d.p, file: d.file, fileID: d.template.FileID,
	}
	if err := d.draft.check(ctx, on); err != nil {
		return err
	}
	if d.file == nil && d.template.FileID == nil {
		return fault.New(fault.WrongState, "The template has no document to sign.").Refuse("has_file", "a document", "none")
	}
	return nil
}

// ask makes the input of AskToSign of the template and what was sent.
func (d *fromTemplate) ask(bad *fault.Fields) AskToSign {
	t := d.template
	ask := AskToSign{Title: d.in.Title, ExpiredDate: d.in.ExpiredDate, Order: t.ParticipantType, CC: t.CcEmails}
	parts := slices.SortedStableFunc(slices.Values(t.Participants), func(a, b lifecycle.TemplateParticipant) int { return int(a.Order) - int(b.Order) })
	index, sent := map[int64]int{}, map[string][]string{}
	for _, part := range parts {
		var given []int
		for i, s := range d.in.Participants {
			if s.Role == part.Role {
				given = append(given, i)
			}
		}
		if len(given) != 1 {
			bad.Add("participants", "must hold one of the role %q", part.Role)
			continue
		}
		index[part.ID] = len(ask.Participants)
		ask.Participants = append(ask.Participants, d.in.Participants[given[0]])
		sent["participants"] = append(sent["participants"], fmt.Sprintf("participants[%d]", given[0]))
	}
	bad.Check(len(d.in.Participants) <= len(parts), "participants", "must be %d: one of each role", len(parts))
	for i, item := range d.in.Items {
		known := slices.ContainsFunc(t.Objects, func(o lifecycle.TemplateObject) bool { return o.ID == item.ID })
		bad.Check(known, fmt.Sprintf("items[%d].id", i), "names no field of the template")
	}
	for _, o := range t.Objects {
		object := ObjectInput{Type: o.Type, Category: o.Category, Name: o.Name, Description: o.Description, Contents: o.Contents}
		if n, there := index[o.Participant]; there {
			object.Participant = &n
		} else if o.Participant != 0 {
			continue // its participant is missing, which is told
		}
		at := "participants" // of the template's own fields, only their participant can be wrong
		for i, item := range d.in.Items {
			if item.ID == o.ID {
				object.Contents, at = item.Contents, fmt.Sprintf("items[%d]", i)
			}
		}
		ask.Objects, sent["objects"] = append(ask.Objects, object), append(sent["objects"], at)
	}
	ask.named = func(list string, i int) string { return sent[list][i] }
	return ask
}

// write makes the agreement, then its signature.
func (d *fromTemplate) write(ctx context.Context, tx *ent.Tx) error {
	if err := d.draft.write(ctx, tx); err != nil {
		return err
	}
	row, err := d.app.paperByID(ctx, tx.Client(), d.draft.id)
	if err != nil {
		return err
	}
	return d.asking.do(ctx, tx, &paper{in: d.p.in, now: d.p.now, row: row})
}
