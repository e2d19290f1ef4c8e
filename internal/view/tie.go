// Package view holds what may leave the domain. Each field of a view says, in
// its see tag, who may see it; a field without a tag is seen by nobody.
//
// The words of a tag are ties: how this caller stands to this row in its present
// state. They are computed in one function per noun in internal/market; Redact
// then empties what the ties do not cover, the same for the graph and for every
// REST dialect. docs/visibility.md is written from these tags.
package view

import "strings"

// Tie is a set of ways in which a caller stands to a row.
type Tie uint32

// The ties. Those of contracts follow the rulings' table "Who sees what".
const (
	// Anyone is every caller who has signed in.
	Anyone Tie = 1 << iota
	// Admin is the back office.
	Admin
	// Member has an active membership of the contract's institution.
	Member
	// Owner is a member, while the contract's partner is not hidden from its
	// institution: not from the escalation to the reassignment, nor after an end
	// in the supervisor queue.
	Owner
	// Waiting is a member, while the contract waits in the supervisor queue: it
	// learns that a partner is sought, and not who lost it.
	Waiting
	// Assignee is the contract's partner, from partner_pending on and until it
	// loses the contract.
	Assignee
	// Engaged is an assignee that has the contract: from accepted on.
	Engaged
	// Supervisor has the contract in its queue, or reassigned or rejected it.
	Supervisor
	// Self is the person that the row is about.
	Self
	// Creator is the supervisor that made the partner.
	Creator
	// Client is a member of an institution for which the partner has a contract
	// between accepted and completed.
	Client
	// Customer is a caller of role institution.
	Customer
	// Insider may know of an agreement, and of what its institution keeps beside
	// agreements.
	Insider
	// Manager manages the institution.
	Manager
	// Guest holds the token of a signing link that is good.
	Guest
)

// last is the last tie.
const last = Guest

// words are the ties by the word that a tag uses. party is short for every way
// of having to do with a contract.
var words = map[string]Tie{
	"anyone":     Anyone,
	"admin":      Admin,
	"member":     Member,
	"owner":      Owner,
	"waiting":    Waiting,
	"assignee":   Assignee,
	"engaged":    Engaged,
	"supervisor": Supervisor,
	"self":       Self,
	"creator":    Creator,
	"client":     Client,
	"customer":   Customer,
	"insider":    Insider,
	"manager":    Manager,
	"guest":      Guest,
	"party":      Member | Assignee | Supervisor | Admin,
}

// Any tells whether the set has one of the others.
func (t Tie) Any(other Tie) bool { return t&other != 0 }

// Names lists the words of the ties in the set, in the order of their
// declaration, without the short ones.
func (t Tie) Names() []string {
	var names []string
	for bit := Tie(1); bit <= last; bit <<= 1 {
		if t&bit == 0 {
			continue
		}
		for word, tie := range words {
			if tie == bit {
				names = append(names, word)
			}
		}
	}
	return names
}

// TiesOf gives the ties of their words, as Names lists them. A word that is none is no
// tie.
func TiesOf(names []string) Tie {
	var ties Tie
	for _, name := range names {
		ties |= words[name]
	}
	return ties
}

// parse reads a see tag. It panics on an unknown word, at start: a misspelt tag
// must never become a field that somebody sees.
func parse(tag string) Tie {
	var ties Tie
	for word := range strings.SplitSeq(tag, ",") {
		tie, ok := words[strings.TrimSpace(word)]
		if !ok {
			panic("view: unknown tie " + word)
		}
		ties |= tie
	}
	return ties
}
