package place_test

import (
	"strings"
	"testing"

	"kontrak/internal/gql/graphql/internal/place"
)

func TestAPlaceIsCountedInLinesAndCodeUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, before string
		line, column int
	}{
		{"at the start", "", 1, 1},
		{"on the first line", "{ a ", 1, 5},
		{"after a line end", "{ a\n  ", 2, 3},
		{"after a line that ends as on Windows", "{ a\r\n  ", 2, 3},
		{"after a line that ends in a carriage return", "{ a\r  ", 2, 3},
		{"after a letter of two bytes", `{ a(b: "é") `, 1, 13},
		{"after a letter of two code units", `{ a(b: "😀") `, 1, 14},
		{"with such a letter on a line before", "{ a(b: \"😀\")\n", 2, 1},
		{"after a byte order mark", "\ufeff{ ", 1, 4},
		{"after many lines", strings.Repeat("\n", 70), 71, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := place.New(c.before + "x }").At(len([]rune(c.before)))
			if got.Line != c.line || got.Column != c.column {
				t.Errorf("got %d:%d, want %d:%d", got.Line, got.Column, c.line, c.column)
			}
		})
	}
}
