package graph_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"

	"kontrak/graph"
	"kontrak/internal/actor"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/internal/trace"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// BenchmarkExtensions is what stands around the engine: nothing, everything that is
// always installed, and what a setting adds. The page has 20 contracts and comes from
// memory, so that the differences are those of the extensions.
func BenchmarkExtensions(b *testing.B) {
	app := doors.Start(b, testkit.SQLite(b))
	page := memoryPage(b, app, 20)
	spans := func(s sdk.Sampler) func(*graph.HandlerConfig) {
		return func(c *graph.HandlerConfig) { c.Tracer = sdk.NewTracerProvider(sdk.WithSampler(s)).Tracer("bench") }
	}
	for _, c := range []struct {
		name   string
		change func(*graph.HandlerConfig)
	}{
		{"none", nil},
		{"installed", func(*graph.HandlerConfig) {}},
		{"spans that are not taken", spans(sdk.NeverSample())},
		{"spans", spans(sdk.AlwaysSample())},
		{"SQL that nobody asks for", func(c *graph.HandlerConfig) { c.Statements = observed(false) }},
		{"SQL", func(c *graph.HandlerConfig) { c.Statements = observed(true) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			if c.change == nil {
				serveMany(b, memoryServer(page), "", 20)
				return
			}
			config := graph.HandlerConfig{
				App: app.Market, Logger: slog.New(slog.DiscardHandler),
				Authenticate: func(*http.Request) (actor.Actor, error) { return actor.Actor{UserID: 1, Role: actor.Admin}, nil },
			}
			c.change(&config)
			es := graph.NewExecutableSchema(graph.Config{Resolvers: &fromMemory{query: memoryQuery{page: page}}})
			serveMany(b, graph.NewHandlerFor(config, es), "", 20)
		})
	}
}

// observed collects the statements of an operation, as the program does.
func observed(always bool) trace.Statements {
	return trace.Statements{Always: always, Collect: func(ctx context.Context) (context.Context, func() []string) {
		ctx, s := store.Observe(ctx)
		return ctx, s.Texts
	}}
}
