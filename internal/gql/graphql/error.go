package graphql

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql/internal/scope"
)

// ErrorPresenterFunc decides what a client sees of an error.
type ErrorPresenterFunc func(ctx context.Context, err error) *gqlerror.Error

// RecoverFunc turns a panic into the error of the field that panicked.
type RecoverFunc func(ctx context.Context, err any) (userMessage error)

// DefaultErrorPresenter shows a GraphQL error as it is, and the text of any other.
func DefaultErrorPresenter(ctx context.Context, err error) *gqlerror.Error {
	var known *gqlerror.Error
	if errors.As(err, &known) {
		return known
	}
	return located(ctx, gqlerror.WrapPath(GetPath(ctx), err))
}

// DefaultRecover logs the panic and hides it behind one sentence.
func DefaultRecover(ctx context.Context, err any) error {
	slog.ErrorContext(ctx, "panic while resolving", "panic", fmt.Sprint(err), "stack", string(debug.Stack()))
	return gqlerror.Errorf("internal system error")
}

// ErrorOnPath gives err the path and location of the field that ctx stands at, unless it has a path. The error given is
// never changed, and stays reachable through errors.Is and errors.As.
func ErrorOnPath(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var known *gqlerror.Error
	if !errors.As(err, &known) {
		return located(ctx, gqlerror.WrapPath(GetPath(ctx), err))
	}
	if known.Path != nil {
		return err
	}
	path := GetPath(ctx)
	if path == nil {
		return err
	}
	placed := *known
	placed.Path = path
	if err != error(known) {
		placed.Err = err
	}
	return located(ctx, &placed)
}

// located adds the field's place in the document, where the error has none.
func located(ctx context.Context, err *gqlerror.Error) *gqlerror.Error {
	if len(err.Locations) > 0 {
		return err
	}
	if p, ok := ctx.Value(scope.Places).(scope.Placed); ok {
		err.Locations = p.Locations()
		return err
	}
	for fc := GetFieldContext(ctx); fc != nil; fc = fc.Parent {
		if f := fc.Field.Field; f != nil {
			if f.Position != nil {
				err.Locations = []gqlerror.Location{{Line: f.Position.Line, Column: f.Position.Column}}
			}
			break
		}
	}
	return err
}

// AddErrorf adds an error to the field that ctx stands at.
func AddErrorf(ctx context.Context, format string, args ...any) {
	AddError(ctx, fmt.Errorf(format, args...))
}

// AddError adds err to the response, at the field that ctx stands at. The error presenter sees it first.
func AddError(ctx context.Context, err error) {
	if sink, ok := ctx.Value(scope.Errors).(scope.ErrorSink); ok && sink.KeepError(err) {
		return
	}
	rc := getResponseContext(ctx)
	shown := rc.present(ctx, ErrorOnPath(ctx, err))
	if shown == nil {
		return
	}
	if arg, ok := err.(*scope.ArgumentError); ok {
		shown = arg.Shown(shown)
	}
	rc.mu.Lock()
	defer rc.mu.Unlock()
	rc.errors = append(rc.errors, shown)
}

// Recover turns a recovered panic into the error of the field that ctx stands at.
func Recover(ctx context.Context, err any) (userMessage error) {
	return ErrorOnPath(ctx, getResponseContext(ctx).recover(ctx, err))
}

// HasFieldError reports whether the response has an error at that field.
func HasFieldError(ctx context.Context, rctx *FieldContext) bool {
	return len(GetFieldErrors(ctx, rctx)) > 0
}

// GetFieldErrors lists the response's errors at that field.
func GetFieldErrors(ctx context.Context, rctx *FieldContext) gqlerror.List {
	rc := getResponseContext(ctx)
	rc.mu.Lock()
	defer rc.mu.Unlock()
	if len(rc.errors) == 0 {
		return nil
	}
	var found gqlerror.List
	path := rctx.Path()
	for _, err := range rc.errors {
		if samePath(err.Path, path) {
			found = append(found, err)
		}
	}
	return found
}

func samePath(a, b ast.Path) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
