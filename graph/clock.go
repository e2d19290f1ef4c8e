package graph

import (
	"context"

	"kontrak/graph/model"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// unmoved keeps a held clock where it is while a response is made, so that an
// operation meets one instant; an operation that moves the clock waits for the
// others.
type unmoved struct{ app *market.App }

var _ graphql.ResponseInterceptor = unmoved{}

// ExtensionName names the extension.
func (unmoved) ExtensionName() string { return "UnmovedClock" }

// Validate accepts every schema.
func (unmoved) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse makes the response, of a subscription each one.
func (u unmoved) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	staying, leave := u.app.StayClock(ctx)
	defer leave()
	return next(staying)
}

// shownFirings is how many firings a payload lists.
const shownFirings = 100

func fromClockAdvance(in model.ClockAdvanceInput) market.AdvanceClock {
	return market.AdvanceClock{To: in.To, By: in.By}
}

func toClockAdvancePayload(v *view.ClockAdvance, err error) (*model.ClockAdvancePayload, error) {
	bad, err := userErrors(err)
	p := &model.ClockAdvancePayload{Fired: []*view.Firing{}, UserErrors: bad}
	if v != nil {
		p.Now, p.Fired, p.FiredCount = &v.Now, v.Fired[:min(shownFirings, len(v.Fired))], int32(len(v.Fired))
	}
	return p, err
}

func firedContracts(list []*view.Firing) []int64 {
	ids := make([]int64, len(list))
	for i, f := range list {
		ids[i] = f.ContractID
	}
	return ids
}
