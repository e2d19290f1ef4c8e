package market

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"kontrak/ent"
	"kontrak/ent/cataloguechange"
	"kontrak/ent/user"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// CatalogueChanges lists who changed what in the catalogue, the newest first; of one
// noun, and of one record of it, where they are given.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) CatalogueChanges(ctx context.Context, of *lifecycle.CatalogueNoun, recordID *int64, p Page, unread fault.Fields) (*view.Page[view.CatalogueChange], error) {
	where := func(s *sql.Selector) {
		if of != nil {
			s.Where(sql.EQ(s.C(cataloguechange.FieldNoun), *of))
		}
		if recordID != nil {
			s.Where(sql.EQ(s.C(cataloguechange.FieldRecordID), *recordID))
		}
	}
	return listRecords(ctx, a, p, unread, records[ent.CatalogueChange, view.CatalogueChange]{
		newest: true, id: func(r *ent.CatalogueChange) int64 { return r.ID }, see: seeCatalogueChanges,
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.CatalogueChange, error) {
			return on.CatalogueChange.Query().Where(where, cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.CatalogueChange.Query().Where(where).Count(ctx)
		},
	})
}

// seeCatalogueChanges makes the views of changes; those who made them are read in
// one statement.
func seeCatalogueChanges(ctx context.Context, _ *App, on *ent.Client, rows []*ent.CatalogueChange) ([]*view.CatalogueChange, error) {
	if len(rows) == 0 {
		return []*view.CatalogueChange{}, nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ActorID
	}
	actors, err := on.User.Query().Where(store.In(user.FieldID, ids)).Select(user.FieldID, user.FieldFullName, user.FieldRole).All(ctx)
	if err != nil {
		return nil, err
	}
	people := inOrder(ids, actors, func(u *ent.User) int64 { return u.ID })
	list := make([]*view.CatalogueChange, len(rows))
	for i, r := range rows {
		v := &view.CatalogueChange{ID: r.ID, Noun: r.Noun, Record: view.RecordID(r.Noun, r.RecordID), RecordVersion: r.RecordVersion, At: r.At}
		v.Actor = view.See(&view.Person{ID: people[i].ID, FullName: people[i].FullName, Role: people[i].Role}, view.Anyone)
		if v.Changes, err = seeFieldChanges(r.Changes); err != nil {
			return nil, err
		}
		list[i] = view.See(v, view.Admin)
	}
	return list, nil
}

// seeFieldChanges reads what a change did, field by field, in the order of their
// names.
func seeFieldChanges(stored json.RawMessage) ([]*view.FieldChange, error) {
	told := changes{}
	if err := json.Unmarshal(stored, &told); err != nil {
		return nil, fmt.Errorf("market: a change of the catalogue: %w", err)
	}
	list := make([]*view.FieldChange, 0, len(told))
	for _, name := range slices.Sorted(maps.Keys(told)) {
		c := told[name]
		list = append(list, view.See(&view.FieldChange{Field: name, From: string(c.From), To: string(c.To)}, view.Admin))
	}
	return list, nil
}
