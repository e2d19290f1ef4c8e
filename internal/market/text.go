package market

import (
	"strings"
	"unicode/utf8"

	"kontrak/internal/fault"
)

// NoRecord stands for an id that names no record of its type, where a transport
// writes ids in its own way; 0 stands for an id that was not sent.
const NoRecord int64 = -1

// checkID notes an id that was not sent, or names no record of its type.
func checkID(bad *fault.Fields, name string, id int64, typeName, missing string) {
	bad.Check(id != 0, name, "is required: %s", missing)
	bad.Check(id >= 0, name, "is not an id of type %s", typeName)
}

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
