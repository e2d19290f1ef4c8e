package kit

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/opaque"
	"kontrak/internal/view"
)

// signing is the resource of signatures; calling one off that cannot be called off has
// a documented code, and as its status a conflict where the documentation has 500: it is
// no failure of the server (docs/decisions/kit-readings.md).
var (
	signing = resource{
		own: map[fault.Code]verdict{fault.RecordNotFound: {http.StatusNotFound, "NOT_FOUND_SIGNATURE"}},
	}
	cancelling = resource{
		own: map[fault.Code]verdict{
			fault.RecordNotFound: {http.StatusNotFound, "NOT_FOUND_SIGNATURE"},
			fault.WrongState:     {http.StatusConflict, "SIGNATURE_CANCEL_FAILED"},
		},
	}
	sending = resource{
		own:    map[fault.Code]verdict{fault.RecordNotFound: {http.StatusNotFound, "NOT_FOUND_SIGNATURE"}},
		fields: map[string]string{"participant": "participantUuid", "address": "sendAddress", "way": "sendType"},
	}
)

// signatures answers GET signatures.
func (d *Dialect) signatures(r *request) (any, error) {
	f, p := fromSignatures(r), r.query.page()
	if err := r.query.bad.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	page, err := d.app.Signatures(r.Context(), f, p, 0)
	if err != nil {
		return nil, err
	}
	return signatureList{Total: *page.Total, Data: each(page.Items, toSignatureItem)}, nil
}

// signatureUsage answers GET signatures/usage.
func (d *Dialect) signatureUsage(r *request) (any, error) {
	f := fromSignatures(r)
	if err := r.query.bad.Err(fault.ParameterInvalid); err != nil {
		return nil, err
	}
	return shown(toUsage)(d.app.SignatureUsage(r.Context(), f))
}

// fromSignatures reads what both ask for. Whoever the key acts for, only signatures of
// its institution count.
func fromSignatures(r *request) market.SignatureFilter {
	return market.SignatureFilter{Institutions: []int64{r.institution}, Created: r.query.span("createdAtAfter", "createdAtBefore")}
}

// cancelSignature answers POST signatures/{sig}/cancel.
func (d *Dialect) cancelSignature(r *request) (any, error) {
	uuid, err := d.signatureUUID(r)
	if err != nil {
		return nil, err
	}
	return shown(toSignatureItem)(d.app.CancelSignature(r.Context(), uuid, "Cancelled by a program with an API key."))
}

// sendSignature answers POST signatures/{sig}/send, whose body is not wrapped.
func (d *Dialect) sendSignature(r *request) (any, error) {
	uuid, err := d.signatureUUID(r)
	if err != nil {
		return nil, err
	}
	in, err := fromSend(r.input())
	if err != nil {
		return nil, d.sendable(r, uuid, err)
	}
	return shown(toSent(in.Participant))(d.app.SendSignature(r.Context(), uuid, in))
}

// sendable gives the fault of a body that could not be read, unless there is no such
// signature: what there is goes first (rulings, "Order of checks").
func (d *Dialect) sendable(r *request, uuid string, bad error) error {
	// Nobody is named, which is refused before anything is written.
	_, err := d.app.SendSignature(r.Context(), uuid, market.SendSignature{})
	if fault.Is(err, fault.InputInvalid) {
		return bad
	}
	return err
}

// signatureUUID gives the uuid that stands in the path; what is no uuid is of no
// signature.
//
// Faults: NOT_FOUND.
func (d *Dialect) signatureUUID(r *request) (string, error) {
	uuid := chi.URLParam(r.Request, "sig")
	if !opaque.IsUUID(uuid) {
		return "", fault.New(fault.RecordNotFound, "There is no such signature.")
	}
	return uuid, nil
}

// fromSend reads whom to notify, of what and where.
func fromSend(in *fields) (market.SendSignature, error) {
	s := market.SendSignature{Participant: in.text("participantUuid").Or("")}
	in.bad.Check(s.Participant != "", "participantUuid", "is required")
	switch kind := in.text("type").Or(""); kind {
	case "", "REQUEST":
	case "DONE":
		s.Done = true
	default:
		in.bad.Add("type", "must be REQUEST or DONE")
	}
	if to := value[map[string]string](in, "sendInput", "must be an object of texts").Or(nil); to != nil {
		s.Way, s.Address = lifecycle.SendWay(to["sendType"]), to["sendAddress"]
	}
	return s, in.bad.Err(fault.InputInvalid)
}

type signatureList struct {
	Total int64           `json:"total"`
	Data  []signatureItem `json:"data"`
}

type signatureItem struct {
	UUID        string                    `json:"uuid"`
	Title       string                    `json:"title"`
	ExpiredDate *instant                  `json:"expiredDate"`
	Status      lifecycle.SignatureStatus `json:"status"`
	CreatedAt   instant                   `json:"createdAt"`
}

func toSignatureItem(v *view.Signature) signatureItem {
	return signatureItem{UUID: v.UUID, Title: v.Title, ExpiredDate: maybe(v.ExpiredDate), Status: v.Status, CreatedAt: instant(v.CreatedAt)}
}

type usage struct {
	Total    int64 `json:"total"`
	Created  int64 `json:"created"`
	Done     int64 `json:"done"`
	Waiting  int64 `json:"waiting"`
	Canceled int64 `json:"canceled"`
}

func toUsage(v *view.SignatureUsage) usage {
	return usage{Total: v.Total, Created: v.Created, Done: v.Done, Waiting: v.Waiting, Canceled: v.Canceled}
}

type sent struct {
	Participant string            `json:"participantUuid"`
	Way         lifecycle.SendWay `json:"sendType"`
	Address     *string           `json:"sendAddress"`
}

// toSent tells where a participant was notified.
func toSent(uuid string) func(*view.Signature) sent {
	return func(v *view.Signature) sent {
		s := sent{Participant: uuid}
		for _, p := range v.Participants {
			if p.UUID != uuid {
				continue
			}
			if s.Way, s.Address = p.Send, p.Email; p.Send == lifecycle.SendPhone {
				s.Address = p.Phone
			}
		}
		return s
	}
}
