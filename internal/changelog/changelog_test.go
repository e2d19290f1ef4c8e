package changelog

import (
	stdsql "database/sql"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
)

var at = time.Date(2026, time.June, 8, 2, 0, 0, 5_000_000, time.UTC)

func TestADocumentGivesItsRowsBack(t *testing.T) {
	t.Parallel()
	rows := []*ent.Assignment{
		{ID: 7, PartnerID: 3, Sequence: 1, Kind: lifecycle.AssignmentInitial, Status: lifecycle.AssignmentRejected, StatusReason: `"no" <&>`,
			AssignedByID: 1, AssignedByRole: "institution", AssignedAt: at, RespondedAt: &at, Version: 2, CreatedAt: at, UpdatedAt: at},
		{ID: 8, PartnerID: 4, Sequence: 2, Kind: lifecycle.AssignmentReassignment, Status: lifecycle.AssignmentAccepted,
			AssignedByID: 5, AssignedByRole: "supervisor", AssignedAt: at, Version: 1, CreatedAt: at, UpdatedAt: at},
	}
	got, err := Read[[]*ent.Assignment](List(rows))
	if err != nil || !reflect.DeepEqual(got, rows) {
		t.Errorf("%v, %v", got, err)
	}
	i := &ent.Inspection{
		ID: 1, Status: lifecycle.InspectionDraft, TemplateCode: "general", Sections: json.RawMessage(`[{"key":"a"}]`),
		Photos: []string{"p.png"}, StartedAt: &at, Version: 1, CreatedAt: at, UpdatedAt: at,
	}
	if one, err := Read[*ent.Inspection](One(i)); err != nil || !reflect.DeepEqual(one, i) {
		t.Errorf("%v, %v", one, err)
	}
	review := &ent.Review{ID: 1, PartnerID: 2, CreatedByID: 3, OverallTenths: 45, Comment: "Good.", Version: 1, CreatedAt: at, UpdatedAt: at}
	rates := []*ent.ReviewRating{
		{ID: 2, RatingItemID: 2, Rate: 4, CreatedAt: at, UpdatedAt: at}, {ID: 1, RatingItemID: 1, Rate: 5, CreatedAt: at, UpdatedAt: at},
	}
	r, err := Read[*Reviewed](ReviewText(review, rates))
	if err != nil || !reflect.DeepEqual(&r.Review, review) || len(r.Ratings) != 2 || r.Ratings[0].Rate != 5 {
		t.Errorf("%v, %v", r, err)
	}
	if text := string(One[ent.Review](nil)) + string(List[ent.Schedule](nil)) + string(ReviewText(nil, nil)); text != "null[]null" {
		t.Errorf("nothing is %s", text)
	}
}

func TestWhatChangedTwiceWentFromTheFirstValueToTheLast(t *testing.T) {
	t.Parallel()
	c := Of("a", Text("x"), Text("y"))
	c.Add(Changes{"a": {From: Text("y"), To: Text("z")}, "b": {From: Text(1), To: Text(2)}})
	if text := string(c.JSON()); text != `{"a":{"from":"x","to":"z"},"b":{"from":1,"to":2}}` {
		t.Error(text)
	}
	if c.Add(Of("a", Text("z"), Text("x"))); len(c) != 1 {
		t.Errorf("what went back is told: %s", c.JSON())
	}
	if c := Of("a", Text("x"), Text("x")); len(c) != 0 {
		t.Errorf("no change is told: %s", c.JSON())
	}
}

func TestANewRowIsToldByWhatIsInIt(t *testing.T) {
	t.Parallel()
	c := OfPayment(nil, &ent.Payment{ID: 9, InstitutionID: 1, PaymentMethodID: 2, Amount: 100, Status: lifecycle.PaymentUnpaid, DeadlineAt: &at, Version: 1, CreatedAt: at})
	want := `{"payment.amount":{"from":null,"to":100},"payment.deadline_at":{"from":null,"to":"2026-06-08T02:00:00.005Z"},` +
		`"payment.id":{"from":null,"to":9},"payment.payment_method_id":{"from":null,"to":2},"payment.status":{"from":null,"to":"unpaid"}}`
	if text := string(c.JSON()); text != want {
		t.Error(text)
	}
}

func TestSetPutsBackWhatTextHasWritten(t *testing.T) {
	t.Parallel()
	for _, value := range []any{
		new(int64(5)), new("a text"), new(lifecycle.ContractDraft), new(at), new([]byte(`["a"]`)),
		&stdsql.Null[int64]{V: 3, Valid: true}, &stdsql.Null[time.Time]{V: at, Valid: true}, &stdsql.Null[time.Time]{},
		&stdsql.Null[lifecycle.PaymentStatus]{V: lifecycle.PaymentPaid, Valid: true}, &stdsql.Null[string]{},
	} {
		text := Text(value)
		into := reflect.New(reflect.TypeOf(value).Elem())
		if err := Set(into.Interface(), text); err != nil || !reflect.DeepEqual(into.Interface(), value) {
			t.Errorf("%s became %v, %v", text, into.Elem().Interface(), err)
		}
	}
}

func TestAStatePlaysChangesAndRefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	s := State{}
	for _, changes := range []string{`{"a":{"from":null,"to":1}}`, `{"a":{"from":1,"to":2},"b":{"from":null,"to":"x"}}`} {
		if err := s.Play([]byte(changes)); err != nil {
			t.Fatal(err)
		}
	}
	if string(s["a"]) != "2" || string(s["b"]) != `"x"` {
		t.Errorf("%s", s)
	}
	if s.Play([]byte(`[1]`)) == nil {
		t.Error("a list was taken for changes")
	}
}
