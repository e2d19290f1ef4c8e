// Package imports takes agreements over from the systems whose lists are spoken here:
// it reads a saved answer of their list, row by row, checks all of it, and then writes
// the agreements in batches. An agreement that was taken over before is left as it is,
// so that a file may be imported as often as one likes.
package imports

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"kontrak/ent"
	"kontrak/ent/institution"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/opaque"
	"kontrak/internal/store"
)

// batch is how many rows are written in one transaction.
const batch = 200

// maxReport bounds how many refusals and notes are kept; all are counted.
const maxReport = 1000

// Import says what is taken over. Every part but Partial and Progress is required.
type Import struct {
	Store         *store.Store
	InstitutionID int64
	// Dialect is whose list the file holds.
	Dialect lifecycle.AgreementSource
	// Path names the file, which is read twice.
	Path string
	// Now is the instant of the import, for what the list does not tell.
	Now time.Time
	// Partial writes the good rows of a file that has bad ones; otherwise nothing of
	// such a file is written.
	Partial bool
	// Progress is told, in the second reading, how many rows are done.
	Progress func(n, total int)
}

// Report tells what became of the rows of a file.
type Report struct {
	Rows    int // of the file
	Made    int // agreements that are new
	Known   int // rows that were taken over before, and are left as they are
	Bad     int // rows that are refused
	Refused []Remark
	// Noted are things of good rows that could not be taken over as they are.
	Noted []Remark
	// Missing counts the remarks that were too many to be kept.
	Missing int
}

// Remark is about a field of a row, from 1.
type Remark struct {
	Row     int
	Field   string
	Message string
}

// ErrRefused says that a file has bad rows, and that nothing of it was written.
var ErrRefused = errors.New("imports: some rows are not good")

// dialect reads a list.
type dialect struct {
	// at are the keys under which the list stands.
	at []string
	// read takes a row apart.
	read func(in *fields, now time.Time) *paper
}

var dialects = map[lifecycle.AgreementSource]dialect{
	lifecycle.SourceFaveo:  {[]string{"data", "contracts"}, fromFaveo},
	lifecycle.SourceKit:    {[]string{"data", "contracts"}, fromKit},
	lifecycle.SourceYedpay: {[]string{"data"}, fromYedpay},
}

// Run checks the file, and then writes what is new in it. The report says how far it
// has come, whatever the error.
//
// It fails with ErrRefused when rows are bad and Partial is not set; with what is wrong
// with the file when it is no such list; and with faults of the store.
func (i Import) Run(ctx context.Context) (*Report, error) {
	d, known := dialects[i.Dialect]
	if !known {
		return nil, fmt.Errorf("imports: %q is no dialect", i.Dialect)
	}
	i.Now = store.Instant(i.Now)
	r := &run{Import: i, dialect: d, report: &Report{}, seen: map[string]int{}, keys: map[string]int{}, bad: map[int]bool{}}
	if err := r.read(ctx, r.check); err != nil {
		return r.report, err
	}
	if r.report.Bad > 0 && !i.Partial {
		return r.report, ErrRefused
	}
	total, done := r.report.Rows, 0
	r.report.Rows, r.report.Known = 0, 0
	err := r.read(ctx, func(ctx context.Context, rows []*paper) error {
		if err := r.write(ctx, rows); err != nil {
			return err
		}
		done += len(rows)
		if i.Progress != nil {
			i.Progress(done, total)
		}
		return nil
	})
	return r.report, err
}

// run is an import under way.
type run struct {
	Import
	dialect
	report *Report
	// seen are the ids of the file by the row that they stand in, and keys its custom
	// keys. They are all that is kept of a row that was read.
	seen, keys map[string]int
	bad        map[int]bool // by row
}

// read goes through the file and hands its rows on in batches.
func (r *run) read(ctx context.Context, take func(context.Context, []*paper) error) error {
	f, err := os.Open(r.Path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	r.report.Rows = 0
	var rows []*paper
	flush := func() error {
		err := take(ctx, rows)
		rows = nil
		return err
	}
	err = eachRow(f, r.at, func(raw []byte) error {
		r.report.Rows++
		in := &fields{raw: raw}
		p := r.dialect.read(in, r.Now)
		p.row, p.bad, p.notes = r.report.Rows, in.bad, in.notes
		if rows = append(rows, p); len(rows) < batch {
			return nil
		}
		return flush()
	})
	if err == nil && len(rows) > 0 {
		err = flush()
	}
	return err
}

// refuse notes what is wrong with a row.
func (r *run) refuse(row int, bad fault.Fields) {
	f, _ := fault.As(bad.Err(fault.InputInvalid))
	if f == nil {
		return
	}
	r.bad[row] = true
	r.report.Bad++
	for _, field := range f.Fields {
		r.report.Refused = r.remark(r.report.Refused, Remark{row, field.Name, field.Message})
	}
}

func (r *run) remark(list []Remark, one Remark) []Remark {
	if len(list) >= maxReport {
		r.report.Missing++
		return list
	}
	return append(list, one)
}

// InstitutionID finds an institution by its number or its public id.
//
// Faults: NOT_FOUND.
func InstitutionID(ctx context.Context, st *store.Store, named string) (int64, error) {
	ctx, cancel := st.ReadContext(ctx)
	defer cancel()
	var id int64
	where := institution.PublicID(named)
	if !opaque.IsID(named) {
		if _, err := fmt.Sscanf(named, "%d", &id); err != nil || fmt.Sprint(id) != named {
			return 0, fault.New(fault.RecordNotFound, "An institution is named by its number or its public id.")
		}
		where = institution.ID(id)
	}
	id, err := st.Client().Institution.Query().Where(where).FirstID(ctx)
	if ent.IsNotFound(err) {
		return 0, fault.Newf(fault.RecordNotFound, "There is no institution %s.", named)
	}
	return id, store.Fault(err)
}
