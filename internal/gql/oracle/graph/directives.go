package graph

import (
	"context"
	"errors"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/oracle/graph/model"
)

var errDenied = errors.New("denied")

func pass(ctx context.Context, _ any, next graphql.Resolver, _ string, _ *model.Mode, _ *model.Area, _ *int) (any, error) {
	return next(ctx)
}

func deny(context.Context, any, graphql.Resolver) (any, error) { return nil, errDenied }

// errNoStream is the answer to subscriptions, which the oracle only validates.
var errNoStream = errors.New("there are no streams here")
