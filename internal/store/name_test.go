package store_test

import (
	"strings"
	"testing"

	"kontrak/internal/store"
)

// TestANameIsOneLineThatShowsSomething, whichever door it comes through.
func TestANameIsOneLineThatShowsSomething(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"Siti", " Siti Rahma ", "O'Neil", "李小龍", "Müller-Lüdenscheidt", "محمد", "X \u00c6 A-12", strings.Repeat("a", store.MaxName)} {
		if !store.IsName(good) {
			t.Errorf("%q is no name", good)
		}
	}
	for _, bad := range []string{
		"", "   ", "\u200b", "\u2060\u00a0", "Budi.\n\nLog in at", "a\rb", "a\tb", "a\u2028b", "a\x00b", "\xff", strings.Repeat("a", store.MaxName+1),
	} {
		if store.IsName(bad) {
			t.Errorf("%q is a name", bad)
		}
	}
}
