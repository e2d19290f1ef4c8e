package store

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxName is how many letters the name of a person may have.
const MaxName = 200

// IsName tells whether a text can stand as the name of a person wherever one is shown: 1 to
// MaxName letters on one line, one of which can be seen.
func IsName(text string) bool {
	text = strings.TrimSpace(text)
	return utf8.RuneCountInString(text) <= MaxName && Storable(text) &&
		!strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) &&
		strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) })
}
