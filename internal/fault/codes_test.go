package fault_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"kontrak/internal/fault"
)

var update = flag.Bool("update", false, "rewrite docs/errors.md")

const document = "../../docs/errors.md"

func TestTheDocumentOfErrorsListsEveryCode(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# Errors\n\nEvery failure has a kind, which decides the status, and a code, which is stable and for programs. " +
		"GraphQL gives both under `extensions`; each REST dialect has its own codes for them, in one table of its package. " +
		"This page is written by a test of `internal/fault`.\n\n| code | kind | what it says |\n| --- | --- | --- |\n")
	for _, d := range fault.Codes() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", d.Code, d.Kind, d.Message)
	}
	if *update {
		if err := os.WriteFile(document, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(document)
	if err != nil || string(have) != b.String() {
		t.Errorf("docs/errors.md is not up to date (%v): run go test ./internal/fault -update", err)
	}
}

func TestAnUnregisteredCodeIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("the code was taken")
		}
	}()
	fault.New("NO_SUCH_CODE", "")
}

func TestAllBadFieldsAreNamedAtOnceInOrder(t *testing.T) {
	t.Parallel()
	var bad fault.Fields
	if bad.Err(fault.InputInvalid) != nil {
		t.Error("nothing is wrong, and yet there is a fault")
	}
	bad.Add("b", "is wrong")
	bad.Check(false, "a", "must be %d", 1)
	bad.Check(true, "c", "is wrong")
	f, ok := fault.As(fmt.Errorf("wrapped: %w", bad.Err(fault.InputInvalid)))
	if !ok || len(f.Fields) != 2 || f.Fields[0] != (fault.Field{Name: "a", Message: "must be 1"}) || f.Fields[1].Name != "b" {
		t.Errorf("got %+v", f)
	}
}
