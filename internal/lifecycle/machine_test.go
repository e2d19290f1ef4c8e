package lifecycle

import (
	"slices"
	"testing"
)

// contractMoves is every move of a contract, decided by hand from the reference
// (Nukitu, 2.3) and the rulings ("Ways out of every state"). What is not here is
// refused.
var contractMoves = `
draft              process_payment    payment_pending
draft              cancel             cancelled
draft              force_cancel       cancelled
payment_pending    verify_payment     partner_pending
payment_pending    expire             expired
payment_pending    cancel             cancelled
payment_pending    force_cancel       cancelled
partner_pending    accept             accepted
partner_pending    escalate           supervisor_pending
partner_pending    cancel             cancelled
partner_pending    force_cancel       cancelled
partner_pending    replace_partner    accepted
supervisor_pending assign_replacement accepted
supervisor_pending reject             rejected
supervisor_pending cancel             cancelled
supervisor_pending force_cancel       cancelled
supervisor_pending replace_partner    accepted
accepted           go_on_route        on_route
accepted           cancel             cancelled
accepted           force_cancel       cancelled
accepted           force_complete     completed
accepted           replace_partner    accepted
on_route           start_work         in_progress
on_route           force_cancel       cancelled
on_route           force_complete     completed
on_route           replace_partner    accepted
in_progress        finish_work        completed
in_progress        force_cancel       cancelled
in_progress        force_complete     completed
`

func TestFourContractStatesAreFinal(t *testing.T) {
	t.Parallel()
	var final []ContractState
	for _, s := range Contract.States() {
		if Contract.Final(s) {
			final = append(final, s)
		}
	}
	if want := []ContractState{"cancelled", "completed", "expired", "rejected"}; !slices.Equal(final, want) {
		t.Errorf("final states are %v, want %v", final, want)
	}
}

func TestAContractStateIsItsStatusAndStage(t *testing.T) {
	t.Parallel()
	for _, s := range Contract.States() {
		if back := StateOf(s.Status(), s.Stage()); back != s {
			t.Errorf("%s became %s by its status %s and stage %q", s, back, s.Status(), s.Stage())
		}
		if (s.Stage() != "") != (s.Status() == ContractPartnerPending) {
			t.Errorf("%s has stage %q", s, s.Stage())
		}
	}
}

func TestTheDisplayStatusTellsApartWhatAStatusDoesNot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  ContractStatus
		stage   Stage
		payment PaymentStatus
		want    DisplayStatus
	}{
		{ContractDraft, "", "", DisplayDraft},
		{ContractPaymentPending, "", PaymentUnpaid, DisplayPaymentPending},
		{ContractPaymentPending, "", PaymentPending, DisplayPaymentVerification},
		{ContractPartnerPending, StagePartner, PaymentPaid, DisplayPartnerPending},
		{ContractPartnerPending, StageSupervisor, PaymentPaid, DisplaySupervisorPending},
		{ContractCancelled, "", PaymentPending, DisplayCancelled},
	} {
		if got := Display(c.status, c.stage, c.payment); got != c.want || !slices.Contains(DisplayStatuses, got) {
			t.Errorf("%s/%s/%s is displayed as %s, want %s", c.status, c.stage, c.payment, got, c.want)
		}
	}
}
