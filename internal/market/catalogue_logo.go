package market

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/paymentmethod"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
)

// logo is the picture of a way to pay that comes with a change of it.
type logo struct {
	sent Optional[*Upload]
	file *uploads // nil: none comes
	// wrong is what is wrong with the file, once it was looked at.
	wrong error
}

func newLogo(sent Optional[*Upload]) *logo {
	l := &logo{sent: sent}
	if f := sent.Or(nil); f != nil {
		l.file = &uploads{field: "logo", purpose: "logo", public: true, sent: []Attachment{{Upload: f}}}
	}
	return l
}

// change puts the logo into the row: once it is stored, or when it is taken away.
func (l *logo) change(bad *fault.Fields, r *ent.PaymentMethod) {
	bad.Take(l.wrong)
	if l.sent.Sent() {
		r.Logo = ""
	}
	if l.file != nil {
		r.Logo = l.file.names()[0]
	}
}

// keep makes a change that brings a logo, whose file is stored before the change: one
// that would be refused stores none. do is given how the rows are written, the logo's
// included.
func (l *logo) keep(ctx context.Context, a *App, id, version int64, change edit[ent.PaymentMethod],
	do func(context.Context, *noun[ent.PaymentMethod]) (*ent.PaymentMethod, error),
) (*ent.PaymentMethod, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*ent.PaymentMethod, error) { return l.store(ctx, a, id, version, change, do) }, paymentMethods.again(a))
}

func (l *logo) store(ctx context.Context, a *App, id, version int64, change edit[ent.PaymentMethod],
	do func(context.Context, *noun[ent.PaymentMethod]) (*ent.PaymentMethod, error),
) (made *ent.PaymentMethod, err error) {
	if l.file == nil {
		return do(ctx, &paymentMethods)
	}
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	var bad fault.Fields
	if err := l.file.check(&bad, nil); err != nil {
		return nil, err
	}
	l.wrong = bad.Err(fault.InputInvalid)
	err = a.withNewFiles(ctx, l.file, func(ctx context.Context, on *ent.Client) error {
		return foreseeMethod(ctx, on, id, version, change)
	}, func() error {
		made, err = do(ctx, l.recorded(who))
		return err
	})
	return made, err
}

// foreseeMethod tells what would refuse a change of a way to pay, or a new one for id
// 0; what other rows say is told by the change itself.
func foreseeMethod(ctx context.Context, on *ent.Client, id, version int64, change edit[ent.PaymentMethod]) error {
	row := &ent.PaymentMethod{}
	if id != 0 {
		found, err := on.PaymentMethod.Query().Where(paymentmethod.ID(id)).Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.RecordNotFound, "")
		}
		if err != nil {
			return err
		}
		row = found
	}
	stored := row.Version
	var bad fault.Fields
	change(&bad, row)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	if stored != version {
		return fault.New(fault.Stale, "")
	}
	return nil
}

// recorded is how ways to pay are written, with the row of the logo's file.
func (l *logo) recorded(who actor.Actor) *noun[ent.PaymentMethod] {
	n := paymentMethods
	n.rule = func(ctx context.Context, tx *ent.Tx, before, next *ent.PaymentMethod) error {
		if err := paymentMethods.rule(ctx, tx, before, next); err != nil {
			return err
		}
		f := l.file.stored[0]
		return tx.File.Create().SetUploadedByID(who.UserID).SetName(f.name).SetPurpose(l.file.purpose).SetContentType(f.kind).
			SetSize(f.size).SetSha256(f.sum).SetPublic(true).SetCreatedAt(next.UpdatedAt).Exec(ctx)
	}
	return &n
}
