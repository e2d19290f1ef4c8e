package transport

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

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

// body is a request body. Its parts are kept raw first so that a part of the wrong type can be named.
type body struct {
	Query         *string         `json:"query"`
	OperationName *string         `json:"operationName"`
	Variables     json.RawMessage `json:"variables"`
	Extensions    json.RawMessage `json:"extensions"`
}

// decode reads a request. Numbers keep their text.
func decode(r io.Reader, params *graphql.RawParams) error {
	d := json.NewDecoder(r)
	d.UseNumber()
	var b *body
	if err := d.Decode(&b); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errTrailing
		}
		return err
	}
	if b == nil {
		return errNotObject
	}
	if b.Query != nil {
		params.Query = *b.Query
	}
	if b.OperationName != nil {
		params.OperationName = *b.OperationName
	}
	if err := object(b.Variables, &params.Variables); err != nil {
		return err
	}
	return object(b.Extensions, &params.Extensions)
}

var (
	errTrailing  = errors.New("more than one value")
	errNotObject = errors.New("not an object")
)

func object(raw json.RawMessage, into *map[string]any) error {
	if len(raw) == 0 {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	return d.Decode(into)
}

// reason says what is wrong with a body without repeating any of it.
func reason(err error) string {
	var wrongType *json.UnmarshalTypeError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return wrongType.Field + " has the wrong type"
	case errors.As(err, &wrongType):
		return "a part has the wrong type"
	case errors.As(err, &tooLarge):
		return "it is too large"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "it came too slowly"
	case errors.Is(err, errTrailing), errors.Is(err, errNotObject):
		return err.Error()
	case errors.Is(err, io.EOF):
		return "it is empty"
	default:
		return "it is not JSON"
	}
}
