package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"net/http"

	gophersql "github.com/graph-gophers/graphql-go"

	"kontrak/bench/engine/gophers"
	"kontrak/bench/engine/graph"
	"kontrak/bench/engine/page"
	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/graphql/executor"
	"kontrak/internal/gql/graphql/handler"
	"kontrak/internal/gql/graphql/handler/transport"
)

//go:embed schema.graphqls
var schema string

// query asks for everything that a dashboard shows of a contract.
const query = `query($first: Int) { contracts(first: $first) { totalCount pageInfo { hasNextPage endCursor } nodes {
	id databaseId referenceCode status displayStatus step kind contractEscalationStage escalationDeadlineAt partnerStatus
	description toolBrand toolType contractStartDate contractStartTime contractEndDate contractEndTime createdAt updatedAt
	institution { id name address city province }
	partner { id fullName city picture { url } ratingsSummary { overallAverage totalReviews }
		competencies { service { id name } subServices { status kinds subService { id name service { id name } } } } }
	subService { id name service { id name } }
	schedules { id date startTime endTime status }
	contactPersons { id name phone }
	pricingItems { id name code kind unit effect isPartnerPricing amount { value currency } }
	totalAmount { value currency }
	payment { id status amount { value currency } paymentMethod { name } proof { url } promotion { id code name discountType } }
	assignments { id sequence status statusReason assignedAt partner { id fullName } assignedBy { id fullName role } }
	timeAdjustments { id additionalHours reason status requestedAt }
} } }`

// The engines that are compared.
const (
	ours   = "kontrak"
	theirs = "graph-gophers"
)

// engine serves one page.
type engine struct {
	name string
	// run executes a document, from its text to the data as JSON.
	run func(ctx context.Context, query string, variables map[string]any) ([]byte, error)
	// handler does the same over HTTP.
	handler http.Handler
}

// work is something to measure: it returns the bytes of the answer.
type work func(ctx context.Context) (int, error)

// document executes the document, from its text to the data as JSON.
func (e *engine) document(rows int) work {
	variables := map[string]any{"first": rows}
	return func(ctx context.Context) (int, error) {
		data, err := e.run(ctx, query, variables)
		return len(data), err
	}
}

// request answers a request, from its body to the bytes of the response, without network.
func (e *engine) request(rows int) work {
	text := body(rows)
	w := &counter{header: http.Header{}}
	return func(ctx context.Context) (int, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(text))
		if err != nil {
			return 0, err
		}
		r.Header.Set("Content-Type", "application/json")
		clear(w.header)
		w.size = 0
		e.handler.ServeHTTP(w, r)
		return w.size, nil
	}
}

// counter is a response of which only the size is kept.
type counter struct {
	header http.Header
	size   int
}

func (c *counter) Header() http.Header         { return c.header }
func (c *counter) WriteHeader(int)             {}
func (c *counter) Write(p []byte) (int, error) { c.size += len(p); return len(p), nil }

func newEngine(name string, p *page.ContractConnection) (*engine, error) {
	switch name {
	case ours:
		return newOurs(p), nil
	case theirs:
		return newTheirs(p)
	}
	return nil, fmt.Errorf("there is no engine %q: name %s or %s", name, ours, theirs)
}

func newOurs(p *page.ContractConnection) *engine {
	es := graph.NewExecutableSchema(graph.Config{Resolvers: &graph.Resolver{Page: p}})
	e, srv := executor.New(es), handler.New(es)
	srv.AddTransport(transport.POST{})
	return &engine{name: ours, handler: srv, run: func(ctx context.Context, query string, variables map[string]any) ([]byte, error) {
		ctx = graphql.StartOperationTrace(ctx)
		op, errs := e.CreateOperationContext(ctx, &graphql.RawParams{Query: query, Variables: variables})
		if len(errs) > 0 {
			return nil, errs
		}
		next, ctx := e.DispatchOperation(ctx, op)
		resp := next(ctx)
		if len(resp.Errors) > 0 {
			return nil, resp.Errors
		}
		return resp.Data, nil
	}}
}

func newTheirs(p *page.ContractConnection) (*engine, error) {
	s, err := gophers.New(schema, p)
	if err != nil {
		return nil, err
	}
	return &engine{name: theirs, handler: gophers.Handler(s), run: func(ctx context.Context, query string, variables map[string]any) ([]byte, error) {
		return data(s.Exec(ctx, query, "", variables))
	}}, nil
}

func data(resp *gophersql.Response) ([]byte, error) {
	if len(resp.Errors) > 0 {
		return nil, resp.Errors[0]
	}
	return resp.Data, nil
}
