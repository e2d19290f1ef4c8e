package market

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/inspection"
	"kontrak/ent/inspectiontemplate"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// templateSection and templateItem are a template as it is stored.
type templateSection struct {
	Key   string         `json:"key"`
	Title string         `json:"title"`
	Items []templateItem `json:"items"`
}

type templateItem struct {
	Key      string                `json:"key"`
	Label    string                `json:"label"`
	Kind     lifecycle.FindingKind `json:"kind"`
	Required bool                  `json:"required"`
	Options  []string              `json:"options,omitempty"`
}

// inspectionTemplate is a template with its sections read.
type inspectionTemplate struct {
	id         int64
	code, name string
	sections   []templateSection
	row        *ent.InspectionTemplate
}

// templateFor gives the template of a contract: the one that its inspection was begun
// with, or, without an inspection, the one in use.
//
// Faults: NOT_FOUND where the back office has made none.
func templateFor(ctx context.Context, on *ent.Client, c *facts, before *ent.Inspection) (*inspectionTemplate, error) {
	all, err := templatesFound(ctx, on, c)
	if err != nil {
		return nil, err
	}
	in := all[:0:0]
	for _, t := range all {
		if before != nil && t.Code == before.TemplateCode {
			return readTemplate(t)
		}
		if t.Active {
			in = append(in, t)
		}
	}
	row := templateOf(in, c.row)
	if row == nil {
		return nil, fault.Newf(fault.RecordNotFound, "There is no inspection template for %s.", c.row.kind)
	}
	return readTemplate(row)
}

func templatesInUse(ctx context.Context, on *ent.Client) ([]*ent.InspectionTemplate, error) {
	return on.InspectionTemplate.Query().Where(inspectiontemplate.Active(true)).All(ctx)
}

// templatesBegun gives the templates that the inspections of contracts were begun
// with, by the contract: two statements for any number of them.
func templatesBegun(ctx context.Context, on *ent.Client, contractIDs []int64) (map[int64]*ent.InspectionTemplate, error) {
	begun, err := on.Inspection.Query().Where(store.In(inspection.FieldContractID, contractIDs)).
		Select(inspection.FieldContractID, inspection.FieldTemplateCode).All(ctx)
	if err != nil || len(begun) == 0 {
		return nil, err
	}
	codes := make([]string, len(begun))
	for i, b := range begun {
		codes[i] = b.TemplateCode
	}
	slices.Sort(codes)
	rows, err := on.InspectionTemplate.Query().Where(store.In(inspectiontemplate.FieldCode, slices.Compact(codes))).All(ctx)
	by := make(map[int64]*ent.InspectionTemplate, len(begun))
	for _, b := range begun {
		if i := slices.IndexFunc(rows, func(t *ent.InspectionTemplate) bool { return t.Code == b.TemplateCode }); i >= 0 {
			by[b.ContractID] = rows[i]
		}
	}
	return by, err
}

// templateOf picks the template of a contract: that of its sub-service and kind, or
// the general one of the kind; nil where there is neither.
func templateOf(in []*ent.InspectionTemplate, r *contractRow) *ent.InspectionTemplate {
	var general *ent.InspectionTemplate
	for _, t := range in {
		switch {
		case t.Kind != r.kind:
		case t.SubServiceID == nil:
			general = t
		case *t.SubServiceID == r.subService.id:
			return t
		}
	}
	return general
}

func readTemplate(row *ent.InspectionTemplate) (*inspectionTemplate, error) {
	t := &inspectionTemplate{id: row.ID, code: row.Code, name: row.Name, row: row}
	if err := json.Unmarshal(row.Sections, &t.sections); err != nil {
		return nil, fmt.Errorf("market: template %s: %w", row.Code, err)
	}
	return t, nil
}

