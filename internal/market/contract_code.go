package market

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/contract"
	"kontrak/ent/qrtoken"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"

	"entgo.io/ent/dialect/sql"
)

// leastLife is how long a code that is shown is good for at least, unless the
// setting makes every code shorter.
const leastLife = time.Minute

// ShowStartCode gives the code that the institution shows and the partner scans
// to begin work. The code that is good is given again while a minute of its life
// is left; else a new one is made.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but institution; NOT_FOUND;
// WRONG_STATE; STALE.
func (a *App) ShowStartCode(ctx context.Context, id int64) (*view.QRCode, error) {
	return a.showCode(ctx, id, &showing{App: a, act: lifecycle.ActShowStartCode, phase: lifecycle.QRStart})
}

// ShowEndCode gives the code that the partner shows and the institution scans to
// finish work. Both sides are given the same one.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but partner and institution;
// NOT_FOUND; WRONG_STATE; STALE.
func (a *App) ShowEndCode(ctx context.Context, id int64) (*view.QRCode, error) {
	return a.showCode(ctx, id, &showing{App: a, act: lifecycle.ActShowEndCode, phase: lifecycle.QREnd})
}

func (a *App) showCode(ctx context.Context, id int64, d *showing) (*view.QRCode, error) {
	c, err := a.perform(ctx, id, d)
	if err != nil {
		return nil, err
	}
	return view.See(d.code, contractTies(c.who, c.row)), nil
}

// showing is the deed of ShowStartCode and of ShowEndCode. It leaves the contract
// and its version alone: a code may be shown as often as one likes.
type showing struct {
	*App
	noInput
	act   lifecycle.ContractAction
	phase lifecycle.QRPhase
	code  *view.QRCode // what do has found or made
}

func (d *showing) action() lifecycle.ContractAction { return d.act }

func (d *showing) do(ctx context.Context, tx *ent.Tx, c *facts) error {
	if err := holdContract(ctx, tx, c.row); err != nil {
		return err
	}
	wall := store.Instant(d.wall())
	live, err := tx.QRToken.Query().Where(
		qrtoken.ContractID(c.row.id), qrtoken.PhaseEQ(d.phase), qrtoken.UsedAtIsNil(), qrtoken.ExpiresAtGTE(wall.Add(leastLife)),
	).Order(qrtoken.ByExpiresAt(sql.OrderDesc()), qrtoken.ByID(sql.OrderDesc())).Limit(1).All(ctx)
	if err != nil {
		return err
	}
	if len(live) == 1 {
		token := d.links.token(c.row.id, d.phase, live[0].Nonce)
		if hashOf(token) == live[0].Hash { // the key may be another one by now
			d.code = &view.QRCode{Token: token, ExpiresAt: live[0].ExpiresAt}
			return nil
		}
	}
	nonce := rand.Text()
	d.code = &view.QRCode{Token: d.links.token(c.row.id, d.phase, nonce), ExpiresAt: wall.Add(c.set.qrLife)}
	return tx.QRToken.Create().
		SetInstitutionID(c.row.institutionID).SetContractID(c.row.id).SetPhase(d.phase).
		SetNonce(nonce).SetHash(hashOf(d.code.Token)).SetMadeByID(c.who.UserID).
		SetExpiresAt(d.code.ExpiresAt).SetCreatedAt(c.now).
		Exec(ctx)
}

// holdContract keeps a contract as it was read until the transaction ends.
//
// Faults: STALE.
func holdContract(ctx context.Context, tx *ent.Tx, r *contractRow) error {
	held, err := tx.Contract.Query().Where(contract.ID(r.id), contract.Version(r.version), store.ForUpdate).IDs(ctx)
	if err == nil && len(held) == 0 {
		err = fault.New(fault.Stale, "")
	}
	return err
}

// hashOf is how a token is stored.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// scanned is the input of a deed that a scanned code allows. Whether the token is
// good is looked at when it is used: after the contract's state, so that an action
// and ContractCan, which is given no token, agree.
type scanned struct{ token string }

// scan takes what was scanned without the space that scanners put around it.
func scan(token string) scanned { return scanned{strings.TrimSpace(token)} }

func (s scanned) check(context.Context, *ent.Client, *facts) error {
	var bad fault.Fields
	bad.Check(s.token != "", "qr_token", "is required")
	return bad.Err(fault.InputInvalid)
}

// use uses the token up: of all who send it, one passes. Wrong, used, expired, of
// the other phase or of another contract are answered alike.
func (s scanned) use(phase lifecycle.QRPhase, wall time.Time) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		used, err := tx.QRToken.Update().Where(
			qrtoken.Hash(hashOf(s.token)), qrtoken.ContractID(r.id), qrtoken.PhaseEQ(phase),
			qrtoken.UsedAtIsNil(), qrtoken.ExpiresAtGT(store.Instant(wall)),
		).SetUsedAt(m.now).Save(ctx)
		if err != nil || used == 1 {
			return nil, err
		}
		var bad fault.Fields
		bad.Add("qr_token", "is not a code that can be used now: scan the one that is shown")
		return nil, bad.Err(fault.InputInvalid)
	}
}
