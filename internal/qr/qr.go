// Package qr draws short texts as QR codes: as a PNG and as an SVG picture, dark
// on white with the quiet zone around it that scanners need.
package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/boombuler/barcode/qr"
)

const (
	quiet = 4 // modules around the code (ISO/IEC 18004, 9.1)
	scale = 8 // pixels of a PNG for each module
)

// Code is a text as a QR code.
type Code struct {
	size int // modules on each side, the quiet zone among them
	dark func(x, y int) bool
}

// Of makes the code of a text. Some 15 % of it may be covered or dirty.
//
// It fails for texts that no code can hold; those of some hundred letters fit.
func Of(text string) (*Code, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	inner := code.Bounds()
	return &Code{
		size: inner.Dx() + 2*quiet,
		dark: func(x, y int) bool {
			at := image.Pt(x-quiet, y-quiet).Add(inner.Min)
			return at.In(inner) && code.At(at.X, at.Y) == color.Black
		},
	}, nil
}

// PNG gives the code as a PNG picture.
func (c *Code) PNG() ([]byte, error) {
	const light, dark = 0, 1
	picture := image.NewPaletted(image.Rect(0, 0, c.size*scale, c.size*scale), color.Palette{light: color.White, dark: color.Black})
	for y := range c.size * scale {
		for x := range c.size * scale {
			if c.dark(x/scale, y/scale) {
				picture.SetColorIndex(x, y, dark)
			}
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, picture)
	return b.Bytes(), err
}

// SVG gives the code as an SVG picture that may be shown at any size.
func (c *Code) SVG() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges">`, c.size)
	b.WriteString(`<path fill="#fff" d="M0 0h` + fmt.Sprint(c.size) + `v` + fmt.Sprint(c.size) + `H0z"/><path d="`)
	for y := range c.size {
		for x := 0; x < c.size; x++ {
			from := x
			for c.dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1H%[1]dz", from, y, x-from)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String()
}
