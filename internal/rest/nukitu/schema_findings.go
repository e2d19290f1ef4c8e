package nukitu

import (
	"context"
	"encoding/json"
	"strings"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// modularData is a contract with its template (Nukitu reference, 633).
type modularData struct {
	Contract contractDetail `json:"contract"`
	Template *template      `json:"template"`
}

type templateData struct {
	Template *template `json:"template"`
}

// template is what an inspection asks for (Nukitu reference, 633-640).
type template struct {
	Code     string            `json:"code"`
	Name     string            `json:"name"`
	Sections []templateSection `json:"sections"`
}

type templateSection struct {
	Key   string         `json:"key"`
	Title string         `json:"title"`
	Items []templateItem `json:"items"`
}

type templateItem struct {
	Key      string                `json:"key"`
	Label    string                `json:"label"`
	Kind     lifecycle.FindingKind `json:"kind"`
	Required bool                  `json:"required"`
	Options  []string              `json:"options,omitempty"`
}

func toTemplate(v *view.InspectionTemplate) template {
	return template{Code: v.Code, Name: v.Name, Sections: each(v.Sections, func(s *view.TemplateSection) templateSection {
		return templateSection{Key: s.Key, Title: s.Title, Items: each(s.Items, func(i *view.TemplateItem) templateItem {
			return templateItem{Key: i.Key, Label: i.Label, Kind: i.Kind, Required: i.Required, Options: i.Options}
		})}
	})}
}

// inspectionData is the data of an inspection (ContractInspectionShowResponse).
type inspectionData struct {
	Inspection *inspection `json:"inspection"`
}

// inspection is what was found (ContractInspectionDetail).
type inspection struct {
	ID          int64                      `json:"id"`
	ContractID  int64                      `json:"contract_id"`
	Status      lifecycle.InspectionStatus `json:"status"`
	Modular     modularName                `json:"modular"`
	Sections    []inspectionSection        `json:"sections"`
	Photos      []*string                  `json:"photos"`
	StartedAt   *instant                   `json:"started_at"`
	SubmittedAt *instant                   `json:"submitted_at"`
	CreatedAt   instant                    `json:"created_at"`
	UpdatedAt   instant                    `json:"updated_at"`
}

type modularName struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type inspectionSection struct {
	Key   string    `json:"key"`
	Title string    `json:"title"`
	Items []finding `json:"items"`
}

type finding struct {
	Key   string  `json:"key"`
	Label string  `json:"label"`
	Kind  string  `json:"kind"`
	Value *string `json:"value"`
	Note  *string `json:"note"`
}

func toInspectionData(c *view.Contract) any {
	v := c.Inspection
	if v == nil {
		return nil
	}
	return inspectionData{&inspection{
		ID: v.ID, ContractID: c.ID, Status: v.Status, Modular: modularName{v.TemplateCode, v.TemplateName},
		Sections: each(v.Sections, func(s *view.InspectionSection) inspectionSection {
			return inspectionSection{Key: s.Key, Title: s.Title, Items: each(s.Items, func(i *view.InspectionItem) finding {
				return finding{Key: i.Key, Label: i.Label, Kind: string(i.Kind), Value: i.Value, Note: i.Note}
			})}
		}),
		Photos: each(v.Photos, link), StartedAt: maybe(v.StartedAt, toInstant), SubmittedAt: maybe(v.SubmittedAt, toInstant),
		CreatedAt: instant(v.CreatedAt), UpdatedAt: instant(v.UpdatedAt),
	}}
}

// conclusionData is the data of a conclusion (ContractConclusionShowResponse).
type conclusionData struct {
	Conclusion *conclusion `json:"conclusion"`
}

// conclusion is what an inspection came to (ContractInspectionConclusionDetail).
type conclusion struct {
	ID             int64                      `json:"id"`
	ContractID     int64                      `json:"contract_id"`
	Result         lifecycle.ConclusionResult `json:"result"`
	Summary        string                     `json:"summary"`
	Recommendation *string                    `json:"recommendation"`
	Photos         []*string                  `json:"photos"`
	CreatedAt      instant                    `json:"created_at"`
	UpdatedAt      instant                    `json:"updated_at"`
}

func toConclusionData(c *view.Contract) any {
	v := c.Conclusion
	if v == nil {
		return nil
	}
	return conclusionData{&conclusion{
		ID: v.ID, ContractID: c.ID, Result: v.Result, Summary: v.Summary, Recommendation: v.Recommendation,
		Photos: each(v.Photos, link), CreatedAt: instant(v.CreatedAt), UpdatedAt: instant(v.UpdatedAt),
	}}
}

// reviewData is the data of a review.
type reviewData struct {
	Review *wholeReview `json:"review"`
}

// wholeReview is a review with its rates (Nukitu reference, 3.5).
type wholeReview struct {
	ID          int64         `json:"id"`
	OverallRate float64       `json:"overall_rate"`
	Comment     *string       `json:"comment"`
	Ratings     []givenRating `json:"ratings"`
	CreatedAt   instant       `json:"created_at"`
	UpdatedAt   instant       `json:"updated_at"`
}

type givenRating struct {
	RatingID int64  `json:"rating_id"`
	Name     string `json:"name"`
	Rate     int32  `json:"rate"`
}

func toReviewData(c *view.Contract) any {
	v := c.Review
	if v == nil {
		return nil
	}
	return reviewData{&wholeReview{
		ID: v.ID, OverallRate: v.OverallRate, Comment: v.Comment,
		Ratings: each(v.Ratings, func(r *view.Rating) givenRating {
			return givenRating{RatingID: r.RatingItemID, Name: r.Name, Rate: r.Rate}
		}),
		CreatedAt: instant(v.CreatedAt), UpdatedAt: instant(v.UpdatedAt),
	}}
}

// ratingItem is one criterion (RatingsResponse).
type ratingItem struct {
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	Position    int32   `json:"position"`
}

func toRatingItem(v *view.RatingItem) ratingItem {
	return ratingItem{ID: v.ID, Name: v.Name, Description: v.Description, Position: v.Position}
}

// found answers with a record beside the contract of the path; one that is not
// there is not found.
func found(r *request, app *market.App, w market.ContractWants, noun string, to func(*view.Contract) any) (any, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	v, err := app.Contract(r.Context(), id, w)
	if err != nil {
		return nil, err
	}
	body := to(v)
	if body == nil {
		return nil, fault.New(fault.RecordNotFound, "The contract has no "+noun+" yet.")
	}
	return data(body), nil
}

// actOn answers an action on the contract of the path, whose attributes stand
// under the resource, with what the action wrote.
func actOn(r *request, resource string, to func(*view.Contract) any, do func(context.Context, int64, *attributes) (*view.Contract, error)) (any, error) {
	id, err := r.contractID()
	if err != nil {
		return nil, err
	}
	in := r.attributes(resource)
	v, err := do(market.Unread(r.Context(), in.bad), id, in)
	if err != nil {
		return nil, in.explain(err)
	}
	return data(to(v)), nil
}

// written gives a value as it is written, whether it came as a text, a number or
// true and false; nil when it is absent.
func (a *attributes) written(name string) *string {
	raw, sent := a.values[name]
	if !sent || isNull(raw) {
		return nil
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return &text
	}
	text = string(raw)
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		a.bad.Add(a.prefix+name, "must be a text, a number, or true or false")
		return nil
	}
	return &text
}

// note gives a text; nil when it is absent.
func (a *attributes) note(name string) *string {
	if text := a.optional(name); text.Sent() && !text.Null() {
		return new(text.Or(""))
	}
	return nil
}

// whole gives a field that is a whole number; 0 when it is absent.
func (a *attributes) whole(name string) int {
	var n int
	a.value(name, "must be a whole number", &n)
	return n
}
