package routes

import (
	"os"
	"strings"
	"testing"
)

// reference gives the routes that the reference lists, with their numbers.
func reference(t testing.TB) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../rest/nukitu/testdata/reference.tsv")
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		parts := strings.Split(line, "\t")
		numbers[parts[2]] = parts[0]
	}
	return numbers
}

// TestEveryRouteHasATwin: each of the 118 is in one of the two tables, none twice.
func TestEveryRouteHasATwin(t *testing.T) {
	t.Parallel()
	numbers, seen := reference(t), map[string]bool{}
	check := func(number, route string) {
		if seen[route] {
			t.Errorf("%s is there twice", route)
		}
		if seen[route] = true; numbers[route] != number {
			t.Errorf("%s is %s in the reference, and not %s", route, numbers[route], number)
		}
	}
	for _, r := range reads {
		check(r.number, r.route)
	}
	for _, w := range writes {
		check(w.number, w.route)
	}
	for route, number := range numbers {
		if !seen[route] {
			t.Errorf("%s %s has no twin", number, route)
		}
	}
	if len(numbers) != 118 {
		t.Errorf("the reference has %d routes", len(numbers))
	}
}
