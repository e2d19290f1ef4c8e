package testkit

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Plain writes a text without marks and cases, and with single spaces, as an oracle of
// searches compares it. It shares nothing with the way in which the store folds texts.
func Plain(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Join(strings.Fields(norm.NFKD.String(b.String())), " ")
}

// Holds tells whether a text has another one in it, as Plain writes them.
func Holds(text, part string) bool { return strings.Contains(Plain(text), Plain(part)) }
