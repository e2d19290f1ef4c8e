package bounded_test

import (
	"testing"

	"kontrak/internal/gql/graphql/internal/bounded"
)

func TestTheLeastRecentlyUsedGoesFirst(t *testing.T) {
	t.Parallel()
	type add struct {
		key    string
		weight int
	}
	for _, c := range []struct {
		name string
		adds []add
		want string
	}{
		{"within bounds all stay", []add{{"a", 1}, {"b", 1}}, "ab"},
		{"too many", []add{{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}}, "acd"},
		{"too heavy together", []add{{"a", 4}, {"b", 4}, {"c", 6}}, "ac"},
		{"too heavy alone", []add{{"a", 1}, {"b", 11}}, "a"},
		{"added again", []add{{"a", 9}, {"b", 1}, {"b", 1}, {"b", 1}}, "ab"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cache := bounded.New[string, int](3, 10)
			for _, a := range c.adds {
				cache.Add(a.key, a.weight, a.weight)
				cache.Get("a")
			}
			got := ""
			for _, key := range []string{"a", "b", "c", "d"} {
				if _, ok := cache.Get(key); ok {
					got += key
				}
			}
			if got != c.want {
				t.Errorf("kept %q, want %q", got, c.want)
			}
		})
	}
}
