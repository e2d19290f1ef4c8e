package opaque_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"kontrak/internal/opaque"
)

func TestIDsHaveTheFormAndAreNotRepeated(t *testing.T) {
	t.Parallel()
	seen, letters := map[string]bool{}, map[rune]int{}
	for range 10_000 {
		id := opaque.ID()
		if !opaque.IsID(id) || seen[id] {
			t.Fatalf("%q is no id, or was drawn before", id)
		}
		seen[id] = true
		for _, r := range id {
			letters[r]++
		}
	}
	for r, n := range letters { // 180,000 / 27 = 6,667 of each; 5 standard deviations are 400
		if n < 6267 || n > 7067 {
			t.Errorf("%c was drawn %d times", r, n)
		}
	}
	if len(letters) != 27 {
		t.Errorf("%d letters were drawn", len(letters))
	}
}

func TestASourceGivesTheSameIDsAgain(t *testing.T) {
	t.Parallel()
	draw := func() string {
		source := rand.NewChaCha8([32]byte{7})
		return opaque.IDFrom(source) + opaque.UUIDFrom(source)
	}
	if a, b := draw(), draw(); a != b {
		t.Errorf("%s and %s", a, b)
	}
}

func TestOtherTextsAreNoIDs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "2M49E60Z7XGZ17G5D", "2M49E60Z7XGZ17G5DNN", "2M49E60Z7XGZ17G5Dn", "2M49E60Z7XGZ17G5DA", "😀😀😀😀😀", strings.Repeat("A", 18)} {
		if opaque.IsID(text) {
			t.Errorf("%q", text)
		}
	}
	for _, text := range []string{"", "ED976505-BCBD-47BD-913D-F4CDE05DEA7A", "{ed976505-bcbd-47bd-913d-f4cde05dea7a}", "ed976505bcbd47bd913df4cde05dea7a"} {
		if opaque.IsUUID(text) {
			t.Errorf("%q", text)
		}
	}
	if !opaque.IsID("2M49E60Z7XGZ17G5DN") || !opaque.IsUUID("ed976505-bcbd-47bd-913d-f4cde05dea7a") {
		t.Error("the documented ids are refused")
	}
}
