package files

import (
	"crypto/rand"
	"net/http"
	"strings"
)

// Kind is what a file is, read from its first bytes, whatever its name says.
type Kind struct {
	// Type is its media type.
	Type string
	// Extension is what names of such files end with.
	Extension string
	// Picture tells whether a browser may show it in place.
	Picture bool
}

// SniffBytes is how many of the first bytes tell what a file is.
const SniffBytes = 512

// kinds are the files that are taken; nothing else is.
var kinds = []Kind{
	{Type: "image/jpeg", Extension: "jpg", Picture: true},
	{Type: "image/png", Extension: "png", Picture: true},
	{Type: "image/gif", Extension: "gif", Picture: true},
	{Type: "image/webp", Extension: "webp", Picture: true},
	{Type: "application/pdf", Extension: "pdf"},
}

// Sniff tells what a file is that begins with these bytes, and whether it is one
// of the kinds that are known here. That it is one in truth tells Problem.
func Sniff(head []byte) (Kind, bool) {
	found := http.DetectContentType(head)
	for _, k := range kinds {
		if k.Type == found {
			return k, true
		}
	}
	return Kind{}, false
}

// Name gives a name for a new file of that kind: nobody can guess it, and it says
// nothing of what the file was called before.
func (k Kind) Name() string { return strings.ToLower(rand.Text()) + "." + k.Extension }
