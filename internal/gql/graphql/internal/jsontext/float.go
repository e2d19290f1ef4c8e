package jsontext

import (
	"math"
	"strconv"
)

// AppendFloat appends a finite number the way JavaScript prints it.
func AppendFloat(b []byte, f float64) []byte {
	if f == 0 {
		return append(b, '0') // the negative zero too
	}
	format := byte('f')
	if a := math.Abs(f); a < 1e-6 || a >= 1e21 {
		format = 'e'
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, format, -1, 64)
	if n := len(b); format == 'e' && n-start >= 4 && b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' {
		b[n-2] = b[n-1] // e-09 is e-9
		b = b[:n-1]
	}
	return b
}
