package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/conclusion"
	"kontrak/ent/contactperson"
	"kontrak/ent/inspection"
	"kontrak/ent/inspectiontemplate"
	"kontrak/ent/institution"
	"kontrak/ent/schedule"
	"kontrak/internal/store"
)

// lookups keep what the check of an input looks up while one question is asked
// about many contracts: each thing is read once, for all of them. They live as
// long as one transaction, in which nothing is written.
type lookups struct {
	rows []*contractRow
	kept map[string]any
}

// once reads something for all contracts of the question, or takes what was read
// already; an action reads it for its own contract alone. The name stands for what
// is read: within one question every check has the same input.
func once[T any](c *facts, name string, read func(rows []*contractRow) (T, error)) (T, error) {
	if c.shared == nil {
		return read([]*contractRow{c.row})
	}
	if kept, there := c.shared.kept[name]; there {
		return kept.(T), nil //nolint:forcetypeassert // each name has its type
	}
	found, err := read(c.shared.rows)
	if err == nil {
		c.shared.kept[name] = found
	}
	return found, err
}

// contractIDs are the ids of contracts.
func contractIDs(rows []*contractRow) []int64 {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.id
	}
	return ids
}

// grouped puts rows by a key, in their order.
func grouped[K comparable, R any](rows []*R, key func(*R) K) map[K][]*R {
	by := map[K][]*R{}
	for _, r := range rows {
		by[key(r)] = append(by[key(r)], r)
	}
	return by
}

// first gives the first of some rows; nil when there is none.
func first[R any](rows []*R) *R {
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

// inspectionFound gives the inspection of the contract; nil when there is none yet.
func inspectionFound(ctx context.Context, on *ent.Client, c *facts) (*ent.Inspection, error) {
	all, err := inspectionsFound(ctx, on, c)
	return first(all[c.row.id]), err
}

func inspectionsFound(ctx context.Context, on *ent.Client, c *facts) (map[int64][]*ent.Inspection, error) {
	return once(c, "inspections", func(rows []*contractRow) (map[int64][]*ent.Inspection, error) {
		list, err := on.Inspection.Query().Where(store.In(inspection.FieldContractID, contractIDs(rows))).All(ctx)
		return grouped(list, func(r *ent.Inspection) int64 { return r.ContractID }), err
	})
}

// templatesFound gives the templates in use, and those that the inspections were
// begun with, in one statement.
func templatesFound(ctx context.Context, on *ent.Client, c *facts) ([]*ent.InspectionTemplate, error) {
	begun, err := inspectionsFound(ctx, on, c)
	if err != nil {
		return nil, err
	}
	return once(c, "templates", func([]*contractRow) ([]*ent.InspectionTemplate, error) {
		codes := []string{}
		for _, list := range begun {
			codes = append(codes, list[0].TemplateCode)
		}
		return on.InspectionTemplate.Query().
			Where(inspectiontemplate.Or(inspectiontemplate.Active(true), store.In(inspectiontemplate.FieldCode, codes))).All(ctx)
	})
}

// conclusionFound gives the conclusion of the contract; nil when there is none yet.
func conclusionFound(ctx context.Context, on *ent.Client, c *facts) (*ent.Conclusion, error) {
	all, err := once(c, "conclusions", func(rows []*contractRow) (map[int64][]*ent.Conclusion, error) {
		list, err := on.Conclusion.Query().Where(store.In(conclusion.FieldContractID, contractIDs(rows))).All(ctx)
		return grouped(list, func(r *ent.Conclusion) int64 { return r.ContractID }), err
	})
	return first(all[c.row.id]), err
}

// zoneFound gives the name of the zone of the contract's institution.
func zoneFound(ctx context.Context, on *ent.Client, c *facts) (string, error) {
	zones, err := once(c, "zones", func(rows []*contractRow) (map[int64][]*ent.Institution, error) {
		ids := make([]int64, len(rows))
		for i, r := range rows {
			ids[i] = r.institutionID
		}
		list, err := on.Institution.Query().Where(store.In(institution.FieldID, ids)).
			Select(institution.FieldID, institution.FieldZone).All(ctx)
		return grouped(list, func(r *ent.Institution) int64 { return r.ID }), err
	})
	if err != nil {
		return "", err
	}
	return first(zones[c.row.institutionID]).Zone, nil
}

// schedulesFound gives the stretches of work of the contract, in their order.
func schedulesFound(ctx context.Context, on *ent.Client, c *facts) ([]*ent.Schedule, error) {
	all, err := once(c, "schedules", func(rows []*contractRow) (map[int64][]*ent.Schedule, error) {
		list, err := on.Schedule.Query().Where(store.In(schedule.FieldContractID, contractIDs(rows))).
			Order(schedule.ByDate(), schedule.ByStartTime(), schedule.ByID()).All(ctx)
		return grouped(list, func(r *ent.Schedule) int64 { return r.ContractID }), err
	})
	return all[c.row.id], err
}

// contactsFound gives the contact persons of the contract, in their order.
func contactsFound(ctx context.Context, on *ent.Client, c *facts) ([]*ent.ContactPerson, error) {
	all, err := once(c, "contacts", func(rows []*contractRow) (map[int64][]*ent.ContactPerson, error) {
		list, err := on.ContactPerson.Query().Where(store.In(contactperson.FieldContractID, contractIDs(rows))).
			Order(contactperson.ByID()).All(ctx)
		return grouped(list, func(r *ent.ContactPerson) int64 { return r.ContractID }), err
	})
	return all[c.row.id], err
}

// pricingFound gives what contracts are priced from.
func pricingFound(ctx context.Context, on *ent.Client, c *facts) (*pricing, error) {
	return once(c, "pricing", func(rows []*contractRow) (*pricing, error) { return readPricing(ctx, on, rows) })
}

// candidateFound gives the partner that the input names as a candidate for the
// contract; nil for an unknown one.
func candidateFound(ctx context.Context, on *ent.Client, dialect string, c *facts, ownerID, id int64) (*candidate, error) {
	all, err := once(c, "candidates", func(rows []*contractRow) (map[int64][]*candidacy, error) {
		list, err := readCandidacies(ctx, on, dialect, contractIDs(rows), ownerID, id)
		return grouped(list, func(r *candidacy) int64 { return r.contractID }), err
	})
	found := first(all[c.row.id])
	if err != nil || found == nil {
		return nil, err
	}
	return &found.candidate, nil
}
