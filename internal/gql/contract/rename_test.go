package contract_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// other is the import path that stands for gqlgen's here: an engine with the contract, in a module of its own.
const other = "example.com/otherengine"

// renamed gives a file as it is after the change of the import prefix.
func renamed(text string) string {
	return strings.ReplaceAll(text, strings.TrimSuffix(enginePath, "/"), other)
}

// otherEngine writes the engine to a module of its own, without its tests and examples.
func otherEngine(t *testing.T, root string) string {
	t.Helper()
	dir := t.TempDir()
	copyTree(t, filepath.Join(root, "internal/gql"), dir, func(at string) bool {
		top, _, _ := strings.Cut(at, "/")
		return top != "internal" && top != "contract" && top != "audit" && !strings.Contains(at, "codegentest") &&
			strings.HasSuffix(at, ".go") && !strings.HasSuffix(at, "_test.go")
	})
	writeGoMod(t, dir, root, other, "")
	return dir
}

// copyTree copies the files that the filter keeps, with the prefix changed.
func copyTree(t *testing.T, from, to string, keep func(at string) bool) {
	t.Helper()
	src := os.DirFS(from)
	err := fs.WalkDir(src, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if path.Base(at) == "testdata" || path.Base(at) == "node_modules" {
				return fs.SkipDir
			}
			return err
		}
		if !keep(at) {
			return nil
		}
		text, err := fs.ReadFile(src, at)
		if err == nil {
			write(t, to, at, renamed(string(text)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// writeGoMod writes the go.mod and go.sum of this module under another name, with the other engine where one is given.
func writeGoMod(t *testing.T, dir, root, name, engineDir string) {
	t.Helper()
	mod := regexp.MustCompile(`(?m)^module .*$`).ReplaceAllString(read(t, filepath.Join(root, "go.mod")), "module "+name)
	if engineDir != "" {
		mod += "\nrequire " + other + " v0.0.0\n\nreplace " + other + " => " + engineDir + "\n"
	}
	write(t, dir, "go.mod", mod)
	write(t, dir, "go.sum", read(t, filepath.Join(root, "go.sum")))
}

// run runs the go command in a directory and gives what it said.
func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestGoingOverIsChangingThePrefixAndGenerating changes the import prefix in programs that use the engine, generates with
// the other engine, compiles and runs their tests: nothing else is done.
func TestGoingOverIsChangingThePrefixAndGenerating(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	engineDir := otherEngine(t, root)
	t.Run("a program that binds in every way there is", func(t *testing.T) {
		t.Parallel()
		gauntlet(t, root, engineDir)
	})
	t.Run("this program", func(t *testing.T) {
		t.Parallel()
		kontrak(t, root, engineDir)
	})
}

func gauntlet(t *testing.T, root, engineDir string) {
	t.Helper()
	dir := t.TempDir()
	copyTree(t, filepath.Join(root, "internal/gql/api/testdata/gauntlet"), dir, func(string) bool { return true })
	if err := os.Rename(filepath.Join(dir, "graph/run_test.go.txt"), filepath.Join(dir, "graph/run_test.go")); err != nil {
		t.Fatal(err)
	}
	writeGoMod(t, dir, root, "kontrak/shop", engineDir)
	run(t, dir, "run", other, "generate")
	run(t, dir, "test", "-vet=off", "./...")
}

// kontrak compiles the program where it stands, with the changed files laid over it, so that what does not know the engine
// is not compiled once more.
func kontrak(t *testing.T, root, engineDir string) {
	t.Helper()
	dir := t.TempDir()
	copyTree(t, root, dir, func(at string) bool {
		switch at {
		case "gqlgen.yml", "schema.graphqls", "server.go":
			return true
		case "graph/generated.go", "graph/model/models_gen.go": // the other generator writes its own
			return false
		}
		return strings.HasSuffix(at, ".go") && (strings.HasPrefix(at, "graph/") || strings.HasPrefix(at, "internal/") && !strings.HasPrefix(at, "internal/gql/"))
	})
	writeGoMod(t, dir, root, "kontrak", engineDir)
	before := read(t, filepath.Join(dir, "graph/schema.resolvers.go"))
	run(t, dir, "run", other, "generate")
	if after := read(t, filepath.Join(dir, "graph/schema.resolvers.go")); after != before {
		t.Error("graph/schema.resolvers.go was changed")
	}
	flags := []string{"-modfile=" + filepath.Join(dir, "go.mod"), "-overlay=" + overlay(t, root, dir)}
	deps := run(t, root, append(append([]string{"list", "-deps"}, flags...), ".")...)
	if strings.Contains(deps, strings.TrimSuffix(enginePath, "/")) || !strings.Contains(deps, other+"/graphql/handler\n") {
		t.Fatalf("the program is not built on the other engine:\n%s", deps)
	}
	run(t, root, append(append([]string{"build", "-o", os.DevNull}, flags...), ".")...)
	run(t, root, append(append([]string{"test", "-vet=off"}, flags...), "-run", "Page", "./graph", "./internal/guard", "./internal/trace")...)
}

// overlay writes the list of the files of dir that differ from those at the same place below root.
func overlay(t *testing.T, root, dir string) string {
	t.Helper()
	replace := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".go" {
			return err
		}
		at, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		original := filepath.Join(root, at)
		if old, err := os.ReadFile(original); err != nil || string(old) != read(t, file) {
			replace[original] = file
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(replace) < 5 {
		t.Fatalf("only %d files were changed", len(replace))
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "overlay.json", string(list))
	return filepath.Join(dir, "overlay.json")
}
