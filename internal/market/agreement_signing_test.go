package market_test

import (
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

// TestADraftStaysAsItIsWhileItIsSigned: whoever signs sees what was asked for.
func TestADraftStaysAsItIsWhileItIsSigned(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		m, me, home := app.Market, app.As("institution@demo.test"), app.World.Institutions["home"]
		draft, err := m.CreateAgreement(me, market.CreateAgreement{
			InstitutionID: &home, AgreementFields: market.AgreementFields{Title: market.Some("Draft"), Cost: market.Some(int64(5))},
			File: &market.AgreementFile{Upload: *testkit.Upload(testkit.Document(t)), Title: "contract.pdf"},
		}, 0)
		if err != nil {
			t.Fatal(err)
		}
		may := func() bool {
			t.Helper()
			d, err := m.AgreementCan(me, []int64{draft.ID}, lifecycle.AgreementActUpdate)
			if err != nil {
				t.Fatal(err)
			}
			return d[0].Allowed
		}
		change := func() error {
			_, err := m.UpdateAgreement(me, draft.ID, market.AgreementFields{Cost: market.Some(int64(6))}, 0)
			return err
		}
		v, err := m.AskToSign(me, draft.ID, market.AskToSign{Title: "Sign", Participants: []market.SignerInput{{Name: "Ana", Send: lifecycle.SendEmail, Email: "ana@x.test"}}}, market.SignatureWants)
		if err != nil {
			t.Fatal(err)
		}
		if may() || codeOf(change()) != fault.WrongState {
			t.Error("it is changed under those who sign")
		}
		if _, err := m.CancelSignature(me, v.Signature.UUID, "changed our minds"); err != nil {
			t.Fatal(err)
		}
		if err := change(); err != nil || !may() {
			t.Errorf("once that is cancelled: %v", err)
		}
	})
}
