package guard_test

import (
	"fmt"
	"runtime"
	"testing"

	"kontrak/graph"
)

// This test is not parallel, so that the heap is its own.
func TestTheDocumentsThatAreRememberedStayWithinTheirMemory(t *testing.T) {
	app, token := start(t)
	h := door(app, func(*graph.HandlerConfig) {})
	before := heap()
	for i := range 500 {
		// 4 kB of text that parses into half a megabyte.
		query := fmt.Sprintf("query Q%d { nodes(ids: [", i) + many(1900, `1`) + "]) { id } }"
		if got, _ := askDoor(t, h, token, query, nil); got.code() != "INVALID" {
			t.Fatalf("got %v", got.Errors)
		}
	}
	grown := int64(heap()-before) >> 20
	runtime.KeepAlive(h)
	if grown > 96 {
		t.Errorf("the heap has grown by %d MB", grown)
	}
	t.Logf("the heap has grown by %d MB", grown)
}

// heap is the memory that is in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
