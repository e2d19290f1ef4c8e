package contract_test

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// hooks are the six interfaces by which gqlgen lets an extension take part.
var hooks = []string{
	"OperationParameterMutator", "OperationContextMutator", "OperationInterceptor", "ResponseInterceptor",
	"RootFieldInterceptor", "FieldInterceptor",
}

// observers are what the engine can tell an extension beyond them. It finds them by the shape of a method; an extension
// that has one is a FieldInterceptor as well, for an engine that has not.
var observers = []string{"NullObserver", "CallObserver"}

func scopeOf(t *testing.T, path string) *types.Scope {
	t.Helper()
	found, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(found, func(p *packages.Package) bool { return p.PkgPath == enginePath+path })
	if i < 0 {
		t.Fatalf("%s was not found", path)
	}
	return found[i].Types.Scope()
}

// interfacesOf looks up interfaces and the names of their methods.
func interfacesOf(t *testing.T, path string, names []string) map[string]*types.Interface {
	t.Helper()
	all := map[string]*types.Interface{}
	for _, name := range names {
		o := scopeOf(t, path).Lookup(name)
		if o == nil {
			t.Fatalf("%s.%s was not found", path, name)
		}
		all[name] = o.Type().Underlying().(*types.Interface)
	}
	return all
}

// has tells whether a type has the methods of an interface, with the same signatures. The two may come from two loads of
// the engine, so they are compared as text.
func has(t types.Type, face *types.Interface) bool {
	set := types.NewMethodSet(types.NewPointer(t))
	for want := range face.Methods() {
		got := set.Lookup(nil, want.Name())
		if got == nil || typeText(got.Obj().Type()) != typeText(want.Type()) {
			return false
		}
	}
	return true
}

func TestExtensionsHaveGqlgensInterfaces(t *testing.T) {
	t.Parallel()
	extension := interfacesOf(t, "graphql", []string{"HandlerExtension"})["HandlerExtension"]
	published, observed := interfacesOf(t, "graphql", hooks), interfacesOf(t, "graphql/internal/scope", observers)
	found, err := product()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range found {
		for _, name := range p.Types.Scope().Names() {
			tn, ok := p.Types.Scope().Lookup(name).(*types.TypeName)
			if !ok || types.IsInterface(tn.Type()) || !has(tn.Type(), extension) {
				continue
			}
			seen[p.Types.Name()+"."+name] = true
			takesPart := false
			for _, face := range published {
				takesPart = takesPart || has(tn.Type(), face)
			}
			if !takesPart {
				t.Errorf("%s.%s has none of gqlgen's six hooks: on gqlgen it would not start", p.PkgPath, name)
			}
			for more, face := range observed {
				if has(tn.Type(), face) && !has(tn.Type(), published["FieldInterceptor"]) {
					t.Errorf("%s.%s is a %s, and no FieldInterceptor: on gqlgen it would see nothing", p.PkgPath, name, more)
				}
			}
		}
	}
	for _, name := range []string{"guard.Guard", "guard.Errors", "guard.Deadline", "trace.Spans", "trace.Statements", "graph.redacted"} {
		if !seen[name] {
			t.Errorf("%s was not found to be an extension", name)
		}
	}
}

// TestTheEngineAsksExtensionsForNothingElse reads the engine: whatever an extension is asserted to be, is one of the six
// hooks or one of the observers that the README names.
func TestTheEngineAsksExtensionsForNothingElse(t *testing.T) {
	t.Parallel()
	found, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, p := range found {
		for _, f := range p.Syntax {
			ast.Inspect(f, func(n ast.Node) bool {
				for _, e := range assertedTypes(p, n) {
					asked[typeText(p.TypesInfo.TypeOf(e))] = true
				}
				return true
			})
		}
	}
	var want []string
	for _, h := range hooks {
		want = append(want, "graphql."+h)
	}
	for _, o := range observers {
		want = append(want, "scope."+o)
	}
	for name := range asked {
		if !slices.Contains(want, name) {
			t.Errorf("the engine asks extensions whether they are a %s", name)
		}
	}
	readme := read(t, "../README.md")
	for _, name := range want {
		if !asked[name] {
			t.Errorf("the engine never asks for %s", name)
		}
		if method, ok := map[string]string{"scope.NullObserver": "ObserveNull(", "scope.CallObserver": "ObserveCall("}[name]; ok && !strings.Contains(readme, method) {
			t.Errorf("the README does not name %s", method)
		}
	}
}

// assertedTypes lists the types that an assertion or a type switch asks an extension for.
func assertedTypes(p *packages.Package, n ast.Node) []ast.Expr {
	isExtension := func(e ast.Expr) bool {
		t := p.TypesInfo.TypeOf(e)
		return t != nil && typeText(t) == "graphql.HandlerExtension"
	}
	switch n := n.(type) {
	case *ast.TypeAssertExpr:
		if n.Type != nil && isExtension(n.X) {
			return []ast.Expr{n.Type}
		}
	case *ast.TypeSwitchStmt:
		var x ast.Expr
		switch a := n.Assign.(type) {
		case *ast.ExprStmt:
			x = a.X
		case *ast.AssignStmt:
			x = a.Rhs[0]
		}
		assert, ok := x.(*ast.TypeAssertExpr)
		if !ok || !isExtension(assert.X) {
			return nil
		}
		var all []ast.Expr
		for _, c := range n.Body.List {
			all = append(all, c.(*ast.CaseClause).List...)
		}
		return all
	}
	return nil
}
