// Package codegentest lets tests of the generator write schema, configuration and Go packages as strings.
package codegentest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"strings"
	"sync"
	"testing"

	gql "github.com/vektah/gqlparser/v2/ast"

	"kontrak/internal/gql/codegen"
	"kontrak/internal/gql/codegen/config"
	"kontrak/internal/gql/codegen/goload"
)

// Prelude declares the directives that steer generation, as a project's own schema does.
const Prelude = `
directive @goModel(model: String, models: [String!], forceGenerate: Boolean) on OBJECT | INPUT_OBJECT | SCALAR | ENUM | INTERFACE | UNION
directive @goField(forceResolver: Boolean, name: String, omittable: Boolean, batch: Boolean) on INPUT_FIELD_DEFINITION | FIELD_DEFINITION
directive @goTag(key: String!, value: String) repeatable on INPUT_FIELD_DEFINITION | FIELD_DEFINITION
directive @goExtraField(name: String, type: String!, overrideTags: String, description: String) repeatable on OBJECT | INPUT_OBJECT
directive @goEnum(value: String) on ENUM_VALUE
`

// runtimePackages loads the real runtime once, and the parts of the standard library that fixtures use.
var runtimePackages = sync.OnceValues(func() (*goload.Packages, error) {
	return goload.Load(".", nil, nil, []string{config.Runtime, "context", "io", "time", "errors", "fmt"})
})

// Packages are Go packages written in a test, beside the real runtime.
type Packages struct {
	real   *goload.Packages
	fset   *token.FileSet
	source map[string]string
	done   map[string]*types.Package
	faults map[string]error
}

// Package type-checks a package of the test, or returns one of the runtime's.
func (f *Packages) Package(pkgPath string) (*types.Package, error) {
	if pkg := f.done[pkgPath]; pkg != nil {
		return pkg, nil
	}
	src, ok := f.source[pkgPath]
	if !ok {
		return f.real.Package(pkgPath)
	}
	file, err := parser.ParseFile(f.fset, pkgPath+"/"+path.Base(pkgPath)+".go", src, 0)
	if err != nil {
		return nil, err
	}
	conf := types.Config{Importer: importer{f}, Error: func(err error) {
		if f.faults[pkgPath] == nil {
			f.faults[pkgPath] = err
		}
	}}
	pkg, _ := conf.Check(pkgPath, f.fset, []*ast.File{file}, nil)
	f.done[pkgPath] = pkg
	return pkg, nil
}

type importer struct{ f *Packages }

func (i importer) Import(path string) (*types.Package, error) { return i.f.Package(path) }

// Fault returns the first type error of a package of the test.
func (f *Packages) Fault(path string) error { return f.faults[path] }

// Position writes where an object is declared.
func (f *Packages) Position(o types.Object) string {
	pos := f.fset.Position(o.Pos())
	if !pos.IsValid() {
		return ""
	}
	return fmt.Sprintf("%s:%d", pos.Filename, pos.Line)
}

// Load reads a configuration and a schema from memory. Go packages are given by import path. The module is "shop",
// generated code belongs to shop/graph and shop/graph/model.
func Load(t testing.TB, yml, sdl string, pkgs map[string]string) (*config.Config, *Packages, error) {
	t.Helper()
	runtime, err := runtimePackages()
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse("gqlgen.yml", "/shop", []byte(yml))
	if err != nil {
		return nil, nil, err
	}
	cfg.Module, cfg.ModuleDir = "shop", "/shop"
	cfg.Exec.Package, cfg.Exec.Path = "graph", "shop/graph"
	cfg.Model.Filename, cfg.Model.Package, cfg.Model.Path = "graph/model/models_gen.go", "model", "shop/graph/model"
	cfg.Sources = []*gql.Source{{Name: "schema.graphqls", Input: sdl}, {Name: "go.graphqls", Input: Prelude}}
	f := &Packages{real: runtime, fset: token.NewFileSet(), source: pkgs, done: map[string]*types.Package{}, faults: map[string]error{}}
	return cfg, f, cfg.Finish()
}

// Bind binds a schema whose Go types are all in the fixture.
func Bind(t testing.TB, yml, sdl string, pkgs map[string]string) (*codegen.Schema, error) {
	t.Helper()
	cfg, f, err := Load(t, yml, sdl, pkgs)
	if err != nil {
		return nil, err
	}
	if err := codegen.AutoBind(cfg, f); err != nil {
		return nil, err
	}
	return codegen.Bind(cfg, f)
}

// MustBind is Bind for a schema without faults.
func MustBind(t testing.TB, yml, sdl string, pkgs map[string]string) *codegen.Schema {
	t.Helper()
	s, err := Bind(t, yml, sdl, pkgs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Field finds a field by its coordinate, such as "Query.node".
func Field(t testing.TB, s *codegen.Schema, coord string) *codegen.Field {
	t.Helper()
	typ, name, _ := strings.Cut(coord, ".")
	for _, o := range s.Objects {
		for _, f := range o.Fields {
			if o.Name == typ && f.Name == name {
				return f
			}
		}
	}
	t.Fatalf("no field %s", coord)
	return nil
}
