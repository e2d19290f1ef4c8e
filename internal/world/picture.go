package world

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/color"
	"image/png"
	"sync"
	"time"

	"kontrak/ent"
)

// grid is a picture's number of squares a side; the outer ones are margin.
const (
	grid   = 7
	square = 12
)

// picture draws a small PNG that belongs to the key: squares in one colour,
// alike on both sides, so that people can tell two of them apart.
func picture(key string) []byte {
	hash := sha256.Sum256([]byte(key))
	palette := color.Palette{
		color.RGBA{R: 0xf4, G: 0xf5, B: 0xf7, A: 0xff},
		color.RGBA{R: hash[0]/2 + 0x20, G: hash[1]/2 + 0x20, B: hash[2]/2 + 0x20, A: 0xff},
	}
	img := image.NewPaletted(image.Rect(0, 0, grid*square, grid*square), palette)
	for y := range grid * square {
		for x := range grid * square {
			column, line := x/square, y/square
			if column == 0 || line == 0 || column == grid-1 || line == grid-1 {
				continue
			}
			column = min(column, grid-1-column)
			img.Pix[img.PixOffset(x, y)] = hash[3+line*4+column] & 1
		}
	}
	var b bytes.Buffer
	if err := encoder.Encode(&b, img); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

// encoder keeps its buffers, which cost far more than a small picture.
var encoder = png.Encoder{BufferPool: &buffers{}}

type buffers struct{ pool sync.Pool }

// Get gives a buffer that was used before, or nil.
func (b *buffers) Get() *png.EncoderBuffer {
	used, _ := b.pool.Get().(*png.EncoderBuffer)
	return used
}

// Put keeps a buffer for the next picture.
func (b *buffers) Put(used *png.EncoderBuffer) { b.pool.Put(used) }

// upload says what a file is and whose.
type upload struct {
	key         string // what it shows, unlike any other's
	purpose     string
	public      bool
	institution *int64
	by          *int64
	at          time.Time
}

// fileOf gives the row and the bytes of an uploaded picture. Its name looks
// random and follows from the key.
func fileOf(u upload) (*ent.File, []byte) {
	body := picture(u.key)
	return fileRow(u, body), body
}
