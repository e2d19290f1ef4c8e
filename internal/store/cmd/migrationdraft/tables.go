package main

import (
	"slices"

	entmigrate "kontrak/ent/migrate"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
)

// tables are ent's tables as this dialect is to have them. Ent gives a table of
// pairs its primary key alone; the index here finds the pairs from the other side.
// An index of a type that only PostgreSQL has stands there alone.
func tables(of string) ([]*schema.Table, error) {
	all, err := schema.CopyTables(entmigrate.Tables)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if len(t.PrimaryKey) == 2 {
			first, other := t.PrimaryKey[0], t.PrimaryKey[1]
			t.Indexes = append(t.Indexes, &schema.Index{Name: t.Name + "_" + other.Name + "_" + first.Name, Columns: []*schema.Column{other, first}})
		}
		if of != dialect.Postgres {
			t.Indexes = slices.DeleteFunc(t.Indexes, func(i *schema.Index) bool {
				return i.Annotation != nil && i.Annotation.Types[dialect.Postgres] != ""
			})
		}
	}
	return all, nil
}
