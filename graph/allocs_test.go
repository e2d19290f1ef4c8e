//go:build !race

package graph_test

import (
	"testing"

	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// The race detector allocates for itself, so this is not built with it. The test is
// not parallel, so that what it counts is its own.
func TestTheNestedPageFromMemoryCostsTheSameAllocationsForOneContractAndForTwenty(t *testing.T) {
	const most = 120 // the request itself takes two thirds
	app := doors.Start(t, testkit.SQLite(t))
	counts := map[int]float64{}
	for _, size := range []int{1, 20} {
		ask := asking(t, memoryServer(memoryPage(t, app, size)), "", size)
		if n := ask(); n < int64(2000*size) {
			t.Fatalf("a page of %d has only %d bytes", size, n)
		}
		counts[size] = testing.AllocsPerRun(100, func() { ask() })
	}
	// Memory that is kept for the next request may be taken away at any time.
	if counts[20] > most || counts[20] > counts[1]+5 {
		t.Errorf("1 contract costs %v allocations and 20 cost %v; %d are allowed", counts[1], counts[20], most)
	}
}
