// Package wire holds a schema whose answers come when a test says so: it is what the transports are tested with. The
// code beside it is generated from schema.graphqls and gqlgen.yml; the resolvers are in graph.
package wire

//go:generate go run kontrak/internal/gql generate --config gqlgen.yml
