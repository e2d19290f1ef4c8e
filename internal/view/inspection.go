package view

import (
	"time"

	"kontrak/internal/lifecycle"
)

// Inspection is what a partner found on site.
type Inspection struct {
	Row
	ID           int64                      `see:"party"`
	Status       lifecycle.InspectionStatus `see:"party"`
	TemplateCode string                     `see:"party"`
	TemplateName string                     `see:"party"`
	Sections     []*InspectionSection       `see:"party"`
	Photos       []*File                    `see:"party"`
	StartedAt    *time.Time                 `see:"party"`
	SubmittedAt  *time.Time                 `see:"party"`
	CreatedAt    time.Time                  `see:"party"`
	UpdatedAt    time.Time                  `see:"party"`
}

// GlobalID is the inspection's opaque id in the graph.
func (i *Inspection) GlobalID() GlobalID { return GlobalID{"Inspection", i.ID} }

// InspectionSection is one part of an inspection.
type InspectionSection struct {
	Row   `json:"-"`
	Key   string            `json:"key" see:"party"`
	Title string            `json:"title" see:"party"`
	Items []*InspectionItem `json:"items" see:"party"`
}

// InspectionItem is one finding of an inspection. Its value is text, whatever
// its kind: a number in decimal, a boolean as true or false, a photo as a link.
type InspectionItem struct {
	Row   `json:"-"`
	Key   string                `json:"key" see:"party"`
	Label string                `json:"label" see:"party"`
	Kind  lifecycle.FindingKind `json:"kind" see:"party"`
	Value *string               `json:"value" see:"party"`
	Note  *string               `json:"note" see:"party"`
}

// Conclusion is what an inspection came to.
type Conclusion struct {
	Row
	ID             int64                      `see:"party"`
	Result         lifecycle.ConclusionResult `see:"party"`
	Summary        string                     `see:"party"`
	Recommendation *string                    `see:"party"`
	Photos         []*File                    `see:"party"`
	CreatedAt      time.Time                  `see:"party"`
	UpdatedAt      time.Time                  `see:"party"`
}

// GlobalID is the conclusion's opaque id in the graph.
func (c *Conclusion) GlobalID() GlobalID { return GlobalID{"Conclusion", c.ID} }

// Review is what an institution says of a completed contract.
type Review struct {
	Row
	ID          int64     `see:"party"`
	OverallRate float64   `see:"party"`
	Comment     *string   `see:"party"`
	Ratings     []*Rating `see:"party"`
	CreatedAt   time.Time `see:"party"`
	UpdatedAt   time.Time `see:"party"`
}

// GlobalID is the review's opaque id in the graph.
func (r *Review) GlobalID() GlobalID { return GlobalID{"Review", r.ID} }

// Rating is the rate that a review gives one criterion.
type Rating struct {
	Row
	RatingItemID int64  `see:"party"`
	Name         string `see:"party"`
	Rate         int32  `see:"party"`
}

// ItemID is the criterion's opaque id in the graph.
func (r *Rating) ItemID() GlobalID { return GlobalID{"RatingItem", r.RatingItemID} }

// InspectionTemplate is what an inspection asks for.
type InspectionTemplate struct {
	Row
	ID           int64              `see:"anyone"`
	Code         string             `see:"anyone"`
	Name         string             `see:"anyone"`
	SubServiceID *int64             `see:"anyone"`
	Kind         lifecycle.Kind     `see:"anyone"`
	Sections     []*TemplateSection `see:"anyone"`
	Active       *bool              `see:"admin"`
	Version      *int64             `see:"admin"`
	CreatedAt    *time.Time         `see:"admin"`
	UpdatedAt    *time.Time         `see:"admin"`
}

// GlobalID is the template's opaque id in the graph.
func (t *InspectionTemplate) GlobalID() GlobalID { return GlobalID{"InspectionTemplate", t.ID} }

// TemplateSection is one part of a template.
type TemplateSection struct {
	Row
	Key   string          `see:"anyone"`
	Title string          `see:"anyone"`
	Items []*TemplateItem `see:"anyone"`
}

// TemplateItem is one thing that is asked for.
type TemplateItem struct {
	Row
	Key      string                `see:"anyone"`
	Label    string                `see:"anyone"`
	Kind     lifecycle.FindingKind `see:"anyone"`
	Required bool                  `see:"anyone"`
	Options  []string              `see:"anyone"`
}

// RatingItem is one criterion of a review.
type RatingItem struct {
	Row
	ID          int64      `see:"anyone"`
	Name        string     `see:"anyone"`
	Description *string    `see:"anyone"`
	Position    int32      `see:"anyone"`
	Active      *bool      `see:"admin"`
	Version     *int64     `see:"admin"`
	CreatedAt   *time.Time `see:"admin"`
	UpdatedAt   *time.Time `see:"admin"`
}

// GlobalID is the criterion's opaque id in the graph.
func (r *RatingItem) GlobalID() GlobalID { return GlobalID{"RatingItem", r.ID} }
