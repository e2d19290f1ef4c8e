package lifecycle

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/lifecycle.md")

// machine is a Machine whatever its states and events are.
type machine struct {
	name, start    string
	states, events []string
	next           func(from, event string) (string, bool)
	diagram        string
	declared       []string // the statuses that the noun has
	about          string   // the sentence above its picture
	moves          string   // every move, decided by hand
}

func of[S, E ~string](m Machine[S, E], declared []S, about, moves string) machine {
	next := func(from, event string) (string, bool) {
		to, ok := m.Next(S(from), E(event))
		return string(to), ok
	}
	return machine{m.Name, string(m.Start), texts(m.States()), texts(m.Events()), next, m.Diagram(), texts(declared), about, moves}
}

func texts[S ~string](list []S) []string {
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = string(s)
	}
	return all
}

// machines are all of them, each with its moves decided by hand from the
// reference (Nukitu, 2.3) and the rulings ("Payments", "Ways out of every state").
// What is not here is refused.
var machines = []machine{
	of(Contract, append([]ContractState{StateSupervisorPending}, contractStates()...),
		"A state is the status, and while a contract is `partner_pending` also its stage: `supervisor_pending` is `partner_pending` "+
			"at stage `supervisor`. Besides, some events change a contract and leave its state: "+
			"`"+strings.Join(texts(ContractChanges), "`, `")+"`.", contractMoves),
	of(Payment, PaymentStatuses, "A payment begins when the institution has chosen how to pay.", `
unpaid     send_proof pending
unpaid     lapse      expired
pending    send_proof pending
pending    verify     paid
pending    refuse     unpaid
pending    owe        refund_due
paid       owe        refund_due
refund_due refund     refunded
`),
	of(Assignment, AssignmentStatuses, "One try of one partner. What a supervisor or the back office assigns begins as `accepted`.", `
pending  accept accepted
pending  reject rejected
pending  expire expired
pending  cancel cancelled
accepted cancel cancelled
`),
	of(Schedule, ScheduleStatuses, "One day of work.", `
pending     begin  in_progress
pending     finish completed
pending     cancel cancelled
in_progress finish completed
in_progress cancel cancelled
`),
	of(Adjustment, AdjustmentStatuses, "A request for more time.", `
pending approve approved
pending reject  rejected
`),
	of(Agreement, AgreementStatuses, "A legal paper. Besides, some events change an agreement and leave its status: "+
		"`"+strings.Join(texts(AgreementChanges), "`, `")+"`.", `
draft    approve   approved
draft    begin     active
draft    reject    rejected
approved begin     active
approved terminate terminated
active   expire    expired
active   terminate terminated
expired  revive    active
rejected reopen    draft
`),
	of(Renewal, append([]RenewalStatus{""}, RenewalStatuses...), "The next period of an agreement; none until one is asked for.", `
none                ask_renewal   renewal_pending
none                ask_extension extension_pending
renewal_pending     grant         renewal_approved
renewal_pending     refuse        renewal_rejected
renewal_approved    begin         renewed
renewal_rejected    ask_renewal   renewal_pending
renewal_rejected    ask_extension extension_pending
renewed             ask_renewal   renewal_pending
renewed             ask_extension extension_pending
extension_pending   grant         extended
extension_pending   refuse        extension_rejected
extended            ask_renewal   renewal_pending
extended            ask_extension extension_pending
extension_rejected  ask_renewal   renewal_pending
extension_rejected  ask_extension extension_pending
`),
	of(Term, TermStates, "One period of an agreement.", `
pending  grant  approved
pending  refuse rejected
approved pass   past
`),
	of(Signature, SignatureStatuses, "One attempt to have an agreement signed.", `
CREATED send     WAITING
CREATED cancel   CANCELED
WAITING conclude DONE
WAITING cancel   CANCELED
`),
	of(Participant, ParticipantStatuses, "One who is to sign.", `
PENDING   request REQUESTED
REQUESTED request REQUESTED
REQUESTED readdress REQUESTED
REQUESTED view    VIEWED
REQUESTED sign    SIGNED
REQUESTED refuse  REFUSED
VIEWED    request VIEWED
VIEWED    readdress REQUESTED
VIEWED    view    VIEWED
VIEWED    sign    SIGNED
VIEWED    refuse  REFUSED
`),
	of(Partner, PartnerStatuses, "Whether a partner works.", `
active    rest      inactive
active    suspend   suspended
inactive  return    active
inactive  suspend   suspended
suspended reinstate active
`),
	of(User, UserStatuses, "Whether an account may be used.", `
active    suspend   suspended
active    close     closed
suspended reinstate active
suspended close     closed
`),
	of(Membership, MembershipStates, "Whether a user belongs to an institution. Who makes one is a member from the start.", `
requested approve active
requested refuse  ended
requested leave   ended
active    leave   ended
ended     ask     requested
`),
	of(Institution, InstitutionStatuses, "Whether an institution takes part.", `
active    suspend   suspended
suspended reinstate active
`),
	of(Verification, VerificationSteps, "The way of a partner into the marketplace.", `
registration    register basic_test
basic_test      pass     competency_test
basic_test      refuse   registration
competency_test submit   review
competency_test refuse   registration
review          return   competency_test
review          verify   verified
review          refuse   registration
`),
	of(Test, append([]TestStatus{TestNotSubmitted}, TestStatuses...), "A partner's certificate of a competency test.", `
not_submitted submit  pending
pending       approve approved
pending       reject  rejected
rejected      submit  pending
`),
	of(Certification, CertificationStatuses, "A partner's registration for a certification.", `
registered review in_review
registered pass   passed
registered fail   failed
registered cancel cancelled
in_review  pass   passed
in_review  fail   failed
in_review  cancel cancelled
`),
}

