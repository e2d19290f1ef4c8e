// Package place says where in a document something stands, as clients count: in lines, and in UTF-16 code units within
// a line. The parser counts in runes and, after a line that ends in CRLF, one too many.
package place

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Text is a document whose places are looked up. What is needed for that is worked out with the first.
type Text struct {
	input string
	once  sync.Once
	lines []int32 // where each line begins, in runes
	wide  []int32 // the runes that are two code units
}

// New makes a Text of a document.
func New(input string) *Text { return &Text{input: input} }

// At is the place of a rune, counted from the start of the document.
func (t *Text) At(offset int) gqlerror.Location {
	t.once.Do(t.survey)
	line := sort.Search(len(t.lines), func(i int) bool { return int(t.lines[i]) > offset })
	start := int(t.lines[line-1])
	before := func(at int) int {
		return sort.Search(len(t.wide), func(i int) bool { return int(t.wide[i]) >= at })
	}
	return gqlerror.Location{Line: line, Column: offset - start + 1 + before(offset) - before(start)}
}

func (t *Text) survey() {
	t.lines = append(make([]int32, 0, strings.Count(t.input, "\n")+1), 0)
	var at int32
	for i, r := range t.input {
		at++
		switch {
		case r == '\n', r == '\r' && !strings.HasPrefix(t.input[i+1:], "\n"):
			t.lines = append(t.lines, at)
		case r > 0xffff && r <= utf8.MaxRune:
			t.wide = append(t.wide, at-1)
		}
	}
}
