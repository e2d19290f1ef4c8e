package graph

import (
	"fmt"

	"kontrak/graph/model"
	"kontrak/internal/market"
)

func fromContractInspect(in model.ContractInspectInput) market.InspectContract {
	return market.InspectContract{
		Sections: optionalList(in.Sections, toFindingSection), Photos: optionalList(in.Photos, toPicture), Submit: in.Submit,
	}
}

func toFindingSection(in *model.FindingSectionInput) market.FindingSection {
	return market.FindingSection{Key: in.Key, Items: each(in.Items, func(f *model.FindingInput) market.Finding {
		return market.Finding{Key: f.Key, Value: f.Value, Note: f.Note}
	})}
}

func toPicture(in *model.PictureInput) market.Attachment {
	return market.Attachment{Upload: fromUpload(in.File), Kept: deref(in.URL)}
}

func fromContractConclude(in model.ContractConcludeInput) market.ConcludeContract {
	return market.ConcludeContract{
		Result: optional(in.Result), Summary: optional(in.Summary), Recommendation: optional(in.Recommendation),
		Photos: optionalList(in.Photos, toPicture),
	}
}

// fromContractReview makes a review. An id that is none rates nothing, and the
// use-case says which criterion is missing.
func fromContractReview(in model.ContractReviewInput) market.ReviewContract {
	r := market.ReviewContract{Comment: optional(in.Comment)}
	var bad ids
	for i, rate := range in.Ratings {
		r.Ratings = append(r.Ratings, market.Rate{
			RatingItemID: bad.one(fmt.Sprintf("ratings[%d].ratingItem", i), "RatingItem", rate.RatingItem), Rate: int(rate.Rate),
		})
	}
	return r
}

// findingFields are the names of findings; those within lists keep their places.
var findingFields = fieldNames{}

