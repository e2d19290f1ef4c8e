package market

import (
	"strings"
	"unicode/utf8"

	"kontrak/internal/fault"
)

// checkText notes what is wrong with a text that is kept: its length in letters,
// white space around it not counted, and what no database keeps.
func checkText(bad *fault.Fields, name, text string, least, most int) {
	n := utf8.RuneCountInString(strings.TrimSpace(text))
	switch {
	case least > 0 && n == 0:
		bad.Add(name, "is required")
	case n < least:
		bad.Add(name, "must have at least %d letters", least)
	case utf8.RuneCountInString(text) > most:
		bad.Add(name, "must have at most %d letters", most)
	}
	bad.Check(utf8.ValidString(text) && !strings.ContainsRune(text, 0), name, "must be text without the zero character")
}
