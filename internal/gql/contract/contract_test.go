package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"kontrak/internal/gql/api"
	"kontrak/internal/gql/codegen/config"
)

// TestTheContract generates the program of every case, compiles all of them together and runs them. What they stand for
// is in table.md.
func TestTheContract(t *testing.T) {
	t.Parallel()
	all := cases(t)
	dir := writeModule(t, all)
	generated := generateAll(dir, all)
	var programs []string
	for _, c := range all {
		if c.fails == nil && generated[c.name] == nil {
			programs = append(programs, c.name)
		}
	}
	results := runAll(t, dir, programs)
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.checkGeneration(t, dir, generated[c.name])
			if slices.Contains(programs, c.name) {
				results.check(t, c.name)
			}
		})
	}
}

// writeModule writes all cases into one module that uses the engine of this one.
func writeModule(t *testing.T, all []*testCase) string {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	mod := read(t, filepath.Join(root, "go.mod"))
	mod = regexp.MustCompile(`(?m)^module .*$`).ReplaceAllString(mod, "module "+module)
	write(t, dir, "go.mod", mod+"\nrequire kontrak v0.0.0\n\nreplace kontrak => "+root+"\n")
	write(t, dir, "go.sum", read(t, filepath.Join(root, "go.sum")))
	write(t, dir, "ask/ask.go", read(t, "testdata/ask/ask.go"))
	for _, c := range all {
		for name, text := range c.files {
			write(t, dir, c.name+"/"+name, text)
		}
	}
	return dir
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// generateAll runs the generator for every case, as many at a time as there are processors, and gives their errors.
func generateAll(dir string, all []*testCase) map[string]error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	errs := map[string]error{}
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, c := range all {
		wg.Go(func() {
			slots <- struct{}{}
			err := c.generate(filepath.Join(dir, c.name, "gqlgen.yml"))
			<-slots
			mu.Lock()
			defer mu.Unlock()
			errs[c.name] = err
		})
	}
	wg.Wait()
	return errs
}

// generate generates, and fails when another run would change something, unless the case has a file once that says why.
func (c *testCase) generate(file string) error {
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	if _, err := api.Generate(cfg); err != nil || c.files["once"] != "" {
		return err
	}
	if cfg, err = config.Load(file); err != nil {
		return err
	}
	changes, err := api.Generate(cfg)
	for _, c := range changes {
		if c.Kind != "unchanged" {
			return fmt.Errorf("a second run: %s is %s", c.File, c.Kind)
		}
	}
	return err
}

// checkGeneration holds what the generator wrote or said against the case.
func (c *testCase) checkGeneration(t *testing.T, dir string, err error) {
	t.Helper()
	if c.fails != nil {
		for _, want := range c.fails {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the error is\n%v\nand lacks\n%s", err, want)
			}
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for file, lines := range c.has {
		text := squeeze(read(t, filepath.Join(dir, c.name, file)))
		for _, line := range lines {
			if !strings.Contains(text, squeeze(line)) {
				t.Errorf("%s lacks %s", file, line)
			}
		}
	}
	for file, lines := range c.lacks {
		text := squeeze(read(t, filepath.Join(dir, c.name, file)))
		for _, line := range lines {
			if strings.Contains(text, squeeze(line)) {
				t.Errorf("%s has %s", file, line)
			}
		}
	}
	if t.Failed() {
		for file := range c.has {
			t.Logf("%s:\n%s", file, read(t, filepath.Join(dir, c.name, file)))
		}
	}
}

// squeeze makes every run of blanks one, so that gofmt's columns do not matter.
func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }

// outcomes are what the programs of the cases came to.
type outcomes struct {
	passed map[string]bool
	output map[string]string // of a case, or of its packages that do not compile
	rest   string
}

// runAll compiles the programs into one test binary and runs it.
func runAll(t *testing.T, dir string, programs []string) *outcomes {
	t.Helper()
	var b strings.Builder
	b.WriteString("package contract_test\n\nimport (\n\t\"testing\"\n\n")
	for _, name := range programs {
		fmt.Fprintf(&b, "\t%q\n", module+"/"+name)
	}
	b.WriteString(")\n\nfunc Test(t *testing.T) {\n")
	for _, name := range programs {
		fmt.Fprintf(&b, "\tt.Run(%[1]q, func(t *testing.T) { t.Parallel(); %[1]s.Test(t) })\n", name)
	}
	b.WriteString("}\n")
	write(t, dir, "contract_test.go", b.String())

	cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "-vet=off", "-trimpath", "-tags=extra", ".")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, _ := cmd.Output() // failures are told below, case by case
	return readOutcomes(out, stderr.String())
}

func readOutcomes(out []byte, stderr string) *outcomes {
	o := &outcomes{passed: map[string]bool{}, output: map[string]string{}, rest: stderr}
	for line := range bytes.Lines(out) {
		var event struct{ Action, Test, ImportPath, Output string }
		if json.Unmarshal(line, &event) != nil {
			o.rest += string(line)
			continue
		}
		name := ""
		if rest, ok := strings.CutPrefix(event.Test, "Test/"); ok {
			name, _, _ = strings.Cut(rest, "/")
		} else if rest, ok := strings.CutPrefix(event.ImportPath, module+"/"); ok {
			name, _, _ = strings.Cut(rest, "/")
			name, _, _ = strings.Cut(name, " ")
		}
		if event.Action == "pass" && event.Test == "Test/"+name {
			o.passed[name] = true
		}
		if name == "" {
			o.rest += event.Output
		} else {
			o.output[name] += event.Output
		}
	}
	return o
}

func (o *outcomes) check(t *testing.T, name string) {
	t.Helper()
	switch {
	case o.passed[name]:
	case o.output[name] != "":
		t.Errorf("%s", o.output[name])
	default:
		t.Errorf("it did not run, perhaps since another case does not compile: %s", o.rest)
	}
}
