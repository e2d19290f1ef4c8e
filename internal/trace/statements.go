package trace

import (
	"context"

	"kontrak/internal/gql/graphql"
)

// Collect returns a context under which SQL statements are collected, and what
// gives their texts so far.
type Collect func(ctx context.Context) (context.Context, func() []string)

// Statements is the extension for development that returns the SQL statements of
// a response under extensions.sql: their number, and their texts in the order in
// which they began. It shows tables and columns: never use it in production.
type Statements struct {
	Collect Collect
	// Always returns them for every operation. Otherwise they are returned to who
	// asks for them: with the header X-Kontrak-SQL, or with "sql": true among the
	// extensions of the request.
	Always bool
}

// Header asks for the statements of an operation, whatever its value.
const Header = "X-Kontrak-SQL"

var _ graphql.ResponseInterceptor = Statements{}

// statements is extensions.sql.
type statements struct {
	Count int      `json:"count"`
	Texts []string `json:"statements"`
}

// ExtensionName is Statements.
func (Statements) ExtensionName() string { return "Statements" }

// Validate accepts every schema.
func (Statements) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse collects the statements of a response.
func (s Statements) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !s.Always && !asked(ctx) {
		return next(ctx)
	}
	ctx, texts := s.Collect(ctx)
	resp := next(ctx)
	if resp == nil {
		return nil
	}
	if resp.Extensions == nil {
		resp.Extensions = map[string]any{}
	}
	list := texts()
	if list == nil {
		list = []string{}
	}
	resp.Extensions["sql"] = statements{Count: len(list), Texts: list}
	return resp
}

// asked tells whether a request asks for its statements.
func asked(ctx context.Context) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	op := graphql.GetOperationContext(ctx)
	return op.Extensions["sql"] == true || op.Headers.Get(Header) != ""
}
