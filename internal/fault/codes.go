package fault

import (
	"cmp"
	"maps"
	"slices"
)

// Code names a fault for programs. Codes are stable: they are never renamed.
type Code string

// The codes. docs/errors.md lists them with their kinds and sentences.
const (
	BadRequest        Code = "BAD_REQUEST"
	BodyTooLarge      Code = "BODY_TOO_LARGE"
	UnsupportedMedia  Code = "UNSUPPORTED_MEDIA_TYPE"
	MethodNotAllowed  Code = "METHOD_NOT_ALLOWED"
	TokenMissing      Code = "UNAUTHENTICATED"
	TokenInvalid      Code = "TOKEN_INVALID"
	TokenExpired      Code = "TOKEN_EXPIRED"
	WrongCredentials  Code = "WRONG_CREDENTIALS"
	EmailNotVerified  Code = "EMAIL_NOT_VERIFIED"
	AccountSuspended  Code = "ACCOUNT_SUSPENDED"
	RoleForbidden     Code = "FORBIDDEN"
	RecordNotFound    Code = "NOT_FOUND"
	InputInvalid      Code = "INVALID"
	ParameterInvalid  Code = "INVALID_PARAMETER"
	PartnerIneligible Code = "PARTNER_NOT_ELIGIBLE"
	WrongState        Code = "WRONG_STATE"
	DeadlinePassed    Code = "DEADLINE_PASSED"
	ClockNotHeld      Code = "CLOCK_NOT_HELD"
	Stale             Code = "STALE"
	Duplicate         Code = "DUPLICATE"
	KeyConflict       Code = "IDEMPOTENCY_CONFLICT"
	RateLimited       Code = "RATE_LIMITED"
	QueryTooLong      Code = "QUERY_TOO_LONG"
	TokenLimit        Code = "TOO_MANY_TOKENS"
	DepthLimit        Code = "QUERY_TOO_DEEP"
	SchemaDepthLimit  Code = "INTROSPECTION_TOO_DEEP"
	AliasLimit        Code = "TOO_MANY_ALIASES"
	FieldAliasLimit   Code = "FIELD_ALIASED_TOO_OFTEN"
	RepetitionLimit   Code = "FIELD_REPEATED_TOO_OFTEN"
	RootFieldLimit    Code = "TOO_MANY_ROOT_FIELDS"
	DirectiveLimit    Code = "TOO_MANY_DIRECTIVES"
	FragmentLimit     Code = "TOO_MANY_FRAGMENTS"
	FieldLimit        Code = "TOO_MANY_FIELDS"
	CostLimit         Code = "QUERY_TOO_COSTLY"
	ResultLimit       Code = "RESULT_TOO_LARGE"
	VariableLimit     Code = "VARIABLES_TOO_LARGE"
	FileCountLimit    Code = "TOO_MANY_FILES"
	FileSizeLimit     Code = "FILE_TOO_LARGE"
	OperationLimit    Code = "TOO_MANY_OPERATIONS"
	BodyTooSlow       Code = "BODY_TOO_SLOW"
	PreflightMissing  Code = "PREFLIGHT_REQUIRED"
	DocumentUnknown   Code = "DOCUMENT_NOT_REGISTERED"
	SlowSubscriber    Code = "SLOW_SUBSCRIBER"
	UpdatesMissed     Code = "UPDATES_MISSED"
	Busy              Code = "BUSY"
	OutcomeUnknown    Code = "OUTCOME_UNKNOWN"
	TimedOut          Code = "TIMEOUT"
	InternalError     Code = "INTERNAL"
)

// Definition is a code with its kind and its default sentence.
type Definition struct {
	Code    Code
	Kind    Kind
	Message string
	// GraphOnly tells that only the graph fails with it: a limit on documents and
	// transports.
	GraphOnly bool
}

var registry = map[Code]Definition{}

func define(code Code, kind Kind, message string) {
	registry[code] = Definition{Code: code, Kind: kind, Message: message}
}

// defineLimit defines the code of a limit of the graph.
func defineLimit(code Code, message string) { defineForGraph(code, Limited, message) }

func defineForGraph(code Code, kind Kind, message string) {
	registry[code] = Definition{Code: code, Kind: kind, Message: message, GraphOnly: true}
}

