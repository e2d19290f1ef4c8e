package world

import (
	"encoding/json"
	"reflect"

	"kontrak/ent"
	"kontrak/internal/changelog"
)

// hanging is what hung on a contract once a change was done: copies of its rows.
// They are told of when the rows are stored, for only then do they have their ids.
type hanging struct {
	payment     copies[ent.Payment]
	schedules   copies[ent.Schedule]
	contacts    copies[ent.ContactPerson]
	items       copies[ent.PricingItem]
	assignments copies[ent.Assignment]
	adjustments copies[ent.TimeAdjustment]
	inspection  copies[ent.Inspection]
	conclusion  copies[ent.Conclusion]
	review      copies[ent.Review]
	ratings     copies[ent.ReviewRating]
}

// copies are rows as they were, beside the rows themselves.
type copies[T any] struct {
	rows []*T
	were []T
}

// copyOf copies rows; a nil is none.
func copyOf[T any](rows ...*T) copies[T] {
	var c copies[T]
	for _, row := range rows {
		if row != nil {
			c.rows, c.were = append(c.rows, row), append(c.were, *row)
		}
	}
	return c
}

// list gives the rows as they were, with the ids that they have now.
func (c copies[T]) list() []*T {
	list := make([]*T, len(c.rows))
	for i := range c.rows {
		was := c.were[i]
		reflect.ValueOf(&was).Elem().FieldByName("ID").Set(reflect.ValueOf(c.rows[i]).Elem().FieldByName("ID"))
		list[i] = &was
	}
	return list
}

// one gives the only row as it was; nil for none.
func (c copies[T]) one() *T {
	if len(c.rows) == 0 {
		return nil
	}
	return c.list()[0]
}

// settle keeps what hangs on the contract as the last change has left it.
func (l *life) settle() {
	if len(l.hung) == len(l.history) {
		return
	}
	l.hung = append(l.hung, hanging{
		payment: copyOf(l.payment), schedules: copyOf(l.schedules...), contacts: copyOf(l.contacts...),
		items: copyOf(l.items...), assignments: copyOf(l.assignments...), adjustments: copyOf(l.adjustments...),
		inspection: copyOf(l.inspection), conclusion: copyOf(l.conclusion), review: copyOf(l.review), ratings: copyOf(l.ratings...),
	})
}

// since tells what differs from what hung on the contract before.
func (h hanging) since(before hanging) changelog.Changes {
	told := changelog.Changes{}
	if now := h.payment.one(); now != nil {
		told = changelog.OfPayment(before.payment.one(), now)
	}
	listed(told, changelog.Schedules, before.schedules, h.schedules)
	listed(told, changelog.ContactPersons, before.contacts, h.contacts)
	listed(told, changelog.PricingItems, before.items, h.items)
	listed(told, changelog.Assignments, before.assignments, h.assignments)
	listed(told, changelog.TimeAdjustments, before.adjustments, h.adjustments)
	told.Add(changelog.Of(changelog.Inspection, changelog.One(before.inspection.one()), changelog.One(h.inspection.one())))
	told.Add(changelog.Of(changelog.Conclusion, changelog.One(before.conclusion.one()), changelog.One(h.conclusion.one())))
	told.Add(changelog.Of(changelog.Review, before.reviewText(), h.reviewText()))
	return told
}

func (h hanging) reviewText() json.RawMessage {
	return changelog.ReviewText(h.review.one(), h.ratings.list())
}

// listed tells of a list that has changed.
func listed[T any](told changelog.Changes, name string, before, after copies[T]) {
	if !reflect.DeepEqual(before.were, after.were) {
		told.Add(changelog.Of(name, changelog.List(before.list()), changelog.List(after.list())))
	}
}

// storeHistory keeps the history, now that every row that it tells of has its id.
func (l *life) storeHistory(r *rows, contractID int64) {
	l.settle()
	var before hanging
	for i, h := range l.history {
		told := l.told[i]
		told.Add(l.hung[i].since(before))
		before = l.hung[i]
		h.ContractID, h.Changes = contractID, told.JSON()
		r.history.add(h)
	}
}
