// Package goload reads the Go packages that a schema is bound to.
//
// The packages named are type-checked from source, so that one that does not compile still shows what it declares;
// what they import comes from the build cache. Nothing else is read: the package of the resolvers, which need not
// compile while code is generated, is never touched.
package goload

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Packages are the loaded packages, by import path.
type Packages struct {
	dir  string
	fset *token.FileSet
	byID map[string]*packages.Package
}

// Load reads the packages with the given import paths, as seen from dir. Overlay gives files contents that differ from
// those on disk, or that are not there yet. A package that does not exist is an error; one that does not compile is not.
func Load(dir string, tags []string, overlay map[string][]byte, paths []string) (*Packages, error) {
	p := &Packages{dir: dir, fset: token.NewFileSet(), byID: map[string]*packages.Package{}}
	if len(paths) == 0 {
		return p, nil
	}
	conf := &packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule,
		Dir: dir, Fset: p.fset,
	}
	if len(tags) > 0 {
		conf.BuildFlags = []string{"-tags=" + strings.Join(tags, ",")}
	}
	if len(overlay) > 0 {
		remove, err := lay(conf, overlay)
		defer remove()
		if err != nil {
			return nil, fmt.Errorf("load Go packages: %w", err)
		}
	}
	sort.Strings(paths)
	found, err := packages.Load(conf, paths...)
	if err != nil {
		return nil, fmt.Errorf("load Go packages: %w", err)
	}
	for _, pkg := range found {
		p.byID[pkg.PkgPath] = pkg
	}
	return p, nil
}

// lay gives the overlay to the go command and to the parser. Config.Overlay would do, but with it everything down to the
// standard library is type-checked from source. It is left for files that are not there yet, which the parser is never
// asked for.
func lay(conf *packages.Config, overlay map[string][]byte) (remove func(), err error) {
	for name := range overlay {
		if !exists(name) {
			conf.Overlay = overlay
			return func() {}, nil
		}
	}
	dir, err := os.MkdirTemp("", "gql")
	if err != nil {
		return func() {}, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	replace := map[string]string{}
	for name, text := range overlay {
		file := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return remove, err
		}
		replace[name] = file
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return remove, err
	}
	file := filepath.Join(dir, "overlay.json")
	conf.BuildFlags = append(conf.BuildFlags, "-overlay="+file)
	conf.ParseFile = func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
		if text, ok := overlay[name]; ok {
			src = text
		}
		return parser.ParseFile(fset, name, src, parser.AllErrors|parser.ParseComments)
	}
	return remove, os.WriteFile(file, list, 0o600)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// Package returns a loaded package. It fails when the package was not found or has no Go files.
func (p *Packages) Package(path string) (*types.Package, error) {
	pkg := p.byID[path]
	if pkg == nil {
		return nil, fmt.Errorf("package %s was not found", path)
	}
	if pkg.Types == nil || len(pkg.GoFiles)+len(pkg.CompiledGoFiles) == 0 {
		if len(pkg.Errors) > 0 {
			return nil, fmt.Errorf("package %s: %s", path, pkg.Errors[0].Msg)
		}
		return nil, fmt.Errorf("package %s has no Go files", path)
	}
	return pkg.Types, nil
}

// Fault returns the first thing that keeps a package from compiling, or nil.
func (p *Packages) Fault(path string) error {
	if pkg := p.byID[path]; pkg != nil && len(pkg.Errors) > 0 {
		return pkg.Errors[0]
	}
	return nil
}

// Position writes where an object is declared, as "dir/file.go:12" relative to the directory of Load, or "".
func (p *Packages) Position(o types.Object) string {
	if o == nil || !o.Pos().IsValid() {
		return ""
	}
	pos := p.fset.Position(o.Pos())
	if rel, err := filepath.Rel(p.dir, pos.Filename); err == nil && !strings.HasPrefix(rel, "..") {
		pos.Filename = filepath.ToSlash(rel)
	}
	return fmt.Sprintf("%s:%d", pos.Filename, pos.Line)
}
