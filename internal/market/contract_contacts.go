package market

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"kontrak/ent"
	"kontrak/ent/contactperson"
	"kontrak/internal/changelog"
	"kontrak/internal/fault"
	"kontrak/internal/store"
)

// MaxContacts is how many contact persons a contract has at most (rulings,
// "Limits").
const MaxContacts = 10

// Contact is a contact person of an input. A list in which one has an id changes
// those that it names, and leaves the others; every other list takes the place of
// what is there.
type Contact struct {
	ID     int64 // of a contact of the contract; 0 for a new one
	Name   Optional[string]
	Phone  Optional[string]
	Remove bool
}

// contactsPlan is what a list of contact persons comes to.
type contactsPlan struct {
	had    []*ent.ContactPerson
	add    []contactText
	change map[int64]contactText
	remove []int64
}

type contactText struct{ name, phone string }

// The lengths of what is kept of a contact, in letters.
const (
	contactName  = 200
	contactPhone = 40
)

// phoneForm is what telephone numbers look like.
var phoneForm = regexp.MustCompile(`^\+?[0-9][0-9 ().\-]{3,}[0-9]$`)

// check notes what is wrong with a list of contacts, and plans what it comes to.
func (p *contactsPlan) check(bad *fault.Fields, in Optional[[]Contact], had []*ent.ContactPerson) {
	*p = contactsPlan{had: had, change: map[int64]contactText{}}
	list := in.Or(nil)
	if !in.Sent() {
		bad.Check(len(had) > 0, "contact_persons", "is required: name at least one")
		return
	}
	if !slices.ContainsFunc(list, func(c Contact) bool { return c.ID != 0 }) {
		p.replace(bad, list)
	} else {
		p.merge(bad, list)
	}
	left := len(had) - len(p.remove) + len(p.add)
	bad.Check(left > 0, "contact_persons", "must leave at least one")
	bad.Check(left <= MaxContacts, "contact_persons", "would be %d, and %d are allowed", left, MaxContacts)
}

// replace plans a list that takes the place of what is there.
func (p *contactsPlan) replace(bad *fault.Fields, list []Contact) {
	for i, c := range list {
		if !c.Remove {
			p.add = append(p.add, c.read(bad, fmt.Sprintf("contact_persons[%d]", i), contactText{}))
		}
	}
	same := slices.EqualFunc(p.had, p.add, func(r *ent.ContactPerson, t contactText) bool { return textOf(r) == t })
	if same {
		p.add = nil
		return
	}
	for _, r := range p.had {
		p.remove = append(p.remove, r.ID)
	}
}

// merge plans a list that changes what it names.
func (p *contactsPlan) merge(bad *fault.Fields, list []Contact) {
	named := map[int64]bool{}
	for i, c := range list {
		field := fmt.Sprintf("contact_persons[%d]", i)
		if c.ID == 0 {
			if !c.Remove {
				p.add = append(p.add, c.read(bad, field, contactText{}))
			}
			continue
		}
		at := slices.IndexFunc(p.had, func(r *ent.ContactPerson) bool { return r.ID == c.ID })
		if at < 0 || named[c.ID] {
			bad.Check(at >= 0, field+".id", "is no contact person of this contract")
			bad.Check(!named[c.ID], field+".id", "is named twice")
			continue
		}
		named[c.ID] = true
		switch text := c.read(bad, field, textOf(p.had[at])); {
		case c.Remove:
			p.remove = append(p.remove, c.ID)
		case text != textOf(p.had[at]):
			p.change[c.ID] = text
		}
	}
}

func textOf(r *ent.ContactPerson) contactText { return contactText{r.Name, r.Phone} }

// read gives a contact as it is to be, and notes what is wrong with it.
func (c Contact) read(bad *fault.Fields, field string, has contactText) contactText {
	t := contactText{name: c.Name.Or(has.name), phone: c.Phone.Or(has.phone)}
	if c.Remove {
		return t
	}
	checkText(bad, field+".name", t.name, 1, contactName)
	checkText(bad, field+".phone", t.phone, 1, contactPhone)
	bad.Check(t.phone == "" || phoneForm.MatchString(t.phone), field+".phone", "must be a telephone number, such as +62 812 3456 789")
	return t
}

// none tells that nothing is to be written.
func (p *contactsPlan) none() bool { return len(p.remove)+len(p.change)+len(p.add) == 0 }

// store is the step that writes what was planned.
func (p *contactsPlan) store(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
	if p.none() {
		return changes{}, nil
	}
	if len(p.remove) > 0 {
		if _, err := tx.ContactPerson.Delete().Where(contactperson.ContractID(r.id), store.In(contactperson.FieldID, p.remove)).Exec(ctx); err != nil {
			return nil, err
		}
	}
	var left []*ent.ContactPerson
	for _, had := range p.had { // in their order: two transactions would lock alike
		if slices.Contains(p.remove, had.ID) {
			continue
		}
		text, ok := p.change[had.ID]
		if !ok {
			left = append(left, had)
			continue
		}
		err := tx.ContactPerson.Update().Where(contactperson.ID(had.ID)).
			SetName(text.name).SetPhone(text.phone).AddVersion(1).SetUpdatedAt(m.now).Exec(ctx)
		if err != nil {
			return nil, err
		}
		changed := *had
		changed.Name, changed.Phone, changed.UpdatedAt = text.name, text.phone, m.now
		changed.Version++
		left = append(left, &changed)
	}
	err := inBulk(p.add, func(list []contactText) error {
		rows := make([]*ent.ContactPersonCreate, len(list))
		for i, t := range list {
			rows[i] = tx.ContactPerson.Create().SetInstitutionID(r.institutionID).SetContractID(r.id).
				SetName(t.name).SetPhone(t.phone).SetCreatedAt(m.now).SetUpdatedAt(m.now)
		}
		made, err := tx.ContactPerson.CreateBulk(rows...).Save(ctx)
		left = append(left, made...)
		return err
	})
	return changelog.Of(changelog.ContactPersons, changelog.List(p.had), changelog.List(left)), err
}
