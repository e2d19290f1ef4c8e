// Package scope holds what the engine's own packages tell each other through a context: keys, and the hooks of a server
// that concern the way an operation is executed. Nobody outside the engine can import it.
package scope

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Key is the type of the engine's context keys.
type Key string

// The keys under which the engine's values stand in a context.
const (
	Field     Key = "field"
	Operation Key = "operation"
	Response  Key = "response"
	Path      Key = "path"
	Start     Key = "start"
	Errors    Key = "errors"
	Lookahead Key = "lookahead"
	RootField Key = "root field"
	Places    Key = "places"
	hooks     Key = "hooks"
)

// ErrorSink is a place in a result that keeps the errors of its field until the result is written.
type ErrorSink interface {
	// KeepError stores err and reports true, or false when the result is being written already.
	KeepError(err error) bool
}

// Placed knows where in the document the field stands that is being resolved: once for each mention that was merged.
type Placed interface{ Locations() []gqlerror.Location }

// Selected answers which fields are wanted below the field that is being resolved.
type Selected interface {
	// Requested reports whether the dotted path of field names is selected under any type condition.
	Requested(path string) bool
	// Names lists the selected field names, each once, in order of first mention.
	Names() []string
}

// NullObserver is told of each nullable field that is written as null without an error.
type NullObserver interface {
	ObserveNull(ctx context.Context, parent any, object, field string, path func() ast.Path)
}

// CallObserver is put around each call of a resolver: one for all parents of a batch resolver, and one for all parents of
// an ordinary one as long as they run together.
type CallObserver interface {
	ObserveCall(ctx context.Context, object, field string, parents int) (context.Context, func(error))
}

// ArgumentError is an error of a field's argument. Presenters see a path that leads into the argument; what a client
// gets is the path of the field, for a response has no arguments.
type ArgumentError struct {
	// Full is the error with the path that leads into the argument.
	Full *gqlerror.Error
	// Field is the path of the field, Argument the place within its arguments.
	Field    ast.Path
	Argument string
}

func (e *ArgumentError) Error() string { return e.Full.Error() }

// Unwrap gives the error with the path into the argument.
func (e *ArgumentError) Unwrap() error { return e.Full }

// Shown is what a client gets of an error that was presented: a presenter that added nothing of its own leaves the name of
// the argument to the extensions.
func (e *ArgumentError) Shown(presented *gqlerror.Error) *gqlerror.Error {
	if presented.Path.String() != e.Full.Path.String() {
		return presented
	}
	shown := *presented
	shown.Path = e.Field
	if len(shown.Extensions) == 0 {
		shown.Extensions = map[string]any{"argument": e.Argument}
	}
	return &shown
}

// Hooks says what a server wants of an execution beside its answer.
type Hooks struct {
	// ObserveFields is set when field interceptors are installed: every field runs through them.
	ObserveFields bool
	// SplitRoots is set when root field interceptors are installed: each root field runs for itself.
	SplitRoots bool
	// KeepData is set when somebody may hold on to the response's data: it may then not share a pooled buffer.
	KeepData bool
	// Nulls are told of nulls.
	Nulls []NullObserver
	// Calls are put around calls of resolvers, the first outermost.
	Calls []CallObserver
}

var none Hooks

// WithHooks adds h to ctx.
func WithHooks(ctx context.Context, h *Hooks) context.Context {
	return context.WithValue(ctx, hooks, h)
}

// HooksOf returns the hooks of ctx, or ones that ask for nothing.
func HooksOf(ctx context.Context) *Hooks {
	if h, ok := ctx.Value(hooks).(*Hooks); ok {
		return h
	}
	return &none
}
