package parity

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kontrak/internal/rest/openapi"
)

// reads are how the dialects read a parameter by its name: q.word("x"), oneOf(q, "x", …),
// q.span("x", "y"), r.query["x"], r.number("x", …).
var reads = regexp.MustCompile(`(?:\b(?:q|query)\.\w+\(|oneOf\(q, |r\.query\[|r\.number\()"([\w-]+)"(?:, "([\w-]+)"\))?`)

// TestWhatADialectReadsOfAQueryIsDescribed: the parameters that the source of a dialect
// reads are those that its document describes.
func TestWhatADialectReadsOfAQueryIsDescribed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		document *openapi.Document
		least    int
	}{"faveo": {faveos, 24}, "kit": {kits, 25}, "yedpay": {yedpays, 3}} {
		files, err := filepath.Glob("../rest/" + name + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		var read, described []string
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			raw, err := os.ReadFile(filepath.Clean(file))
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range reads.FindAllStringSubmatch(string(raw), -1) {
				read = append(read, slices.DeleteFunc(found[1:], func(name string) bool { return name == "" })...)
			}
		}
		for _, o := range c.document.Operations() {
			for _, p := range o.Parameters {
				described = append(described, strings.TrimSuffix(p, "[]"))
			}
		}
		if name == "kit" { // documented, and taken without an effect: requirements are not kept
			read = append(read, "includeParticipantRequirements")
		}
		slices.Sort(read)
		slices.Sort(described)
		read, described = slices.Compact(read), slices.Compact(described)
		if !slices.Equal(read, described) || len(read) < c.least {
			t.Errorf("%s reads %q\nand describes %q", name, read, described)
		}
	}
}
