package graph

import (
	"context"
	_ "embed" // the document
	"encoding/json"
	"fmt"

	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/executor"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// webhookDocument asks for what webhooks are sent, by type.
//
//go:embed webhook.graphql
var webhookDocument string

// Renderer asks the graph for somebody who is not here: what is sent to a receiver is what
// its owner would see by asking.
type Renderer struct{ exec *executor.Executor }

// NewRenderer makes a Renderer.
func NewRenderer(app *market.App, auth *authn.Service) *Renderer {
	return &Renderer{exec: executor.New(NewExecutableSchema(Config{Resolvers: &Resolver{App: app, Auth: auth}}))}
}

// Webhook gives what a webhook is sent of a record of that type ("Contract", "Agreement"),
// as the actor sees it now: the data of an answer, such as {"contract": {…}}. What it may
// not know of is null there; of another type there is nothing, {}.
func (r *Renderer) Webhook(ctx context.Context, who actor.Actor, typeName string, id int64) (json.RawMessage, error) {
	if typeName != "Contract" && typeName != "Agreement" {
		return json.RawMessage("{}"), nil
	}
	ctx = graphql.StartOperationTrace(actor.With(ctx, who))
	op, bad := r.exec.CreateOperationContext(ctx, &graphql.RawParams{
		Query: webhookDocument, OperationName: typeName,
		Variables: map[string]any{"id": view.GlobalID{Type: typeName, Number: id}.String()},
	})
	if len(bad) > 0 {
		return nil, fmt.Errorf("graph: %w", bad)
	}
	next, ctx := r.exec.DispatchOperation(ctx, op)
	answer := next(ctx)
	if len(answer.Errors) > 0 {
		return nil, fmt.Errorf("graph: %w", answer.Errors)
	}
	return answer.Data, nil
}
