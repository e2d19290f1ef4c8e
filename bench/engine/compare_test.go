package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"kontrak/bench/engine/page"
)

// both gives the two engines with a page of n contracts.
func both(t *testing.T, n int) [2]*engine {
	t.Helper()
	var list [2]*engine
	p := page.New(n)
	for i, name := range []string{ours, theirs} {
		e, err := newEngine(name, p)
		if err != nil {
			t.Fatal(err)
		}
		list[i] = e
	}
	return list
}

func TestBothEnginesGiveTheSameContent(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 20, 1000} {
		engines := both(t, n)
		var inProcess, overHTTP [2][]byte
		for i, e := range engines {
			got, err := e.run(t.Context(), query, map[string]any{"first": n})
			if err != nil {
				t.Fatal(err)
			}
			inProcess[i] = mustNormal(t, got)
			w := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body(n)))
			r.Header.Set("Content-Type", "application/json")
			e.handler.ServeHTTP(w, r)
			overHTTP[i] = mustNormal(t, w.Body.Bytes())
		}
		if len(inProcess[0]) < 2000*n || !bytes.Equal(inProcess[0], inProcess[1]) {
			t.Errorf("%d contracts: %d and %d bytes, first at %s", n, len(inProcess[0]), len(inProcess[1]), difference(inProcess))
		}
		if !bytes.Equal(overHTTP[0], overHTTP[1]) || !bytes.Contains(overHTTP[0], inProcess[0]) {
			t.Errorf("%d contracts over HTTP: they differ, first at %s", n, difference(overHTTP))
		}
	}
}

func mustNormal(t *testing.T, text []byte) []byte {
	t.Helper()
	out, err := normal(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func difference(texts [2][]byte) string {
	for i, c := range texts[0] {
		if i >= len(texts[1]) || texts[1][i] != c {
			from := max(0, i-60)
			return fmt.Sprintf("%d:\n%.120s\n%.120s", i, texts[0][from:], texts[1][min(from, len(texts[1])):])
		}
	}
	return "the end"
}

// This test is not parallel, so that what it counts is its own.
func TestAPageOfTwentyNestedContractsStaysWithinItsAllocations(t *testing.T) {
	const allowed = 300
	e := both(t, 20)[0]
	for name, do := range map[string]work{"document": e.document(20), "request": e.request(20)} {
		n := testing.AllocsPerRun(100, func() {
			if size, err := do(t.Context()); err != nil || size < 40_000 {
				t.Fatalf("%d bytes, %v", size, err)
			}
		})
		t.Logf("%s: %v allocations", name, n)
		if n > allowed {
			t.Errorf("%s: %v allocations, allowed are %d", name, n, allowed)
		}
	}
}
