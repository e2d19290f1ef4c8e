package transport

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql"
)

// SendError answers with errors that came before GraphQL.
func SendError(w http.ResponseWriter, code int, errors ...*gqlerror.Error) {
	w.Header().Set("Content-Type", plainJSON+"; charset=utf-8")
	write(w, code, &graphql.Response{Errors: errors})
}

// SendErrorf answers with one error.
func SendErrorf(w http.ResponseWriter, code int, format string, args ...any) {
	SendError(w, code, &gqlerror.Error{Message: fmt.Sprintf(format, args...)})
}

// begin sets the headers of a response.
func begin(w http.ResponseWriter, headers map[string][]string, media string) {
	h := w.Header()
	for name, values := range headers {
		h[http.CanonicalHeaderKey(name)] = values
	}
	if media == plainJSON || media == graphqlResponse {
		media += "; charset=utf-8"
	}
	h.Set("Content-Type", media)
}

// around is what a response has before and after its data, which is JSON already and goes out as it is.
func around(resp *graphql.Response) (head, tail []byte) {
	head, tail = []byte(`{`), []byte(`}`)
	if len(resp.Errors) > 0 {
		head = append(appendErrors(append(head, `"errors":`...), resp.Errors), ',')
	}
	if len(resp.Extensions) > 0 {
		tail = append(appendExtensions([]byte(`,"extensions":`), resp.Extensions), '}')
	}
	switch {
	case resp.Data != nil:
		head = append(head, `"data":`...)
	case len(head) > 1: // a request that was not executed has no data, not even null
		head = head[:len(head)-1]
	case len(tail) > 1:
		tail = tail[1:]
	}
	return head, tail
}

// write writes a response.
func write(w http.ResponseWriter, status int, resp *graphql.Response) {
	head, tail := around(resp)
	w.WriteHeader(status)
	for _, part := range [][]byte{head, resp.Data, tail} {
		if len(part) > 0 {
			if _, err := w.Write(part); err != nil {
				return // the client is gone
			}
		}
	}
}

// message is a response as one text between two others, for transports that send many.
func message(before string, resp *graphql.Response, after string) []byte {
	head, tail := around(resp)
	b := make([]byte, 0, len(before)+len(head)+len(resp.Data)+len(tail)+len(after))
	return append(append(append(append(append(b, before...), head...), resp.Data...), tail...), after...)
}

// appendErrors appends errors. What an error's extensions have that is no JSON is left out, so that the errors stay.
func appendErrors(b []byte, list gqlerror.List) []byte {
	text, err := json.Marshal(list)
	if err == nil {
		return append(b, text...)
	}
	plain := make(gqlerror.List, len(list))
	for i, e := range list {
		copied := *e
		copied.Extensions = writable(e.Extensions)
		plain[i] = &copied
	}
	return appendJSON(b, plain)
}

// appendExtensions appends a response's extensions without those that are no JSON.
func appendExtensions(b []byte, extensions map[string]any) []byte {
	text, err := json.Marshal(extensions)
	if err == nil {
		return append(b, text...)
	}
	return appendJSON(b, writable(extensions))
}

// writable is the entries that can be written as JSON.
func writable(entries map[string]any) map[string]any {
	some := map[string]any{}
	for name, v := range entries {
		if _, err := json.Marshal(v); err == nil {
			some[name] = v
		}
	}
	return some
}

// appendJSON appends v, or null when it cannot be written.
func appendJSON(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, text...)
}
