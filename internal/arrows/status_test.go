package arrows

import (
	"go/ast"
	"path"
	"strings"
	"testing"
)

// TestAStatusIsWrittenWhereItMoves holds every change of a status to the move
// functions, which look the move up in the machine, compare the version and
// write the history. Rows are born with a status elsewhere; only updates count.
func TestAStatusIsWrittenWhereItMoves(t *testing.T) {
	t.Parallel()
	shipped := func(s *source) bool {
		return !s.test && !withinAny(s.pkg, "ent", "internal/gql", "internal/world", "internal/testkit")
	}
	for _, s := range written(t, shipped) {
		if strings.HasSuffix(path.Base(s.path), "_move.go") {
			continue
		}
		for _, call := range statusUpdates(s.syntax) {
			t.Errorf("%s: a status is changed outside a move function: call the noun's move…", s.at(call))
		}
	}
}

func TestWhatCountsAsChangingAStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		want       int
	}{
		{"an update of a status", `tx.Contract.Update().Where(p).SetStatus(s)`, 1},
		{"an update of one row's stage", `tx.Contract.UpdateOneID(1).SetVersion(2).SetStage(s)`, 1},
		{"through a variable of that name", `update.SetStatus(s)`, 1},
		{"by name of the column", `u.Set(contract.FieldStatus, s)`, 1},
		{"a row that is born", `tx.Assignment.Create().SetKind(k).SetStatus(s)`, 0},
		{"the status of a trace's span", `span.SetStatus(codes.Error, "why")`, 0},
		{"another column", `tx.Contract.Update().SetPartnerID(1)`, 0},
		{"text of a statement", "tx.ExecContext(ctx, `UPDATE contracts SET status = ?`)", 1},
		{"text that reads", "tx.QueryContext(ctx, `SELECT status FROM contracts`)", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := readSource("x.go", []byte("package x\nfunc f() { "+c.body+" }\n"))
			if err != nil {
				t.Fatal(err)
			}
			if got := len(statusUpdates(s.syntax)); got != c.want {
				t.Errorf("%s: %d changes found, want %d", c.body, got, c.want)
			}
		})
	}
}

// statusUpdates gives the places of a file that change a status or a stage.
func statusUpdates(file *ast.File) []ast.Node {
	var found []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if changesStatus(n) {
				found = append(found, n)
			}
		case *ast.BasicLit:
			text := strings.ToLower(n.Value)
			set := strings.Index(text, " set ")
			if strings.Contains(text, "update ") && set > 0 &&
				(strings.Contains(text[set:], "status =") || strings.Contains(text[set:], "stage =")) {
				found = append(found, n)
			}
		}
		return true
	})
	return found
}

func changesStatus(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	switch f.Sel.Name {
	case "SetStatus", "SetStage":
		// One argument: a span of a trace has a method of that name with two.
		return len(call.Args) == 1 && !begins(f.X, "Create", "CreateBulk")
	case "Set":
		return len(call.Args) > 0 && namesStatus(call.Args[0])
	}
	return false
}

// namesStatus tells whether the argument is the constant of a status column.
func namesStatus(arg ast.Expr) bool {
	field, ok := arg.(*ast.SelectorExpr)
	return ok && (field.Sel.Name == "FieldStatus" || field.Sel.Name == "FieldStage")
}

// begins tells whether the chain of calls begins with one of the methods.
func begins(chain ast.Expr, methods ...string) bool {
	for {
		call, ok := chain.(*ast.CallExpr)
		if !ok {
			return false
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		for _, m := range methods {
			if f.Sel.Name == m {
				return true
			}
		}
		chain = f.X
	}
}
