package market

import (
	"context"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
)

// pictures is how the records of one table have a picture, which everybody may see.
type pictures[R any] struct {
	of    *noun[R]
	field string // of the input, and what the rows of files say it is for
	must  bool   // whether every record has one
	place func(*R) *string
	read  func(ctx context.Context, on *ent.Client, id int64) (*R, error)
}

// picture is the picture of a record that comes with a change of it.
type picture[R any] struct {
	pictures[R]
	sent Optional[*Upload]
	file *uploads // nil: none comes
	// wrong is what is wrong with the file, once it was looked at.
	wrong error
}

func (p pictures[R]) sent(sent Optional[*Upload]) *picture[R] {
	made := &picture[R]{pictures: p, sent: sent}
	if f := sent.Or(nil); f != nil {
		made.file = &uploads{field: p.field, purpose: p.field, public: true, sent: []Attachment{{Upload: f}}}
	}
	return made
}

// create makes a record that may bring a picture.
func (p pictures[R]) create(ctx context.Context, a *App, sent Optional[*Upload], fill edit[R]) (*R, error) {
	made := p.sent(sent)
	whole := func(bad *fault.Fields, r *R) {
		fill(bad, r)
		made.change(bad, r)
	}
	return made.keep(ctx, a, 0, 0, whole, func(ctx context.Context, n *noun[R]) (*R, error) { return n.create(ctx, a, whole) })
}

// amend changes a record, to which a picture may come.
func (p pictures[R]) amend(ctx context.Context, a *App, id, version int64, sent Optional[*Upload], change edit[R]) (*R, error) {
	made := p.sent(sent)
	whole := func(bad *fault.Fields, r *R) {
		change(bad, r)
		made.change(bad, r)
	}
	return made.keep(ctx, a, id, version, whole, func(ctx context.Context, n *noun[R]) (*R, error) {
		return n.amend(ctx, a, id, version, whole)
	})
}

// change puts the picture into the row: once it is stored, or when it is taken away.
func (p *picture[R]) change(bad *fault.Fields, r *R) {
	bad.Take(p.wrong)
	name := p.place(r)
	if p.sent.Sent() {
		*name = ""
	}
	if p.file != nil {
		*name = p.file.names()[0]
	}
	if p.must && p.file == nil && *name == "" {
		bad.Add(p.field, "is required: send a JPEG, PNG, GIF or WEBP file")
	}
}

// keep makes a change that brings a picture, whose file is stored before the change:
// one that would be refused stores none. do is given how the rows are written, the
// picture's included.
func (p *picture[R]) keep(ctx context.Context, a *App, id, version int64, change edit[R], do func(context.Context, *noun[R]) (*R, error)) (*R, error) {
	return repeatable(ctx, a, func(ctx context.Context) (*R, error) { return p.store(ctx, a, id, version, change, do) }, p.of.again(a))
}

func (p *picture[R]) store(ctx context.Context, a *App, id, version int64, change edit[R], do func(context.Context, *noun[R]) (*R, error)) (made *R, err error) {
	if p.file == nil {
		return do(ctx, p.of)
	}
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	var bad fault.Fields
	if err := p.file.check(&bad, nil); err != nil {
		return nil, err
	}
	p.wrong = bad.Err(fault.InputInvalid)
	err = a.withNewFiles(ctx, p.file, func(ctx context.Context, on *ent.Client) error {
		return p.foresee(ctx, on, id, version, change)
	}, func() error {
		made, err = do(ctx, p.recorded(who))
		return err
	})
	return made, err
}

// foresee tells what would refuse a change of a record, or a new one for id 0; what
// other rows say is told by the change itself.
func (p *picture[R]) foresee(ctx context.Context, on *ent.Client, id, version int64, change edit[R]) error {
	row := new(R)
	if id != 0 {
		found, err := p.read(ctx, on, id)
		if ent.IsNotFound(err) {
			return fault.New(fault.RecordNotFound, "")
		}
		if err != nil {
			return err
		}
		row = found
	}
	stored := *p.of.of(row).version
	var bad fault.Fields
	change(&bad, row)
	if err := p.of.right(ctx, on, &bad, row); err != nil {
		return err
	}
	if stored != version {
		return fault.New(fault.Stale, "")
	}
	return nil
}

// recorded is how the records are written, with the row of the picture's file.
func (p *picture[R]) recorded(who actor.Actor) *noun[R] {
	n := *p.of
	n.rule = func(ctx context.Context, tx *ent.Tx, before, next *R) error {
		if p.of.rule != nil {
			if err := p.of.rule(ctx, tx, before, next); err != nil {
				return err
			}
		}
		f := p.file.stored[0]
		return tx.File.Create().SetUploadedByID(who.UserID).SetName(f.name).SetPurpose(p.file.purpose).SetContentType(f.kind).
			SetSize(f.size).SetSha256(f.sum).SetPublic(true).SetCreatedAt(*p.of.of(next).changeAt).Exec(ctx)
	}
	return &n
}
