package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// BasePrice is what a partner asks for an hour of a sub-service, now or in the past.
type BasePrice struct {
	Row
	ID           int64     `see:"admin"`
	PartnerID    int64     `see:"admin"`
	SubServiceID int64     `see:"admin"`
	Amount       Money     `see:"admin"`
	Unit         string    `see:"admin"`
	Active       bool      `see:"admin"`
	Version      int64     `see:"admin"`
	CreatedAt    time.Time `see:"admin"`
	UpdatedAt    time.Time `see:"admin"`
}

// GlobalID is the price's opaque id in the graph.
func (p *BasePrice) GlobalID() GlobalID { return GlobalID{"BasePrice", p.ID} }

// PricingSchema is a line of every price.
type PricingSchema struct {
	Row
	ID               int64            `see:"admin"`
	Code             string           `see:"admin"`
	Name             string           `see:"admin"`
	Kind             string           `see:"admin"`
	Unit             string           `see:"admin"`
	Effect           lifecycle.Effect `see:"admin"`
	IsPartnerPricing bool             `see:"admin"`
	Amount           Money            `see:"admin"`
	Active           bool             `see:"admin"`
	Version          int64            `see:"admin"`
	CreatedAt        time.Time        `see:"admin"`
	UpdatedAt        time.Time        `see:"admin"`
}

// GlobalID is the line's opaque id in the graph.
func (s *PricingSchema) GlobalID() GlobalID { return GlobalID{"PricingSchema", s.ID} }

// Setting is a value that the back office may change while the program runs: a number,
// which has bounds, or a version.
type Setting struct {
	Row
	Key       string     `see:"admin"`
	Value     string     `see:"admin"`
	Unit      string     `see:"admin"`
	Initial   string     `see:"admin"`
	Least     *float64   `see:"admin"`
	Most      *float64   `see:"admin"`
	Version   int64      `see:"admin"`
	UpdatedAt *time.Time `see:"admin"`
}

// CatalogueChange is who changed a record of the catalogue, when and how.
type CatalogueChange struct {
	Row
	ID            int64                   `see:"admin"`
	Noun          lifecycle.CatalogueNoun `see:"admin"`
	Record        GlobalID                `see:"admin"`
	RecordVersion int64                   `see:"admin"`
	Actor         *Person                 `see:"admin"`
	Changes       []*FieldChange          `see:"admin"`
	At            time.Time               `see:"admin"`
}

// GlobalID is the change's opaque id in the graph.
func (c *CatalogueChange) GlobalID() GlobalID { return GlobalID{"CatalogueChange", c.ID} }

// FieldChange is what a change did to one column, both values as JSON.
type FieldChange struct {
	Row
	Field string `see:"admin"`
	From  string `see:"admin"`
	To    string `see:"admin"`
}

// recordTypes are the types of the graph that records of the catalogue are.
var recordTypes = map[lifecycle.CatalogueNoun]string{
	lifecycle.NounBasePrice: "BasePrice", lifecycle.NounPricingSchema: "PricingSchema", lifecycle.NounPromotion: "Promotion",
	lifecycle.NounInspectionTemplate: "InspectionTemplate", lifecycle.NounRatingItem: "RatingItem",
	lifecycle.NounPaymentMethod: "PaymentMethod", lifecycle.NounSetting: "Setting",
	lifecycle.NounService: "Service", lifecycle.NounSubService: "SubService", lifecycle.NounCompetencyTest: "CompetencyTest",
	lifecycle.NounTestQuestion: "TestQuestion", lifecycle.NounCertification: "Certification", lifecycle.NounBanner: "Banner",
	lifecycle.NounInstitution: "Institution", lifecycle.NounMembership: "Membership", lifecycle.NounPartner: "Partner",
	lifecycle.NounPartnerTest: "PartnerTest", lifecycle.NounPartnerCertification: "PartnerCertification", lifecycle.NounUser: "User",
}

// RecordID is the opaque id of a record of the catalogue.
func RecordID(noun lifecycle.CatalogueNoun, id int64) GlobalID {
	return GlobalID{recordTypes[noun], id}
}

// ParseRecordID reads the opaque id of a record of the catalogue.
func ParseRecordID(text string) (noun lifecycle.CatalogueNoun, id int64, ok bool) {
	typeName, id, ok := ParseGlobalID(text)
	for noun, name := range recordTypes {
		if ok && name == typeName {
			return noun, id, true
		}
	}
	return "", 0, false
}
