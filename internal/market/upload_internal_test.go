package market

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"kontrak/ent"
	"kontrak/internal/fault"
	"kontrak/internal/files"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
)

// bringing is a deed that brings a file and is always allowed.
type bringing struct {
	noInput
	photo uploads
}

func (bringing) action() lifecycle.ContractAction          { return lifecycle.ActSendProof }
func (d *bringing) brings() []*uploads                     { return []*uploads{&d.photo} }
func (bringing) do(context.Context, *ent.Tx, *facts) error { return nil }

// TestAFileIsKeptWhenNobodyKnowsWhetherItsActionWasDone: the row may be there.
func TestAFileIsKeptWhenNobodyKnowsWhetherItsActionWasDone(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), store.Config{URL: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	if _, err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for code, left := range map[fault.Code]int{"": 1, fault.OutcomeUnknown: 1, fault.Stale: 0, fault.InternalError: 0} {
		kept := files.NewMemory(nil, nil)
		a := &App{store: st, files: kept, wall: time.Now, log: slog.New(slog.DiscardHandler)}
		d := &bringing{photo: uploads{field: "photo", sent: []Attachment{{Upload: &Upload{Content: strings.NewReader("GIF89a"), Size: 6}}}}}
		row := &contractRow{status: lifecycle.ContractPaymentPending}
		row.payment.status.V, row.payment.status.Valid = lifecycle.PaymentUnpaid, true
		c := &facts{row: row}
		c.who.Role, c.who.UserID = "institution", 1
		err := a.withFiles(t.Context(), c, d, func() error {
			if kept.Count() != 1 || !strings.HasSuffix(d.photo.names()[0], ".gif") {
				t.Errorf("%s: while it is done there are %d files, named %v", code, kept.Count(), d.photo.names())
			}
			if code == "" {
				return nil
			}
			return fault.New(code, "")
		})
		if code != "" && !fault.Is(err, code) || code == "" && err != nil || kept.Count() != left {
			t.Errorf("%q: %v, and %d files are left", code, err, kept.Count())
		}
	}
}
