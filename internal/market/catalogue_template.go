package market

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"kontrak/ent"
	"kontrak/ent/inspectiontemplate"
	"kontrak/ent/subservice"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// NewTemplate is a template for inspections. What it asks for is fixed once it is
// made: an inspection that was begun with it goes on with it.
type NewTemplate struct {
	Code, Name   string
	SubServiceID *int64 // nil: for every sub-service that has none of its own
	Kind         lifecycle.Kind
	Sections     []NewTemplateSection
	Active       bool
	// Replaces is the template in use whose place it takes; nil for none.
	Replaces *int64
	// Unread is what a transport could not read.
	Unread fault.Fields
}

// NewTemplateSection is one part of a new template.
type NewTemplateSection struct {
	Key, Title string
	Items      []NewTemplateItem
}

// NewTemplateItem is one thing that a new template asks for.
type NewTemplateItem struct {
	Key, Label string
	Kind       lifecycle.FindingKind
	Required   bool
	Options    []string // of a choice
}

// TemplateDetails are what may change of a template.
type TemplateDetails struct {
	Name   Optional[string]
	Active Optional[bool]
}

// The bounds of a template.
const (
	maxSections = 20
	maxItems    = 50
	maxOptions  = 50
)

var templates = noun[ent.InspectionTemplate]{
	name: lifecycle.NounInspectionTemplate,
	of: func(r *ent.InspectionTemplate) record {
		return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt}
	},
	find: func(ctx context.Context, tx *ent.Tx, id int64) (*ent.InspectionTemplate, error) {
		return tx.InspectionTemplate.Query().Where(inspectiontemplate.ID(id), store.ForUpdate).Only(ctx)
	},
	rule: func(ctx context.Context, tx *ent.Tx, before, next *ent.InspectionTemplate) error {
		if before == nil {
			if err := freeCode(tx.InspectionTemplate.Query().Where(inspectiontemplate.Code(next.Code)).Exist(ctx)); err != nil {
				return err
			}
		}
		if !next.Active || before != nil && before.Active {
			return nil
		}
		other, err := inUseFor(ctx, tx, next)
		if err != nil || other == nil {
			return err
		}
		return duplicate("active", "cannot be true: %s is in use for the same work: switch it off, or replace it", other.Code)
	},
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.InspectionTemplate) (int64, error) {
		made, err := tx.InspectionTemplate.Create().SetCode(r.Code).SetName(r.Name).SetNillableSubServiceID(r.SubServiceID).SetKind(r.Kind).
			SetSections(r.Sections).SetActive(r.Active).SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.InspectionTemplate, version int64) (int, error) {
		return tx.InspectionTemplate.Update().Where(inspectiontemplate.ID(r.ID), inspectiontemplate.Version(version)).
			SetName(r.Name).SetActive(r.Active).SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

// inUseFor gives the template in use for the work that another one is for; nil for
// none.
func inUseFor(ctx context.Context, tx *ent.Tx, t *ent.InspectionTemplate) (*ent.InspectionTemplate, error) {
	q := tx.InspectionTemplate.Query().Where(inspectiontemplate.KindEQ(t.Kind), inspectiontemplate.Active(true), store.ForUpdate)
	if t.SubServiceID == nil {
		q.Where(inspectiontemplate.SubServiceIDIsNil())
	} else {
		q.Where(inspectiontemplate.SubServiceID(*t.SubServiceID))
	}
	found, err := q.All(ctx) // one at most
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// CreateInspectionTemplate makes a template, which may take the place of the one in
// use for the same work at the same time.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID; DUPLICATE for a
// code that another one has, and where another one is in use for the same work;
// STALE when the one to be replaced is not the one in use.
func (a *App) CreateInspectionTemplate(ctx context.Context, in NewTemplate) (*view.InspectionTemplate, error) {
	made, err := repeatable(ctx, a, func(ctx context.Context) (*ent.InspectionTemplate, error) { return a.createTemplate(ctx, in) }, templates.again(a))
	if err != nil {
		return nil, err
	}
	return seeWholeTemplate(made)
}

func (a *App) createTemplate(ctx context.Context, in NewTemplate) (*ent.InspectionTemplate, error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	var made *ent.InspectionTemplate
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if err := in.check(ctx, tx); err != nil {
			return err
		}
		made = in.row()
		if in.Replaces != nil {
			before, err := inUseFor(ctx, tx, made)
			if err != nil {
				return err
			}
			if before == nil || before.ID != *in.Replaces {
				return fault.New(fault.Stale, "")
			}
			after := *before
			after.Active = false
			if err := templates.save(ctx, tx, who, now, before, &after); err != nil {
				return err
			}
		}
		if err := templates.add(ctx, tx, who, now, made); err != nil {
			return err
		}
		return templates.keep(ctx, tx, made)
	})
	return made, err
}

