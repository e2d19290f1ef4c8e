package imports

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// check is what the first reading does with a batch: it notes what is wrong with rows
// by themselves, beside each other, and beside what is stored.
func (r *run) check(ctx context.Context, rows []*paper) error {
	known, err := r.known(ctx, r.Store.Client(), rows)
	if err != nil {
		return err
	}
	taken, err := r.taken(ctx, rows)
	if err != nil {
		return err
	}
	for _, p := range rows {
		if first, twice := r.seen[p.externalID]; twice && p.externalID != "" {
			p.bad.Add(idOf(r.Dialect), "stands in row %d already", first)
		} else {
			r.seen[p.externalID] = p.row
		}
		if p.customKey != "" {
			if first, twice := r.keys[p.customKey]; twice {
				p.bad.Add("customKey", "stands in row %d already", first)
			} else {
				r.keys[p.customKey] = p.row
			}
			if taken[p.customKey] && !known[p.externalID] {
				p.bad.Add("customKey", "is used by another agreement already")
			}
		}
		r.refuse(p.row, p.bad)
		if r.bad[p.row] || known[p.externalID] {
			continue
		}
		for _, note := range p.notes {
			note.Row = p.row
			r.report.Noted = r.remark(r.report.Noted, note)
		}
	}
	return nil
}

// idOf names the field that a row is known by.
func idOf(dialect lifecycle.AgreementSource) string {
	if dialect == lifecycle.SourceKit {
		return "uuid"
	}
	return "id"
}

// known tells which rows were taken over before.
func (r *run) known(ctx context.Context, on *ent.Client, rows []*paper) (map[string]bool, error) {
	ids := make([]string, 0, len(rows))
	for _, p := range rows {
		ids = append(ids, p.externalID)
	}
	var found []string
	err := on.Agreement.Query().Where(agreement.InstitutionID(r.InstitutionID), agreement.SourceEQ(r.Dialect), store.In(agreement.FieldExternalID, ids)).
		Select(agreement.FieldExternalID).Scan(ctx, &found)
	return set(found), store.Fault(err)
}

// taken tells which custom keys other agreements of the institution have.
func (r *run) taken(ctx context.Context, rows []*paper) (map[string]bool, error) {
	var keys, found []string
	for _, p := range rows {
		if p.customKey != "" {
			keys = append(keys, p.customKey)
		}
	}
	if keys == nil {
		return map[string]bool{}, nil
	}
	err := r.Store.Client().Agreement.Query().Where(agreement.InstitutionID(r.InstitutionID), store.In(agreement.FieldCustomKey, keys)).
		Select(agreement.FieldCustomKey).Scan(ctx, &found)
	return set(found), store.Fault(err)
}

func set(list []string) map[string]bool {
	all := make(map[string]bool, len(list))
	for _, one := range list {
		all[one] = true
	}
	return all
}
