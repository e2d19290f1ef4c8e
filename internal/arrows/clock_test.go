package arrows

import (
	"go/ast"
	"slices"
	"testing"
)

// asksClock lists what reads the machine's clock. Timers do not: they wait, and
// nobody learns the time from them.
var asksClock = []string{"Now", "Since", "Until"}

// mayAskClock lists who hands the clock to everybody else: the program's, and
// the engine's variable of gqlgen's name, with which it times its own steps.
var mayAskClock = []string{"server.go", "internal/gql/graphql/stats.go"}

func TestOnlyServerGoAsksTheClock(t *testing.T) {
	t.Parallel()
	for _, s := range written(t, func(s *source) bool { return !s.test && !within(s.pkg, "internal/testkit") }) {
		if slices.Contains(mayAskClock, s.path) {
			continue
		}
		eachUse(s, "time", func(use *ast.SelectorExpr) {
			if slices.Contains(asksClock, use.Sel.Name) {
				t.Errorf("%s: time.%s: take the time as a parameter or a function, business time and wall time apart",
					s.at(use), use.Sel.Name)
			}
		})
	}
}

func TestNoTestSleeps(t *testing.T) {
	t.Parallel()
	for _, s := range written(t, func(s *source) bool { return s.test || within(s.pkg, "internal/testkit") }) {
		eachUse(s, "time", func(use *ast.SelectorExpr) {
			if use.Sel.Name == "Sleep" {
				t.Errorf("%s: time.Sleep: wait for what is awaited, or move a held clock", s.at(use))
			}
		})
	}
}

// eachUse visits every use of a package by its name in the file.
func eachUse(s *source, pkg string, visit func(*ast.SelectorExpr)) {
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		use, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if name, ok := use.X.(*ast.Ident); ok && name.Name == pkg && slices.Contains(s.imports, pkg) {
			visit(use)
		}
		return true
	})
}
