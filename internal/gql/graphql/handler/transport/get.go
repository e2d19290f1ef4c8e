package transport

import (
	"net/http"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
)

// GET takes queries in the address. Mutations are refused.
type GET struct {
	// ResponseHeaders are set on every response. A Content-Type among them ends the choice by the client.
	ResponseHeaders map[string][]string
	// UseGrapQLResponseJsonByDefault answers clients without preference with application/graphql-response+json.
	UseGrapQLResponseJsonByDefault bool
}

var _ graphql.Transport = GET{}

// Supports takes every GET that does not begin a WebSocket.
func (h GET) Supports(r *http.Request) bool {
	return r.Method == http.MethodGet && !isUpgrade(r)
}

// Do answers a request.
func (h GET) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	media := negotiate(r, h.ResponseHeaders, h.UseGrapQLResponseJsonByDefault)
	if media == "" {
		SendErrorf(w, http.StatusNotAcceptable, "responses are %s or %s", graphqlResponse, plainJSON)
		return
	}
	begin(w, h.ResponseHeaders, media)
	params, err := fromAddress(r)
	if err != nil {
		write(w, http.StatusBadRequest, exec.DispatchError(r.Context(), gqlerror.List{err}))
		return
	}
	serve(w, r, exec, params, media, ast.Query)
}

// fromAddress reads the request in r's address.
func fromAddress(r *http.Request) (*graphql.RawParams, *gqlerror.Error) {
	values := r.URL.Query()
	params := &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName"), Headers: r.Header}
	params.ReadTime.Start = graphql.Now()
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if text := strings.TrimSpace(values.Get(name)); text != "" {
			if err := object([]byte(text), into); err != nil {
				return nil, gqlerror.Errorf("%s could not be decoded", name)
			}
		}
	}
	params.ReadTime.End = graphql.Now()
	return params, nil
}
