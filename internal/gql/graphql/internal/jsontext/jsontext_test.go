package jsontext_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kontrak/internal/gql/graphql/internal/jsontext"
)

func TestStringsComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("abc\"\\\n\x1f \x7f")))).Draw(t, "bytes"))
		text := jsontext.AppendString([]byte("x"), s)
		var back string
		if err := json.Unmarshal(text[1:], &back); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if want := replaceInvalid(s); back != want {
			t.Fatalf("%q came back as %q", want, back)
		}
	})
}

// replaceInvalid puts U+FFFD in the place of each byte that is not UTF-8.
func replaceInvalid(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
	}
	return b.String()
}

func TestNumbersLookAsJavaScriptPrintsThem(t *testing.T) {
	t.Parallel()
	for f, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 1: "1", 1.5: "1.5", 0.1: "0.1", 1e20: "100000000000000000000", 1e21: "1e+21", 1e-6: "0.000001", 1e-7: "1e-7", 1.5e-9: "1.5e-9", -3.25e-10: "-3.25e-10",
	} {
		if got := string(jsontext.AppendFloat(nil, f)); got != want {
			t.Errorf("%v is %s, want %s", f, got, want)
		}
	}
}

func BenchmarkString(b *testing.B) {
	const text = "a note of ordinary length, as people write them"
	buf := make([]byte, 0, 100)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		buf = jsontext.AppendString(buf[:0], text)
	}
}
