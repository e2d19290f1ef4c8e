package kit

import (
	"strings"

	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

const noCustomer = "There is no such customer."

// customers answers GET customers.
func (d *Dialect) customers(r *request) (any, error) {
	f := market.CounterpartyFilter{InstitutionIDs: []int64{r.institution}}
	if key := r.query.text("customKey"); key != "" {
		r.query.bad.Check(keyForm.MatchString(key), "customKey", "%s", keyRule)
		f.CustomKeys = []string{key}
	}
	p := r.query.page()
	f.Unread = r.query.bad
	page, err := d.app.Counterparties(r.Context(), f, p)
	if err != nil {
		return nil, err
	}
	return customerList{Total: *page.Total, Customers: each(page.Items, toCustomer)}, nil
}

// customer answers GET customers/{id}.
func (d *Dialect) customer(r *request) (any, error) {
	id, err := r.id(noCustomer)
	if err != nil {
		return nil, err
	}
	return shown(toCustomer)(d.app.Counterparty(r.Context(), id))
}

// createCustomer answers POST customers.
func (d *Dialect) createCustomer(r *request) (any, error) {
	data, err := shown(toCustomer)(d.app.CreateCounterparty(r.Context(), &r.institution, fromCustomer(r.input())))
	return newly(data, err)
}

// updateCustomer answers PATCH customers/{id}.
func (d *Dialect) updateCustomer(r *request) (any, error) {
	id, err := r.id(noCustomer)
	if err != nil {
		return nil, err
	}
	return shown(toCustomer)(d.app.UpdateCounterparty(r.Context(), id, nil, fromCustomer(r.input())))
}

// deleteCustomer answers DELETE customers/{id}.
func (d *Dialect) deleteCustomer(r *request) (any, error) {
	id, err := r.id(noCustomer)
	if err != nil {
		return nil, err
	}
	return shown(toCustomer)(d.app.DeleteCounterparty(r.Context(), id))
}

// shown makes the data of what a use-case gave.
func shown[V, B any](to func(*V) B) func(*V, error) (any, error) {
	return func(v *V, err error) (any, error) {
		if err != nil {
			return nil, err
		}
		return to(v), nil
	}
}

// newly makes an answer into one to a request that made a record.
func newly(data any, err error) (any, error) { return newRecord{data}, err }

// fromCustomer reads the fields of a customer.
func fromCustomer(in *fields) market.CounterpartyFields {
	f := market.CounterpartyFields{
		Name: in.text("title"), CustomKey: in.text("customKey"), Ceo: in.text("ceo"), RegistrationNumber: in.text("registrationNumber"),
		Address: in.text("address"), Industry: in.text("industry"), Category: in.text("category"), KitName: true,
	}
	if list := in.objects("managers"); list.Null() {
		f.Managers = market.Null[[]lifecycle.Manager]()
	} else if list.Sent() {
		managers := make([]lifecycle.Manager, len(list.Or(nil)))
		for i, m := range list.Or(nil) {
			managers[i] = fromManager(m)
		}
		f.Managers = market.Some(managers)
	}
	f.Unread = *in.bad
	return f
}

func fromManager(in *fields) lifecycle.Manager {
	text := func(name string) string { return strings.TrimSpace(in.text(name).Or("")) }
	return lifecycle.Manager{
		Name: text("name"), Email: text("email"), Position: text("position"), Note: text("note"), Contact: text("contact"),
		Roles: value[[]lifecycle.ManagerRole](in, "roles", "must be a list of texts").Or(nil),
	}
}

type customerList struct {
	Total     int64          `json:"total"`
	Customers []customerBody `json:"customers"`
}

type customerBody struct {
	ID                 int64         `json:"id"`
	Title              string        `json:"title"`
	CustomKey          *string       `json:"customKey"`
	Ceo                *string       `json:"ceo"`
	RegistrationNumber *string       `json:"registrationNumber"`
	Address            *string       `json:"address"`
	Industry           *string       `json:"industry"`
	Category           *string       `json:"category"`
	Managers           []managerBody `json:"managers"`
}

type managerBody struct {
	Name     string                  `json:"name"`
	Email    *string                 `json:"email"`
	Position *string                 `json:"position"`
	Note     *string                 `json:"note"`
	Contact  *string                 `json:"contact"`
	Roles    []lifecycle.ManagerRole `json:"roles"`
}

func toCustomer(v *view.Counterparty) customerBody {
	return customerBody{
		ID: v.ID, Title: v.Name, CustomKey: v.CustomKey, Ceo: v.Ceo, RegistrationNumber: v.RegistrationNumber,
		Address: v.Address, Industry: v.Industry, Category: v.Category, Managers: each(v.Managers, toManager),
	}
}

func toManager(m *lifecycle.Manager) managerBody {
	return managerBody{
		Name: m.Name, Email: filled(m.Email), Position: filled(m.Position), Note: filled(m.Note), Contact: filled(m.Contact),
		Roles: append([]lifecycle.ManagerRole{}, m.Roles...),
	}
}

// filled gives a text that may be empty, which is printed as null.
func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
