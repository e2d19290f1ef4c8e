package resolvergen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// source is the package of the resolvers as it stands on disk: syntax only, for it need not compile.
type source struct {
	fset  *token.FileSet
	files map[string]*file // by absolute name
	used  map[ast.Decl]bool
}

type file struct {
	text []byte
	ast  *ast.File
}

// read parses the Go files of a directory, tests and the generated file left out. A missing directory is an empty one.
func read(dir, exec string) (*source, error) {
	s := &source{fset: token.NewFileSet(), files: map[string]*file{}, used: map[ast.Decl]bool{}}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || name == exec {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		parsed, err := parser.ParseFile(s.fset, name, text, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("resolvers cannot be kept while a file does not parse: %w", err)
		}
		s.files[name] = &file{text: text, ast: parsed}
	}
	return s, nil
}

func (s *source) sorted() []string {
	names := make([]string, 0, len(s.files))
	for n := range s.files {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// method is a method found in the package.
type method struct {
	file string
	decl *ast.FuncDecl
	body string // between the braces
	doc  string // with its comment signs
}

// method finds the method of a receiver type, by value or by pointer.
func (s *source) method(recv, name string) *method {
	for _, fileName := range s.sorted() {
		f := s.files[fileName]
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != name || fn.Body == nil || receiver(fn) != recv {
				continue
			}
			m := &method{file: fileName, decl: fn, body: s.slice(f, fn.Body.Lbrace+1, fn.Body.Rbrace)}
			if fn.Doc != nil {
				m.doc = s.slice(f, fn.Doc.Pos(), fn.Doc.End())
			}
			return m
		}
	}
	return nil
}

func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) != 1 {
		return ""
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	id, _ := t.(*ast.Ident)
	if id == nil {
		return ""
	}
	return id.Name
}

func (s *source) slice(f *file, from, to token.Pos) string {
	return string(f.text[s.fset.Position(from).Offset:s.fset.Position(to).Offset])
}

// take marks a method as written anew, so that it does not count as left over.
func (s *source) take(m *method) {
	if m != nil {
		s.used[m.decl] = true
	}
}

// takeType marks the declaration of a type likewise.
func (s *source) takeType(name string) {
	for _, f := range s.files {
		for _, d := range f.ast.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE || len(gen.Specs) != 1 {
				continue
			}
			if spec := gen.Specs[0].(*ast.TypeSpec); spec.Name.Name == name {
				s.used[d] = true
			}
		}
	}
}

// rest is the source of every declaration of a file that was not taken, imports apart.
func (s *source) rest(name string) string {
	f := s.files[name]
	if f == nil {
		return ""
	}
	var parts []string
	for _, d := range f.ast.Decls {
		if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.IMPORT || s.used[d] {
			continue
		}
		from := d.Pos()
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc != nil {
				from = d.Doc.Pos()
			}
		case *ast.GenDecl:
			if d.Doc != nil {
				from = d.Doc.Pos()
			}
		}
		parts = append(parts, s.slice(f, from, d.End()))
	}
	return strings.Join(parts, "\n\n")
}

// imported is one import of a hand-written file.
type imported struct {
	path, alias string // alias is "" when none is written
}

func (s *source) imports(name string) []imported {
	f := s.files[name]
	if f == nil {
		return nil
	}
	var out []imported
	for _, spec := range f.ast.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		i := imported{path: path}
		if spec.Name != nil {
			i.alias = spec.Name.Name
		}
		out = append(out, i)
	}
	return out
}
