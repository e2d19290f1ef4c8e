package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Fold gives the form of a text by which it is searched: compatibility forms
// taken apart, marks such as accents left out, cases made equal, space made
// single. A search column holds the folded text, and what is sought is folded
// alike, so that both databases find the same.
func Fold(text string) string {
	if plain(text) {
		return strings.Join(strings.Fields(strings.ToLower(text)), " ")
	}
	folding := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), cases.Fold(), norm.NFKD, runes.Remove(runes.In(unicode.Mn)))
	folded, _, err := transform.String(folding, strings.ToValidUTF8(text, ""))
	if err != nil {
		folded = strings.ToLower(text)
	}
	return strings.Join(strings.Fields(folded), " ")
}

// FoldAll folds several texts into one that is searched for all of them.
func FoldAll(texts ...string) string { return Fold(strings.Join(texts, " ")) }

func plain(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// EscapeLike writes a text so that LIKE … ESCAPE '\' takes it literally.
func EscapeLike(text string) string { return likeEscaper.Replace(text) }

// Storable tells whether both databases can keep the text: valid UTF-8 without
// the zero character, which PostgreSQL refuses.
func Storable(text string) bool {
	return !strings.ContainsRune(text, 0) && strings.ToValidUTF8(text, "") == text
}
