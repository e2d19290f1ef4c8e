package graphql

import (
	"context"
	"fmt"
	"sync"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql/internal/scope"
)

type responseContext struct {
	present ErrorPresenterFunc
	recover RecoverFunc

	mu         sync.Mutex
	errors     gqlerror.List
	extensions map[string]any
}

func getResponseContext(ctx context.Context) *responseContext {
	rc, ok := ctx.Value(scope.Response).(*responseContext)
	if !ok {
		panic("graphql: missing response context")
	}
	return rc
}

// WithResponseContext begins the errors and extensions of a response.
func WithResponseContext(ctx context.Context, presenterFunc ErrorPresenterFunc, recoverFunc RecoverFunc) context.Context {
	return context.WithValue(ctx, scope.Response, &responseContext{present: presenterFunc, recover: recoverFunc})
}

// WithFreshResponseContext begins another response of the same operation.
func WithFreshResponseContext(ctx context.Context) context.Context {
	rc := getResponseContext(ctx)
	return WithResponseContext(ctx, rc.present, rc.recover)
}

// GetErrors returns a copy of the response's errors, nil when there are none.
func GetErrors(ctx context.Context) gqlerror.List {
	rc := getResponseContext(ctx)
	rc.mu.Lock()
	defer rc.mu.Unlock()
	if len(rc.errors) == 0 {
		return nil
	}
	list := make(gqlerror.List, len(rc.errors))
	for i, err := range rc.errors {
		c := *err
		list[i] = &c
	}
	return list
}

// RegisterExtension adds an entry to the response's extensions; it panics when the key is taken.
func RegisterExtension(ctx context.Context, key string, value any) {
	rc := getResponseContext(ctx)
	rc.mu.Lock()
	defer rc.mu.Unlock()
	if _, taken := rc.extensions[key]; taken {
		panic(fmt.Errorf("extension already registered for key %s", key))
	}
	if rc.extensions == nil {
		rc.extensions = map[string]any{}
	}
	rc.extensions[key] = value
}

// GetExtensions returns the response's extensions.
func GetExtensions(ctx context.Context) map[string]any {
	rc := getResponseContext(ctx)
	if rc.extensions == nil {
		return map[string]any{}
	}
	return rc.extensions
}

// GetExtension returns one of the response's extensions, or nil.
func GetExtension(ctx context.Context, name string) any {
	return getResponseContext(ctx).extensions[name]
}
