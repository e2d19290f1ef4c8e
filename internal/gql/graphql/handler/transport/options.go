package transport

import (
	"net/http"
	"strings"

	"kontrak/internal/gql/graphql"
)

// Options answers OPTIONS with the methods that are allowed, and refuses HEAD.
type Options struct {
	// AllowedMethods are OPTIONS, GET and POST unless given.
	AllowedMethods []string
}

var _ graphql.Transport = Options{}

// Supports takes OPTIONS and HEAD.
func (o Options) Supports(r *http.Request) bool {
	return r.Method == http.MethodOptions || r.Method == http.MethodHead
}

// Do answers a request.
func (o Options) Do(w http.ResponseWriter, r *http.Request, _ graphql.GraphExecutor) {
	allowed := "OPTIONS, GET, POST"
	if len(o.AllowedMethods) > 0 {
		allowed = strings.Join(o.AllowedMethods, ", ")
	}
	w.Header().Set("Allow", allowed)
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}
