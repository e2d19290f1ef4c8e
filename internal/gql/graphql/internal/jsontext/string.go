// Package jsontext appends JSON text.
package jsontext

import (
	"encoding/binary"
	"unicode/utf8"
)

const hex = "0123456789abcdef"

// plain marks the bytes that stand for themselves in a JSON string.
var plain = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// AppendString appends s as a JSON string; bytes that are not UTF-8 become U+FFFD.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := len(b)
	// Most strings need no escapes: copy first and look then, eight bytes at a time.
	if b = append(b, s...); !isPlain(b[start:]) {
		b = appendEscaped(b[:start], s)
	}
	return append(b, '"')
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// isPlain tells whether p needs no escapes.
func isPlain(p []byte) bool {
	ascii, rest := true, p
	for ; len(rest) >= 8; rest = rest[8:] {
		x := binary.LittleEndian.Uint64(rest)
		quote, slash := x^('"'*ones), x^('\\'*ones)
		control := (x - ' '*ones) & ^x
		if (control|(quote-ones)&^quote|(slash-ones)&^slash)&highs != 0 {
			return false
		}
		ascii = ascii && x&highs == 0
	}
	for _, c := range rest {
		if !plain[c] {
			if c < utf8.RuneSelf {
				return false
			}
			ascii = false
		}
	}
	return ascii || utf8.Valid(p)
}

func appendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			b = append(append(b, s[start:i]...), `\ufffd`...)
		} else {
			b = appendEscape(append(b, s[start:i]...), c)
		}
		i++
		start = i
	}
	return append(b, s[start:]...)
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	default:
		return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
}
