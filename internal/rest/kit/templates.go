package kit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

var template = resource{
	own: map[fault.Code]verdict{
		fault.RecordNotFound: {http.StatusNotFound, "NOT_FOUND_TEMPLATE"},
		fault.Duplicate:      {http.StatusConflict, "ALREADY_CONTRACT_EXISTS"},
	},
	fields: map[string]string{"custom_key": "contract.customKey", "type": "contract.type"},
	path:   signerPath,
	taken:  verdict{http.StatusConflict, "ALREADY_CONTRACT_EXISTS"},
}

// signerFields are fields of a participant, which stand in its input.
var signerFields = regexp.MustCompile(`^(participants\[\d+\])\.(name|email|phone|auth|send|language)$`)

// signerPath gives where a field of a participant stands in the body.
func signerPath(name string) string { return signerFields.ReplaceAllString(name, "$1.input.$2") }

// templates answers GET signature-templates.
func (d *Dialect) templates(r *request) (any, error) {
	f, counted, p := fromTemplates(r)
	if err := r.query.bad.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	page, err := d.app.SignatureTemplates(r.Context(), f, p)
	if err != nil {
		return nil, err
	}
	return templateList{Templates: each(page.Items, templateBody(counted)), Total: *page.Total}, nil
}

// fromTemplates reads what the list of templates is asked for, and whether their
// signatures are to be counted.
func fromTemplates(r *request) (f market.TemplateFilter, counted bool, p market.Page) {
	q := r.query
	f = market.TemplateFilter{Institutions: []int64{r.institution}, Title: q.text("title"), Slug: q.text("slug"), TagIDs: q.ids("tagIds")}
	for name, text := range map[string]string{"title": f.Title, "slug": f.Slug} {
		q.bad.Check(len(text) <= 255 && strings.ToValidUTF8(text, "") == text && !strings.ContainsRune(text, 0), name, "must be a text of at most 255 letters")
	}
	count := oneOf(q, "signatureCount", "true", "false")
	return f, count != nil && *count == "true", q.page()
}

func templateBody(counted bool) func(*view.SignatureTemplate) templateItem {
	return func(v *view.SignatureTemplate) templateItem { return toTemplate(v, counted) }
}

// template answers GET signature-templates/{key}.
func (d *Dialect) template(r *request) (any, error) {
	return shown(toTemplateDetail)(d.app.SignatureTemplateByKey(r.Context(), r.institution, chi.URLParam(r.Request, "key")))
}

const madeWants = market.AgreementSignature | market.AgreementParticipants | market.AgreementObjects

// signTemplate answers POST signature-templates/{key}/signatures.
func (d *Dialect) signTemplate(r *request) (any, error) {
	v, err := d.app.SignFromTemplate(r.Context(), r.institution, chi.URLParam(r.Request, "key"), fromSigning(r.input()), madeWants)
	if err != nil {
		return nil, err
	}
	return newRecord{madeContract{Contract: toContract(v)}}, nil
}

// fromSigning reads a contract that is to be made of a template.
func fromSigning(in *fields) market.SignFromTemplate {
	s := market.SignFromTemplate{Title: in.text("title").Or("")}
	for _, one := range in.objects("participants").Or(nil) {
		s.Participants = append(s.Participants, fromSigner(one))
	}
	for _, one := range in.objects("items").Or(nil) {
		s.Items = append(s.Items, market.TemplateItem{
			ID: value[int64](one, "id", "must be a whole number").Or(0), Contents: one.text("contents").Or(""),
		})
	}
	paper := in.object("contract")
	s.Origin, s.CustomKey = lifecycle.Origin(paper.text("type").Or("")), paper.text("customKey").Or("")
	in.bad.Check(paper.values["fileToReplace"] == nil, "contract.fileToReplace", "cannot be sent here: change the template's document")
	s.Unread = *in.bad
	return s
}

