package arrows

import (
	"go/ast"
	"testing"
)

// TestOnlyTestsWidenAudiences: a field that is let out by hand is let out for
// everybody.
func TestOnlyTestsWidenAudiences(t *testing.T) {
	t.Parallel()
	for _, s := range written(t, func(s *source) bool { return !s.test }) {
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			if use, ok := n.(*ast.SelectorExpr); ok && use.Sel.Name == "Widen" {
				t.Errorf("%s: view.Widen is for tests: who sees a field stands in its tag", s.at(use))
			}
			return true
		})
	}
}