func contractStates() []ContractState {
	all := make([]ContractState, len(ContractStatuses))
	for i, s := range ContractStatuses {
		all[i] = ContractState(s)
	}
	return all
}

func TestEveryPairOfStateAndEventIsDecided(t *testing.T) {
	t.Parallel()
	for _, m := range machines {
		decided := map[string]string{}
		for line := range strings.Lines(strings.TrimSpace(m.moves)) {
			f := strings.Fields(line)
			decided[f[0]+" "+f[1]] = f[2]
		}
		for _, from := range m.states {
			for _, event := range m.events {
				pair := orNone(from) + " " + event
				to, ok := m.next(from, event)
				if want := decided[pair]; ok != (want != "") || to != want {
					t.Errorf("%s: %s leads to %q, want %q", m.name, pair, to, want)
				}
				delete(decided, pair)
			}
		}
		for pair := range decided {
			t.Errorf("%s: %s names a state or event that the machine does not have", m.name, pair)
		}
	}
}

// orNone names the state that has no name.
func orNone(state string) string {
	if state == "" {
		return "none"
	}
	return state
}

func TestEveryStateIsReachedAndEveryStatusIsAState(t *testing.T) {
	t.Parallel()
	for _, m := range machines {
		reached := map[string]bool{m.start: true}
		for grown := true; grown; {
			grown = false
			for state := range maps.Clone(reached) {
				for _, event := range m.events {
					if to, ok := m.next(state, event); ok && !reached[to] {
						grown, reached[to] = true, true
					}
				}
			}
		}
		if got, want := slices.Sorted(maps.Keys(reached)), slices.Sorted(slices.Values(m.declared)); !slices.Equal(got, want) {
			t.Errorf("%s: %q are reached of %q", m.name, got, want)
		}
	}
}

func TestTheDocumentDrawsEveryMachine(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# Lifecycles\n\nWritten by `go test ./internal/lifecycle -update` from the tables in `internal/lifecycle`; " +
		"the use-cases read the same tables. An arrow names the events that take it. The sources are section 2.3 of the Nukitu reference " +
		"and the rulings.\n")
	for _, m := range machines {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n```mermaid\n%s```\n", strings.ToUpper(m.name[:1])+m.name[1:], m.about, m.diagram)
	}
	const file = "../../docs/lifecycle.md"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(file); err != nil || string(have) != b.String() {
		t.Errorf("docs/lifecycle.md is not up to date (%v): run go test ./internal/lifecycle -update", err)
	}
}
