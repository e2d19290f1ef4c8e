package graph

import (
	"context"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/market"
)

// contractParts says which field of a contract needs which part of it.
var contractParts = []struct {
	field string
	part  market.ContractWant
}{
	{"institution", market.WantInstitution},
	{"partner", market.WantPartner},
	{"subService", market.WantSubService},
	{"payment.paymentMethod", market.WantPaymentMethod},
	{"payment.promotion", market.WantPromotion},
	{"hasPendingExtensionRequest", market.WantPendingRequest},
	{"canRequestExtension", market.WantPendingRequest},
	{"approachingScheduledStart", market.WantReminder},
	{"schedules", market.WantSchedules},
	{"contactPersons", market.WantContactPersons},
	{"pricingItems", market.WantPricingItems},
	{"assignments", market.WantAssignments},
	{"timeAdjustments", market.WantTimeAdjustments},
	{"pendingTimeAdjustment", market.WantTimeAdjustments},
	{"inspection", market.WantInspection},
	{"conclusion", market.WantConclusion},
	{"review", market.WantReview},
	{"review.ratings", market.WantRatings},
}

// partnerParts says which field of a partner needs which part of it.
var partnerParts = []struct {
	field string
	part  market.PartnerWant
}{
	{"location", market.WantLocation},
	{"city", market.WantLocation},
	{"locations", market.WantLocations},
	{"education", market.WantEducation},
	{"prices", market.WantPrices},
	{"completedContractsCount", market.WantCompleted},
	{"competencies", market.WantCompetencies},
	{"price", market.WantPrice},
	{"isWishlisted", market.WantWishlisted},
	{"phoneNumber", market.WantPhone},
	{"email", market.WantPrivate},
	{"identityNumber", market.WantPrivate},
	{"birthDate", market.WantPrivate},
	{"birthPlace", market.WantPrivate},
	{"statusReason", market.WantPrivate},
	{"verificationReason", market.WantPrivate},
	{"identityCard", market.WantPrivate},
	{"submittedAt", market.WantPrivate},
	{"deletedAt", market.WantPrivate},
}

// contractWants is what the selection asks of contracts that stand under the
// paths, each "" or ending in a dot.
func contractWants(ctx context.Context, under ...string) market.ContractWants {
	var w market.ContractWants
	for _, prefix := range under {
		for _, p := range contractParts {
			if w.Parts&p.part == 0 && graphql.FieldRequested(ctx, prefix+p.field) {
				w.Parts |= p.part
			}
		}
		if w.Parts&(market.WantPartner|market.WantAssignments) != 0 {
			w.Partner |= partnerWants(ctx, prefix+"partner.", prefix+"assignments.partner.")
		}
	}
	return w
}

// partnerWants is what the selection asks of partners that stand under the paths.
func partnerWants(ctx context.Context, under ...string) market.PartnerWant {
	var w market.PartnerWant
	for _, prefix := range under {
		for _, p := range partnerParts {
			if w&p.part == 0 && graphql.FieldRequested(ctx, prefix+p.field) {
				w |= p.part
			}
		}
	}
	return w
}

// wantsTotal tells whether a connection has to be counted.
func wantsTotal(ctx context.Context) bool { return graphql.FieldRequested(ctx, "totalCount") }

// inConnection are the paths of a connection's items.
var inConnection = []string{"nodes.", "edges.node."}
