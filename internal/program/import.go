package program

import (
	"context"
	"errors"
	"io"

	"kontrak/internal/imports"
	"kontrak/internal/lifecycle"
)

// importCommand takes agreements over from another system.
type importCommand struct {
	databaseSettings `embed:""`
	logSettings      `embed:""`

	Dialect     string `required:"" enum:"faveo,kit,yedpay" placeholder:"NAME" help:"Whose list the file holds: faveo, kit or yedpay."`
	Institution string `required:"" placeholder:"ID" help:"Whose agreements they are to be: the institution's number or public id."`
	Partial     bool   `help:"Take the good rows of a file over that has bad ones."`
	File        string `arg:"" type:"existingfile" help:"A saved answer of the list, in JSON."`
}

// maxTold is how many rows are named of those that are refused, and of those that
// could not be taken over whole.
const maxTold = 100

// Run checks the file, takes its rows over, and tells what became of them.
func (c *importCommand) Run(ctx context.Context, env *Env, src *sources) (err error) {
	log, err := c.logger(src, env)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, c.databaseSettings, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := bringUp(ctx, st, true, log); err != nil {
		return err
	}
	id, err := imports.InstitutionID(ctx, st, c.Institution)
	if err != nil {
		return err
	}
	var show func(n, total int)
	finish := func() {}
	report, err := imports.Import{
		Store: st, InstitutionID: id, Dialect: lifecycle.AgreementSource(c.Dialect), Path: c.File, Now: env.Now(), Partial: c.Partial,
		Progress: func(n, total int) {
			if show == nil {
				show, finish = progress(env.Stderr, total, env.Wall)
			}
			show(n, total)
		},
	}.Run(ctx)
	finish()
	if report != nil {
		sayReport(env.Stdout, env.Stderr, report)
	}
	if errors.Is(err, imports.ErrRefused) {
		return errors.New("nothing was taken over: mend the rows, or add --partial to leave them out")
	}
	return err
}

// sayReport tells what became of a file.
func sayReport(out, log io.Writer, r *imports.Report) {
	list := func(title string, remarks []imports.Remark) {
		if len(remarks) == 0 {
			return
		}
		say(log, "%s", title)
		for _, m := range remarks[:min(maxTold, len(remarks))] {
			if m.Field == "" {
				say(log, "  row %d: %s", m.Row, m.Message)
				continue
			}
			say(log, "  row %d, %s: %s", m.Row, m.Field, m.Message)
		}
		if more := len(remarks) - maxTold; more > 0 {
			say(log, "  and more")
		}
	}
	list("refused:", r.Refused)
	list("not taken over:", r.Noted)
	say(out, "%d rows: %d taken over, %d known already and left as they are, %d refused", r.Rows, r.Made, r.Known, r.Bad)
}
