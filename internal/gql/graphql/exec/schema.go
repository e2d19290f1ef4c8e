// Package exec executes operations: it is what generated code is written against, and nothing else should import it.
//
// An operation is compiled once into a plan: a tree of nodes (one per selection and concrete object type) joined by
// edges (one per field that is not read straight off its parent). It then runs in two phases. Phase one goes breadth
// first: each edge takes all objects of its parent node at once and fills the columns of its children, so that a batch
// resolver is called once per edge, whatever the number of rows. Phase two goes depth first and appends JSON to a
// buffer, reading leaves off the objects in the columns; where null must not stand the buffer is cut back to the
// nearest place where it may. Errors wait in their slots until phase two meets them, so their order is the document's.
package exec

import (
	"context"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/bounded"
)

// Root is what the fields of root types have for a parent.
type Root struct{}

// Schema is the tables of an executable schema.
type Schema struct {
	ast        *ast.Schema
	objects    []objectTable
	byName     map[string]objectTable
	directives map[string]*Directive
	workers    int
	plans      *bounded.Cache[*ast.OperationDefinition, *operation]
	meta       *metaTables
}

// Settings are the parts of a Schema.
type Settings struct {
	AST        *ast.Schema
	Objects    []Table
	Inputs     []Input
	Directives []*Directive
	// Workers is how many calls of resolvers may run side by side at one place; below 2 none do.
	Workers int
}

// Table is the table of one object type.
type Table interface{ table() objectTable }

// New puts tables together. It panics when a field of the schema has no entry, since that can only be a mistake of the
// generator.
func New(s Settings) *Schema {
	sc := &Schema{
		ast: s.AST, byName: map[string]objectTable{}, directives: map[string]*Directive{}, workers: s.Workers, meta: newMeta(),
		plans: bounded.New[*ast.OperationDefinition, *operation](maxOperations, maxFields),
	}
	for _, t := range append(s.Objects, sc.meta.tables()...) {
		o := t.table()
		o.register(len(sc.objects))
		sc.objects = append(sc.objects, o)
		sc.byName[o.typeName()] = o
	}
	for _, in := range s.Inputs {
		in.attach(sc)
	}
	for _, d := range s.Directives {
		sc.directives[d.name] = d
	}
	for _, o := range sc.objects {
		def := s.AST.Types[o.typeName()]
		if def == nil {
			continue
		}
		for _, f := range def.Fields {
			if f.Name != "__schema" && f.Name != "__type" && !o.has(f.Name) {
				panic(fmt.Sprintf("exec: no entry for field %s.%s", def.Name, f.Name))
			}
		}
	}
	return sc
}

// AST is the schema.
func (s *Schema) AST() *ast.Schema { return s.ast }

// Exec starts the operation of ctx. The handler it returns gives the response once, or once per event.
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation == ast.Subscription {
		return s.subscribe(ctx, op)
	}
	done := false
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		p, err := s.plan(ctx, op)
		if err != nil {
			graphql.AddError(ctx, err)
			return &graphql.Response{} // nothing ran
		}
		return run(ctx, op, p, nil)
	}
}
