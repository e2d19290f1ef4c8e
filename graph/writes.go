package graph

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/once"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// writes is the extension that counts mutations against their caller's limit, and
// gives each of them its key: that of the header Idempotency-Key, or of the request's
// extension idempotencyKey. A WebSocket has no header for each operation.
type writes struct{ HandlerConfig }

var _ graphql.OperationInterceptor = writes{}

// ExtensionName is Writes.
func (writes) ExtensionName() string { return "Writes" }

// Validate accepts every schema.
func (writes) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation refuses what is too much, and a key that is none.
func (e writes) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	who := actor.From(ctx)
	if op.Operation.Operation != ast.Mutation || who.Anonymous() {
		return next(ctx)
	}
	fields := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Mutation"})
	key, keyed, err := keyOf(ctx, op)
	if err == nil {
		err = e.Auth.PassWrites(who, len(fields))
	}
	if f, refused := fault.As(err); refused {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{dress(&gqlerror.Error{}, f)}})
	}
	if keyed {
		ctx = once.With(ctx, func(ctx context.Context) (once.Write, error) { return mutationOf(ctx, key, len(fields) > 1) })
	}
	return next(ctx)
}

// keyOf gives the key of a request, and tells whether there is one.
//
// Faults: INVALID for one that is none.
func keyOf(ctx context.Context, op *graphql.OperationContext) (key string, keyed bool, err error) {
	if c := callerOf(ctx); c == nil || c.end == nil {
		if key, keyed, err = once.Sent(op.Headers); err != nil {
			return "", false, err
		}
	}
	sent, there := op.Extensions[once.Extension]
	if !there || sent == nil {
		return key, keyed, nil
	}
	text, _ := sent.(string)
	if keyed && text != key {
		return "", false, once.Refuse("differs from the request's extension %s: send one of them", once.Extension)
	}
	return text, true, once.Check(text)
}

// mutationOf gives the write that a field of a mutation is: what it is called and its
// arguments, whatever is selected of the answer. Where an operation has several fields,
// each has the key with its own response key.
func mutationOf(ctx context.Context, key string, several bool) (once.Write, error) {
	field := graphql.GetFieldContext(ctx)
	for field.Parent != nil && field.Parent.Field.Field != nil {
		field = field.Parent
	}
	h := once.NewHash()
	h.Text(field.Field.Name)
	err := hashValue(h, field.Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables))
	if several {
		key += " " + field.Field.Alias // no key holds a space
	}
	return once.Write{Operation: "Mutation." + field.Field.Name, Key: key, Hash: h.Sum()}, err
}

// hashValue adds a value as it was sent; of a file, what is in it.
func hashValue(h once.Hash, v any) error {
	switch v := v.(type) {
	case map[string]any:
		h.Text("{", fmt.Sprint(len(v)))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			h.Text(name)
			if err := hashValue(h, v[name]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		h.Text("[", fmt.Sprint(len(v)))
		for _, item := range v {
			if err := hashValue(h, item); err != nil {
				return err
			}
		}
		return nil
	case graphql.Upload:
		h.Text("file", v.Filename)
		return h.File(v.File)
	case *graphql.Upload:
		return hashValue(h, *v)
	}
	return h.JSON(v)
}
