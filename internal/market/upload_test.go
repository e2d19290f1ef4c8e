package market_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"kontrak/ent"
	"kontrak/ent/file"
	"kontrak/ent/payment"
	"kontrak/internal/fault"
	"kontrak/internal/files"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
)

const (
	institution = "institution@demo.test"
	member      = "member@demo.test"
	admin       = "admin@demo.test"
	technician  = "partner@demo.test"
)

// paymentOf is the row of a contract's payment.
func paymentOf(t testing.TB, app *testkit.App, contractID int64) *ent.Payment {
	t.Helper()
	return app.Store.Client().Payment.Query().Where(payment.ContractID(contractID)).OnlyX(t.Context())
}

// bytesOf are the bytes of a stored file.
func bytesOf(t testing.TB, app *testkit.App, name string) string {
	t.Helper()
	f, err := app.Files.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if f.Public {
		t.Errorf("%s is public", name)
	}
	all, err := io.ReadAll(f.Content)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func TestAProofIsStoredUnderANameOfOurs(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, id := app.As(institution), app.World.Contract("to_pay")
		seen := map[string]bool{}
		for i, c := range []struct{ content, kind, extension string }{
			{testkit.JPEG, "image/jpeg", ".jpg"}, {testkit.PNG, "image/png", ".png"}, {testkit.GIF, "image/gif", ".gif"},
			{testkit.WEBP, "image/webp", ".webp"}, {testkit.PDF, "application/pdf", ".pdf"},
		} {
			app.Clock.Advance(time.Minute)
			v, err := app.Market.SendPaymentProof(ctx, id, testkit.Upload(c.content), everything)
			if err != nil {
				t.Fatalf("%s: %v", c.kind, err)
			}
			name := v.Payment.Proof.Name
			if v.PaymentStatus != lifecycle.PaymentPending || !strings.HasSuffix(name, c.extension) || seen[name] || len(name) < 26 {
				t.Errorf("%s: %s, named %s", c.kind, v.PaymentStatus, name)
			}
			seen[name] = true
			if got := bytesOf(t, app, name); got != c.content {
				t.Errorf("%s: stored as %q", c.kind, got)
			}
			row := app.Store.Client().File.Query().Where(file.Name(name)).OnlyX(t.Context())
			p := paymentOf(t, app, id)
			if row.ContentType != c.kind || row.Size != int64(len(c.content)) || row.Purpose != "proof" || row.Public ||
				row.InstitutionID == nil || *row.InstitutionID != p.InstitutionID || !row.CreatedAt.Equal(app.Clock.Now()) || len(row.Sha256) != 64 {
				t.Errorf("%s: %+v", c.kind, row)
			}
			if p.Proof != name || p.ProofSentAt == nil || !p.ProofSentAt.Equal(app.Clock.Now()) || p.Version != int64(i+2) {
				t.Errorf("%s: %+v", c.kind, p)
			}
		}
	})
}

func TestAProofThatIsRefusedLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		w, as := app.World, signedIn(t, app)
		good := func() *market.Upload { return testkit.Upload(testkit.PNG) }
		deadline := *paymentOf(t, app, w.Contract("to_pay")).DeadlineAt
		before, stored := app.Snapshot(t), app.Files.Count()
		for _, c := range []struct {
			name, as, story string
			proof           *market.Upload
			at              time.Time
			code            fault.Code
			detail          string
		}{
			{"nobody", "", "to_pay", good(), w.Now, fault.TokenMissing, ""},
			{"the partner", technician, "to_pay", good(), w.Now, fault.RoleForbidden, ""},
			{"the supervisor", supervisor, "to_pay", good(), w.Now, fault.RoleForbidden, ""},
			{"the back office", admin, "to_pay", good(), w.Now, fault.RoleForbidden, ""},
			{"another institution", "foreign@demo.test", "to_pay", good(), w.Now, fault.RecordNotFound, ""},
			{"an unknown contract", institution, "no such story", good(), w.Now, fault.RecordNotFound, ""},
			{"no file", institution, "to_pay", nil, w.Now, fault.InputInvalid, "proof is required"},
			{"an empty file", institution, "to_pay", testkit.Upload(""), w.Now, fault.InputInvalid, "proof is empty"},
			{"a page", institution, "to_pay", testkit.Upload(testkit.HTML), w.Now, fault.InputInvalid, "proof is no picture and no PDF"},
			{"a drawing with a script", institution, "to_pay", testkit.Upload(testkit.SVG), w.Now, fault.InputInvalid, "proof is no picture and no PDF"},
			{"the first bytes of a picture", institution, "to_pay", testkit.Upload("\x89PNG\r\n\x1a\n"), w.Now, fault.InputInvalid, "proof begins like image/png and is none"},
			{"a page that begins like a picture", institution, "to_pay", testkit.Upload("GIF89a<script>"), w.Now, fault.InputInvalid, "pixels"},
			{"the first bytes of a paper", institution, "to_pay", testkit.Upload("%PDF-"), w.Now, fault.InputInvalid, "proof begins like application/pdf and is none"},
			{"a file that is too large", institution, "to_pay", &market.Upload{Content: strings.NewReader(testkit.PNG), Size: market.MaxUploadBytes + 1}, w.Now, fault.InputInvalid, "proof has 10485761 bytes"},
			{"no file for a draft", institution, "draft_payment", nil, w.Now, fault.InputInvalid, "proof is required"},
			{"a draft", institution, "draft_payment", good(), w.Now, fault.WrongState, "state"},
			{"a contract that is paid", institution, "offer", good(), w.Now, fault.WrongState, "state"},
			{"one that has expired", institution, "expired", good(), w.Now, fault.WrongState, "state"},
			{"at the deadline", institution, "to_pay", good(), deadline, fault.DeadlinePassed, "deadline"},
			{"long overdue, and nothing has fired", "foreign@demo.test", "to_pay_overdue", good(), w.Now, fault.DeadlinePassed, "deadline"},
		} {
			app.Clock.Set(c.at)
			_, err := app.Market.SendPaymentProof(as[c.as], w.Contract(c.story), c.proof, everything)
			if codeOf(err) != c.code || !strings.Contains(detailOf(err), c.detail) {
				t.Errorf("%s: %v (%s)", c.name, err, detailOf(err))
			}
		}
		if after := app.Snapshot(t); !maps.Equal(before, after) || app.Files.Count() != stored {
			t.Errorf("something was written: %q, and %d files instead of %d", differing(before, after), app.Files.Count(), stored)
		}
	})
}

