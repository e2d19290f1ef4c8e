package market

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"net/url"
	"strconv"
	"time"

	"kontrak/internal/lifecycle"
	"kontrak/internal/view"
)

// Links makes the addresses of files. Pictures of partners are public and their
// links are stable. Private files are served for a signature over name and
// expiry; the expiry is rounded up to a full hour, so that equal reads give
// equal bytes (rulings, "Formats").
type Links struct {
	// Base is the public address of the service, without a slash at the end.
	Base string
	// Key signs private links.
	Key []byte
	// Life is the shortest life of a private link.
	Life time.Duration
}

// PublicURL gives the address under which clients reach the service, without a slash
// at the end. Absolute links are made from it.
func (a *App) PublicURL() string { return a.links.Base }

// Public gives the link of a public file, or nil when there is no file.
func (l Links) Public(name string) *view.File {
	if name == "" {
		return nil
	}
	return view.See(&view.File{Name: name, URL: l.Base + "/files/" + url.PathEscape(name)}, view.Anyone)
}

// Private gives the link of a private file as of wall time, or nil when there is
// no file.
func (l Links) Private(name string, wall time.Time) *view.File {
	return l.until(name, wall.Add(l.Life).Add(time.Hour-time.Nanosecond).UTC().Truncate(time.Hour).Unix())
}

// briefLife is the life of a link that is fetched at once (Kit reference, section 6).
const briefLife = 10 * time.Minute

// brief is Private for ten minutes, rounded up to a full second.
func (l Links) brief(name string, wall time.Time) *view.File {
	return l.until(name, wall.Add(briefLife+time.Second-time.Nanosecond).Unix())
}

// until gives the link of a private file that is good before an instant, in seconds.
func (l Links) until(name string, expires int64) *view.File {
	f := l.Public(name)
	if f == nil {
		return nil
	}
	f.URL += "?expires=" + strconv.FormatInt(expires, 10) + "&signature=" + l.sign(name, expires)
	return f
}

// Valid tells whether a private link was made here and has not expired.
func (l Links) Valid(name, expires, signature string, wall time.Time) bool {
	at, err := strconv.ParseInt(expires, 10, 64)
	if err != nil || !wall.Before(time.Unix(at, 0)) {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(l.sign(name, at)), []byte(signature)) == 1
}

// token makes the text of a scanned code from its nonce: 160 bits that nobody can
// guess without the key, in letters and digits that codes hold best.
func (l Links) token(contractID int64, phase lifecycle.QRPhase, nonce string) string {
	mac := hmac.New(sha256.New, l.Key)
	// No private link is signed for a name that begins so.
	mac.Write([]byte("\x00code\x00" + strconv.FormatInt(contractID, 10) + "\x00" + string(phase) + "\x00" + nonce))
	return base32.StdEncoding.EncodeToString(mac.Sum(nil)[:20])
}

func (l Links) sign(name string, expires int64) string {
	mac := hmac.New(sha256.New, l.Key)
	mac.Write([]byte(name))
	mac.Write([]byte{0})
	mac.Write([]byte(strconv.FormatInt(expires, 10)))
	return hex.EncodeToString(mac.Sum(nil))
}
