package transport

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/internal/scope"
)

// POST takes requests as JSON bodies.
type POST struct {
	// ResponseHeaders are set on every response. A Content-Type among them ends the choice by the client.
	ResponseHeaders map[string][]string
	// UseGrapQLResponseJsonByDefault answers clients without preference with application/graphql-response+json.
	UseGrapQLResponseJsonByDefault bool
}

var _ graphql.Transport = POST{}

// Supports takes POST with a JSON body.
func (h POST) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost && !isUpgrade(r) && hasBody(r, plainJSON)
}

// Do answers a request.
func (h POST) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	media := negotiate(r, h.ResponseHeaders, h.UseGrapQLResponseJsonByDefault)
	if media == "" {
		SendErrorf(w, http.StatusNotAcceptable, "responses are %s or %s", graphqlResponse, plainJSON)
		return
	}
	begin(w, h.ResponseHeaders, media)
	params, status, err := fromBody(r)
	if err != nil {
		write(w, status, exec.DispatchError(r.Context(), gqlerror.List{err}))
		return
	}
	serve(w, r, exec, params, media, ast.Query, ast.Mutation)
}

// fromBody reads the request in r's body, or tells with which status it is refused.
func fromBody(r *http.Request) (*graphql.RawParams, int, *gqlerror.Error) {
	params := &graphql.RawParams{Headers: r.Header}
	params.ReadTime.Start = graphql.Now()
	err := decode(r.Body, params)
	params.ReadTime.End = graphql.Now()
	if err == nil {
		return params, 0, nil
	}
	status := http.StatusBadRequest
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		status = http.StatusRequestTimeout
	}
	return nil, status, gqlerror.Errorf("request body could not be decoded: %s", reason(err))
}

// serve runs a request and writes its one response. Operations that are not of the kinds allowed are refused.
func serve(
	w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, params *graphql.RawParams, media string,
	allowed ...ast.Operation,
) {
	if params.Query == "" && len(params.Extensions) == 0 {
		write(w, http.StatusBadRequest, exec.DispatchError(r.Context(), gqlerror.List{gqlerror.Errorf("query is missing")}))
		return
	}
	var lease scope.Lease
	defer lease.Release()
	ctx := scope.WithLease(r.Context(), &lease)
	op, errs := exec.CreateOperationContext(ctx, params)
	status := failed(media)
	if len(errs) == 0 && !slices.Contains(allowed, op.Operation.Operation) {
		status, errs = http.StatusMethodNotAllowed, gqlerror.List{refusal(r.Method, op.Operation.Operation)}
		w.Header().Set("Allow", http.MethodPost)
	}
	if len(errs) > 0 {
		write(w, status, exec.DispatchError(graphql.WithOperationContext(ctx, op), errs))
		return
	}
	answer(ctx, w, exec, op, media)
}

// answer runs an operation and writes its one response.
func answer(ctx context.Context, w http.ResponseWriter, exec graphql.GraphExecutor, op *graphql.OperationContext, media string) {
	responses, ctx := exec.DispatchOperation(ctx, op)
	resp := responses(ctx)
	if resp == nil {
		resp = graphql.ErrorResponse(ctx, "no response")
	}
	status := http.StatusOK
	if resp.Data == nil {
		status = failed(media)
	}
	write(w, status, resp)
}
