// Package ceiling holds what a program does with one input to bounds of memory
// and time, for fuzz targets.
package ceiling

import (
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

// The bounds of one input. The memory is all that is allocated meanwhile, whether
// it is still in use or not, so it bounds what is in use from above. The time is
// far beyond what any input takes: whoever passes it does not come back.
const (
	Memory = 64 << 20
	Time   = 30 * time.Second
)

// Hold runs f, which works on the input. It fails t when that takes more than
// Memory, and ends the process with all stacks after Time: nothing else stops a
// loop, and a fuzzer keeps the input of a process that ended. The process should
// do nothing else meanwhile.
func Hold(t testing.TB, input string, f func()) {
	t.Helper()
	hold(t, input, Time, f)
}

func hold(t testing.TB, input string, limit time.Duration, f func()) {
	t.Helper()
	watch := time.AfterFunc(limit, func() {
		debug.SetTraceback("all")
		panic(fmt.Sprintf("not done after %v: %.300q", limit, input))
	})
	defer watch.Stop()
	before := Allocated()
	f()
	if bytes := Allocated() - before; bytes > Memory {
		t.Errorf("it took %d MB: %.300q", bytes>>20, input)
	}
}

// Allocated is the memory that was allocated since the program began, in bytes.
func Allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