// check tells what is wrong with a new template.
//
// Faults: INVALID.
func (in NewTemplate) check(ctx context.Context, tx *ent.Tx) error {
	bad := in.Unread
	checkCode(&bad, in.Code)
	checkText(&bad, "name", in.Name, 1, nameLength)
	checkChoice(&bad, "kind", in.Kind, lifecycle.Kinds)
	bad.Check(in.Replaces == nil || in.Active, "replaces", "is for a template that is in use: make it active")
	if in.SubServiceID != nil {
		there, err := tx.SubService.Query().Where(subservice.ID(*in.SubServiceID), subservice.StatusEQ(lifecycle.CatalogueActive)).Exist(ctx)
		if err != nil {
			return err
		}
		bad.Check(there, "sub_service_id", "is no sub-service that is offered")
	}
	bad.Check(len(in.Sections) >= 1 && len(in.Sections) <= maxSections, "sections", "must be 1 to %d", maxSections)
	for i, s := range in.Sections {
		at := fmt.Sprintf("sections[%d]", i)
		checkKey(&bad, at+".key", s.Key)
		bad.Check(!slices.ContainsFunc(in.Sections[:i], func(o NewTemplateSection) bool { return o.Key == s.Key }), at+".key", "is the key of another section")
		checkText(&bad, at+".title", s.Title, 1, nameLength)
		s.check(&bad, at)
	}
	return bad.Err(fault.InputInvalid)
}

func (s NewTemplateSection) check(bad *fault.Fields, at string) {
	bad.Check(len(s.Items) >= 1 && len(s.Items) <= maxItems, at+".items", "must be 1 to %d", maxItems)
	for i, item := range s.Items {
		at := fmt.Sprintf("%s.items[%d]", at, i)
		checkKey(bad, at+".key", item.Key)
		bad.Check(!slices.ContainsFunc(s.Items[:i], func(o NewTemplateItem) bool { return o.Key == item.Key }), at+".key", "is the key of another item of the section")
		checkText(bad, at+".label", item.Label, 1, nameLength)
		checkChoice(bad, at+".kind", item.Kind, lifecycle.FindingKinds)
		if item.Kind != lifecycle.FindingChoice {
			bad.Check(len(item.Options) == 0, at+".options", "are for a choice")
			continue
		}
		bad.Check(len(item.Options) >= 2 && len(item.Options) <= maxOptions, at+".options", "must be 2 to %d", maxOptions)
		for j, o := range item.Options {
			checkText(bad, fmt.Sprintf("%s.options[%d]", at, j), o, 1, nameLength)
			bad.Check(!slices.Contains(item.Options[:j], o), fmt.Sprintf("%s.options[%d]", at, j), "is there already")
		}
	}
}

func checkKey(bad *fault.Fields, name, key string) {
	bad.Check(len(key) <= wordLength && keyForm.MatchString(key), name,
		"must be 1 to %d small letters, digits and underscores, a letter first", wordLength)
}

// row is the template as it is stored.
func (in NewTemplate) row() *ent.InspectionTemplate {
	sections := make([]templateSection, len(in.Sections))
	for i, s := range in.Sections {
		sections[i] = templateSection{Key: s.Key, Title: s.Title, Items: make([]templateItem, len(s.Items))}
		for j, item := range s.Items {
			sections[i].Items[j] = templateItem(item)
		}
	}
	text, _ := json.Marshal(sections) // texts always encode
	r := &ent.InspectionTemplate{Code: in.Code, Kind: in.Kind, SubServiceID: in.SubServiceID, Sections: text, Active: in.Active}
	setText(Some(in.Name), &r.Name)
	return r
}

// UpdateInspectionTemplate changes what a template is called, and whether it is in
// use.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; NOT_FOUND; INVALID;
// DUPLICATE where another one is in use for the same work; STALE when somebody
// changed it after that version.
func (a *App) UpdateInspectionTemplate(ctx context.Context, id, version int64, in TemplateDetails) (*view.InspectionTemplate, error) {
	row, err := templates.amend(ctx, a, id, version, func(bad *fault.Fields, r *ent.InspectionTemplate) {
		setText(in.Name, &r.Name)
		set(bad, "active", in.Active, &r.Active)
		checkText(bad, "name", r.Name, 1, nameLength)
	})
	if err != nil {
		return nil, err
	}
	return seeWholeTemplate(row)
}

// AllInspectionTemplates lists all templates, by their number.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID.
func (a *App) AllInspectionTemplates(ctx context.Context, active *bool, p Page, unread fault.Fields) (*view.Page[view.InspectionTemplate], error) {
	return listRecords(ctx, a, p, unread, records[ent.InspectionTemplate, view.InspectionTemplate]{
		id: func(r *ent.InspectionTemplate) int64 { return r.ID },
		find: func(ctx context.Context, on *ent.Client, cut func(*sql.Selector)) ([]*ent.InspectionTemplate, error) {
			return on.InspectionTemplate.Query().Where(whereActive(active), cut).All(ctx)
		},
		count: func(ctx context.Context, on *ent.Client) (int, error) {
			return on.InspectionTemplate.Query().Where(whereActive(active)).Count(ctx)
		},
		see: func(_ context.Context, _ *App, _ *ent.Client, rows []*ent.InspectionTemplate) (list []*view.InspectionTemplate, err error) {
			list = make([]*view.InspectionTemplate, len(rows))
			for i, r := range rows {
				if list[i], err = seeWholeTemplate(r); err != nil {
					return nil, err
				}
			}
			return list, nil
		},
	})
}

// seeWholeTemplate is the view of a template for the back office.
func seeWholeTemplate(r *ent.InspectionTemplate) (*view.InspectionTemplate, error) {
	t, err := readTemplate(r)
	if err != nil {
		return nil, err
	}
	return t.see(view.Anyone | view.Admin), nil
}