// detailOf is what a fault says beyond its code: its fields, or its rules.
func detailOf(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	var list []string
	for _, field := range f.Fields {
		list = append(list, field.Name+" "+field.Message)
	}
	return strings.Join(append(list, refusedBy(f)...), "; ")
}

// meddler is a store of files in which something happens while a file is stored.
type meddler struct {
	files.Store
	meanwhile func() error
	removed   []string
}

func (m *meddler) Put(ctx context.Context, f files.New) error {
	return errors.Join(m.Store.Put(ctx, f), m.meanwhile())
}

func (m *meddler) Remove(ctx context.Context, name string, public bool) error {
	m.removed = append(m.removed, name)
	return m.Store.Remove(ctx, name, public)
}

// meddled is the application with such a store.
func meddled(app *testkit.App, m *meddler) *market.App {
	m.Store = app.Files
	return market.New(market.Config{
		Store: app.Store, Now: app.Clock.Now, Wall: app.Wall.Now, Files: m, Logger: slog.New(slog.NewTextHandler(app.Log, nil)),
	})
}

func TestAFileIsRemovedWhenItsActionFails(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := testkit.Start(t, db)
		ctx, id := app.As(institution), app.World.Contract("to_pay")
		stored := app.Files.Count()
		m := &meddler{meanwhile: func() error {
			_, err := app.Market.CancelContract(app.As(member), id, "We pay nothing.", everything)
			return err
		}}
		_, err := meddled(app, m).SendPaymentProof(ctx, id, testkit.Upload(testkit.PNG), everything)
		if codeOf(err) != fault.Stale || app.Files.Count() != stored || len(m.removed) != 1 {
			t.Errorf("%v; %d files instead of %d, removed %v", err, app.Files.Count(), stored, m.removed)
		}
		if n := app.Store.Client().File.Query().Where(file.Name(m.removed[0])).CountX(t.Context()); n != 0 {
			t.Error("its row is there")
		}
	})
}

func TestNothingIsDoneWithoutTheFile(t *testing.T) {
	t.Parallel()
	app := testkit.Start(t, testkit.SQLite(t))
	ctx, id := app.As(institution), app.World.Contract("to_pay")
	before := app.Snapshot(t)
	m := &meddler{meanwhile: func() error { return errors.New("the disk is full") }}
	broken := &market.Upload{Content: halfReader{strings.NewReader(testkit.PNG)}, Size: 1000}
	for name, c := range map[string]struct {
		app   *market.App
		proof *market.Upload
		code  fault.Code
	}{
		"the store fails":       {meddled(app, m), testkit.Upload(testkit.PNG), fault.Busy},
		"the content is broken": {app.Market, broken, fault.Busy},
	} {
		_, err := c.app.SendPaymentProof(ctx, id, c.proof, everything)
		if codeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after := app.Snapshot(t); !maps.Equal(before, after) {
		t.Errorf("something was written: %q", differing(before, after))
	}
	if !strings.Contains(app.Log.String(), "the disk is full") {
		t.Errorf("the log does not say why: %s", app.Log)
	}
}

// halfReader fails after what it holds.
type halfReader struct{ *strings.Reader }

func (h halfReader) WriteTo(w io.Writer) (int64, error) {
	n, err := io.Copy(w, struct{ io.Reader }{h.Reader})
	return n, errors.Join(err, iotest.ErrTimeout)
}
