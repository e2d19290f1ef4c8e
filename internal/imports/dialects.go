package imports

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
)

// The limits of the columns, in letters.
const (
	maxTitle = 255
	maxWord  = 100
	maxName  = 191
	maxCost  = 1<<53 - 1
)

// isoForms are the forms of an instant in Kit's list.
var isoForms = []string{"2006-01-02T15:04:05.999Z07:00", time.DateOnly}

// fromYedpay reads a row of GET /v1/companies/{company_id}/contracts. It tells no
// title, so it gets one that can be found again; the document is not in the list.
func fromYedpay(in *fields, now time.Time) *paper {
	p := newPaper(now)
	if !in.open() {
		return p
	}
	p.externalID = in.text("id", 1, 64)
	if opaque.IsID(p.externalID) {
		p.publicID = p.externalID
	}
	p.kind = oneOf(in, "type", lifecycle.GatewayKinds)
	words := strings.ReplaceAll(string(p.kind), "_", " ")
	if words != "" {
		p.title = strings.ToUpper(words[:1]) + words[1:] + " " + p.externalID
	}
	day := func(name string) string {
		if at := in.moment(name, time.DateOnly); at != nil {
			return at.Format(time.DateOnly)
		}
		return ""
	}
	p.generatedOn, p.clientApprovedOn = day("generated_at"), day("client_approved_at")
	if at := in.moment("expires_at", time.DateOnly); at != nil { // it runs on that day
		end := at.AddDate(0, 0, 1).Add(-time.Second)
		p.ends = &end
	}
	p.changed(in, "updated_at", in.moment("created_at", time.DateTime), in.moment("updated_at", time.DateTime))
	switch status := oneOf(in, "status", []string{"ACTIVE", "INACTIVE"}); {
	case status == "ACTIVE":
		p.status = lifecycle.AgreementActive
	case p.ends != nil && p.ends.Before(now):
		p.status = lifecycle.AgreementExpired
	case p.clientApprovedOn != "":
		p.status = lifecycle.AgreementApproved
	}
	if in.text("file_id", 0, 64) != "" {
		in.note("file_id", "the document is not in the list: send it anew")
	}
	return p
}

// lost are the renewals whose period Faveo's list does not tell.
var lost = []lifecycle.RenewalStatus{lifecycle.RenewalPending, lifecycle.RenewalApproved, lifecycle.ExtensionPending}

// fromFaveo reads a row of GET contract-list.
func fromFaveo(in *fields, now time.Time) *paper {
	p := newPaper(now)
	if !in.open() {
		return p
	}
	if id := in.number("id", 1, maxCost); id > 0 {
		p.externalID = strconv.FormatInt(id, 10)
	}
	p.title = in.text("name", 1, maxTitle)
	p.cost = in.number("cost", 0, maxCost)
	p.ends = in.moment("expiry", time.DateTime)
	if status := in.object("contract_status"); status != nil {
		p.status = oneOf(status, "name", lifecycle.AgreementStatuses)
	} else {
		in.wrong("contract_status", "is required")
	}
	if renewal := in.object("contract_renewal_status"); renewal != nil {
		p.renewal = oneOf(renewal, "name", lifecycle.RenewalStatuses)
		if slices.Contains(lost, p.renewal) {
			in.note("contract_renewal_status", string(p.renewal)+" is left out: the list does not tell the period; ask for it anew")
			p.renewal = ""
		}
	}
	if vendor := in.object("vendor"); vendor != nil {
		p.vendor = strings.TrimSpace(vendor.text("name", 1, maxName))
	}
	if kind := in.object("contract_type"); kind != nil {
		p.typeName = strings.TrimSpace(kind.text("name", 1, maxWord))
	} else {
		in.wrong("contract_type", "is required")
	}
	return p
}

// fromKit reads a row of GET contracts.
func fromKit(in *fields, now time.Time) *paper {
	p := newPaper(now)
	if !in.open() {
		return p
	}
	p.uuid = uuidOf(in, "uuid")
	p.externalID = p.uuid
	if p.customKey = in.text("customKey", 0, 40); strings.Trim(p.customKey, customKeyLetters) != "" {
		in.wrong("customKey", "must be letters, digits, - and _")
	}
	p.title = in.text("title", 1, maxTitle)
	p.origin = oneOf(in, "type", lifecycle.Origins)
	p.changed(in, "updatedAt", in.moment("createdAt", isoForms...), in.moment("updatedAt", isoForms...))
	if dates := in.object("contractDate"); dates != nil {
		p.within(dates, "endDate", dates.moment("startDate", isoForms...), dates.moment("endDate", isoForms...))
		p.concluded = dates.moment("concludedDate", isoForms...)
	}
	if oneOf(in, "status", []string{"CREATED", "CONCLUDED"}) == "CONCLUDED" {
		if p.concluded == nil {
			p.concluded = &p.updated
		}
		p.clientApprovedOn = p.concluded.Format(time.DateOnly)
		p.status = lifecycle.AgreementActive
		switch {
		case p.starts != nil && p.starts.After(now):
			p.status = lifecycle.AgreementApproved
		case p.ends != nil && p.ends.Before(now):
			p.status = lifecycle.AgreementExpired
		}
	} else if p.concluded != nil {
		in.wrong("status", "is CREATED, and there is a concludedDate")
	}
	if signing := in.object("signature"); signing != nil {
		p.signature = signatureOf(signing, p)
	}
	return p
}

const customKeyLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

func uuidOf(in *fields, name string) string {
	id := strings.ToLower(in.text(name, 1, 40))
	if id != "" && !opaque.IsUUID(id) {
		in.wrong(name, "is no uuid")
	}
	return id
}

// signatureOf reads the signature of a row of Kit's.
func signatureOf(in *fields, p *paper) *signature {
	s := &signature{uuid: uuidOf(in, "uuid"), title: in.text("title", 1, maxTitle), created: p.created}
	s.status = oneOf(in, "status", lifecycle.SignatureStatuses)
	s.expires = in.moment("expiredDate", isoForms...)
	if at := in.moment("createdAt", isoForms...); at != nil {
		s.created = *at
	}
	for _, one := range in.list("participants", 100) {
		person := participant{
			uuid: uuidOf(one, "uuid"), name: one.text("name", 1, maxWord), auth: one.text("auth", 0, 40), email: one.text("email", 0, 254),
			phone: one.text("phone", 0, 40), role: one.text("role", 0, maxWord), language: one.text("language", 0, 10),
			status: oneOf(one, "status", lifecycle.ParticipantStatuses), send: oneOf(one, "send", lifecycle.SendWays),
		}
		s.participants = append(s.participants, person)
	}
	for _, one := range in.list("objects", 500) {
		s.objects = append(s.objects, signatureObject{
			contents: one.text("contents", 0, 4000), name: one.text("name", 0, maxWord), description: one.text("description", 0, 500),
			kind: oneOf(one, "type", lifecycle.ObjectTypes), category: oneOf(one, "category", lifecycle.ObjectCategories),
		})
	}
	return s
}
