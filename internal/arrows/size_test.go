package arrows

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// The sizes at which a reader loses the thread.
const (
	maxFile     = 400
	maxFunction = 60
	maxResolver = 8
	maxHandler  = 12
)

func TestFilesHoldOneIdea(t *testing.T) {
	t.Parallel()
	// One file holds the resolvers of one schema, as the generator lays them out: it
	// grows with the schema, and each of them is bounded below.
	laidOut := func(s *source) bool { return strings.HasSuffix(s.path, ".resolvers.go") }
	for _, s := range written(t, func(s *source) bool { return !laidOut(s) }) {
		if s.lines >= maxFile {
			t.Errorf("%s has %d lines, %d at most: look for a second idea", s.path, s.lines, maxFile-1)
		}
	}
}

func TestFunctionsFitAScreen(t *testing.T) {
	t.Parallel()
	for _, s := range written(t, func(s *source) bool { return !s.test }) {
		eachFunction(s, func(f *ast.FuncDecl, lines int) {
			if lines >= maxFunction {
				t.Errorf("%s: %s has %d lines, %d at most", s.at(f), f.Name.Name, lines, maxFunction-1)
			}
		})
	}
}

func TestResolversOnlyDecodeCallEncode(t *testing.T) {
	t.Parallel()
	resolver := func(s *source) bool { return s.pkg == "graph" && strings.HasSuffix(s.path, ".resolvers.go") }
	for _, s := range written(t, resolver) {
		eachFunction(s, func(f *ast.FuncDecl, lines int) {
			if f.Recv != nil && lines > maxResolver {
				t.Errorf("%s: resolver %s has %d lines, %d at most", s.at(f), f.Name.Name, lines, maxResolver)
			}
		})
	}
}

func TestHandlersOnlyDecodeCallEncode(t *testing.T) {
	t.Parallel()
	dialect := func(s *source) bool { return !s.test && path.Dir(s.pkg) == "internal/rest" }
	for _, s := range written(t, dialect) {
		eachFunction(s, func(f *ast.FuncDecl, lines int) {
			if isHandler(f) && lines > maxHandler {
				t.Errorf("%s: handler %s has %d lines, %d at most", s.at(f), f.Name.Name, lines, maxHandler)
			}
		})
	}
}

// isHandler tells whether the function takes a request and answers it: the
// signature of net/http, or a dialect's own, from its request to any body.
func isHandler(f *ast.FuncDecl) bool {
	var taken []string
	for _, p := range f.Type.Params.List {
		taken = append(taken, nameOf(p.Type))
	}
	if f.Type.Results == nil {
		return slices.Equal(taken, []string{"ResponseWriter", "Request"})
	}
	return slices.Equal(taken, []string{"request"}) && nameOf(f.Type.Results.List[0].Type) == "any"
}

// nameOf gives the name of a type without its package and its star.
func nameOf(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return nameOf(t.X)
	case *ast.SelectorExpr:
		return t.Sel.Name
	case *ast.Ident:
		return t.Name
	}
	return ""
}

// eachFunction visits every function of the file with the lines of its body.
func eachFunction(s *source, visit func(f *ast.FuncDecl, lines int)) {
	for _, d := range s.syntax.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			visit(f, s.line(f.Body.Rbrace)-s.line(f.Body.Lbrace)-1)
		}
	}
}
