package graph

import (
	"encoding/base64"

	"kontrak/graph/model"
	"kontrak/internal/market"
	"kontrak/internal/qr"
	"kontrak/internal/view"
)

func fromContractRequestExtension(in model.ContractRequestExtensionInput) market.ExtensionRequest {
	return market.ExtensionRequest{
		ContractID: contractID(in.Contract), AdditionalHours: in.AdditionalHours, Reason: in.Reason,
	}
}

func fromContractReplacePartner(in model.ContractReplacePartnerInput) market.PartnerReplacement {
	return market.PartnerReplacement{
		ContractID: contractID(in.Contract), PartnerID: recordOf("Partner", in.Partner), Reason: in.Reason,
	}
}

// partnerID reads the id of a partner; what is none names no partner.
func partnerID(id string) int64 {
	var r ids
	return r.one("partner", "Partner", id)
}

// partnerPayload makes the payload of an action on a partner.
func partnerPayload(p *view.Partner, err error) (*model.PartnerPayload, error) {
	bad, err := userErrors(err)
	return &model.PartnerPayload{Partner: p, UserErrors: bad}, err
}

// suspendPayload makes the payload of suspending a partner.
func suspendPayload(s *market.Suspension, err error) (*model.PartnerSuspendPayload, error) {
	bad, err := userErrors(err)
	p := &model.PartnerSuspendPayload{UserErrors: bad, ContractsEscalated: []*view.Contract{}, ContractsForAction: []*view.Contract{}}
	if s != nil {
		p.Partner, p.ContractsEscalated, p.ContractsForAction = s.Partner, s.Escalated, s.ForAction
	}
	return p, err
}

// codePayload makes the payload of asking for a code.
func codePayload(c *view.QRCode, err error) (*model.ContractCodePayload, error) {
	bad, err := userErrors(err)
	return &model.ContractCodePayload{Code: c, UserErrors: bad}, err
}

// drawPNG draws a token as a picture, in base64.
func drawPNG(token string) (string, error) {
	code, err := qr.Of(token)
	if err != nil {
		return "", err
	}
	picture, err := code.PNG()
	return base64.StdEncoding.EncodeToString(picture), err
}

// drawSVG draws a token as a picture in XML.
func drawSVG(token string) (string, error) {
	code, err := qr.Of(token)
	if err != nil {
		return "", err
	}
	return code.SVG(), nil
}
