package graph

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"kontrak/graph/model"
	"kontrak/internal/fault"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/once"
	"kontrak/internal/view"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// presenter turns every error into what a client reads: message, and under
// extensions code, kind, fields and further facts. An error that is no fault is
// ours: it is logged with an id, and the client gets a plain sentence and the id.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := graphql.DefaultErrorPresenter(ctx, err)
		if f, ok := fault.As(err); ok && f.Kind != fault.Internal {
			return dress(shown, f)
		}
		if f := bodyFault(ctx); f != nil {
			return dress(shown, f)
		}
		if code, known := shown.Extensions["code"]; known {
			shown.Extensions["kind"] = kindOfCode(code)
			return shown
		}
		if field, bad := badValue(ctx, shown); bad {
			f := fault.New(fault.InputInvalid, "")
			f.Fields = []fault.Field{{Name: field, Message: shown.Message}}
			return dress(shown, f)
		}
		if isProtocol(err) {
			shown.Extensions = map[string]any{"code": fault.BadRequest, "kind": fault.Malformed}
			return shown
		}
		id := rand.Text()[:12]
		log.ErrorContext(ctx, "internal error", "error_id", id, "path", shown.Path.String(), "error", err)
		f := fault.New(fault.InternalError, "")
		shown = dress(shown, f)
		shown.Extensions["errorId"] = id
		return shown
	}
}

// dress puts a fault's facts on an error.
func dress(shown *gqlerror.Error, f *fault.Error) *gqlerror.Error {
	shown.Message = f.Message
	shown.Extensions = map[string]any{"code": f.Code, "kind": f.Kind}
	if len(f.Fields) > 0 {
		shown.Extensions["fields"] = f.Fields
	}
	if len(f.Refusals) > 0 {
		shown.Extensions["refusals"] = f.Refusals
	}
	if len(f.Meta) > 0 {
		shown.Extensions["meta"] = f.Meta
	}
	return shown
}

// kindOfCode gives the kind of an error that the engine has coded.
func kindOfCode(code any) fault.Kind {
	switch fmt.Sprint(code) {
	case "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED":
		return fault.Malformed
	case string(fault.BodyTooLarge):
		return fault.Limited
	}
	return fault.Invalid
}

// badValue gives the path of the argument, below its field, whose value the
// engine could not read, and whether that is what the error is about.
func badValue(ctx context.Context, e *gqlerror.Error) (field string, bad bool) {
	at := graphql.GetPath(ctx)
	if graphql.GetFieldContext(ctx) == nil || len(e.Path) <= len(at) {
		return "", false
	}
	return e.Path[len(at):].String(), true
}

// isProtocol tells whether the error is about the request itself: the engine
// made it from a value of the client, and nothing underneath failed.
func isProtocol(err error) bool {
	var e *gqlerror.Error
	return errors.As(err, &e) && e.Err == nil && errors.Unwrap(e) == nil
}

// recovered makes a panic of a resolver into an internal error.
func recovered(ctx context.Context, panicked any) error {
	return fault.New(fault.InternalError, "").Because(fmt.Errorf("panic: %v\n%s", panicked, debug.Stack()))
}

// userErrors gives the errors that belong into a mutation's payload: those that
// the caller can act on. Others stay errors of the response.
func userErrors(err error) ([]*model.UserError, error) {
	if err == nil || errors.Is(err, once.ErrDone) { // done before: nothing is wrong, and nothing is there to show
		return []*model.UserError{}, nil
	}
	f, ok := fault.As(err)
	if !ok || f.Code == fault.KeyConflict { // the request contradicts an earlier one, whatever it asks for
		return nil, err
	}
	switch f.Kind {
	case fault.NotFound, fault.Forbidden, fault.Invalid, fault.Conflict:
	default:
		return nil, err
	}
	if len(f.Fields) == 0 {
		return []*model.UserError{toUserError(f, nil, f.Message)}, nil
	}
	list := make([]*model.UserError, len(f.Fields))
	for i, field := range f.Fields {
		list[i] = toUserError(f, &field.Name, field.Name+" "+field.Message)
	}
	return list, nil
}

func toUserError(f *fault.Error, field *string, message string) *model.UserError {
	e := &model.UserError{Field: field, Code: string(f.Code), Message: message, Refusals: []*view.Refusal{}}
	for _, r := range f.Refusals {
		e.Refusals = append(e.Refusals, view.RefusalOf(r))
	}
	return e
}
