// Package oracle holds the engine against graphql-js, the reference implementation of GraphQL: random documents, valid and
// broken, are given to both, and must be refused by both or have the same answer from both.
//
//	make oracle N=300000 SEED=7
//
// Two schemas are asked: the product's, and one with every kind of type, field, argument and directive (schema.graphqls).
// The latter runs through generated code (package graph) and, like the product's, bound at run time (package bind). In
// either way all kinds of fields of the runtime are exercised: plain ones, methods, resolvers, batch resolvers; and each
// document runs with field interceptors, with root field interceptors and with resolvers side by side too, which must not
// change its answer.
//
// Both sides answer from one world (packages world and data; node/world.mjs), in which every value is worked out from a
// hash of its parent, its field and its arguments. It is full of what goes wrong. Package document makes documents, breaks
// them, and makes small what was found.
//
// Compare says what has to be the same, Allowances where we differ on purpose, and testdata/cases.json has every difference
// that was ever found, as a case with a name and graphql-js's answer, which runs without Node:
//
//	go test ./internal/gql/oracle -run NamedCases -record    asks graphql-js for the answers of new cases
package oracle

//go:generate go run kontrak/internal/gql generate --config gqlgen.yml
