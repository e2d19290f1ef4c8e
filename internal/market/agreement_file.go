package market

import (
	"cmp"
	"context"
	"path"
	"slices"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/view"
)

// AgreementFile is a document that is sent for an agreement.
type AgreementFile struct {
	Upload
	// Title is the name that it was sent with.
	Title       string
	Description string
	Shared      bool
}

func (f *AgreementFile) uploads() *uploads {
	return &uploads{field: "file", purpose: "agreement", papers: true, sent: []Attachment{{Upload: &f.Upload}}}
}

// AttachAgreementFile gives an agreement its document, in place of the one that it
// has.
//
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, INVALID, WRONG_STATE, STALE, BUSY.
func (a *App) AttachAgreementFile(ctx context.Context, id int64, in AgreementFile, w AgreementWants) (*view.Agreement, error) {
	return a.actOnPaper(ctx, id, &attaching{in: in, file: in.uploads()}, w)
}

type attaching struct {
	in   AgreementFile
	file *uploads
}

func (*attaching) action() lifecycle.AgreementAction { return lifecycle.AgreementActAttach }

func (d *attaching) brings() []*uploads { return []*uploads{d.file} }

func (d *attaching) check(_ context.Context, _ *ent.Client, _ *paper) error {
	var bad fault.Fields
	checkText(&bad, "title", d.in.Title, 0, maxTitle)
	checkText(&bad, "description", d.in.Description, 0, maxDescription)
	if err := d.file.check(&bad, nil); err != nil {
		return err
	}
	return bad.Err(fault.InputInvalid)
}

func (d *attaching) do(ctx context.Context, tx *ent.Tx, p *paper) error {
	id, err := storeDocument(ctx, tx, d.file, &d.in, p)
	if err != nil {
		return err
	}
	return movePaper(ctx, tx, p.row, paperMove{
		event: lifecycle.AgreementAttach, by: p.in.who, now: p.now,
		set: func(u *ent.AgreementUpdate) { u.SetFileID(id) },
	})
}

// storeDocument writes the row of a new file, and gives its id; 0 when there is none.
func storeDocument(ctx context.Context, tx *ent.Tx, u *uploads, in *AgreementFile, p *paper) (int64, error) {
	if u == nil || u.stored[0] == nil {
		return 0, nil
	}
	f := u.stored[0]
	made, err := tx.File.Create().SetInstitutionID(p.row.institutionID).SetUploadedByID(p.in.who.UserID).SetName(f.name).
		SetPurpose(u.purpose).SetContentType(f.kind).SetSize(f.size).SetSha256(f.sum).SetPublicID(opaque.ID()).
		SetTitle(path.Base(cmp.Or(in.Title, f.name))).SetDescription(in.Description).SetShared(in.Shared).SetCreatedAt(p.now).Save(ctx)
	if err != nil {
		return 0, err
	}
	return made.ID, nil
}

// withPaperFiles does a deed whose files are stored before its transaction.
func (a *App) withPaperFiles(ctx context.Context, p *paper, d paperDeed, do func() error) error {
	b, ok := d.(bringer)
	if !ok {
		return do()
	}
	return a.withNewFiles(ctx, b.brings()[0], func(ctx context.Context, on *ent.Client) error { return judgePaper(ctx, on, p, d) }, do)
}

// withNewFiles stores a file, where there is one, and does what needs it; what would
// be refused stores none. See withFiles.
func (a *App) withNewFiles(ctx context.Context, u *uploads, foresee func(context.Context, *ent.Client) error, do func() error) error {
	if u == nil {
		return do()
	}
	return a.withAllFiles(ctx, []*uploads{u}, foresee, do)
}

// withAllFiles is withNewFiles for the files of several fields.
func (a *App) withAllFiles(ctx context.Context, all []*uploads, foresee func(context.Context, *ent.Client) error, do func() error) error {
	if !slices.ContainsFunc(all, (*uploads).some) {
		return do()
	}
	if err := a.store.ReadTx(ctx, foresee); err != nil {
		return err
	}
	err := a.storeAll(ctx, all)
	if err == nil {
		err = do()
	}
	if err != nil && !fault.Is(err, fault.OutcomeUnknown) {
		a.discard(ctx, all)
	}
	return err
}

func institutionExists(ctx context.Context, on *ent.Client, id int64) (bool, error) {
	return on.Institution.Query().Where(institution.ID(id)).Exist(ctx)
}
