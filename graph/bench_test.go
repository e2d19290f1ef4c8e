package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"kontrak/graph"
	"kontrak/graph/model"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/executor"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/lru"
	"kontrak/internal/gql/graphql/handler/transport"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/world"

	"github.com/vektah/gqlparser/v2/ast"
)

// fromMemory is the graph with a list of contracts that is already in memory.
type fromMemory struct {
	graph.ResolverRoot
	query memoryQuery
}

// Query gives the resolvers of the root.
func (m *fromMemory) Query() graph.QueryResolver { return &m.query }

type memoryQuery struct {
	graph.QueryResolver
	page *model.ContractConnection
}

// Contracts gives the list.
func (m *memoryQuery) Contracts(context.Context, *model.ContractFilter, model.ContractOrder, *int32, *string, *int32, *string) (*model.ContractConnection, error) {
	return m.page, nil
}

// memoryPage reads the nested page once.
func memoryPage(t testing.TB, app *testkit.App, size int) *model.ContractConnection {
	t.Helper()
	all := market.ContractWants{Parts: market.WantEverything, Partner: ^market.PartnerWant(0)}
	page, err := app.Market.Contracts(app.As("admin@demo.test"), market.ContractFilter{}, market.ContractOrder{}, market.NumberedPage(1, 100), all)
	if err != nil {
		t.Fatal(err)
	}
	c := &model.ContractConnection{PageInfo: &model.PageInfo{}, TotalCount: *page.Total}
	for i := range size {
		c.Nodes = append(c.Nodes, page.Items[i%len(page.Items)])
	}
	return c
}

// memoryServer answers with a page over HTTP, with nothing around the engine.
func memoryServer(page *model.ContractConnection) http.Handler {
	srv := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: &fromMemory{query: memoryQuery{page: page}}}))
	srv.AddTransport(transport.POST{})
	srv.SetQueryCache(lru.New[*ast.QueryDocument](10))
	return srv
}

// BenchmarkNestedPageFromMemory measures the engine alone: decoding, plan,
// resolving from memory, writing; no database, no network.
func BenchmarkNestedPageFromMemory(b *testing.B) {
	app := doors.Start(b, testkit.SQLite(b))
	for _, size := range []int{1, 20, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			serveMany(b, memoryServer(memoryPage(b, app, size)), "", size)
		})
	}
}

// BenchmarkUnseenDocument measures what a document costs the first time: parsing,
// validation and the plan, with an empty page to write. Each one is new. The
// limits are not in it (BenchmarkUnseenDocument of internal/guard).
func BenchmarkUnseenDocument(b *testing.B) {
	root := &fromMemory{query: memoryQuery{page: &model.ContractConnection{PageInfo: &model.PageInfo{}}}}
	e := executor.New(graph.NewExecutableSchema(graph.Config{Resolvers: root}))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		query := strings.Replace(nestedPage, "query", "query Page"+strconv.Itoa(i), 1)
		ctx := graphql.StartOperationTrace(b.Context())
		op, errs := e.CreateOperationContext(ctx, &graphql.RawParams{Query: query})
		if len(errs) > 0 {
			b.Fatal(errs)
		}
		run, ctx := e.DispatchOperation(ctx, op)
		if got := run(ctx); len(got.Errors) > 0 || len(got.Data) == 0 {
			b.Fatal(got.Errors)
		}
	}
}

// BenchmarkNestedPage measures the whole program but the network: token, plan,
// statements, views, writing.
func BenchmarkNestedPage(b *testing.B) {
	for _, db := range testkit.Databases(b) {
		app := doors.Start(b, db)
		if err := world.Seed(context.Background(), app.Store, world.SeedOptions{Contracts: 200, Now: world.Now}); err != nil {
			b.Fatal(err)
		}
		for _, size := range []int{1, 20, 100} {
			b.Run(fmt.Sprint(db.Name, "/", size), func(b *testing.B) {
				serveMany(b, app.Handler, app.Token(b, "admin@demo.test"), size)
			})
		}
	}
}

// discard is a response that is thrown away.
type discard struct {
	header http.Header
	status int
	n      int64
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { d.n += int64(len(p)); return len(p), nil }

func serveMany(b *testing.B, h http.Handler, token string, first int) {
	b.Helper()
	ask := asking(b, h, token, first)
	b.ReportAllocs()
	var n int64
	for b.Loop() {
		n = ask()
	}
	b.SetBytes(n)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*first), "ns/row")
}

// asking gives a function that asks for the nested page and returns the length of
// the answer.
func asking(t testing.TB, h http.Handler, token string, first int) func() int64 {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": nestedPage, "variables": map[string]any{"first": first}})
	if err != nil {
		t.Fatal(err)
	}
	w := &discard{}
	return func() int64 {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/query", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		*w = discard{header: http.Header{}, status: http.StatusOK}
		h.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			t.Fatal("status", w.status)
		}
		return w.n
	}
}
