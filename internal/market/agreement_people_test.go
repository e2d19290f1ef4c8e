package market_test

import (
	"fmt"
	"slices"
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/world"
)

// TestAnAgreementNamesOnlyWhoHasToDoWithItsInstitution: whoever changes agreements cannot
// learn from them who other accounts are. A closed account, another institution's and one
// that is not there are refused in the same words.
func TestAnAgreementNamesOnlyWhoHasToDoWithItsInstitution(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		m, me := app.Market, app.As("institution@demo.test")
		home, foreign := app.World.Institutions["home"], app.World.Institutions["foreign"]
		id := func(email string) int64 {
			for _, a := range app.World.Accounts {
				if a.Email == email+"@demo.test" {
					return a.UserID
				}
			}
			t.Fatalf("no account %s", email)
			return 0
		}
		draft, err := m.CreateAgreement(me, market.CreateAgreement{InstitutionID: &home, AgreementFields: market.AgreementFields{Title: market.Some("People")}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		c := app.Store.Client()
		once := id("supervisor2") // was named when that was allowed
		c.Agreement.UpdateOneID(draft.ID).AddUserIDs(once).ExecX(t.Context())
		known := []int64{id("institution"), id("member"), id("supervisor"), id("admin"), once}
		unknown := []int64{id("foreign"), id("branch"), id("requested"), id("former"), id("newcomer"), id("partner"), id("suspended"), id("closed"), 99_999_999}
		end := world.Now.AddDate(1, 0, 0)
		ways := map[string]func(int64) error{
			"owner": func(who int64) error {
				_, err := m.UpdateAgreement(me, draft.ID, market.AgreementFields{OwnerID: market.Some(who)}, 0)
				return err
			},
			"approver": func(who int64) error {
				_, err := m.UpdateAgreement(me, draft.ID, market.AgreementFields{ApproverID: market.Some(who)}, 0)
				return err
			},
			"users": func(who int64) error {
				_, err := m.SortAgreement(me, draft.ID, market.AgreementPairs{UserIDs: market.Some([]int64{once, who})}, 0)
				return err
			},
			"notified": func(who int64) error {
				_, err := m.UpdateAgreement(me, draft.ID, market.AgreementFields{AgreementPairs: market.AgreementPairs{NotifyUserIDs: market.Some([]int64{who})}}, 0)
				return err
			},
			"a new one's owner": func(who int64) error {
				if who == once {
					return nil // of another agreement
				}
				_, err := m.CreateAgreement(me, market.CreateAgreement{InstitutionID: &home, AgreementFields: market.AgreementFields{
					Title: market.Some("x"), OwnerID: market.Some(who),
				}}, 0)
				return err
			},
		}
		active := app.World.Agreements["active"]
		ways["extension"] = func(who int64) error {
			if who == once || slices.Contains(known, who) {
				return nil // it would be taken
			}
			_, err := m.ExtendAgreement(me, active, market.NextPeriod{ApproverID: who, EndsAt: &end}, 0)
			return err
		}
		for name, try := range ways {
			for _, who := range known {
				if err := try(who); err != nil {
					t.Errorf("%s: %d is refused: %v", name, who, fieldsOf(err))
				}
			}
			for _, who := range unknown {
				f, _ := fault.As(try(who))
				if f == nil || f.Code != fault.InputInvalid || len(f.Fields) != 1 || f.Fields[0].Message != fmt.Sprint("names nothing: ", who) {
					t.Errorf("%s: %d gets %v %+v", name, who, f, f)
				}
			}
		}
		// Nothing is looked up in an institution that is not the caller's.
		_, err = m.CreateAgreement(me, market.CreateAgreement{InstitutionID: &foreign, AgreementFields: market.AgreementFields{Title: market.Some("x"), OwnerID: market.Some(id("foreign"))}}, 0)
		if got := fieldsOf(err); got != "institution_id" {
			t.Errorf("in another institution: %s", got)
		}
	})
}
