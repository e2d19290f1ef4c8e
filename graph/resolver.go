// Package graph answers GraphQL. Its resolvers decode, call one use-case of
// internal/market and encode; the rules are in the use-cases, and what may leave
// is in internal/view. schema.graphqls in the root is the contract with clients.
package graph

import (
	"kontrak/internal/authn"
	"kontrak/internal/market"
)

// Resolver is the root of every resolver.
type Resolver struct {
	App *market.App
	// Auth is that of HandlerConfig.
	Auth *authn.Service
}
