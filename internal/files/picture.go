package files

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// MaxPixels is how many pixels a picture may have: whoever shows it needs four bytes
// for each.
const MaxPixels = 100_000_000

// headers read how large a picture is, by its type.
var headers = map[string]func(io.Reader) (image.Config, error){
	"image/jpeg": jpeg.DecodeConfig,
	"image/png":  png.DecodeConfig,
	"image/gif":  gif.DecodeConfig,
	"image/webp": webp.DecodeConfig,
}

// tailBytes is how many of a file's last bytes are looked at.
const tailBytes = 1024

// ends tell whether a file ends as one of its type does. Other pictures may be
// followed by what cameras add.
var ends = map[string]func(tail []byte) bool{
	"application/pdf": func(tail []byte) bool { return bytes.Contains(tail, []byte("%%EOF")) },
	"image/gif":       func(tail []byte) bool { return bytes.HasSuffix(bytes.TrimRight(tail, "\x00"), []byte(";")) },
}

// Problem says why the content is no file of this kind, although it begins like one;
// "" when it is one, as far as a picture's header and a document's end tell. The
// content is read from its beginning. It fails only when it cannot be read.
func (k Kind) Problem(content io.ReadSeeker) (string, error) {
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	damaged := "begins like " + k.Type + " and is none: send the whole file"
	if header := headers[k.Type]; header != nil {
		watched := &watchedReader{from: content}
		size, err := header(watched)
		isPicture := err == nil && size.Width > 0 && size.Height > 0
		switch {
		case watched.failed != nil:
			return "", watched.failed
		case !isPicture:
			return damaged, nil
		case int64(size.Width)*int64(size.Height) > MaxPixels:
			return fmt.Sprintf("has %d × %d pixels, and %d are allowed: send a smaller one", size.Width, size.Height, MaxPixels), nil
		}
	}
	if ended := ends[k.Type]; ended != nil {
		tail, err := lastBytes(content)
		if err != nil || ended(tail) {
			return "", err
		}
		return damaged, nil
	}
	return "", nil
}

func lastBytes(content io.ReadSeeker) ([]byte, error) {
	size, err := content.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = content.Seek(max(0, size-tailBytes), io.SeekStart)
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(content)
}

// watchedReader keeps the failure of a reader, which decoders hide in their own.
type watchedReader struct {
	from   io.Reader
	failed error
}

func (w *watchedReader) Read(b []byte) (int, error) {
	n, err := w.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}
