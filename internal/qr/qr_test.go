package qr_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kontrak/internal/qr"
)

// scan reads a picture of a code as a phone would.
func scan(t *testing.T, picture image.Image) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	// The picture is nothing but the code; looked for in a photograph, some codes are not found.
	found, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		t.Fatal(err)
	}
	return found.GetText()
}

// paint draws what an SVG of ours says: rectangles in whole modules.
func paint(t *testing.T, text string) image.Image {
	t.Helper()
	var svg struct {
		ViewBox string `xml:"viewBox,attr"`
		Paths   []struct {
			Fill string `xml:"fill,attr"`
			D    string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(text), &svg); err != nil {
		t.Fatal(err)
	}
	var size int
	if _, err := fmt.Sscanf(svg.ViewBox, "0 0 %d", &size); err != nil || len(svg.Paths) != 2 || svg.Paths[0].Fill != "#fff" {
		t.Fatalf("the SVG is %s", text)
	}
	const scale = 5
	picture := image.NewGray(image.Rect(0, 0, size*scale, size*scale))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	for part := range strings.SplitSeq(strings.TrimSuffix(svg.Paths[1].D, "z"), "z") {
		var x, y, w, back int
		if _, err := fmt.Sscanf(part, "M%d %dh%dv1H%d", &x, &y, &w, &back); err != nil || back != x {
			t.Fatalf("%q: %v", part, err)
		}
		draw.Draw(picture, image.Rect(x*scale, y*scale, (x+w)*scale, (y+1)*scale), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	return picture
}

func TestACodeIsReadAsTheTextThatItHolds(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"A", "MZXW6YTBOI4DQZJTGIYTEMZUGU3DOOBZ", "https://kontrak.test/c/1?x=ä", strings.Repeat("0123456789", 30)} {
		code, err := qr.Of(text)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := code.PNG()
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got := scan(t, picture); got != text {
			t.Errorf("the PNG of %q is read as %q", text, got)
		}
		if got := scan(t, paint(t, code.SVG())); got != text {
			t.Errorf("the SVG of %q is read as %q", text, got)
		}
		checkQuiet(t, picture)
	}
}

// checkQuiet wants four white modules on every side, and no more.
func checkQuiet(t *testing.T, picture image.Image) {
	t.Helper()
	dark := image.Rectangle{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if r, _, _, _ := picture.At(x, y).RGBA(); r == 0 {
				dark = dark.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if picture.Bounds().Inset(32) != dark {
		t.Errorf("the picture is %v, and its dark part %v", picture.Bounds(), dark)
	}
}

func TestATextThatNoCodeHoldsIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := qr.Of(strings.Repeat("x", 3000)); err == nil {
		t.Error("3000 letters became a code")
	}
}
