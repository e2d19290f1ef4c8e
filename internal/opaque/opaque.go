// Package opaque makes and reads the identifiers that tell nothing: neither how
// many rows there are nor in which order they came.
package opaque

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/google/uuid"
)

// alphabet are the characters of a public id, as Yedpay's ids show them (Yedpay
// reference, section 7).
const alphabet = "0123456789DEGJKLMNOPQRVWXYZ"

// length is that of a public id: about 85 bits.
const length = 18

// ID draws a public id.
func ID() string { return IDFrom(rand.Reader) }

// IDFrom draws a public id from a source of random bytes, which does not fail.
func IDFrom(source io.Reader) string {
	const fair = 256 - 256%len(alphabet) // bytes from here on would favour the first characters
	id := make([]byte, 0, length)
	var b [1]byte
	for len(id) < length {
		if _, err := io.ReadFull(source, b[:]); err != nil {
			panic("opaque: the source of random bytes failed: " + err.Error())
		}
		if int(b[0]) < fair {
			id = append(id, alphabet[int(b[0])%len(alphabet)])
		}
	}
	return string(id)
}

// IsID tells whether a text has the form of a public id.
func IsID(text string) bool {
	return len(text) == length && strings.Trim(text, alphabet) == ""
}

// UUID draws a uuid of version 4, in small letters.
func UUID() string { return UUIDFrom(rand.Reader) }

// UUIDFrom draws a uuid from a source of random bytes, which does not fail.
func UUIDFrom(source io.Reader) string {
	return uuid.Must(uuid.NewRandomFromReader(source)).String()
}

// IsUUID tells whether a text is a uuid as UUID writes it.
func IsUUID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

// Key draws a secret: 160 bits in a form that is easily copied.
func Key() string { return rand.Text() + rand.Text()[:6] }

// Hash gives what is stored of a secret that Key has drawn: nobody finds a secret of
// so many bits by its SHA-256, so that no slow hash is needed.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
