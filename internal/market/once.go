package market

import (
	"context"
	"encoding/json"

	"kontrak/ent"
	"kontrak/ent/agreement"
	"kontrak/ent/contract"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// memory is what is remembered of an action under a key: what it came to, and what its
// answer needs that cannot be read again. It holds ids and our own words, nothing that
// anybody wrote.
type memory struct {
	id int64
	// Version is the one in which the action left the object: Ties, those of the caller
	// before the action, count while it still has it (docs/decisions/idempotency-keys.md).
	Version int64    `json:"version,omitempty"`
	Ties    []string `json:"ties,omitempty"`
	// Signature is the one that the action on an agreement was about.
	Signature int64 `json:"signature,omitempty"`
	// Escalated and ForAction are the contracts that a suspension gave.
	Escalated []int64 `json:"escalated,omitempty"`
	ForAction []int64 `json:"for_action,omitempty"`
	// Count is how many records were changed.
	Count int `json:"count,omitempty"`
}

// repeatable does an action that keeps a memory, unless its caller did it before under
// the same key: then again answers.
//
// Faults: those of do and of again; IDEMPOTENCY_CONFLICT; INVALID for a key that is none.
func repeatable[V any](ctx context.Context, a *App, do func(context.Context) (V, error), again func(context.Context, memory) (V, error)) (V, error) {
	return store.Once(ctx, a.store, a.wall(), do, func(ctx context.Context, d store.Done) (v V, err error) {
		m := memory{id: d.ID}
		if d.Outcome != "" {
			if err := json.Unmarshal([]byte(d.Outcome), &m); err != nil {
				return v, err
			}
		}
		return again(ctx, m)
	})
}

// keep keeps the memory of an action on one of those, in its transaction.
func (m memory) keep(ctx context.Context, tx *ent.Tx, of string, id int64) error {
	if !store.Keyed(ctx) {
		return nil
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return store.Keep(ctx, tx, store.Done{Type: of, ID: id, Outcome: string(text)})
}

// keepContract keeps the memory of an action on a contract.
func (m memory) keepContract(ctx context.Context, tx *ent.Tx, id int64) (err error) {
	if !store.Keyed(ctx) {
		return nil
	}
	if m.Version, err = versionOf(tx.Contract.Query().Where(contract.ID(id)).Select(contract.FieldVersion).Int(ctx)); err != nil {
		return err
	}
	return m.keep(ctx, tx, "Contract", id)
}

// keepPaper keeps the memory of an action on an agreement.
func (m memory) keepPaper(ctx context.Context, tx *ent.Tx, id int64) (err error) {
	if !store.Keyed(ctx) {
		return nil
	}
	if m.Version, err = versionOf(tx.Agreement.Query().Where(agreement.ID(id)).Select(agreement.FieldVersion).Int(ctx)); err != nil {
		return err
	}
	return m.keep(ctx, tx, "Agreement", id)
}

// contractAgain answers the repeat of an action on a contract: with the ties before it
// or now while the contract is as the action left it, and with those of now alone once
// somebody has changed it, so that a key opens no later state.
func (a *App) contractAgain(w ContractWants) func(context.Context, memory) (*view.Contract, error) {
	return func(ctx context.Context, m memory) (v *view.Contract, err error) {
		who, now := actor.From(ctx), a.Now()
		err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
			v = nil // a second try begins anew
			s, t := selectContracts(a.store.Dialect(), w)
			s.Where(sql.And(sql.EQ(t.c.C(contract.FieldID), m.id), sql.EQ(t.c.C(contract.FieldVersion), m.Version)))
			rows, err := s.rows(ctx, on)
			if err != nil || len(rows) == 0 {
				return err
			}
			views, err := a.seeContracts(ctx, on, who, now, rows, w, view.TiesOf(m.Ties))
			if err == nil {
				v = views[0]
			}
			return err
		})
		if err != nil || v != nil {
			return v, err
		}
		return only(a.ContractsByID(ctx, []int64{m.id}, w))
	}
}

// paperAgain answers the repeat of an action on an agreement, as contractAgain does.
// Whoever acts on one is an insider of it, and sees all of it.
func (a *App) paperAgain(w AgreementWants) func(context.Context, memory) (*view.Agreement, error) {
	return func(ctx context.Context, m memory) (v *view.Agreement, err error) {
		now := a.Now()
		err = a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
			v = nil // as above
			s, t := selectAgreements(a.store.Dialect(), w)
			s.Where(sql.And(sql.EQ(t.a.C(agreement.FieldID), m.id), sql.EQ(t.a.C(agreement.FieldVersion), m.Version)))
			rows, err := s.rows(ctx, on)
			if err != nil || len(rows) == 0 {
				return err
			}
			views, err := a.seeAgreements(ctx, on, insider{who: actor.From(ctx)}, now, rows, w)
			if err == nil {
				v = views[0]
			}
			return err
		})
		if err != nil || v != nil {
			return v, err
		}
		if v, err = only(a.AgreementsByID(ctx, []int64{m.id}, w)); err != nil || m.Signature == 0 {
			return v, err
		}
		v.Signature, err = a.signatureAgain(ctx, m.Signature, w)
		return v, err
	}
}

// signatureAgain reads the signature that an action was about: the agreement may have
// another one by now.
func (a *App) signatureAgain(ctx context.Context, id int64, w AgreementWants) (*view.Signature, error) {
	page, err := a.Signatures(ctx, SignatureFilter{ids: []int64{id}}, OffsetPage(0, 1), w)
	if err != nil {
		return nil, err
	}
	return only(page.Items, nil)
}

// only gives the one record that was asked for by its id, for the answer of a repeat.
func only[V any](list []*V, err error) (*V, error) {
	if err == nil && (len(list) == 0 || list[0] == nil) {
		err = store.ErrDone
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// there gives a record that was read again. What was not found is gone, or is not for
// the caller any longer.
func there[V any](v *V, err error) (*V, error) {
	if ent.IsNotFound(err) || fault.Is(err, fault.RecordNotFound) || err == nil && v == nil {
		return nil, store.ErrDone
	}
	if err != nil {
		return nil, store.Fault(err)
	}
	return v, nil
}

// versionOf gives a version as the rows have it.
func versionOf(n int, err error) (int64, error) { return int64(n), err }
