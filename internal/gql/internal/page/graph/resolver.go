// Package graph answers the benchmark's schema from memory.
package graph

import "kontrak/internal/gql/internal/page/rows"

// Resolver holds the page.
type Resolver struct{ Page []*rows.Contract }

func ones(objs []*rows.Contract) []*rows.One {
	out := make([]*rows.One, len(objs))
	for i, c := range objs {
		out[i] = c.One
	}
	return out
}

func manies(objs []*rows.Contract, n int) [][]*rows.One {
	out := make([][]*rows.One, len(objs))
	for i, c := range objs {
		out[i] = c.Many[:n]
	}
	return out
}
