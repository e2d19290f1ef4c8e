// Package oracle holds the engine against graphql-js.
package oracle

//go:generate go run kontrak/internal/gql generate --config gqlgen.yml
