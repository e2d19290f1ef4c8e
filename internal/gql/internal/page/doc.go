// Package page holds the schema that the engine is measured with: a page of contracts with fourteen relations each.
package page

//go:generate go run kontrak/internal/gql generate --config gqlgen.yml
