package graphql

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Response is the answer to an operation, or one event of a subscription.
type Response struct {
	Errors     gqlerror.List   `json:"errors,omitempty"`
	Data       json.RawMessage `json:"data"`
	Label      string          `json:"label,omitempty"`
	Path       ast.Path        `json:"path,omitempty"`
	HasNext    *bool           `json:"hasNext,omitempty"`
	Extensions map[string]any  `json:"extensions,omitempty"`
}

// ErrorResponse is an answer that is one error.
func ErrorResponse(_ context.Context, messagef string, args ...any) *Response {
	return &Response{Errors: gqlerror.List{{Message: fmt.Sprintf(messagef, args...)}}}
}

// OneShot hands out resp once and nil afterwards.
func OneShot(resp *Response) ResponseHandler {
	return func(context.Context) *Response {
		out := resp
		resp = nil
		return out
	}
}