func init() {
	define(BadRequest, Malformed, "The request cannot be read: send one JSON object.")
	define(BodyTooLarge, Limited, "The request body is too large.")
	define(UnsupportedMedia, Malformed, "The content type is not supported here.")
	define(MethodNotAllowed, Malformed, "The method is not allowed on this path.")
	define(TokenMissing, Unauthenticated, "Sign in first: send Authorization: Bearer with an access token.")
	define(TokenInvalid, Unauthenticated, "The access token is not valid: sign in again.")
	define(TokenExpired, Unauthenticated, "The access token has expired: sign in again.")
	define(WrongCredentials, Unauthenticated, "The e-mail address or the password is wrong.")
	define(EmailNotVerified, Forbidden, "Verify the e-mail address first.")
	define(AccountSuspended, Forbidden, "The account is suspended.")
	define(RoleForbidden, Forbidden, "Your role may not do this.")
	define(RecordNotFound, NotFound, "There is no such record.")
	define(InputInvalid, Invalid, "Some fields are not valid.")
	define(ParameterInvalid, Invalid, "Some parameters are not valid.")
	define(PartnerIneligible, Invalid, "The partner cannot take this contract.")
	define(WrongState, Conflict, "The contract is not in a state that allows this.")
	define(DeadlinePassed, Conflict, "The deadline for this has passed.")
	defineForGraph(ClockNotHeld, Forbidden, "Time is real here: only a clock that is held, as the demo's, can be moved.")
	define(Stale, Conflict, "Somebody else changed this meanwhile: read it again.")
	define(Duplicate, Conflict, "There is already such a record.")
	define(KeyConflict, Conflict, "This idempotency key was used with another request.")
	define(RateLimited, Limited, "Too many requests: wait and try again.")
	defineLimit(QueryTooLong, "The text of the query is too long.")
	defineLimit(TokenLimit, "The query has too many tokens.")
	defineLimit(DepthLimit, "The query nests fields too deep.")
	defineLimit(SchemaDepthLimit, "The query about the schema nests too deep.")
	defineLimit(AliasLimit, "The query has too many aliases.")
	defineLimit(FieldAliasLimit, "The query has too many aliases of one field.")
	defineLimit(RepetitionLimit, "The query names one field too often.")
	defineLimit(RootFieldLimit, "The query has too many root fields.")
	defineLimit(DirectiveLimit, "The query has too many directives.")
	defineLimit(FragmentLimit, "The query has too many fragments.")
	defineLimit(FieldLimit, "The query has too many fields once its fragments are spread.")
	defineLimit(CostLimit, "The query asks for too many objects.")
	defineLimit(ResultLimit, "The result has too many objects.")
	defineLimit(VariableLimit, "The variables are too large.")
	define(FileCountLimit, Limited, "The request has too many files.")
	define(FileSizeLimit, Limited, "A file is too large.")
	defineLimit(OperationLimit, "The connection runs too many operations at once.")
	define(BodyTooSlow, Limited, "The request body comes too slowly.")
	defineForGraph(PreflightMissing, Malformed, "A form needs one of the headers Apollo-Require-Preflight, GraphQL-Require-Preflight and X-Requested-With.")
	defineForGraph(DocumentUnknown, Forbidden, "Only documents that the server knows are answered here: send the hash of one.")
	defineForGraph(SlowSubscriber, Limited, "Events came faster than they were taken: subscribe again, and ask for what was missed.")
	defineForGraph(UpdatesMissed, Unavailable, "Updates were lost on the way: subscribe again, and ask for what was missed.")
	define(Busy, Unavailable, "The service is busy: try again.")
	define(OutcomeUnknown, Unavailable, "It is not known whether this was stored: repeat it with the same Idempotency-Key, or, if it had none, look whether it was done first.")
	define(TimedOut, Unavailable, "The request took too long: ask for less, or try again.")
	define(InternalError, Internal, "Something went wrong on our side.")
}

// Codes gives every code in alphabetical order.
func Codes() []Definition {
	return slices.SortedFunc(maps.Values(registry), func(a, b Definition) int {
		return cmp.Compare(a.Code, b.Code)
	})
}
