package world_test

import (
	"cmp"
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kontrak/ent"
	"kontrak/internal/testkit"
)

// all reads every row of every table that the demo fills, in the order of the
// ids.
func all(t *testing.T, c *ent.Client) map[string][]any {
	t.Helper()
	tables := map[string][]any{}
	read(t, tables, c.Setting.Query().All)
	read(t, tables, c.Service.Query().All)
	read(t, tables, c.SubService.Query().All)
	read(t, tables, c.PricingSchema.Query().All)
	read(t, tables, c.PaymentMethod.Query().All)
	read(t, tables, c.Promotion.Query().All)
	read(t, tables, c.RatingItem.Query().All)
	read(t, tables, c.Institution.Query().All)
	read(t, tables, c.User.Query().All)
	read(t, tables, c.Membership.Query().All)
	read(t, tables, c.Partner.Query().All)
	read(t, tables, c.PartnerLocation.Query().All)
	read(t, tables, c.Competency.Query().All)
	read(t, tables, c.BasePrice.Query().All)
	read(t, tables, c.Wishlist.Query().All)
	read(t, tables, c.File.Query().All)
	read(t, tables, c.CompetencyTest.Query().All)
	read(t, tables, c.Certification.Query().All)
	read(t, tables, c.PartnerCertification.Query().All)
	read(t, tables, c.CertificationWishlist.Query().All)
	read(t, tables, c.Banner.Query().All)
	read(t, tables, c.TestQuestion.Query().All)
	read(t, tables, c.TestAttempt.Query().All)
	read(t, tables, c.PartnerTest.Query().All)
	read(t, tables, c.Contract.Query().All)
	read(t, tables, c.Schedule.Query().All)
	read(t, tables, c.ContactPerson.Query().All)
	read(t, tables, c.PricingItem.Query().All)
	read(t, tables, c.Payment.Query().All)
	read(t, tables, c.Assignment.Query().All)
	read(t, tables, c.TimeAdjustment.Query().All)
	read(t, tables, c.Inspection.Query().All)
	read(t, tables, c.Conclusion.Query().All)
	read(t, tables, c.Review.Query().All)
	read(t, tables, c.ReviewRating.Query().All)
	read(t, tables, c.ContractHistory.Query().All)
	read(t, tables, c.Counterparty.Query().All)
	read(t, tables, c.Tag.Query().All)
	read(t, tables, c.Asset.Query().All)
	read(t, tables, c.ApiKey.Query().All)
	read(t, tables, c.Agreement.Query().All)
	read(t, tables, c.AgreementTerm.Query().All)
	read(t, tables, c.ColumnItem.Query().All)
	read(t, tables, c.AgreementHistory.Query().All)
	read(t, tables, c.SignatureTemplate.Query().All)
	read(t, tables, c.Signature.Query().All)
	read(t, tables, c.Participant.Query().All)
	read(t, tables, c.SignatureObject.Query().All)
	return tables
}

func read[R any](t *testing.T, tables map[string][]any, query func(context.Context) ([]*R, error)) {
	t.Helper()
	rows, err := query(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(rows, func(a, b *R) int {
		return cmp.Compare(reflect.ValueOf(a).Elem().FieldByName("ID").Int(), reflect.ValueOf(b).Elem().FieldByName("ID").Int())
	})
	for _, r := range rows {
		tables[reflect.TypeFor[R]().Name()] = append(tables[reflect.TypeFor[R]().Name()], r)
	}
}

// dump gives every row as text that is the same on both databases.
func dump(t *testing.T, c *ent.Client) []string {
	t.Helper()
	var lines []string
	for name, rows := range all(t, c) {
		for _, r := range rows {
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, name+" "+testkit.Canonical(text)) // JSON columns lose their order on PostgreSQL
		}
	}
	slices.Sort(lines)
	return lines
}

func TestDemoIsTheSameOnEachStart(t *testing.T) {
	t.Parallel()
	var first []string
	for _, round := range []string{"first", "again"} {
		for _, db := range testkit.Databases(t) {
			st, w := demo(t, db)
			lines := dump(t, st.Client())
			text, err := json.Marshal(w)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, string(text))
			if first == nil {
				first = lines
			}
			if len(lines) != len(first) {
				t.Fatalf("%s %s: %d rows, before %d", db.Name, round, len(lines), len(first))
			}
			for i := range lines {
				if lines[i] != first[i] {
					t.Errorf("%s %s:\n%s\nbefore\n%s", db.Name, round, lines[i], first[i])
				}
			}
		}
	}
}

// never are columns that are null in no row: a contract always has a partner, a
// payment a deadline, an inspection a beginning, a period somebody who grants it, a signature
// somebody who asks for it.
var never = map[string]bool{
	"ContractHistory.PartnerID": true, "Payment.DeadlineAt": true, "Inspection.StartedAt": true,
	"AgreementTerm.ApproverID": true, "Signature.CreatedByID": true,
}

// ofClosed are the columns of closed accounts, of which the demo has none: nobody could
// sign in to one.
var ofClosed = map[string]bool{"User.StatusReason": true, "User.ClosedAt": true, "User.ClosedByID": true}

// ofSuspended are columns of what is suspended, which nothing of that kind is in the demo.
var ofSuspended = map[string]bool{"Institution.StatusReason": true}

func TestDemoFillsEveryColumn(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		st, _ := demo(t, db)
		for name, rows := range all(t, st.Client()) {
			of := reflect.TypeOf(rows[0]).Elem()
			for i := range of.NumField() {
				f := of.Field(i)
				if !f.IsExported() || f.Name == "Edges" || ofClosed[name+"."+f.Name] || ofSuspended[name+"."+f.Name] {
					continue
				}
				filled, blank := 0, 0
				for _, r := range rows {
					if v := reflect.ValueOf(r).Elem().Field(i); v.IsZero() || (v.Kind() == reflect.Slice && v.Len() == 0) {
						blank++
					} else {
						filled++
					}
				}
				optional := f.Type.Kind() == reflect.Pointer || f.Type.Kind() == reflect.Bool
				if filled == 0 || (optional && blank == 0 && !never[name+"."+f.Name]) {
					t.Errorf("%s.%s is filled in %d rows and empty in %d", name, f.Name, filled, blank)
				}
			}
		}
	})
}

// values gives what a column holds, each value once, sorted.
func values(t *testing.T, c *ent.Client, text string) string {
	t.Helper()
	found, err := c.QueryContext(t.Context(), text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	defer func() { _ = found.Close() }()
	var list []string
	for found.Next() {
		var v string
		if err := found.Scan(&v); err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

// names gives the values of an enumeration as values does.
func names[V ~string](list []V) string {
	var texts []string
	for _, v := range list {
		texts = append(texts, string(v))
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}
