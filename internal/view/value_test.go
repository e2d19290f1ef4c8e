package view_test

import (
	"testing"

	"kontrak/internal/view"
)

func TestHoursAreReadExactly(t *testing.T) {
	t.Parallel()
	for text, want := range map[view.Hours]int64{
		"0": 0, "1": 60, "2.0": 120, "1.5": 90, "0.1": 6, "1.05": 63, "0.05": 3, "24.0000": 1440, "0.016": -1, "0.0166666666": -1,
		"007.50": 450, "999999": 59_999_940, "1000000": -1, "0.3333333333333333": -1, "0.333333333": -1, "1.000000001": -1,
		"": -1, ".5": -1, "5.": -1, "-1": -1, "+1": -1, "1e1": -1, "1,5": -1, " 1": -1, "1\n": -1, "0x1": -1, "NaN": -1, "Inf": -1, "١": -1,
	} {
		got, ok := text.Minutes()
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q are %d minutes (%v), want %d", text, got, ok, want)
		}
	}
	for minutes := int64(3); minutes <= 600; minutes += 3 {
		if got, ok := view.HoursOf(minutes).Minutes(); !ok || got != minutes {
			t.Errorf("%d minutes are written as %s and read as %d", minutes, view.HoursOf(minutes), got)
		}
	}
}
