package transport

import (
	"bytes"
	"unicode/utf8"

	"kontrak/internal/gql/graphql"
)

// quickly reads a request of the usual form: the four known keys, each once at most, and a text without rare escapes. It
// reports false for all others, and leaves params alone then.
func quickly(text []byte, params *graphql.RawParams) bool {
	s := scanner{text: text}
	if !s.next('{') {
		return false
	}
	var got graphql.RawParams
	seen := 0
	for {
		key, ok := s.quoted()
		if !ok || !s.next(':') {
			return false
		}
		bit := 0
		switch key {
		case "query":
			bit, ok = 1, s.nullable(&got.Query)
		case "operationName":
			bit, ok = 2, s.nullable(&got.OperationName)
		case "variables":
			bit, ok = 4, s.object(&got.Variables)
		case "extensions":
			bit, ok = 8, s.object(&got.Extensions)
		}
		if !ok || bit == 0 || seen&bit != 0 {
			return false
		}
		seen |= bit
		if s.next(',') {
			continue
		}
		if !s.next('}') || s.peek() != 0 || s.at != len(text) {
			return false
		}
		params.Query, params.OperationName = got.Query, got.OperationName
		params.Variables, params.Extensions = got.Variables, got.Extensions
		return true
	}
}

// scanner reads JSON that is well-formed, or reports false.
type scanner struct {
	text []byte
	at   int
}

// peek skips space and returns what follows, 0 for the end.
func (s *scanner) peek() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// next skips c if it is what follows.
func (s *scanner) next(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) null() bool {
	if s.peek() != 'n' || !bytes.HasPrefix(s.text[s.at:], []byte("null")) {
		return false
	}
	s.at += len("null")
	return true
}

func (s *scanner) nullable(into *string) (ok bool) {
	if s.null() {
		return true
	}
	*into, ok = s.quoted()
	return ok
}

// quoted reads a text.
func (s *scanner) quoted() (string, bool) {
	if !s.next('"') {
		return "", false
	}
	start, escapes := s.at, 0
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			raw := s.text[start:s.at]
			s.at++
			if !utf8.Valid(raw) {
				return "", false
			}
			if escapes == 0 {
				return string(raw), true
			}
			return unescaped(raw, len(raw)-escapes)
		case c == '\\':
			escapes++
			s.at++
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

// unescaped resolves the escapes of one character in a text that has so many bytes without them.
func unescaped(raw []byte, length int) (string, bool) {
	out := make([]byte, 0, length)
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 {
			return string(append(out, raw...)), true
		}
		c := escaped[raw[i+1]]
		if c == 0 {
			return "", false
		}
		out, raw = append(append(out, raw[:i]...), c), raw[i+2:]
	}
}

// escaped is what stands behind a backslash for another character.
var escaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// object reads an object or null.
func (s *scanner) object(into *map[string]any) bool {
	if s.null() {
		return true
	}
	if s.peek() != '{' {
		return false
	}
	start, depth := s.at, 0
	for ; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				s.at++
				return object(s.text[start:s.at], into) == nil
			}
		case '"':
			for s.at++; s.at < len(s.text) && s.text[s.at] != '"'; s.at++ {
				if s.text[s.at] == '\\' {
					s.at++
				}
			}
		}
	}
	return false
}
