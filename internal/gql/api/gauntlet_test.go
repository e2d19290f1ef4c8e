package api_test

import (
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestEveryFormOfBindingWorks generates a program whose schema binds in every way there is, and runs its queries: the
// program and its cases are in testdata/gauntlet.
func TestEveryFormOfBindingWorks(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	src := os.DirFS("testdata/gauntlet")
	err := fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(src, name)
		files[strings.Replace(name, ".go.txt", ".go", 1)] = string(text) // a test of the program must not be one of this module
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := project(t, files)
	if _, err := generate(t, dir); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "test", "-vet=off", "./...")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
