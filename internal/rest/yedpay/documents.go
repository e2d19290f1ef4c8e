package yedpay

import (
	"errors"
	"mime/multipart"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// contractDocument is the one type of document that is taken here.
const contractDocument = "yedpay_contract"

// document is a document as the upload prints it, and more: where to fetch it, and of
// which contract it is.
type document struct {
	ID           string `json:"id"`
	UserID       string `json:"user_id"`
	Type         string `json:"type"`
	Name         string `json:"name"`
	Description  string `json:"description"`
	Mime         string `json:"mime"`
	Size         int64  `json:"size"`
	Shared       bool   `json:"shared"`
	BRNumber     string `json:"br_number"`
	BranchNumber string `json:"branch_number"`
	ContractType int    `json:"contract_type"`
	ContractID   string `json:"contract_id"`
	CreatedAt    string `json:"created_at"`
	URL          string `json:"url"` // expires
}

// upload answers POST /v1/companies/{company_id}/documents: it makes a contract of
// the document, a draft. Nothing is read of it for those who may not send one.
func (d *dialect) upload(r *request) (any, error) {
	id, err := d.app.CompanyID(r.Context(), chi.URLParam(r.Request, "company_id"))
	if err != nil {
		return nil, err
	}
	sent, done, err := r.form()
	if err != nil {
		return nil, err
	}
	defer done()
	return d.draft(r, sent, id)
}

// draft makes the contract of what was sent.
func (d *dialect) draft(r *request, sent *multipart.Form, company int64) (any, error) {
	in, closed, err := fromUpload(sent, company)
	if err != nil {
		return nil, err
	}
	defer closed()
	made, err := d.app.CreateAgreement(r.Context(), in, market.AgreementFiles)
	if err != nil {
		return nil, renamed(err)
	}
	return object{Success: true, Data: toDocument(made.File, &r.who.UserID, made.GatewayKind, made.PublicID)}, nil
}

// fromUpload reads what was sent; all that is wrong with it is answered at once.
//
// Faults: INVALID.
func fromUpload(sent *multipart.Form, company int64) (market.CreateAgreement, func(), error) {
	var bad fault.Fields
	field := func(name string) string { return last(sent.Value[name]) }
	in := market.CreateAgreement{InstitutionID: &company}
	switch kind := field("type"); kind {
	case contractDocument:
	case "":
		bad.Add("type", "is required")
	default:
		bad.Add("type", "must be %s: no other documents are kept here", contractDocument)
	}
	kind, err := strconv.Atoi(field("contract_type"))
	if known := err == nil && kind >= 0 && kind < len(lifecycle.GatewayKinds); known {
		in.GatewayKind = market.Some(lifecycle.GatewayKinds[kind])
	} else {
		bad.Add("contract_type", "is required: a whole number between 0 and %d", len(lifecycle.GatewayKinds)-1)
	}
	file, closed := documentOf(sent, &bad)
	if file != nil {
		in.File, in.Title = file, market.Some(file.Title)
		switch field("shared") {
		case "true", "1":
			file.Shared = true
		case "", "false", "0":
		default:
			bad.Add("shared", "must be true or false")
		}
	}
	if err := bad.Err(fault.InputInvalid); err != nil {
		closed()
		return in, nil, err
	}
	return in, closed, nil
}

// maxName bounds what is kept of a file's name, in letters: a title has no more.
const maxName = 255

// documentOf opens the file that was sent.
func documentOf(sent *multipart.Form, bad *fault.Fields) (*market.AgreementFile, func()) {
	headers := sent.File["file"]
	if len(headers) == 0 {
		bad.Add("file", "is required")
		return nil, func() {}
	}
	content, err := headers[0].Open()
	if err != nil {
		bad.Add("file", "could not be read: send it again")
		return nil, func() {}
	}
	name := strings.ReplaceAll(strings.ToValidUTF8(path.Base(headers[0].Filename), "\uFFFD"), "\x00", "")
	if letters := []rune(name); len(letters) > maxName {
		name = string(letters[:maxName])
	}
	if strings.TrimSpace(name) == "" {
		name = "Contract"
	}
	return &market.AgreementFile{Upload: market.Upload{Content: content, Size: headers[0].Size}, Title: name},
		func() { _ = content.Close() } // it was only read
}

// ourNames are the fields of an agreement by the names that they have here.
var ourNames = map[string]string{"title": "file", "gateway_kind": "contract_type"}

// renamed gives a fault whose fields have the names that they have here.
func renamed(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	var bad fault.Fields
	for _, field := range f.Fields {
		name := field.Name
		if here, known := ourNames[name]; known {
			name = here
		}
		bad.Add(name, "%s", field.Message)
	}
	return bad.Err(f.Code)
}

// document answers GET /v1/companies/{company_id}/documents/{file_id}.
func (d *dialect) document(r *request) (any, error) {
	id, err := d.app.CompanyID(r.Context(), chi.URLParam(r.Request, "company_id"))
	if err != nil {
		return nil, err
	}
	v, err := d.app.CompanyDocument(r.Context(), id, chi.URLParam(r.Request, "file_id"))
	if err != nil {
		return nil, err
	}
	return object{Success: true, Data: toDocument(v.File, v.UserID, v.GatewayKind, v.AgreementID)}, nil
}

func toDocument(f *view.StoredFile, userID *int64, kind lifecycle.GatewayKind, contractID string) document {
	doc := document{
		ID: f.PublicID, Type: contractDocument, Name: f.Title, Mime: f.ContentType, Size: f.Size, Shared: f.Shared,
		ContractType: slices.Index(lifecycle.GatewayKinds, kind), ContractID: contractID, CreatedAt: moment(f.CreatedAt), URL: f.URL,
	}
	if userID != nil {
		doc.UserID = strconv.FormatInt(*userID, 10)
	}
	if f.Description != nil {
		doc.Description = *f.Description
	}
	return doc
}
