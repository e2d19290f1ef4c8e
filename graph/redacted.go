package graph

import (
	"context"
	"slices"
	"sync"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/view"

	"github.com/vektah/gqlparser/v2/ast"
)

// shownPaths is how many paths of a field extensions.redacted lists.
const shownPaths = 20

// redacted lists under extensions.redacted which fields are null because of
// their audience. It depends on rule and position only: whether there was a
// value is not told (rulings, "Declared disclosures").
//
// It is a field interceptor, as the engine's contract has it; an engine that can
// tells it of each null instead, so that other fields cost nothing.
type redacted struct{}

// redaction is one field that was left out, by coordinate and rule.
type redaction struct {
	Field string   `json:"field"`
	Rule  string   `json:"rule"`
	Count int      `json:"count"`
	Paths []string `json:"paths"`
}

type redactions struct {
	mu   sync.Mutex
	list []*redaction
}

type redactionsKey struct{}

// ExtensionName names the extension.
func (redacted) ExtensionName() string { return "Redacted" }

// Validate accepts every schema.
func (redacted) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse collects what one response leaves out.
func (redacted) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	all := &redactions{}
	resp := next(context.WithValue(ctx, redactionsKey{}, all))
	if resp != nil && len(all.list) > 0 {
		if resp.Extensions == nil {
			resp.Extensions = map[string]any{}
		}
		resp.Extensions["redacted"] = all.list
	}
	return resp
}

// InterceptField looks at every field, for an engine that knows no better.
func (r redacted) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	res, err := next(ctx)
	if fc := graphql.GetFieldContext(ctx); err == nil && res == nil && fc.Parent != nil {
		r.ObserveNull(ctx, fc.Parent.Result, fc.Object, fc.Field.Name, fc.Path)
	}
	return res, err
}

// ObserveNull notes a field that is null because of its audience.
func (redacted) ObserveNull(ctx context.Context, parent any, object, field string, path func() ast.Path) {
	rule, hidden := view.Hidden(parent, field)
	all, ok := ctx.Value(redactionsKey{}).(*redactions)
	if !hidden || !ok {
		return
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	i := slices.IndexFunc(all.list, func(r *redaction) bool {
		return r.Rule == rule && len(r.Field) == len(object)+1+len(field) && r.Field[:len(object)] == object && r.Field[len(object)+1:] == field
	})
	if i < 0 {
		i = len(all.list)
		all.list = append(all.list, &redaction{Field: object + "." + field, Rule: rule})
	}
	r := all.list[i]
	if r.Count++; r.Count <= shownPaths {
		r.Paths = append(r.Paths, path().String())
	}
}
