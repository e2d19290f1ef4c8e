package market

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/files"
)

// Upload is a file that a caller sends.
type Upload struct {
	// Content is read from its beginning, more than once.
	Content io.ReadSeeker
	Size    int64 // bytes
}

// Attachment is one file of a list: a new one, or one that the list holds
// already, by its name or its address.
type Attachment struct {
	Upload *Upload
	Kept   string
}

// The limits of the files of one list (rulings, "Limits").
const (
	MaxUploadBytes = 10 << 20
	MaxUploads     = 10
)

// uploads are the files of one field of a deed's input. The deed checks them with
// everything else, uses their names when it writes, and has storeUploads among its
// steps; act stores the bytes before the transaction and removes them when it
// fails.
type uploads struct {
	field   string // of the input
	purpose string // as the rows of files say it
	papers  bool   // whether a PDF is taken too
	public  bool   // whether everybody may read them
	still   bool   // whether only pictures that do not move are taken
	sent    []Attachment
	// stored are the new files of sent, by their place in it, once they are stored.
	stored map[int]*storedFile
}

// storedFile is a file whose bytes are stored.
type storedFile struct {
	name, kind, sum string
	size            int64
}

// bringer is a deed that may bring files.
type bringer interface {
	brings() []*uploads
}

// some tells whether there is a file to be stored.
func (u *uploads) some() bool {
	return slices.ContainsFunc(u.sent, func(a Attachment) bool { return a.Upload != nil })
}

// check notes what is wrong with the files; have are the names of those that the
// list holds already. It fails only when a file cannot be read.
func (u *uploads) check(bad *fault.Fields, have []string) error {
	bad.Check(len(u.sent) <= MaxUploads, u.field, "has %d files, and %d are allowed: send fewer", len(u.sent), MaxUploads)
	for i, a := range u.sent {
		field := fmt.Sprintf("%s[%d]", u.field, i)
		if len(u.sent) == 1 {
			field = u.field
		}
		if a.Upload == nil {
			bad.Check(slices.Contains(have, fileName(a.Kept)), field, "is none of the files that are there: send a new one as multipart/form-data")
			continue
		}
		if err := u.checkNew(bad, field, a.Upload); err != nil {
			return err
		}
	}
	return nil
}

func (u *uploads) checkNew(bad *fault.Fields, field string, f *Upload) error {
	if f.Size == 0 {
		bad.Add(field, "is empty: send the file itself")
		return nil
	}
	if f.Size > MaxUploadBytes {
		bad.Add(field, "has %d bytes, and %d are allowed: send a smaller one", f.Size, MaxUploadBytes)
		return nil
	}
	kind, known, err := f.kind()
	switch {
	case err != nil:
		return err
	case u.papers:
		bad.Check(known, field, "is no picture and no PDF, whatever its name says: send a JPEG, PNG, GIF, WEBP or PDF file")
	case u.still:
		known = known && kind.Picture && kind.Type != "image/gif"
		bad.Check(known, field, "is no picture that is taken here, whatever its name says: send a JPEG, PNG or WEBP file")
	default:
		known = known && kind.Picture
		bad.Check(known, field, "is no picture, whatever its name says: send a JPEG, PNG, GIF or WEBP file")
	}
	if !known {
		return nil
	}
	problem, err := kind.Problem(f.Content)
	bad.Check(problem == "", field, "%s", problem)
	return err
}

// kind tells what the file is by its first bytes.
func (f *Upload) kind() (kind files.Kind, known bool, err error) {
	head := make([]byte, files.SniffBytes)
	n := 0
	err = f.rewound(func() (err error) { n, err = io.ReadFull(f.Content, head); return err })
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return kind, false, err
	}
	kind, known = files.Sniff(head[:n])
	return kind, known, nil
}

// names are the names of the files, in their order; the new ones have theirs once
// they are stored.
func (u *uploads) names() []string {
	names := make([]string, len(u.sent))
	for i, a := range u.sent {
		names[i] = fileName(a.Kept)
		if f := u.stored[i]; f != nil {
			names[i] = f.name
		}
	}
	return names
}

