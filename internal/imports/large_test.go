package imports_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"kontrak/ent/agreement"
	"kontrak/internal/imports"
	"kontrak/internal/lifecycle"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// rowsOfLargeFile is how many rows the large file has: few in an ordinary run, and as
// many as KONTRAK_IMPORT_ROWS says.
func rowsOfLargeFile() int {
	if n, err := strconv.Atoi(os.Getenv("KONTRAK_IMPORT_ROWS")); err == nil && n > 0 {
		return n
	}
	return 2000
}

// TestALargeFileIsTakenOverInBoundedMemory: the memory that stays in use while the
// file is read does not grow with what its rows hold.
func TestALargeFileIsTakenOverInBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes many rows")
	}
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	count := rowsOfLargeFile()
	path := filepath.Join(t.TempDir(), "large.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprint(f, `{"data":{"contracts":[`) // a failure shows when it is read
	filler := strings.Repeat("z", 2000)
	for i := range count {
		row, err := json.Marshal(faveo(i+1000, func(row map[string]any) {
			row["filler"], row["vendor"] = filler, map[string]any{"id": i % 50, "name": fmt.Sprintf("Vendor %d", i%50)}
		}))
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			_, _ = f.WriteString(",")
		}
		_, _ = f.Write(row)
	}
	_, _ = fmt.Fprint(f, `]}}`)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var most, batches uint64
	r, err := into(t, app, lifecycle.SourceFaveo, path, func(in *imports.Import) {
		in.Progress = func(n, total int) {
			if batches++; batches%5 == 1 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
			if total != count || n > total {
				t.Errorf("%d of %d", n, total)
			}
		}
	})
	if err != nil || r.Made != count || r.Rows != count || batches != uint64(count+199)/200 {
		t.Fatalf("%v %+v in %d batches", err, r, batches)
	}
	if n := app.Store.Client().Agreement.Query().Where(agreement.SourceEQ(lifecycle.SourceFaveo), agreement.ExternalIDNEQ("")).CountX(t.Context()); n < count {
		t.Errorf("%d agreements", n)
	}
	if count >= 50_000 && most > 128<<20 {
		t.Errorf("%d MB are in use", most>>20)
	}
	t.Logf("%d rows, %d MB of file, at most %d MB in use", count, count*2300>>20, most>>20)
}
