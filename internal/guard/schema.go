package guard

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
)

// Schema is the extension that says who may ask for the schema. It takes the
// place of the engine's own, which lets everybody.
type Schema struct {
	// For tells whether the caller may; nil lets everybody.
	For func(context.Context) bool
}

var _ graphql.OperationContextMutator = Schema{}

// ExtensionName is Schema.
func (Schema) ExtensionName() string { return "Schema" }

// Validate accepts every schema.
func (Schema) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses __schema and __type, also in parts that a
// condition leaves out, to those who may not ask for them.
func (s Schema) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = s.For != nil && !s.For(ctx)
	if op.DisableIntrospection && introspects(op.Operation.SelectionSet, map[string]bool{}) {
		return shown(fault.New(fault.TokenMissing, "Sign in to read the schema."))
	}
	return nil
}

func introspects(set ast.SelectionSet, seen map[string]bool) bool {
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			if selection.Name == "__schema" || selection.Name == "__type" {
				return true
			}
		case *ast.InlineFragment:
			if introspects(selection.SelectionSet, seen) {
				return true
			}
		case *ast.FragmentSpread:
			if !seen[selection.Name] && selection.Definition != nil {
				seen[selection.Name] = true
				if introspects(selection.Definition.SelectionSet, seen) {
					return true
				}
			}
		}
	}
	return false
}
