// Package graph serves the page with our engine.
package graph

import "kontrak/bench/engine/page"

// Resolver holds the page.
type Resolver struct{ Page *page.ContractConnection }