// InspectionTemplate gives the template that an inspection of the contract is
// checked against.
//
// Faults: UNAUTHENTICATED, NOT_FOUND.
func (a *App) InspectionTemplate(ctx context.Context, contractID int64) (*view.InspectionTemplate, error) {
	list, err := a.InspectionTemplates(ctx, []int64{contractID})
	if err == nil && list[0] == nil {
		err = fault.New(fault.RecordNotFound, "There is no such contract, or no template for its work.")
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// InspectionTemplates gives the templates of contracts, in their order; nil stands
// for a contract that is unknown or not for the caller to know of, and for one
// without a template.
//
// Faults: UNAUTHENTICATED.
func (a *App) InspectionTemplates(ctx context.Context, contractIDs []int64) ([]*view.InspectionTemplate, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	ties := view.Anyone
	if who.Is(actor.Admin) {
		ties |= view.Admin
	}
	list := make([]*view.InspectionTemplate, len(contractIDs))
	err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		rows, err := a.contractRows(ctx, on, who, ContractWants{Parts: WantSubService}, func(s *sql.Selector, c *sql.SelectTable) {
			s.Where(store.InP(c.C(contract.FieldID), contractIDs))
		})
		if err != nil {
			return err
		}
		in, err := templatesInUse(ctx, on)
		if err != nil {
			return err
		}
		begun, err := templatesBegun(ctx, on, contractIDs)
		if err != nil {
			return err
		}
		for i, r := range inOrder(contractIDs, rows, func(r *contractRow) int64 { return r.id }) {
			if r == nil {
				continue
			}
			row := cmp.Or(begun[r.id], templateOf(in, r))
			if row == nil {
				continue
			}
			t, err := readTemplate(row)
			if err != nil {
				return err
			}
			list[i] = t.see(ties)
		}
		return nil
	})
	return list, err
}

// see is the view of a template, which everybody may read who knows of a contract.
func (t *inspectionTemplate) see(ties view.Tie) *view.InspectionTemplate {
	v := &view.InspectionTemplate{
		ID: t.id, Code: t.code, Name: t.name, SubServiceID: t.row.SubServiceID, Kind: t.row.Kind, Sections: []*view.TemplateSection{},
		Active: &t.row.Active, Version: &t.row.Version, CreatedAt: &t.row.CreatedAt, UpdatedAt: &t.row.UpdatedAt,
	}
	for _, s := range t.sections {
		section := &view.TemplateSection{Key: s.Key, Title: s.Title, Items: []*view.TemplateItem{}}
		for _, i := range s.Items {
			section.Items = append(section.Items, view.See(&view.TemplateItem{
				Key: i.Key, Label: i.Label, Kind: i.Kind, Required: i.Required, Options: slices.Clone(i.Options),
			}, view.Anyone))
		}
		v.Sections = append(v.Sections, view.See(section, view.Anyone))
	}
	return view.See(v, ties)
}

// Finding is what a partner writes down about one item. Its value is text,
// whatever the item's kind: a number in decimal, a boolean as true or false, a
// photo as photos[N], the N-th of the inspection's photos, or as its address.
type Finding struct {
	Key         string
	Value, Note *string
}

// FindingSection is what a partner writes down about one section.
type FindingSection struct {
	Key   string
	Items []Finding
}

// The bounds of a finding, in letters.
const (
	findingLength = 2000
	noteLength    = 1000
)

// fill checks the findings against the template and gives the sections as they are
// stored, in the template's order. photos are the names of the inspection's
// photos. complete asks for every item that the template requires.
func (t *inspectionTemplate) fill(bad *fault.Fields, sent []FindingSection, photos []string, complete bool) []storedSection {
	found := map[[2]string]Finding{}
	for i, s := range sent {
		at := fmt.Sprintf("sections[%d]", i)
		section := slices.IndexFunc(t.sections, func(have templateSection) bool { return have.Key == s.Key })
		again := slices.ContainsFunc(sent[:i], func(other FindingSection) bool { return other.Key == s.Key })
		if section < 0 || again {
			bad.Check(section >= 0, at+".key", "is no section of the template %s: use %s", t.code, t.keys())
			bad.Check(!again, at+".key", "names a section twice")
			continue
		}
		t.sections[section].read(bad, at, s, photos, found)
	}
	return t.stored(bad, found, complete)
}

