// Package spec holds the engine to the GraphQL specification: cases named after the specification's sections, each run
// through the real handler with every kind of field, and the order and cost of hooks and spans. It is tests only.
package spec
