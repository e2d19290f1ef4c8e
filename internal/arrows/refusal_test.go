package arrows

import (
	"go/ast"
	"testing"
)

// TestARefusalOfARoleSaysWhoMay: a fault FORBIDDEN without a text of its own is made in
// one place, which names the roles that may.
func TestARefusalOfARoleSaysWhoMay(t *testing.T) {
	t.Parallel()
	made := 0
	for _, s := range written(t, func(s *source) bool { return !s.test }) {
		eachFunction(s, func(f *ast.FuncDecl, _ int) {
			ast.Inspect(f, func(n ast.Node) bool {
				if isBareForbidden(n) {
					made++
					if f.Name.Name != "RoleRefusal" {
						t.Errorf("%s: FORBIDDEN says nothing: call market.RoleRefusal, or say what is needed", s.at(n))
					}
				}
				return true
			})
		})
	}
	if made == 0 {
		t.Error("market.RoleRefusal was not found: nothing was looked at")
	}
}

// isBareForbidden tells whether it is fault.New(fault.RoleForbidden, "").
func isBareForbidden(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return false
	}
	f, isSelector := call.Fun.(*ast.SelectorExpr)
	code, isCode := call.Args[0].(*ast.SelectorExpr)
	text, isText := call.Args[1].(*ast.BasicLit)
	return isSelector && f.Sel.Name == "New" && isCode && code.Sel.Name == "RoleForbidden" && isText && text.Value == `""`
}