// fileName gives the name of a file that was named by its name or its address.
func fileName(named string) string {
	u, err := url.Parse(named)
	if err != nil || named == "" {
		return ""
	}
	return path.Base(u.Path)
}

// withFiles does a deed whose files are stored before its transaction: what no
// transaction takes back is not done within one. A deed that would be refused
// stores none, and those of one that failed are removed. What cannot be removed,
// or is perhaps needed because nobody knows whether the deed was done, is left for
// housekeeping: a file without a row.
func (a *App) withFiles(ctx context.Context, c *facts, d deed, do func() error) error {
	b, ok := d.(bringer)
	if !ok {
		return do()
	}
	all := b.brings()
	if !slices.ContainsFunc(all, (*uploads).some) {
		return do()
	}
	if err := a.foresee(ctx, c, d); err != nil {
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

// foresee tells what would refuse a deed, before anything is done for it.
func (a *App) foresee(ctx context.Context, c *facts, d deed) error {
	return a.store.ReadTx(ctx, func(ctx context.Context, on *ent.Client) error {
		set, err := readSettings(ctx, on)
		if err != nil {
			return err
		}
		return judge(ctx, on, &facts{who: c.who, now: c.now, row: c.row, set: set}, d)
	})
}

// storeAll stores the bytes of all new files.
//
// Faults: BUSY when they cannot be stored.
func (a *App) storeAll(ctx context.Context, all []*uploads) error {
	for _, u := range all {
		u.stored = map[int]*storedFile{}
		for i, f := range u.sent {
			if f.Upload == nil {
				continue
			}
			stored, err := a.storeFile(ctx, f.Upload, u.public)
			if err != nil {
				a.log.ErrorContext(ctx, "a file cannot be stored", "purpose", u.purpose, "error", err)
				return fault.New(fault.Busy, "The file cannot be stored at present: try again.").Because(err)
			}
			u.stored[i] = stored
		}
	}
	return nil
}

func (a *App) storeFile(ctx context.Context, f *Upload, public bool) (*storedFile, error) {
	kind, _, err := f.kind()
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	if err := f.rewound(func() error { _, err := io.Copy(sum, f.Content); return err }); err != nil {
		return nil, err
	}
	stored := &storedFile{name: kind.Name(), kind: kind.Type, sum: hex.EncodeToString(sum.Sum(nil)), size: f.Size}
	return stored, f.rewound(func() error {
		return a.files.Put(ctx, files.New{Name: stored.name, At: a.wall(), Public: public, Type: stored.kind, Size: f.Size, Content: f.Content})
	})
}

// rewound does something with the content from its beginning on.
func (f *Upload) rewound(do func() error) error {
	if _, err := f.Content.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return do()
}

// discard removes the files of a deed that was not done, as far as it can: the
// caller learns why the deed was not done in any case.
func (a *App) discard(ctx context.Context, all []*uploads) {
	for _, u := range all {
		for _, f := range u.stored {
			if err := a.files.Remove(context.WithoutCancel(ctx), f.name, u.public); err != nil {
				a.log.WarnContext(ctx, "a file is left over", "name", f.name, "error", err)
			}
		}
	}
}

// storeUploads writes the rows of the new files.
func storeUploads(u *uploads) step {
	return func(ctx context.Context, tx *ent.Tx, r *contractRow, m *move) (changes, error) {
		rows := make([]*ent.FileCreate, 0, len(u.stored))
		for i := range u.sent {
			f := u.stored[i]
			if f == nil {
				continue
			}
			rows = append(rows, tx.File.Create().
				SetInstitutionID(r.institutionID).SetUploadedByID(m.by.UserID).SetName(f.name).SetPurpose(u.purpose).
				SetContentType(f.kind).SetSize(f.size).SetSha256(f.sum).SetCreatedAt(m.now))
		}
		if len(rows) == 0 {
			return nil, nil
		}
		return nil, tx.File.CreateBulk(rows...).Exec(ctx)
	}
}
