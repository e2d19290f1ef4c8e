package ceiling

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// failures is a test that only notes what fails it.
type failures struct {
	testing.TB
	texts []string
}

func (f *failures) Helper() {}
func (f *failures) Errorf(format string, args ...any) {
	f.texts = append(f.texts, fmt.Sprintf(format, args...))
}

var kept []byte

func TestAnInputThatTakesTooMuchMemoryFails(t *testing.T) {
	for size, fails := range map[int]bool{Memory / 2: false, Memory + 1<<20: true} {
		var got failures
		Hold(&got, "the input", func() { kept = make([]byte, size) })
		if (len(got.texts) > 0) != fails || fails && !strings.Contains(got.texts[0], `65 MB: "the input"`) {
			t.Errorf("%d bytes: %q", size, got.texts)
		}
	}
	kept = nil
}

func TestAnInputThatNeverEndsEndsTheProcessAndIsNamed(t *testing.T) {
	const inside = "KONTRAK_TEST_HANG"
	if os.Getenv(inside) != "" {
		hold(t, "the input", time.Millisecond, func() { <-make(chan int) })
		return
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
	again.Env = append(os.Environ(), inside+"=1")
	out, err := again.CombinedOutput()
	if err == nil || !strings.Contains(string(out), `not done after 1ms: "the input"`) || !strings.Contains(string(out), "chan receive") {
		t.Errorf("%v: %s", err, out)
	}
}
