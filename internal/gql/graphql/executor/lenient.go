package executor

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"kontrak/internal/gql/graphql/internal/place"
)

// lenient finds what the parser lets through and the specification does not know: variables of fragments, variables where
// only constants may be, and what lexical finds.
func lenient(doc *ast.QueryDocument, text string) *gqlerror.Error {
	for _, f := range doc.Fragments {
		if len(f.VariableDefinition) > 0 {
			return gqlerror.ErrorPosf(f.Position, "Fragment %q may not have variables.", f.Name)
		}
	}
	for _, op := range doc.Operations {
		for _, v := range op.VariableDefinitions {
			for _, d := range v.Directives {
				for _, a := range d.Arguments {
					if at := variableIn(a.Value); at != nil {
						return gqlerror.ErrorPosf(at, "A directive of a variable may not use a variable.")
					}
				}
			}
		}
	}
	return lexical(text)
}

// variableIn is the place of the first variable in a value, or nil.
func variableIn(v *ast.Value) *ast.Position {
	if v.Kind == ast.Variable {
		return v.Position
	}
	for _, child := range v.Children {
		if at := variableIn(child.Value); at != nil {
			return at
		}
	}
	return nil
}

// lexical finds what the parser lets through and the specification forbids: a number that a name follows without a gap
// (2.9.1, 2.9.2), and an escape of half a character (2.9.4). The document is known to be well formed otherwise.
func lexical(text string) *gqlerror.Error {
	for i := 0; i < len(text); {
		next, wrong := token(text[i:])
		if wrong == "" {
			i += next
			continue
		}
		err := gqlerror.Errorf("%s", wrong)
		err.Locations = []gqlerror.Location{place.New(text).At(utf8.RuneCountInString(text[:i]))}
		return err
	}
	return nil
}

// token gives the length of a token, or of one character between tokens, and what is wrong with it.
func token(text string) (length int, wrong string) {
	switch c := text[0]; {
	case c == '#':
		return lengthOf(text, func(c byte) bool { return c != '\n' && c != '\r' }), ""
	case c == '"':
		return quoted(text)
	case isName(c):
		return lengthOf(text, func(c byte) bool { return isName(c) || isDigit(c) }), ""
	case isDigit(c):
		return numeral(text)
	default:
		return 1, ""
	}
}

func lengthOf(text string, belongs func(byte) bool) int {
	i := 0
	for i < len(text) && belongs(text[i]) {
		i++
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isName(c byte) bool { return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// numeral reads digits, a fraction and an exponent.
func numeral(text string) (length int, wrong string) {
	i := lengthOf(text, isDigit)
	if i < len(text) && text[i] == '.' {
		i += 1 + lengthOf(text[i+1:], isDigit)
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		i++
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		i += lengthOf(text[i:], isDigit)
	}
	if i < len(text) && isName(text[i]) {
		return i, "A number may not be followed by a name without a gap: " + text[:i+1]
	}
	return i, ""
}

// quoted reads a text, or one of several lines, in which only its own end is escaped.
func quoted(text string) (length int, wrong string) {
	if strings.HasPrefix(text, `"""`) {
		for i := 3; i < len(text); i++ {
			switch {
			case strings.HasPrefix(text[i:], `\"""`):
				i += 3
			case strings.HasPrefix(text[i:], `"""`):
				return i + lengthOf(text[i:], func(c byte) bool { return c == '"' }), ""
			}
		}
		return len(text), ""
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i + 1, ""
		case '\\':
			first := half(text[i:])
			if first < 0 {
				i++ // the escaped character, or a u that names a whole one
				continue
			}
			if second := half(text[i+6:]); second < 0 || utf16.DecodeRune(first, second) == '\ufffd' {
				return i, "Invalid Unicode escape sequence: " + text[i:i+6]
			}
			i += 11
		}
	}
	return len(text), ""
}

// half reads an escape of half a character, and gives -1 for anything else.
func half(text string) rune {
	if len(text) < 6 || text[:2] != `\u` {
		return -1
	}
	n, err := strconv.ParseUint(text[2:6], 16, 16)
	if err != nil || !utf16.IsSurrogate(rune(n)) {
		return -1
	}
	return rune(n)
}
