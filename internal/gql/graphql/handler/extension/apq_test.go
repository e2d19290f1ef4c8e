package extension_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/extension"
	"kontrak/internal/gql/graphql/handler/lru"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/gql/internal/wire/graph"
)

func hashOf(query string) string {
	sum := sha256.Sum256([]byte(query))
	return hex.EncodeToString(sum[:])
}

// server keeps persisted documents; the returned function tells how the last operation's document came.
func server() (*handler.Server, func() *extension.ApqStats) {
	srv := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{}}))
	srv.AddTransport(transport.GET{})
	srv.AddTransport(transport.POST{})
	srv.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](10)})
	var last *extension.ApqStats
	srv.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		last = extension.GetApqStats(ctx)
		return next(ctx)
	})
	return srv, func() *extension.ApqStats { return last }
}

func ask(srv http.Handler, r *http.Request) (int, string) {
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func post(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func TestADocumentIsKnownByItsHashOnceItWasSent(t *testing.T) {
	t.Parallel()
	srv, stats := server()
	const query, want = `{hello}`, `{"data":{"hello":"hello you"}}`
	short := fmt.Sprintf(`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}}`, hashOf(query))
	full := fmt.Sprintf(`{"query":%q,`, query) + short[1:]

	status, got := ask(srv, post(short))
	if status != 200 || got != `{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}` {
		t.Errorf("an unknown hash: %d %s", status, got)
	}
	if _, got = ask(srv, post(full)); got != want || !stats().SentQuery || stats().Hash != hashOf(query) {
		t.Errorf("with the document: %s %v", got, stats())
	}
	if _, got = ask(srv, post(short)); got != want || stats().SentQuery {
		t.Errorf("by its hash: %s %v", got, stats())
	}
	address := "/?extensions=" + url.QueryEscape(short[len(`{"extensions":`):len(short)-1])
	if status, got = ask(srv, httptest.NewRequest(http.MethodGet, address, nil)); status != 200 || got != want {
		t.Errorf("by its hash in the address: %d %s", status, got)
	}
	if _, got = ask(srv, post(`{"query":"{hello}"}`)); got != want || stats() != nil {
		t.Errorf("without a hash: %s %v", got, stats())
	}
}

func TestHashesThatCannotBeServedAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, want string }{
		{"of another document", `{"query":"{hello}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`, "provided APQ hash does not match query"},
		{"of another version", `{"query":"{hello}","extensions":{"persistedQuery":{"version":2,"sha256Hash":"00"}}}`, "unsupported APQ version"},
		{"without version", `{"query":"{hello}","extensions":{"persistedQuery":{"sha256Hash":"00"}}}`, "unsupported APQ version"},
		{"that are no text", `{"query":"{hello}","extensions":{"persistedQuery":{"version":1,"sha256Hash":1}}}`, "invalid APQ extension data"},
		{"in no object", `{"query":"{hello}","extensions":{"persistedQuery":1}}`, "invalid APQ extension data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv, _ := server()
			if _, got := ask(srv, post(c.body)); got != `{"errors":[{"message":"`+c.want+`"}]}` {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestPersistedDocumentsNeedACache(t *testing.T) {
	t.Parallel()
	if err := (extension.AutomaticPersistedQuery{}).Validate(nil); err == nil {
		t.Error("no cache was no error")
	}
}
