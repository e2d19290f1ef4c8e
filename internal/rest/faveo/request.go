package faveo

import (
	"net/http"
	"net/url"

	"kontrak/internal/fault"
)

// request is a request whose parts could be read.
type request struct {
	*http.Request
	query *query
}

// read takes a request apart, before anybody asks who sent it.
//
// Faults: BAD_REQUEST.
func read(_ http.ResponseWriter, r *http.Request) (*request, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fault.New(fault.BadRequest, "The query of the address cannot be read.").Because(err)
	}
	return &request{Request: r, query: ungrouped(values)}, nil
}

func (*request) readForm(http.ResponseWriter) error { return nil }
func (*request) close()                             {}
