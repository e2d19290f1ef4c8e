package market

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kontrak/internal/notice"
)

// leftTopics reads from the source of this package which topics its actions leave.
func leftTopics(t *testing.T) []string {
	t.Helper()
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, f := range names {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			by, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"announce", "tell", "tellSigner", "tellOfMembership"}, by.Sel.Name) {
				return true
			}
			if by.Sel.Name == "tellOfMembership" {
				left = append(left, membershipTopic(t, call.Args[2]))
				return true
			}
			if first, ok := call.Args[0].(*ast.BasicLit); ok && first.Kind == token.STRING && (len(call.Args) == 1 || by.Sel.Name == "tellSigner") {
				name, _ := strconv.Unquote(first.Value)
				left = append(left, name)
			}
			return true
		})
	}
	slices.Sort(left)
	return slices.Compact(left)
}

// membershipTopic reads the topic of a message about a membership.
func membershipTopic(t *testing.T, arg ast.Expr) string {
	t.Helper()
	if name, ok := arg.(*ast.Ident); ok && name.Name == "topicAsked" {
		return topicAsked
	}
	text, ok := arg.(*ast.BasicLit)
	if !ok {
		t.Fatalf("a topic of a membership is no literal: %v", arg)
	}
	name, _ := strconv.Unquote(text.Value)
	return name
}

// unleft are the topics that nobody leaves yet: those of partners come with the routes of
// verification and certificates. An institution may not tell a partner's refusal from its
// silence, so contract_escalated stands for contract_rejected; general is for the back
// office.
var unleft = []string{
	"competency_test_status_changed", "contract_rejected", "general", "partner_verified",
}

func TestEveryTopicThatActionsLeaveIsTold(t *testing.T) {
	t.Parallel()
	left := leftTopics(t)
	if len(left) < 30 {
		t.Fatalf("the source leaves %d topics only: %v", len(left), left)
	}
	for _, name := range left {
		if _, known := topics[name]; !known {
			t.Errorf("nobody is told of %s", name)
		}
	}
	var never []string
	for name := range topics {
		if !slices.Contains(left, name) {
			never = append(never, name)
		}
	}
	slices.Sort(never)
	if !slices.Equal(never, unleft) {
		t.Errorf("nobody leaves %v, want %v", never, unleft)
	}
}

func TestEveryTopicHasATextForEverybodyWhoIsTold(t *testing.T) {
	t.Parallel()
	texts, err := notice.Topics()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range texts {
		if _, known := topics[name]; !known {
			t.Errorf("%s has a text, and nobody is told of it", name)
		}
	}
	for name, tp := range topics {
		if len(tp.roles()) == 0 {
			t.Errorf("%s is told to nobody", name)
		}
		for _, role := range tp.roles() {
			if !notice.Speaks(name, role) {
				t.Errorf("%s has no text for role %s", name, role)
			}
		}
	}
}
