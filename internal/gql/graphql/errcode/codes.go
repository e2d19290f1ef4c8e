// Package errcode names the codes of errors that are about the request, not about its data.
package errcode

import (
	"errors"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The codes of requests that are not executed.
const (
	ValidationFailed = "GRAPHQL_VALIDATION_FAILED"
	ParseFailed      = "GRAPHQL_PARSE_FAILED"
)

// ErrorKind says whose fault an error is.
type ErrorKind int

// The kinds: of the protocol (the operation did not run) and of the user (it ran).
const (
	KindProtocol ErrorKind = iota
	KindUser
)

var kinds = map[string]ErrorKind{ValidationFailed: KindProtocol, ParseFailed: KindProtocol}

// RegisterErrorType gives a code a kind. Call it before any server runs.
func RegisterErrorType(code string, kind ErrorKind) { kinds[code] = kind }

// Set writes the code into err's extensions; it does nothing to an error that is not of GraphQL.
func Set(err error, value string) {
	var known *gqlerror.Error
	if !errors.As(err, &known) {
		return
	}
	if known.Extensions == nil {
		known.Extensions = map[string]any{}
	}
	known.Extensions["code"] = value
}

// GetErrorKind is KindProtocol when one of the errors is.
func GetErrorKind(errs gqlerror.List) ErrorKind {
	for _, err := range errs {
		if code, ok := err.Extensions["code"].(string); ok {
			if kind, known := kinds[code]; known && kind != KindUser {
				return kind
			}
		}
	}
	return KindUser
}
