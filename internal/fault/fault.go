// Package fault holds the one error type that leaves the domain.
//
// A use-case fails with an *Error, and every transport turns its kind into a
// status and its code into the envelope of its dialect. Anything that is not an
// *Error is internal: it is logged with an id, and the caller gets a plain
// sentence and that id.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind decides the status of an answer. The order of the constants is the order
// in which the checks of a use-case run.
type Kind string

// The kinds of faults, in the order in which a request meets them.
const (
	Malformed       Kind = "malformed"       // the request cannot be decoded
	Unauthenticated Kind = "unauthenticated" // no token, or a bad one
	Forbidden       Kind = "forbidden"       // the role, or this row, refuses the caller
	NotFound        Kind = "not_found"       // unknown, or not for the caller to know of
	Invalid         Kind = "invalid"         // fields are wrong, all of them named
	Conflict        Kind = "conflict"        // the state refuses, or somebody was faster
	Limited         Kind = "limited"         // too much, too often, or too large
	Unavailable     Kind = "unavailable"     // cannot be answered now; the same request may pass later
	Internal        Kind = "internal"        // a mistake of ours
)

// Field is what is wrong with one field of the input.
type Field struct {
	// Name is the path of the field as the use-case knows it, e.g. "partner_id".
	Name string `json:"field"`
	// Message says what is wrong and what would be right.
	Message string `json:"message"`
}

// Refusal is one reason why an action is refused: which rule, what it needs, and
// what is the case. It names roles, never a person.
type Refusal struct {
	Rule   string `json:"rule"`
	Needed string `json:"needed"`
	Actual string `json:"actual"`
	// Who are the roles for which the rule is met: for a role, those that may ever do
	// it; for a deadline, whose turn it is instead. Empty for a rule about no role.
	Who []string `json:"who,omitempty"`
	// From is the instant from which the rule would be met, if time alone brings it.
	From *time.Time `json:"possibleFrom,omitempty"`
}

// Error is a fault: a failure that its reader can act on.
type Error struct {
	Kind     Kind
	Code     Code
	Message  string
	Fields   []Field
	Refusals []Refusal
	// Meta holds further facts for programs, such as a deadline or a limit.
	Meta  map[string]any
	cause error
}

// New makes a fault of a registered code. It panics when the code is not
// registered, since a code without a kind has no status.
func New(code Code, message string) *Error {
	def, ok := registry[code]
	if !ok {
		panic("fault: unregistered code " + string(code))
	}
	if message == "" {
		message = def.Message
	}
	return &Error{Kind: def.Kind, Code: code, Message: message}
}

// Newf is New with a formatted message.
func Newf(code Code, format string, args ...any) *Error {
	return New(code, fmt.Sprintf(format, args...))
}

// Error gives the message, and the cause for the log.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap gives the cause, which is never shown to a caller.
func (e *Error) Unwrap() error { return e.cause }

// Because returns the fault with a cause for the log.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// With returns the fault with one more fact for programs.
func (e *Error) With(key string, value any) *Error {
	if e.Meta == nil {
		e.Meta = map[string]any{}
	}
	e.Meta[key] = value
	return e
}

// Refuse returns the fault with a reason of refusal.
func (e *Error) Refuse(rule, needed, actual string) *Error {
	e.Refusals = append(e.Refusals, Refusal{Rule: rule, Needed: needed, Actual: actual})
	return e
}

// Sentence gives the message, and for a limit the seconds until one may come again: for
// envelopes that have no other place for them.
func (e *Error) Sentence() string {
	wait, ok := e.Meta["retry_after"]
	if !ok {
		return e.Message
	}
	return fmt.Sprintf("%s Seconds to wait: %v.", e.Message, wait)
}

// As gives the fault in err's chain.
func As(err error) (*Error, bool) { return errors.AsType[*Error](err) }

// Is tells whether err's chain holds a fault with that code.
func Is(err error, code Code) bool {
	e, ok := As(err)
	return ok && e.Code == code
}

// Fields collects what is wrong with an input, so that all bad fields are
// answered at once. The zero value is ready.
type Fields struct{ list []Field }

// Add notes that a field is wrong.
func (f *Fields) Add(name, format string, args ...any) {
	f.list = append(f.list, Field{Name: name, Message: fmt.Sprintf(format, args...)})
}

// Check notes that a field is wrong unless ok.
func (f *Fields) Check(ok bool, name, format string, args ...any) {
	if !ok {
		f.Add(name, format, args...)
	}
}

// Take notes the fields that another fault names.
func (f *Fields) Take(err error) {
	if e, ok := As(err); ok {
		f.list = append(f.list, e.Fields...)
	}
}

// TakeOther notes the fields that another fault names, but those of which something
// is noted: what cannot be read is not also said to be missing.
func (f *Fields) TakeOther(err error) {
	e, ok := As(err)
	if !ok {
		return
	}
	noted := slices.Clone(f.list)
	for _, field := range e.Fields {
		if !slices.ContainsFunc(noted, func(n Field) bool { return n.Name == field.Name }) {
			f.list = append(f.list, field)
		}
	}
}

// Err gives nil when nothing is wrong, else one fault of the code that names
// every bad field, in the order of their names.
func (f *Fields) Err(code Code) error {
	if len(f.list) == 0 {
		return nil
	}
	e := New(code, "")
	e.Fields = slices.Clone(f.list)
	slices.SortStableFunc(e.Fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return e
}
