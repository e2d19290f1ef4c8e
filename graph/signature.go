package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// The inputs of signatures whose fields the use-cases check.
var (
	signatureFields = fieldNames{
		".role": "roleName", ".id": "number", "type": "origin",
		"participant_uuid": "participant", "send_type": "send", "send_address": "address",
	}
	signatureTemplateFields = fieldNames{"institution_id": "institution", "tag_ids": "tags", ".id": "number"}
)

// askedWants is what the selection of a payload asks of the agreement that a signature is
// of.
func askedWants(ctx context.Context) market.AgreementWants {
	return agreementWants(ctx, "") | market.AgreementSignature
}

func toSigner(in *model.SignerInput) market.SignerInput {
	return market.SignerInput{
		Name: in.Name, Send: in.Send, Email: deref(in.Email), Phone: deref(in.Phone), Role: deref(in.RoleName),
		Language: deref(in.Language), Auth: deref(in.Auth), Code: deref(in.Code), CodeHint: deref(in.CodeHint),
	}
}

func toObject(in *model.SignatureObjectInput) market.ObjectInput {
	o := market.ObjectInput{Type: in.Type, Category: in.Category, Name: in.Name, Description: deref(in.Description), Contents: deref(in.Contents)}
	if in.Participant != nil {
		o.Participant = new(int(*in.Participant))
	}
	return o
}

func fromSignatureRequest(in model.SignatureRequestInput) market.AskToSign {
	return market.AskToSign{
		Title: in.Title, ExpiredDate: in.ExpiredDate, Order: in.SigningOrder,
		Participants: each(in.Participants, toSigner), Objects: each(in.Objects, toObject), CC: in.Cc,
	}
}

func fromSignatureFromTemplate(in model.SignatureFromTemplateInput) market.SignFromTemplate {
	return market.SignFromTemplate{
		Title: in.Title, ExpiredDate: in.ExpiredDate, Participants: each(in.Participants, toSigner),
		Items: each(in.Items, func(i *model.SignatureItemInput) market.TemplateItem {
			return market.TemplateItem{ID: i.Number, Contents: i.Contents}
		}),
		Origin: in.Origin, CustomKey: deref(in.CustomKey), File: titled(in.File),
	}
}

// fromSignatureSend says whom to notify. What is no id of a participant names none.
func fromSignatureSend(in model.SignatureSendInput) market.SendSignature {
	again := market.SendSignature{ParticipantID: recordID("Participant", in.Participant), Done: in.Done, Address: deref(in.Address)}
	if in.Send != nil {
		again.Way = *in.Send
	}
	return again
}

// titled is an upload that is called as it was sent.
func titled(file *graphql.Upload) *market.AgreementFile {
	u := fromUpload(file)
	if u == nil {
		return nil
	}
	return &market.AgreementFile{Upload: *u, Title: file.Filename}
}

// orElse is optional of a field that null gives its default.
func orElse[T any](o graphql.Omittable[*T], fallback T) market.Optional[T] {
	if v, sent := o.ValueOK(); sent && v == nil {
		return market.Some(fallback)
	}
	return optional(o)
}

// emptied is a list of a change, which null empties.
func emptied(o graphql.Omittable[[]string]) market.Optional[[]string] {
	list, sent := o.ValueOK()
	if !sent {
		return market.Optional[[]string]{}
	}
	return market.Some(append([]string{}, list...))
}

func toTemplateParticipant(in *model.SignatureTemplateParticipantInput) lifecycle.TemplateParticipant {
	return lifecycle.TemplateParticipant{ID: in.Number, Order: in.Order, Role: in.Role}
}

func toTemplateObject(in *model.SignatureTemplateObjectInput) lifecycle.TemplateObject {
	return lifecycle.TemplateObject{
		ID: in.Number, Participant: in.Participant, Type: in.Type, Category: in.Category,
		Name: in.Name, Description: deref(in.Description), Contents: deref(in.Contents),
	}
}

func fromSignatureTemplateUpdate(in model.SignatureTemplateUpdateInput) market.TemplateFields {
	var r ids
	f := market.TemplateFields{
		Slug: optional(in.Slug), Name: optional(in.Name), Order: orElse(in.ParticipantType, lifecycle.SignTogether),
		CC: emptied(in.CcEmails), Managers: emptied(in.ManagerNames), Participants: optionalList(in.Participants, toTemplateParticipant),
		TagIDs: r.references("tags", "Tag", in.Tags), Active: orElse(in.Active, true), File: titled(in.File),
	}
	if list, sent := in.Objects.ValueOK(); sent { // none are an empty list, which is stored as one
		f.Objects = market.Some(each(list, toTemplateObject))
	}
	f.Unread = r.bad
	return f
}

func fromSignatureTemplateCreate(in model.SignatureTemplateCreateInput) (institution int64, f market.TemplateFields) {
	return *whose(in.Institution), fromSignatureTemplateUpdate(model.SignatureTemplateUpdateInput{
		Slug: graphql.OmittableOf(&in.Slug), Name: graphql.OmittableOf(&in.Name), ParticipantType: graphql.OmittableOf(&in.ParticipantType),
		CcEmails: graphql.OmittableOf(in.CcEmails), ManagerNames: graphql.OmittableOf(in.ManagerNames),
		Participants: graphql.OmittableOf(in.Participants), Objects: graphql.OmittableOf(in.Objects), Tags: graphql.OmittableOf(in.Tags), File: in.File,
	})
}

// fromSignatureTemplateArgs says which templates are asked for.
func fromSignatureTemplateArgs(institution string, title, slug *string, tags []string, retired bool, c market.Connection) (market.TemplateFilter, market.Page) {
	var r ids
	f := market.TemplateFilter{Institutions: []int64{r.one("institution", "Institution", institution)}, Title: deref(title), Slug: deref(slug), Retired: retired}
	if tags != nil {
		f.TagIDs = r.many("tags", "Tag", tags)
	}
	page, err := c.Page()
	r.bad.Take(err)
	f.Unread = r.bad
	return f, page
}

func toSignatureTemplateConnection(p *view.Page[view.SignatureTemplate], err error) (*model.SignatureTemplateConnection, error) {
	if err != nil {
		return nil, signatureTemplateFields.of(err)
	}
	return &model.SignatureTemplateConnection{
		Nodes: p.Items, PageInfo: toPageInfo(p), TotalCount: total(p.Total),
		Edges: connected(p, func(cursor string, v *view.SignatureTemplate) *model.SignatureTemplateEdge {
			return &model.SignatureTemplateEdge{Cursor: cursor, Node: v}
		}),
	}, nil
}

// signatureAsked makes the payload of what asks for signatures: the agreement's own.
func signatureAsked(v *view.Agreement, err error) (*model.SignaturePayload, error) {
	if err != nil || v == nil {
		return signaturePayload(nil, err)
	}
	return signaturePayload(v.Signature, nil)
}

func signaturePayload(v *view.Signature, err error) (*model.SignaturePayload, error) {
	bad, err := userErrors(signatureFields.of(err))
	return &model.SignaturePayload{Signature: v, UserErrors: bad}, err
}

func signatureTemplatePayload(v *view.SignatureTemplate, err error) (*model.SignatureTemplatePayload, error) {
	bad, err := userErrors(signatureTemplateFields.of(err))
	return &model.SignatureTemplatePayload{SignatureTemplate: v, UserErrors: bad}, err
}
