// Package graph answers the schema with every kind of type from the oracle's world, through generated code.
package graph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/graphql"
	"kontrak/internal/gql/oracle/data"
	"kontrak/internal/gql/oracle/graph/model"
	"kontrak/internal/gql/oracle/world"
)

// Resolver answers from the world.
type Resolver struct{ data *data.Data }

// New makes the executable schema, with functions for its directives that change nothing, or refuse.
func New() graphql.ExecutableSchema {
	r := &Resolver{}
	es := NewExecutableSchema(Config{Resolvers: r, Directives: DirectiveRoot{Pass: pass, Deny: deny}})
	r.data = dataOf(es.Schema())
	return es
}

func dataOf(schema *ast.Schema) *data.Data {
	return data.New(&world.World{Schema: schema, Typed: true}, map[string]func(*data.Data, uint32) any{
		"Address": func(d *data.Data, h uint32) any {
			return &model.Address{
				Street: data.FieldOf[string](d, "Address", "street", h), City: data.FieldOf[*string](d, "Address", "city", h),
				Size: data.FieldOf[float64](d, "Address", "size", h), Rooms: data.FieldOf[[]*int](d, "Address", "rooms", h),
				Geo: data.FieldOf[*model.Geo](d, "Address", "geo", h),
			}
		},
		"Geo": func(d *data.Data, h uint32) any {
			return &model.Geo{Lat: data.FieldOf[*float64](d, "Geo", "lat", h), Lon: data.FieldOf[float64](d, "Geo", "lon", h)}
		},
	})
}