// fromSigner reads a participant. Of the further proofs only a code is asked for.
func fromSigner(in *fields) market.SignerInput {
	who := in.object("input")
	s := market.SignerInput{
		Role: in.text("role").Or(""), Name: who.text("name").Or(""), Email: who.text("email").Or(""), Phone: who.text("phone").Or(""),
		Auth: who.text("auth").Or(""), Send: lifecycle.SendWay(who.text("send").Or("")), Language: who.text("language").Or(""),
	}
	for _, proof := range who.objects("extraAuthList").Or(nil) {
		if kind := proof.text("type").Or(""); kind != "CODE" {
			in.bad.Add(proof.prefix+"type", "must be CODE")
		}
		s.Code, s.CodeHint = proof.text("code").Or(""), proof.text("codeHint").Or("")
	}
	return s
}

// object gives the fields of a field that is an object; none when it is absent.
func (f *fields) object(name string) *fields {
	values := value[map[string]json.RawMessage](f, name, "must be an object").Or(nil)
	return &fields{values: values, prefix: fmt.Sprintf("%s%s.", f.prefix, name), bad: f.bad}
}

type templateList struct {
	Templates []templateItem `json:"templates"`
	Total     int64          `json:"total"`
}

type templateItem struct {
	ID              int64                  `json:"id"`
	Name            string                 `json:"name"`
	ParticipantType lifecycle.SigningOrder `json:"participantType"`
	Slug            string                 `json:"slug"`
	CcEmails        []string               `json:"ccEmails"`
	CreatedAt       instant                `json:"createdAt"`
	UpdatedAt       instant                `json:"updatedAt"`
	ManagerNames    []string               `json:"managerNames"`
	SignatureCount  *int64                 `json:"signatureCount,omitempty"`
	Participants    []templateRole         `json:"participants"`
}

type templateRole struct {
	ID    int64  `json:"id"`
	Order int32  `json:"order"`
	Role  string `json:"role"`
}

func toTemplate(v *view.SignatureTemplate, counted bool) templateItem {
	t := templateItem{
		ID: v.ID, Name: v.Name, ParticipantType: v.ParticipantType, Slug: v.Slug, CcEmails: append([]string{}, v.CcEmails...),
		CreatedAt: instant(v.CreatedAt), UpdatedAt: instant(v.UpdatedAt), ManagerNames: append([]string{}, v.ManagerNames...),
		Participants: []templateRole{},
	}
	if counted {
		t.SignatureCount = &v.SignatureCount
	}
	for _, p := range v.Participants {
		t.Participants = append(t.Participants, templateRole{ID: p.ID, Order: p.Order, Role: p.Role})
	}
	return t
}

// templateDetail is a template with what is filled in.
type templateDetail struct {
	templateItem
	ContractFile *string          `json:"contractFile"`
	Objects      []templateObject `json:"objects"`
	Tags         []tagName        `json:"tags"`
}

type templateObject struct {
	ID            int64                    `json:"id"`
	ParticipantID *int64                   `json:"participantId"`
	Type          lifecycle.ObjectType     `json:"type"`
	Category      lifecycle.ObjectCategory `json:"category"`
	Name          string                   `json:"name"`
	Description   string                   `json:"description"`
	Contents      string                   `json:"contents"`
}

type tagName struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func toTemplateDetail(v *view.SignatureTemplate) templateDetail {
	t := templateDetail{templateItem: toTemplate(v, false), ContractFile: link(v.File), Objects: []templateObject{}}
	for _, o := range v.Objects {
		one := templateObject{ID: o.ID, Type: o.Type, Category: o.Category, Name: o.Name, Description: o.Description, Contents: o.Contents}
		if o.Participant != 0 {
			one.ParticipantID = new(o.Participant)
		}
		t.Objects = append(t.Objects, one)
	}
	t.Tags = each(v.Tags, func(v *view.Tag) tagName { return tagName{ID: v.ID, Name: v.Name} })
	return t
}

type madeContract struct {
	Contract contractItem `json:"contract"`
}
