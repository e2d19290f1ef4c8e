package nukitu

import (
	"cmp"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// code is the source of a package: its functions, after the types of their receivers.
type code struct {
	functions map[string]*ast.FuncDecl
	// receivers are the types of what the house calls by these names.
	receivers map[string][]string
	// owners are those of use-cases, by what they are called.
	owners map[string]string
	// named are the names within each function that was looked into.
	named map[string][]string
}

// readCode reads the source of a directory.
func readCode(t testing.TB, dir string, receivers map[string][]string, owners map[string]string) *code {
	t.Helper()
	notTests := func(f fs.FileInfo) bool {
		return !strings.HasSuffix(f.Name(), "_test.go") && f.Name() != "generated.go"
	}
	packages, err := parser.ParseDir(gotoken.NewFileSet(), dir, notTests, parser.SkipObjectResolution|parser.ParseComments) //nolint:staticcheck // one directory without build tags
	if err != nil {
		t.Fatal(err)
	}
	c := &code{functions: map[string]*ast.FuncDecl{}, receivers: receivers, owners: owners, named: map[string][]string{}}
	for _, p := range packages {
		ast.Inspect(p, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok {
				c.functions[nameOfFunction(f)] = f
			}
			return true
		})
	}
	if len(c.functions) == 0 {
		t.Fatalf("%s has no functions", dir)
	}
	return c
}

// names gives what a piece of source names, in order: use-cases as App.X, and the
// package's own functions.
func (c *code) names(piece ast.Node) []string {
	var found []string
	follow := func(name string) {
		if f := c.functions[name]; f != nil && f.Body != nil {
			found = append(found, name)
		}
	}
	ast.Inspect(piece, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr: // its key is a field's name
			found = append(found, c.names(n.Value)...)
			return false
		case *ast.SelectorExpr:
			if owner := c.owners[selected(n.X)]; owner != "" && n.Sel.IsExported() {
				found = append(found, owner+"."+n.Sel.Name)
			}
			for _, of := range c.receivers[selected(n.X)] {
				follow(of + "." + n.Sel.Name)
			}
			found = append(found, c.names(n.X)...)
			return false
		case *ast.Ident:
			follow(n.Name)
		}
		return true
	})
	return found
}

// comes gives what a piece of source comes to, through functions of its package too,
// each once, the nearest first.
func (c *code) comes(piece ast.Node) []string {
	var found []string
	for waiting := c.names(piece); len(waiting) > 0; waiting = waiting[1:] {
		name := waiting[0]
		if slices.Contains(found, name) {
			continue
		}
		found = append(found, name)
		if f := c.functions[name]; f != nil {
			if _, known := c.named[name]; !known {
				c.named[name] = c.names(f.Body)
			}
			waiting = append(waiting, c.named[name]...)
		}
	}
	return found
}

// useCases are those that a piece of source comes to, in order.
func (c *code) useCases(piece ast.Node) []string {
	owned := slices.Collect(func(yield func(string) bool) {
		for _, owner := range c.owners {
			yield(owner + ".")
		}
	})
	return slices.DeleteFunc(c.comes(piece), func(name string) bool {
		return !slices.ContainsFunc(owned, func(owner string) bool { return strings.HasPrefix(name, owner) })
	})
}

var nukituOwners = map[string]string{"app": "App", "App": "App", "auth": "Auth", "Auth": "Auth"}

// useCasesOfRoutes reads which use-cases the handlers call, and the noun that they show
// of a contract, if it is one.
func useCasesOfRoutes(t testing.TB) (useCases map[string][]string, nouns map[string]string) {
	t.Helper()
	c := readCode(t, ".", map[string][]string{"d": {"dialect"}, "r": {"request"}}, nukituOwners)
	useCases, nouns = map[string][]string{}, map[string]string{}
	for _, f := range c.functions {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 || !slices.Contains([]string{"Get", "Post", "Put", "Patch", "Delete"}, selected(call.Fun)) {
				return true
			}
			if serve, ok := call.Args[1].(*ast.CallExpr); ok && selected(serve.Fun) == "serve" {
				route := strings.ToUpper(selected(call.Fun)) + " " + plainPath(literal(call.Args[0]))
				useCases[route] = c.useCases(serve.Args[1])
				nouns[route] = c.noun(serve.Args[1])
			}
			return true
		})
	}
	return useCases, nouns
}

// noun is the record beside a contract that a handler shows by found.
func (c *code) noun(handler ast.Expr) (noun string) {
	f := c.functions["dialect."+selected(handler)]
	if f == nil {
		return ""
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && selected(call.Fun) == "found" && len(call.Args) == 5 {
			noun = literal(call.Args[3])
		}
		return true
	})
	return noun
}

// graphField is a field of the graph that has a resolver.
type graphField struct {
	of, name string // its type and its name
	useCases []string
}

var resolves = regexp.MustCompile(`resolver for the (\w+) field`)

// graphFields reads which use-cases the resolvers call.
func graphFields(t testing.TB) []graphField {
	t.Helper()
	root := filepath.Join("..", "..", "..", "graph")
	c := readCode(t, root, map[string][]string{}, nukituOwners)
	for name := range c.functions {
		if of, _, method := strings.Cut(name, "."); method && strings.HasSuffix(strings.ToLower(of), "resolver") && !slices.Contains(c.receivers["r"], of) {
			c.receivers["r"] = append(c.receivers["r"], of)
		}
	}
	var list []graphField
	for name, f := range c.functions {
		of, _, _ := strings.Cut(name, ".")
		said := resolves.FindStringSubmatch(f.Doc.Text())
		if of, is := strings.CutSuffix(of, "Resolver"); is && said != nil {
			list = append(list, graphField{strings.ToUpper(of[:1]) + of[1:], said[1], c.useCases(f.Body)})
		}
	}
	slices.SortFunc(list, func(a, b graphField) int { return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.name, b.name)) })
	return list
}

// within gives what each use-case comes to within its package: other use-cases and the
// methods that they share.
func within(t testing.TB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, p := range []struct{ dir, of, called, owner string }{{"market", "App", "a", "App"}, {"authn", "Service", "s", "Auth"}} {
		c := readCode(t, filepath.Join("..", "..", p.dir), map[string][]string{p.called: {p.of}}, map[string]string{})
		for name, f := range c.functions {
			method, is := strings.CutPrefix(name, p.of+".")
			if !is || f.Body == nil {
				continue
			}
			for _, called := range c.comes(f.Body) {
				if inner, is := strings.CutPrefix(called, p.of+"."); is {
					all[p.owner+"."+method] = append(all[p.owner+"."+method], p.owner+"."+inner)
				}
			}
		}
	}
	return all
}
