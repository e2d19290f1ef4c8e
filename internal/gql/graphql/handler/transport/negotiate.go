package transport

import (
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The media types of responses. With the first a status tells whether the operation ran; with the second, which came
// first historically, every well-formed request is answered with 200.
const (
	graphqlResponse = "application/graphql-response+json"
	plainJSON       = "application/json"
)

// negotiate chooses the media type of the response to r: the one the client prefers, or "" when it accepts neither.
func negotiate(r *http.Request, headers map[string][]string, preferGraphQL bool) string {
	for name, values := range headers {
		if strings.EqualFold(name, "Content-Type") && len(values) > 0 {
			return values[0]
		}
	}
	first, second := plainJSON, graphqlResponse
	if preferGraphQL {
		first, second = second, first
	}
	accepted := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(accepted) == "" {
		return first
	}
	a, b := quality(accepted, first), quality(accepted, second)
	switch {
	case a == 0 && b == 0:
		return ""
	case a > b, a == b && !before(accepted, second, first):
		return first
	default:
		return second
	}
}

// quality is how much an Accept header wants a media type: the weight of its most exact range.
func quality(accepted, media string) float64 {
	best, exactness := 0.0, -1
	for part := range strings.SplitSeq(accepted, ",") {
		name, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		exact := -1
		switch name {
		case media:
			exact = 2
		case "application/*":
			exact = 1
		case "*/*":
			exact = 0
		}
		if exact <= exactness {
			continue
		}
		exactness, best = exact, 1
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
			best = q
		}
	}
	return best
}

// isUpgrade tells whether a request begins a WebSocket.
func isUpgrade(r *http.Request) bool {
	for _, value := range r.Header.Values("Upgrade") {
		for part := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(part), "websocket") {
				return true
			}
		}
	}
	return false
}

// hasBody tells whether r says that its body is of a media type.
func hasBody(r *http.Request, media string) bool {
	name, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && name == media
}

// before tells whether an Accept header names x and names it before y.
func before(accepted, x, y string) bool {
	i, j := strings.Index(accepted, x), strings.Index(accepted, y)
	return i >= 0 && (j < 0 || i < j)
}

// failed is the status of a request that was understood but is not executed.
func failed(media string) int {
	if isPlain(media) {
		return http.StatusOK
	}
	return http.StatusBadRequest
}

func isPlain(media string) bool {
	name, _, err := mime.ParseMediaType(media)
	return err == nil && name == plainJSON
}

// refusal says why an operation cannot run over a transport.
func refusal(method string, op ast.Operation) *gqlerror.Error {
	if op == ast.Subscription {
		return gqlerror.Errorf("subscriptions need a transport that can send more than one response")
	}
	return gqlerror.Errorf("%s requests cannot run a %s", method, op)
}
