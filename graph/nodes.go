package graph

import (
	"context"
	"fmt"

	"kontrak/graph/model"
	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// maxNodes is how many objects nodes gives at once.
const maxNodes = 100

// nodeLoader reads the objects of one type, in the order of their numbers; nil
// stands for one that the caller may not know of.
type nodeLoader func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error)

// nodeLoaders are the types with a global id that can be fetched by it.
var nodeLoaders = map[string]nodeLoader{
	"Contract": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.ContractsByID(ctx, numbers, contractWants(ctx, "")))
	},
	"Partner": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.PartnersByID(ctx, numbers, partnerWants(ctx, "")))
	},
	"Institution": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.InstitutionsByID(ctx, numbers))
	},
	"SubService": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.SubServicesByID(ctx, numbers))
	},
	"Service": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.ServicesByID(ctx, numbers))
	},
	"Certification": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.CertificationsByID(ctx, numbers))
	},
	"Agreement": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.AgreementsByID(ctx, numbers, agreementWants(ctx, "")))
	},
	"Counterparty": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.CounterpartiesByID(ctx, numbers))
	},
	"Tag": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.TagsByID(ctx, numbers))
	},
	"Signature": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.SignaturesByID(ctx, numbers, signerWants(ctx)))
	},
	"SignatureTemplate": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.SignatureTemplatesByID(ctx, numbers))
	},
	"Notification": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return asNodes(app.NotificationsByID(ctx, numbers))
	},
	"User": func(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
		return ownUser(ctx, app, numbers)
	},
}

// nodesByID reads objects of any types, each type in one call.
//
// Faults: UNAUTHENTICATED; INVALID for what is no id of this graph.
func nodesByID(ctx context.Context, app *market.App, field string, globalIDs []string) ([]model.Node, error) {
	if err := signedIn(ctx); err != nil {
		return nil, err
	}
	var bad fault.Fields
	bad.Check(len(globalIDs) <= maxNodes, field, "must hold at most %d ids", maxNodes)
	numbers, places := map[string][]int64{}, map[string][]int{}
	for i, id := range globalIDs {
		typeName, n, ok := view.ParseGlobalID(id)
		bad.Check(ok && nodeLoaders[typeName] != nil, place(field, i), "is not an id of this graph")
		numbers[typeName] = append(numbers[typeName], n)
		places[typeName] = append(places[typeName], i)
	}
	if err := bad.Err(fault.InputInvalid); err != nil {
		return nil, err
	}
	list := make([]model.Node, len(globalIDs))
	for typeName, wanted := range numbers {
		found, err := nodeLoaders[typeName](ctx, app, wanted)
		if err != nil {
			return nil, err
		}
		for i, at := range places[typeName] {
			list[at] = found[i]
		}
	}
	return list, nil
}

// place names one of several ids by its position, and a single one by its field.
func place(field string, i int) string {
	if field == "ids" {
		return fmt.Sprintf("ids[%d]", i)
	}
	return field
}

// asNodes gives views as nodes, keeping nil a nil.
func asNodes[V any, P interface {
	*V
	model.Node
}](views []P, err error) ([]model.Node, error) {
	list := make([]model.Node, len(views))
	for i, v := range views {
		if v != nil {
			list[i] = v
		}
	}
	return list, err
}

// ownUser gives the caller's own account; other accounts do not exist for it.
func ownUser(ctx context.Context, app *market.App, numbers []int64) ([]model.Node, error) {
	me, err := app.Viewer(ctx, partnerWants(ctx, "partner."))
	list := make([]model.Node, len(numbers))
	for i, n := range numbers {
		if err == nil && me.ID == n {
			list[i] = me
		}
	}
	return list, err
}
