package exec

import (
	"context"

	"kontrak/internal/gql/graphql"
)

// Planned makes or finds the plan of an operation, as Exec does.
func (s *Schema) Planned(ctx context.Context, op *graphql.OperationContext) (known any, err error) {
	return s.plan(ctx, op)
}

// WriteWithCare has nothing of an operation written quickly from now on.
func (s *Schema) WriteWithCare(op *graphql.OperationContext) {
	known, ok := s.plans.Get(op.Operation)
	if !ok {
		ctx := context.Background()
		if _, err := s.plan(ctx, op); err != nil {
			panic(err)
		}
		known, _ = s.plans.Get(op.Operation)
	}
	for _, p := range known.plans {
		for i := range p.careful {
			p.careful[i].Store(true)
		}
	}
}