// read checks the findings of one section.
func (t *templateSection) read(bad *fault.Fields, at string, sent FindingSection, photos []string, found map[[2]string]Finding) {
	for j, f := range sent.Items {
		at := fmt.Sprintf("%s.items[%d]", at, j)
		item := slices.IndexFunc(t.Items, func(have templateItem) bool { return have.Key == f.Key })
		if item < 0 {
			bad.Add(at+".key", "is no item of the section %s", t.Key)
			continue
		}
		key := [2]string{t.Key, f.Key}
		if _, again := found[key]; again {
			bad.Add(at+".key", "names an item twice")
			continue
		}
		if f.Value != nil && *f.Value != "" {
			f.Value = t.Items[item].check(bad, at+".value", *f.Value, photos)
		} else {
			f.Value = nil
		}
		if f.Note != nil {
			checkText(bad, at+".note", *f.Note, 0, noteLength)
		}
		found[key] = f
	}
}

// stored gives the sections with what was found.
func (t *inspectionTemplate) stored(bad *fault.Fields, found map[[2]string]Finding, complete bool) []storedSection {
	list := make([]storedSection, 0, len(t.sections))
	for _, s := range t.sections {
		section := storedSection{Key: s.Key, Title: s.Title, Items: make([]storedFinding, 0, len(s.Items))}
		for _, i := range s.Items {
			f := found[[2]string{s.Key, i.Key}]
			bad.Check(!complete || !i.Required || f.Value != nil, fmt.Sprintf("sections.%s.%s", s.Key, i.Key), "is required: %s", i.Label)
			section.Items = append(section.Items, storedFinding{Key: i.Key, Label: i.Label, Kind: i.Kind, Value: f.Value, Note: f.Note})
		}
		list = append(list, section)
	}
	return list
}

// storedSection and storedFinding are an inspection as it is stored.
type storedSection struct {
	Key   string          `json:"key"`
	Title string          `json:"title"`
	Items []storedFinding `json:"items"`
}

type storedFinding struct {
	Key   string                `json:"key"`
	Label string                `json:"label"`
	Kind  lifecycle.FindingKind `json:"kind"`
	Value *string               `json:"value"`
	Note  *string               `json:"note"`
}

var decimal = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,6})?$`)

// check checks one value and gives it as it is stored.
func (i templateItem) check(bad *fault.Fields, at, value string, photos []string) *string {
	switch i.Kind {
	case lifecycle.FindingNumber:
		bad.Check(decimal.MatchString(value), at, "must be a number such as 12.5, of at most 15 digits and 6 decimals")
	case lifecycle.FindingBoolean:
		bad.Check(value == "true" || value == "false", at, "must be true or false")
	case lifecycle.FindingChoice:
		bad.Check(slices.Contains(i.Options, value), at, "must be one of %s", strings.Join(i.Options, ", "))
	case lifecycle.FindingPhoto:
		return photoOf(bad, at, value, photos)
	default:
		checkText(bad, at, value, 0, findingLength)
	}
	return &value
}

// photoOf gives the name of the photo that a value stands for.
func photoOf(bad *fault.Fields, at, value string, photos []string) *string {
	var n int
	if _, err := fmt.Sscanf(value, "photos[%d]", &n); err == nil && n >= 0 && n < len(photos) {
		return &photos[n] // a new one has its name once it is stored
	}
	if name := fileName(value); name != "" && slices.Contains(photos, name) {
		return &name
	}
	bad.Add(at, "must be photos[N], the N-th of the inspection's photos from 0, or the address of one of them")
	return &value
}

func (t *inspectionTemplate) keys() string {
	keys := make([]string, len(t.sections))
	for i, s := range t.sections {
		keys[i] = s.Key
	}
	return strings.Join(keys, ", ")
}
