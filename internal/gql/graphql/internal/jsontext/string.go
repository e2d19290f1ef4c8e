// Package jsontext appends JSON text.
package jsontext

import (
	"encoding/binary"
	"slices"
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
	n, start := len(s), len(b)
	if cap(b)-start < n+2 {
		b = slices.Grow(b, n+2)
	}
	out := b[start : start+n+2]
	// Most strings need no escapes: copy them, and look at what is copied.
	if !copyPlain(out[1:len(out)-1], s) {
		return append(appendEscaped(append(b, '"'), s), '"')
	}
	out[0], out[len(out)-1] = '"', '"'
	return b[:start+n+2]
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// copyPlain copies s to out, which is as long, unless something in it needs an escape; then it reports false. It takes
// eight bytes at a time, at the end some of them twice.
func copyPlain(out []byte, s string) bool {
	var all uint64
	n := len(s)
	if len(out) < n {
		return false
	}
	switch {
	case n >= 8:
		for i := 0; i <= n-8; i += 8 {
			x := eight(s[i : i+8])
			if special(x) {
				return false
			}
			binary.LittleEndian.PutUint64(out[i:i+8], x)
			all |= x
		}
		x := eight(s[n-8:])
		if special(x) {
			return false
		}
		binary.LittleEndian.PutUint64(out[n-8:n], x)
		all |= x
	case n >= 4:
		first, last := four(s), four(s[n-4:])
		all = uint64(first) | uint64(last)<<32
		if special(all) {
			return false
		}
		binary.LittleEndian.PutUint32(out, first)
		binary.LittleEndian.PutUint32(out[n-4:n], last)
	case n > 0:
		first, middle, last := s[0], s[n/2], s[n-1]
		all = ' '*(ones&^0xffffff) | uint64(first) | uint64(middle)<<8 | uint64(last)<<16
		if special(all) {
			return false
		}
		out[0], out[n/2], out[n-1] = first, middle, last
	}
	return all&highs == 0 || utf8.ValidString(s)
}

// eight and four read that many bytes as one number; the compiler makes one load of it.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func four(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// special tells whether one of eight bytes needs an escape.
func special(x uint64) bool {
	quote, slash := x^('"'*ones), x^('\\'*ones)
	control := (x - ' '*ones) & ^x
	return (control|(quote-ones)&^quote|(slash-ones)&^slash)&highs != 0
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
