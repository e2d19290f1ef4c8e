package graph

import (
	"fmt"

	"kontrak/graph/model"
	"kontrak/internal/market"
)

func fromContractInspect(in model.ContractInspectInput) market.InspectContract {
	return market.InspectContract{
		Sections: optionalList(in.Sections, toFindingSection), Photos: optionalList(in.Photos, toAttachment), Submit: in.Submit,
	}
}

func toFindingSection(in *model.FindingSectionInput) market.FindingSection {
	return market.FindingSection{Key: in.Key, Items: each(in.Items, func(f *model.FindingInput) market.Finding {
		return market.Finding{Key: f.Key, Value: f.Value, Note: f.Note}
	})}
}

func fromContractConclude(in model.ContractConcludeInput) market.ConcludeContract {
	return market.ConcludeContract{
		Result: optional(in.Result), Summary: optional(in.Summary), Recommendation: optional(in.Recommendation),
		Photos: optionalList(in.Photos, toAttachment),
	}
}

// fromContractReview makes a review. An id that is none rates nothing, and the
// use-case says which criterion is missing.
func fromContractReview(in model.ContractReviewInput) market.ReviewContract {
	return market.ReviewContract{Ratings: toRates(in.Ratings), Comment: optional(in.Comment)}
}

func toRates(in []*model.RateInput) []market.Rate {
	var bad ids
	rates := make([]market.Rate, len(in))
	for i, rate := range in {
		id := bad.one(fmt.Sprintf("ratings[%d].ratingItem", i), "RatingItem", rate.RatingItem)
		rates[i] = market.Rate{RatingItemID: id, Rate: int(rate.Rate)}
	}
	return rates
}

// fromFindingInput reads what is asked about findings.
func fromFindingInput(in *model.ContractActionInput, to *market.ActionInput) {
	to.Inspection = &market.InspectContract{Sections: optionalList(in.Sections, toFindingSection), Submit: in.Submit != nil && *in.Submit}
	to.Conclusion = &market.ConcludeContract{
		Result: optional(in.Result), Summary: optional(in.Summary), Recommendation: optional(in.Recommendation),
	}
	to.Review = &market.ReviewContract{Ratings: toRates(in.Ratings), Comment: optional(in.Comment)}
}
