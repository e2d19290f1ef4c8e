package web_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
	"kontrak/web"
)

// sources are what the built files follow from. build/pack.ts holds the same list.
var sources = []string{
	"build", "src", "index.html", "package-lock.json", "package.json", "tsconfig.json", "vite.config.ts",
}

func TestTheBuiltFilesFollowFromTheSources(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, at := range sources {
		err := filepath.WalkDir(at, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(file)
			lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256(text), filepath.ToSlash(file)))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	built, err := fs.ReadFile(web.Files(), "SOURCES")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if !strings.Contains(string(built), line) {
			t.Errorf("%s has changed since: run make web", strings.TrimSpace(line[64:]))
		}
	}
	if want := strings.Join(lines, ""); !t.Failed() && string(built) != want {
		t.Errorf("sources were removed since: run make web\nbuilt from\n%s\nthere are\n%s", built, want)
	}
}

// TestTheSamples runs the query that each role begins with.
func TestTheSamples(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		for _, role := range []string{"institution", "partner", "supervisor", "admin"} {
			t.Run(role, func(t *testing.T) {
				query, err := os.ReadFile(filepath.Join("src", "samples", role+".graphql"))
				if err != nil {
					t.Fatal(err)
				}
				answer := app.Do(t, "POST", "/query", app.Token(t, role+"@demo.test"), map[string]string{"query": string(query)})
				var body struct {
					Data   map[string]any
					Errors []any
				}
				answer.JSON(t, &body)
				if answer.Status != 200 || len(body.Errors) > 0 || len(body.Data) == 0 {
					t.Fatalf("%d %.2000s", answer.Status, answer.Body)
				}
				for field, value := range body.Data {
					if list, ok := value.(map[string]any)["nodes"].([]any); ok && len(list) == 0 {
						t.Errorf("%s has nothing to show", field)
					}
				}
			})
		}
	})
}
