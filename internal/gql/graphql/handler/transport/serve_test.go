package transport_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

var sourceBroke = &gqlerror.Error{Message: "the source broke", Extensions: map[string]any{"code": "SOURCE"}}

// serveIn serves h with requests whose context ends with ctx.
func serveIn(t *testing.T, ctx context.Context, h http.Handler) (url string) {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.BaseContext = func(net.Listener) context.Context { return ctx }
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL
}
