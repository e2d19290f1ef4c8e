// Package world fills databases. Demo stores a small world that is the same on
// every start and has a contract in every state; Seed adds any number of
// contracts for measuring. Both write the tables that the application writes,
// and leave them as it would have left them: every contract is led through the
// moves of its lifecycle, with its history.
package world

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/store"
)

// Now is the instant at which the demo's clock is held unless another is wanted.
var Now = time.Date(2026, time.June, 8, 2, 0, 0, 0, time.UTC)

// Password is the password of every demo account; Config.PasswordHash is its hash.
const Password = "demo-password"

// ErrNotEmpty says that the database already has users.
var ErrNotEmpty = errors.New("world: the demo needs an empty database")

// Config says how the demo world is made. Now and PasswordHash are required.
type Config struct {
	// Now is the instant around which everything lies. Nothing has happened
	// after it.
	Now time.Time
	// PasswordHash is stored for every account.
	PasswordHash string
	// Secrets make the links of those who are asked to sign good; without them none is.
	Secrets Secrets
	// Seed is what is left to chance; 0 is the demo's own.
	Seed uint64
}

// Secrets tell how the program holds what opens the page of a participant: the token of
// its link, as of when it was asked, and its code.
type Secrets interface {
	TokenHash(participantUUID string, requested time.Time) string
	CodeHash(participantUUID, code string) string
}

// none opens nothing.
type none struct{}

// TokenHash is that of no token.
func (none) TokenHash(participantUUID string, _ time.Time) string {
	return hashOf("link of " + participantUUID)
}

// CodeHash is that of no code.
func (none) CodeHash(participantUUID, _ string) string { return hashOf("code of " + participantUUID) }

// World tells what is where in the demo's database.
type World struct {
	Now time.Time
	// Accounts are all accounts, the four main ones first.
	Accounts []Account
	// Stories are the contracts that have a name, in the order of their telling.
	Stories []Story
	// Queue is the story "queue" with those who could take it over.
	Queue Queue
	// Institutions holds the ids by name: home and branch, which
	// institution@demo.test acts for, and foreign and other.
	Institutions map[string]int64
	// Partners holds the ids of the partners by their name in the demo.
	Partners map[string]int64
	// Companies holds the public ids of the institutions by the same names.
	Companies map[string]string
	// Agreements holds the ids of the agreements by what has become of them.
	Agreements map[string]int64
	// Files holds the bytes of every stored file by its name.
	Files map[string][]byte
	// Public names the files that everybody may read.
	Public map[string]bool
}

// Account is a demo account.
type Account struct {
	Email     string
	UserID    int64
	Role      actor.Role
	PartnerID int64 // 0 unless the role is partner
	About     string
}

// Story is a contract that shows something.
type Story struct {
	Name       string
	ContractID int64
	About      string
}

// Queue is a contract that waits for supervisor@demo.test.
type Queue struct {
	ContractID int64
	// EligibleID may be assigned, and so may every one of EligibleIDs.
	EligibleID  int64
	EligibleIDs []int64
	// Ineligible are partners each of whom breaks one rule.
	Ineligible []Ineligible
}

// Ineligible is a partner that may not be assigned, and the rule it breaks.
type Ineligible struct {
	PartnerID int64
	Rule      string
}

// Account gives the account of an address, and whether there is one.
func (w *World) Account(email string) (Account, bool) {
	for _, a := range w.Accounts {
		if a.Email == email {
			return a, true
		}
	}
	return Account{}, false
}

// Contract gives the contract of a story, or 0 when there is no such story.
func (w *World) Contract(story string) int64 {
	for _, s := range w.Stories {
		if s.Name == story {
			return s.ContractID
		}
	}
	return 0
}

// Demo stores the demo world in an empty, migrated database, in one
// transaction, and tells what is where. The same Now and Seed give the same world, ids
// included, on both databases.
//
// It fails with ErrNotEmpty when there are users already; faults are those of
// store.WithTx.
func Demo(ctx context.Context, st *store.Store, cfg Config) (*World, error) {
	d, err := newDemo(cfg)
	if err != nil {
		return nil, err
	}
	err = st.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		some, err := tx.User.Query().Exist(ctx)
		if err != nil {
			return err
		}
		if some {
			return ErrNotEmpty
		}
		if err := d.rows.insert(ctx, tx, st.Dialect()); err != nil {
			return err
		}
		return advanceIDs(ctx, tx, st.Dialect(), d.rows)
	})
	if errors.Is(err, ErrNotEmpty) {
		return nil, ErrNotEmpty
	}
	if err != nil {
		return nil, fmt.Errorf("world: store the demo: %w", err)
	}
	return d.world, nil
}
