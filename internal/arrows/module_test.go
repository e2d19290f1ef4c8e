// Package arrows holds the tests of the program's shape: which package may know
// which, who may ask the clock, who may write a status, and how long a file or
// a handler may grow. They read the source, so they also see what no build tag
// of this machine compiles.
package arrows

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is the path of the module that is read.
const module = "kontrak"

// source is one Go file of the module.
type source struct {
	path      string // slashes, from the root of the module
	pkg       string // the directory; "." is the root
	test      bool
	generated bool
	lines     int
	imports   []string
	syntax    *ast.File // nil for generated files
	set       *token.FileSet
}

// at gives the position of a node as a reader would look it up.
func (s *source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.line(n.Pos()))
}

func (s *source) line(p token.Pos) int { return s.set.Position(p).Line }

var sources = sync.OnceValues(func() ([]*source, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	return readModule(os.DirFS(root))
})

// everySource gives all Go files of the module.
func everySource(t *testing.T) []*source {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("only %d Go files were found: the root of the module is elsewhere", len(all))
	}
	return all
}

// readModule reads every Go file below the root, apart from test data and from
// modules of their own.
func readModule(root fs.FS) ([]*source, error) {
	var all []*source
	err := fs.WalkDir(root, ".", func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return enter(root, at)
		case path.Ext(at) != ".go":
			return nil
		}
		text, err := fs.ReadFile(root, at)
		if err != nil {
			return err
		}
		s, err := readSource(at, text)
		all = append(all, s)
		return err
	})
	return all, err
}

// enter tells whether the directory belongs to the module.
func enter(root fs.FS, dir string) error {
	base := path.Base(dir)
	if dir == "." {
		return nil
	}
	if base == "testdata" || base == "node_modules" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return fs.SkipDir
	}
	if _, err := fs.Stat(root, path.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

var generatedMark = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func readSource(at string, text []byte) (*source, error) {
	s := &source{
		path: at, pkg: path.Dir(at), set: token.NewFileSet(),
		test:      strings.HasSuffix(at, "_test.go"),
		generated: generatedMark.Match(text),
		lines:     bytes.Count(text, []byte("\n")),
	}
	mode := parser.SkipObjectResolution
	if s.generated {
		mode |= parser.ImportsOnly
	}
	file, err := parser.ParseFile(s.set, at, text, mode)
	if err != nil {
		return nil, err
	}
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		s.imports = append(s.imports, name)
	}
	if !s.generated {
		s.syntax = file
	}
	return s, nil
}

// written gives the hand-written files that the filter keeps.
func written(t *testing.T, keep func(*source) bool) []*source {
	t.Helper()
	var kept []*source
	for _, s := range everySource(t) {
		if !s.generated && keep(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// within tells whether the package is the directory or below it.
func within(pkg, dir string) bool {
	return pkg == dir || strings.HasPrefix(pkg, dir+"/")
}

func withinAny(pkg string, dirs ...string) bool {
	for _, dir := range dirs {
		if within(pkg, dir) {
			return true
		}
	}
	return false
}
