package contract_test

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"
)

// ownDeclarations are names of the engine's public packages that gqlgen has not, or has otherwise, each with the reason. A
// name that ends in "." stands for all that begins with it.
var ownDeclarations = map[string]string{
	"introspection.": "the engine's own tables read them; gqlgen's have other methods",
	"exec.":          "for generated code, which each generator writes for its own runtime",

	"transport.WebsocketMessageWriter":              "gqlgen's next release has it; programs ask for the method",
	"transport.WebsocketMessageWriter.WriteMessage": "gqlgen's next release has it; programs ask for the method",
}

// gqlgenAPI is the checked-in list.
func gqlgenAPI(t *testing.T) map[string]bool {
	t.Helper()
	api := map[string]bool{}
	for _, line := range linesOf(read(t, "testdata/gqlgen_api.txt")) {
		if !strings.HasPrefix(line, "#") {
			api[line] = true
		}
	}
	if len(api) < 300 {
		t.Fatalf("only %d declarations", len(api))
	}
	return api
}

// nameIn gives the name that a line is about: "graphql.AddError" of "func graphql.AddError(…)".
func nameIn(line string) string {
	_, rest, _ := strings.Cut(line, " ")
	return rest[:strings.IndexAny(rest+" ", " ([")]
}

func isOwn(name string) bool {
	for own := range ownDeclarations {
		if name == own || strings.HasSuffix(own, ".") && strings.HasPrefix(name, own) {
			return true
		}
	}
	return false
}

// engine loads the engine's public packages, from source.
var engine = sync.OnceValues(func() ([]*packages.Package, error) {
	found, err := packages.Load(&packages.Config{Mode: typed}, enginePath+"graphql/...")
	return slices.DeleteFunc(found, func(p *packages.Package) bool {
		return strings.Contains(p.PkgPath, "/internal/") && !strings.HasPrefix(p.PkgPath, enginePath+"graphql")
	}), err
})

const typed = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo

func TestWhatTheEngineDeclaresIsWhatGqlgenDeclares(t *testing.T) {
	t.Parallel()
	api := gqlgenAPI(t)
	found, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, p := range found {
		if strings.Contains(strings.TrimPrefix(p.PkgPath, enginePath), "/internal/") {
			continue
		}
		for _, line := range apiLines(p.Types) {
			have[line] = true
			if !api[line] && !isOwn(nameIn(line)) {
				t.Errorf("%s: gqlgen_api.txt has no such line. Declare it as gqlgen does, or do not export it", line)
			}
		}
	}
	for line := range api {
		if !have[line] {
			t.Errorf("%s: the engine does not declare it so", line)
		}
	}
}

// product loads the packages of the program that use the engine, with their tests.
var product = sync.OnceValues(func() ([]*packages.Package, error) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		return nil, err
	}
	var dirs []string
	err = fs.WalkDir(os.DirFS(root), ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if at == "internal/gql" || at == "ent" || at != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata") {
				return fs.SkipDir
			}
			if _, other := os.Stat(filepath.Join(root, at, "go.mod")); at != "." && d != nil && d.IsDir() && other == nil {
				return fs.SkipDir // a module of its own
			}
			return err
		}
		if !strings.HasSuffix(at, ".go") {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, at))
		if dir := "./" + filepath.Dir(at); bytes.Contains(text, []byte(`"`+enginePath)) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return packages.Load(&packages.Config{Mode: typed, Dir: root, Tests: true}, dirs...)
})

// use is one mention of a declaration in a file that is written by hand.
type use struct {
	at  token.Position
	obj types.Object
}

// uses lists what the hand-written files of the program mention of the packages that the filter keeps.
func uses(t *testing.T, keep func(path string) bool) []use {
	t.Helper()
	found, err := product()
	if err != nil {
		t.Fatal(err)
	}
	var all []use
	seen := map[token.Position]bool{}
	for _, p := range found {
		for _, err := range p.Errors {
			t.Fatal(err)
		}
		generated := map[string]bool{}
		for _, f := range p.Syntax {
			if ast.IsGenerated(f) {
				generated[p.Fset.Position(f.Pos()).Filename] = true
			}
		}
		for id, obj := range p.TypesInfo.Uses {
			at := p.Fset.Position(id.Pos())
			if obj.Pkg() == nil || !keep(obj.Pkg().Path()) || generated[at.Filename] || seen[at] {
				continue
			}
			seen[at] = true
			all = append(all, use{at, obj})
		}
	}
	return all
}

func TestTheProgramUsesOnlyWhatGqlgenHasToo(t *testing.T) {
	t.Parallel()
	api := gqlgenAPI(t)
	found := uses(t, func(path string) bool {
		return strings.HasPrefix(path, enginePath) && !strings.HasPrefix(path, enginePath+"oracle/") // the oracle is a fixture
	})
	if len(found) < 100 {
		t.Fatalf("only %d uses of the engine were found", len(found))
	}
	for _, u := range found {
		if line, ok := useLine(u.obj); ok && !api[line] {
			t.Errorf("%s: %s: gqlgen_api.txt has no such line, so this would not compile on gqlgen. Use what gqlgen has; what only "+
				"this engine can do is found by the shape of a method (internal/gql/README.md)", u.at, line)
		}
	}
}

// useLine is the line of a declaration; false for what needs none: a type parameter, or a local name.
func useLine(obj types.Object) (string, bool) {
	switch o := obj.(type) {
	case *types.Var:
		o = o.Origin()
		if !o.IsField() {
			return objectLine(o), o.Parent() == o.Pkg().Scope()
		}
		owner := ownerOf(o)
		if owner == nil {
			return "field ?." + o.Name(), true
		}
		return fieldLine(owner, o), true
	case *types.Func:
		return objectLine(o.Origin()), true
	case *types.TypeName:
		_, param := o.Type().(*types.TypeParam)
		return objectLine(o), !param
	case *types.Const:
		return objectLine(o), true
	}
	return "", false
}

// ownerOf finds the struct that declares a field.
func ownerOf(f *types.Var) *types.TypeName {
	for _, name := range f.Pkg().Scope().Names() {
		tn, ok := f.Pkg().Scope().Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		if s, ok := tn.Type().Underlying().(*types.Struct); ok {
			for g := range s.Fields() {
				if g == f {
					return tn
				}
			}
		}
	}
	return nil
}

// TestTheProgramReachesIntoGeneratedCodeOnlyWhereGqlgenHasTheSame: the rest of the executable schema is each generator's
// own.
func TestTheProgramReachesIntoGeneratedCodeOnlyWhereGqlgenHasTheSame(t *testing.T) {
	t.Parallel()
	found, err := product()
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{} // by the executable schema
	for _, p := range found {
		for _, f := range p.Syntax {
			if p.PkgPath != "kontrak/graph" || !strings.HasSuffix(p.Fset.Position(f.Pos()).Filename, "graph/generated.go") {
				continue
			}
			for name := range f.Scope.Objects {
				declared[name] = true
			}
		}
	}
	if !declared["NewExecutableSchema"] {
		t.Fatal("the executable schema was not found")
	}
	for _, u := range uses(t, func(path string) bool { return path == "kontrak/graph" }) {
		name := u.obj.Name()
		if u.obj.Parent() != u.obj.Pkg().Scope() || !declared[name] {
			continue
		}
		switch name {
		case "NewExecutableSchema", "Config", "ResolverRoot", "DirectiveRoot", "ComplexityRoot":
		default:
			if !strings.HasSuffix(name, "Resolver") || !u.obj.Exported() {
				t.Errorf("%s: %s is declared in generated.go, and gqlgen's declares no such name", u.at, name)
			}
		}
	}
}
