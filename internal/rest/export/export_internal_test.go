package export

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"kontrak/internal/fault"
	"kontrak/internal/market"
	"kontrak/internal/view"
)

// numbersTo is a list of so many partners, which fails after as many pages as it is told;
// pages are counted.
func numbersTo(rows, failing int, pages *int) list[view.Partner] {
	next := 0
	return list[view.Partner]{"partners", partnerColumns, func(ctx context.Context, _ market.Page) (*view.Page[view.Partner], error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if *pages++; failing > 0 && *pages > failing {
			return nil, fault.New(fault.Busy, "")
		}
		page := &view.Page[view.Partner]{}
		for ; next < rows && len(page.Items) < market.MaxPage; next++ {
			page.Items = append(page.Items, &view.Partner{ID: int64(next), FullName: strings.Repeat("name ", 200)})
			page.Cursors = append(page.Cursors, fmt.Sprint(next))
		}
		page.HasNext = next < rows
		return page, nil
	}}
}

// sendAll sends a list to a writer.
func sendAll(ctx context.Context, w io.Writer, form string, l list[view.Partner]) error {
	first, err := l.after(ctx, nil)
	if err != nil {
		return err
	}
	next := func(position *string) (*view.Page[view.Partner], error) { return l.after(ctx, position) }
	return send(http.NewResponseController(httptest.NewRecorder()), forms[form].writer(w), next, l.columns, first)
}

// peak keeps the largest heap that is met while something is written to it.
type peak struct {
	bytes uint64
	n     int
}

func (p *peak) Write(b []byte) (int, error) {
	if p.n++; p.n%64 == 1 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		p.bytes = max(p.bytes, m.HeapAlloc)
	}
	return len(b), nil
}

// TestAnExportHoldsOnePageAtATime: what 20,000 rows of 1 KB need is what two need, give
// and take the one page. It runs alone, since the heap is everybody's.
func TestAnExportHoldsOnePageAtATime(t *testing.T) { //nolint:paralleltest // the heap is everybody's
	for form := range forms {
		var few, many peak
		pages := 0
		if err := sendAll(t.Context(), &few, form, numbersTo(2, 0, &pages)); err != nil {
			t.Fatal(err)
		}
		if err := sendAll(t.Context(), &many, form, numbersTo(20_000, 0, &pages)); err != nil {
			t.Fatal(err)
		}
		if pages != 201 {
			t.Errorf("%s: %d pages", form, pages)
		}
		if few.n == 0 || many.n < 100 || many.bytes > few.bytes+2<<20 {
			t.Errorf("%s: %d bytes of heap for 2 rows, %d for 20,000, in %d writes", form, few.bytes, many.bytes, many.n)
		}
	}
}

// TestAnExportThatBreaksOffSaysSo: with a last line in NDJSON, and never as a whole answer.
func TestAnExportThatBreaksOffSaysSo(t *testing.T) {
	t.Parallel()
	for form, last := range map[string]string{"ndjson": `{"error":{"code":"BUSY","message":"`, "csv": "199,name"} {
		var out bytes.Buffer
		pages := 0
		err := sendAll(t.Context(), &out, form, numbersTo(500, 2, &pages))
		if !fault.Is(err, fault.Busy) {
			t.Errorf("%s: %v", form, err)
		}
		lines := strings.Split(strings.TrimRight(out.String(), "\r\n"), "\n")
		if got := lines[len(lines)-1]; !strings.HasPrefix(got, last) {
			t.Errorf("%s: the last line is %.60q", form, got)
		}
	}
}

// TestAnExportEndsWhenItsClientGoes: after the page that is being sent.
func TestAnExportEndsWhenItsClientGoes(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	pages := 0
	leaves := writerFunc(func(b []byte) (int, error) { cancel(); return len(b), nil })
	if err := sendAll(ctx, leaves, "ndjson", numbersTo(20_000, 0, &pages)); !errors.Is(err, context.Canceled) || pages > 1 {
		t.Errorf("%d pages were read: %v", pages, err)
	}
	pages = 0
	broken := writerFunc(func([]byte) (int, error) { return 0, io.ErrClosedPipe })
	for form := range forms {
		err := sendAll(t.Context(), broken, form, numbersTo(20_000, 0, &pages))
		if _, left := errors.AsType[gone](err); !left || pages > 2 {
			t.Errorf("%d pages were read: %v", pages, err)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// TestTextsStayTextsInASpreadsheet: every text that could be a formula, and nothing else,
// has an apostrophe before it; quotes, commas and lines are as RFC 4180 has them.
func TestTextsStayTextsInASpreadsheet(t *testing.T) {
	t.Parallel()
	texts := []string{"=1+1", "+62 812", "-x", "@SUM(A1)", "\tx", "\rx", "plain", "a=b", `say "yes", or
no`, "'quoted", "", "é😀"}
	var out bytes.Buffer
	w := forms["csv"].writer(&out)
	if err := w.begin([]string{"text", "number"}); err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if err := w.row([]any{text, int64(-5)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.flush(); err != nil {
		t.Fatal(err)
	}
	raw := out.String()
	if !strings.HasPrefix(raw, "text,number\r\n'=1+1,-5\r\n'+62 812,-5\r\n") || !strings.Contains(raw, `"say ""yes"", or`) {
		t.Errorf("%q", raw)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != len(texts)+1 {
		t.Fatal(rows, err)
	}
	for i, text := range texts {
		want := text
		if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r") {
			want = "'" + text
		}
		// encoding/csv writes no \r but those of line breaks, which it reads as \n.
		if got := rows[i+1][0]; got != strings.ReplaceAll(want, "\r", "") {
			t.Errorf("%q is written %q", text, got)
		}
	}
}

// TestAnAccountExportsTwoListsAtOnce: a third waits, and others do not wait for it.
func TestAnAccountExportsTwoListsAtOnce(t *testing.T) {
	t.Parallel()
	var busy turns
	one, err := busy.enter(1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = busy.enter(1); err != nil {
		t.Fatal(err)
	}
	if _, err = busy.enter(1); !fault.Is(err, fault.RateLimited) {
		t.Errorf("a third: %v", err)
	}
	if _, err = busy.enter(2); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	one()
	if _, err = busy.enter(1); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
}
