package nukitu

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sourceRoute is a route as the source has it: who it is for, and what the functions
// that answer it read of a request.
type sourceRoute struct {
	roles      []string // none: everybody who is signed in
	public     bool
	forms      bool
	resource   string // the key under which attributes may stand
	parameters []string
	attributes []string
}

// sourceRoutes reads the routes from the source of this package, by method and path
// below /api/v1.
func sourceRoutes(t testing.TB) map[string]*sourceRoute {
	t.Helper()
	notTests := func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }
	packages, err := parser.ParseDir(gotoken.NewFileSet(), ".", notTests, parser.SkipObjectResolution) //nolint:staticcheck // one directory without build tags
	if err != nil {
		t.Fatal(err)
	}
	functions := map[string]*ast.FuncDecl{}
	ast.Inspect(packages["nukitu"], func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncDecl); ok {
			functions[nameOfFunction(f)] = f
		}
		return true
	})
	routes := map[string]*sourceRoute{}
	ast.Inspect(packages["nukitu"], func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 || !slices.Contains([]string{"Get", "Post", "Put", "Patch", "Delete"}, selected(call.Fun)) {
			return true
		}
		serve, ok := call.Args[1].(*ast.CallExpr)
		if !ok || selected(serve.Fun) != "serve" {
			return true
		}
		route := readGate(serve.Args[0])
		reading{route, functions, map[string]bool{}}.function("dialect." + selected(serve.Args[1]))
		routes[strings.ToUpper(selected(call.Fun))+" "+plainPath(literal(call.Args[0]))] = route
		return true
	})
	return routes
}

// plainPath writes {form:(?:png|svg)} as {form}.
func plainPath(pattern string) string {
	before, rest, found := strings.Cut(pattern, ":")
	if !found {
		return pattern
	}
	return before + rest[strings.LastIndex(rest, "}"):]
}

// selected gives the name of x.name, or of name.
func selected(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// literal gives a text that stands in the source, or "".
func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != gotoken.STRING {
		return ""
	}
	text, _ := strconv.Unquote(lit.Value) // the parser has read it
	return text
}

// readGate reads anybody, signedIn, only(actor.Partner) and only(…).withFiles().
func readGate(e ast.Expr) *sourceRoute {
	r := &sourceRoute{}
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			r.public = r.public || n.Name == "anybody"
		case *ast.SelectorExpr:
			if selected(n.X) == "actor" {
				r.roles = append(r.roles, strings.ToLower(n.Sel.Name))
			}
			r.forms = r.forms || n.Sel.Name == "withFiles"
		}
		return true
	})
	return r
}

// reading follows the functions that answer a route.
type reading struct {
	*sourceRoute
	functions map[string]*ast.FuncDecl
	seen      map[string]bool
}

// function notes what a function reads, and those that it names.
func (r reading) function(name string) {
	f := r.functions[name]
	if f == nil || r.seen[name] {
		return
	}
	r.seen[name] = true
	r.look(f.Body)
}

// receivers are the types of what the house calls by these names.
var receivers = map[string]string{"d": "dialect", "r": "request", "q": "query", "query": "query", "in": "attributes"}

// nameOfFunction is the name of a function, after that of its receiver's type.
func nameOfFunction(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	of := f.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	return selected(of) + "." + f.Name.Name
}

// look notes what a piece of source reads.
func (r reading) look(piece ast.Node) {
	ast.Inspect(piece, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			r.call(n)
		case *ast.RangeStmt: // for _, name := range []string{…} { device.text(name) }
			if list, ok := n.X.(*ast.CompositeLit); ok {
				for _, e := range list.Elts {
					r.attributes = append(r.attributes, literal(e))
				}
			}
		case *ast.KeyValueExpr: // its key is a field's name
			r.look(n.Value)
			return false
		case *ast.SelectorExpr:
			r.function(receivers[selected(n.X)] + "." + n.Sel.Name)
			r.look(n.X)
			return false
		case *ast.Ident:
			r.function(n.Name)
		}
		return true
	})
}

// call notes the literal that a call reads by: the first argument of a method of the
// query (q) or of attributes (in, device), or the second of oneOf(q, …).
func (r reading) call(c *ast.CallExpr) {
	var first, second string
	if len(c.Args) > 0 {
		first = literal(c.Args[0])
	}
	if len(c.Args) > 1 {
		second = literal(c.Args[1])
	}
	name, of := selected(c.Fun), ""
	if s, ok := c.Fun.(*ast.SelectorExpr); ok {
		of = selected(s.X)
	}
	switch {
	case name == "attributes" && first != "":
		r.resource = first
	case name == "actOn":
		r.resource = second
	case name == "oneOf" && of == "" && second != "", name == "oneOf" && of == "" && len(c.Args) > 1 && selected(c.Args[0]) == "q":
		r.parameters = append(r.parameters, second)
	case first == "":
	case of == "q" || of == "query":
		r.parameters = append(r.parameters, first)
	case (of == "in" || of == "device") && name != "explain", of == "" && (name == "date" || name == "clock"):
		r.attributes = append(r.attributes, first)
	}
}

// unique sorts texts and drops those that repeat.
func unique(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
