package view

import (
	"reflect"
	"testing"
)

// all is one of each view. A new view is added here, or its tags go unchecked.
var all = []row{
	&Contract{}, &File{}, &Schedule{}, &ContactPerson{}, &PricingItem{}, &Payment{}, &PaymentMethod{}, &Promotion{},
	&Assignment{}, &TimeAdjustment{}, &Inspection{}, &InspectionSection{}, &InspectionItem{}, &Conclusion{}, &Review{},
	&Rating{}, &Institution{}, &Partner{}, &Location{}, &RatingsSummary{}, &Competency{}, &SubServiceCompetency{},
	&Service{}, &SubService{}, &Person{}, &User{},
	&Education{}, &PartnerPrice{}, &PartnerReview{}, &WishlistFilters{}, &ServiceCount{}, &SubServiceCount{}, &CityCount{}, &KindCount{}, &SupervisorService{},
}

func TestEveryFieldOfEveryViewSaysWhoSeesIt(t *testing.T) {
	t.Parallel()
	for _, v := range all {
		if _, err := Audit(v); err != nil {
			t.Error(err)
		}
	}
}

type sample struct {
	Row
	Open   string `see:"anyone"`
	Secret string `see:"self,admin"`
	Naked  string
}

func TestRedactEmptiesWhatTheTiesDoNotCover(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		ties Tie
		want sample
	}{
		{"a stranger sees what anyone sees", Anyone, sample{Open: "o"}},
		{"the person sees its own", Anyone | Self, sample{Open: "o", Secret: "s"}},
		{"one of the ties is enough", Admin, sample{Secret: "s"}},
		{"nobody sees a field without a tag", ^Tie(0), sample{Open: "o", Secret: "s"}},
		{"without ties nothing is seen", 0, sample{}},
	} {
		got := sample{Open: "o", Secret: "s", Naked: "n"}
		Redact(&got, c.ties)
		c.want.ties = c.ties
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestHiddenTellsEmptyFromWithheld(t *testing.T) {
	t.Parallel()
	v := See(&sample{}, Anyone)
	if rule, hidden := Hidden(v, "secret"); !hidden || rule != "self,admin" {
		t.Errorf("a withheld field: hidden %v by %q", hidden, rule)
	}
	if _, hidden := Hidden(v, "open"); hidden {
		t.Error("an empty field that the caller may see is told to be hidden")
	}
	if _, hidden := Hidden(&struct{}{}, "open"); hidden {
		t.Error("what is no view is told to be hidden")
	}
}

// TestAWidenedFieldIsSeenByEverybodyUntilItIsRestored runs alone: what is widened is
// so for the whole process.
func TestAWidenedFieldIsSeenByEverybodyUntilItIsRestored(t *testing.T) { //nolint:paralleltest // see above
	restore := Widen("sample.Secret")
	if got := See(&sample{Secret: "s"}, Anyone); got.Secret != "s" {
		t.Error("a widened field is emptied")
	}
	restore()
	if got := See(&sample{Secret: "s"}, Anyone); got.Secret != "" {
		t.Error("a field stays widened")
	}
}

func TestAGraphNameIsTheGoNameWithItsFirstWordInLowerCase(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"ID": "id", "URL": "url", "FullName": "fullName", "IsMember": "isMember", "PaymentMethodID": "paymentMethodID"} {
		if got := graphName(name); got != want {
			t.Errorf("%s is called %s, want %s", name, got, want)
		}
	}
}

func TestAMisspeltTieIsRefusedAtStart(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("the tag was taken")
		}
	}()
	parse("owner,everyone")
}

func TestEveryTieHasAWord(t *testing.T) {
	t.Parallel()
	for bit := Tie(1); bit <= Customer; bit <<= 1 {
		if len(bit.Names()) != 1 {
			t.Errorf("tie %b has the words %v", bit, bit.Names())
		}
	}
}

func TestHoursArePrintedWithADecimal(t *testing.T) {
	t.Parallel()
	for minutes, want := range map[int64]Hours{60: "1.0", 90: "1.5", 120: "2.0", 45: "0.75"} {
		if got := HoursOf(minutes); got != want {
			t.Errorf("%d minutes are %s hours, want %s", minutes, got, want)
		}
	}
}

func TestEveryViewEmbedsRow(t *testing.T) {
	t.Parallel()
	for _, v := range all {
		if f, ok := reflect.TypeOf(v).Elem().FieldByName("Row"); !ok || !f.Anonymous {
			t.Errorf("%T does not embed Row", v)
		}
	}
}
