package exec

import (
	"context"

	"kontrak/internal/gql/graphql"
)

// Planned makes or finds the plan of an operation, as Exec does.
func (s *Schema) Planned(ctx context.Context, op *graphql.OperationContext) (known any, err error) {
	return s.plan(ctx, op)
}
