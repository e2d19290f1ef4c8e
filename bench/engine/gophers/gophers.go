// Package gophers serves the page with graph-gophers, set up the way that is
// fastest for it: fields of structs as resolvers, so that no goroutine and no call
// by reflection is needed but for the root and the ids; no bookkeeping of selected
// fields; buffers kept at the size of the page.
package gophers

import (
	"net/http"

	"github.com/graph-gophers/graphql-go"
	"github.com/graph-gophers/graphql-go/relay"

	"kontrak/bench/engine/page"
)

// Root answers the root fields.
type Root struct{ Page *page.ContractConnection }

// Contracts gives the page.
func (r *Root) Contracts(struct{ First *int32 }) *page.ContractConnection { return r.Page }

// New makes the schema with its resolvers.
func New(schema string, p *page.ContractConnection) (*graphql.Schema, error) {
	return graphql.ParseSchema(schema, &Root{p},
		graphql.UseStringDescriptions(), graphql.UseFieldResolvers(), graphql.DisableFieldSelections(), graphql.MaxPooledBufferCap(1<<20))
}

// Handler serves the schema over HTTP with the handler that comes with it.
func Handler(s *graphql.Schema) http.Handler { return &relay.Handler{Schema: s} }
