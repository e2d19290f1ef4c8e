// Package export brings spans to where they are looked at: to an OpenTelemetry
// collector by OTLP over HTTP, or to a stream as JSON.
package export

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"

	"kontrak/internal/trace"
)

// Stderr is the endpoint that stands for the stream.
const Stderr = "stderr"

// tracesPath is where collectors take spans (OTLP over HTTP).
const tracesPath = "/v1/traces"

// Config says where spans go. Everything but Version is required.
type Config struct {
	// Endpoint is the address of a collector, with or without the path of its
	// traces, or Stderr.
	Endpoint string
	// Sample is the share of operations that have spans, from 0 to 1.
	Sample float64
	// Stream takes the spans of the endpoint Stderr.
	Stream io.Writer
	Logger *slog.Logger
	// Version is that of the program.
	Version string
}

// Open gives what makes spans, and what sends the last of them at the end. The
// standard variables of OTLP, such as OTEL_EXPORTER_OTLP_HEADERS, count besides. A
// collector that cannot be reached is logged, and loses spans; nothing waits for it.
func Open(ctx context.Context, c Config) (trace.Tracer, func(context.Context) error, error) {
	exporter, err := c.exporter(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("spans cannot be exported: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		c.Logger.Warn("spans were not exported", "error", err)
	}))
	about := resource.NewSchemaless(
		attribute.String("service.name", "kontrak"), attribute.String("service.version", c.Version))
	provider := sdk.NewTracerProvider(
		sdk.WithBatcher(exporter), sdk.WithResource(about), sdk.WithSampler(sdk.TraceIDRatioBased(c.Sample)))
	return provider.Tracer("kontrak"), provider.Shutdown, nil
}

func (c Config) exporter(ctx context.Context) (sdk.SpanExporter, error) {
	if c.Endpoint == Stderr {
		return stdouttrace.New(stdouttrace.WithWriter(c.Stream))
	}
	to, err := url.Parse(c.Endpoint)
	if err != nil {
		return nil, err
	}
	if to.Path == "" || to.Path == "/" {
		to.Path = tracesPath
	}
	return otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(to.String()))
}
