package market

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"strconv"
	"time"

	"kontrak/ent"
)

// The lives and bounds of what participants without an account are known by.
const (
	// tokenLife is how long a link is good where the signature does not end sooner.
	tokenLife = 30 * 24 * time.Hour
	// maxCodeTries is how often a wrong code may be given; then a new link is needed.
	maxCodeTries = 5
)

// signToken makes the token of a participant's link: 160 bits that nobody can guess
// without the key. The database holds its hash alone. It hangs on the instant of
// the request, which no two requests to one participant share, so each makes
// another one; and the program can make it again to send it.
func (l Links) signToken(participantUUID string, requested time.Time) string {
	sum := l.secret("sign", participantUUID, strconv.FormatInt(requested.UnixMilli(), 10))
	return base32.StdEncoding.EncodeToString(sum[:20])
}

// signCode is how the code of a participant is kept: codes are short, so without the
// key its hash tells nothing.
func (l Links) signCode(participantUUID, code string) string {
	return hex.EncodeToString(l.secret("sign code", participantUUID, code))
}

// TokenHash is how the database holds the token of a participant who was asked at that
// instant.
func (l Links) TokenHash(participantUUID string, requested time.Time) string {
	return hashToken(l.signToken(participantUUID, requested))
}

// CodeHash is how it holds the code that a participant has to give.
func (l Links) CodeHash(participantUUID, code string) string {
	return l.signCode(participantUUID, code)
}

// secret makes a secret of the key. No private link is signed for a name that begins
// with the zero character.
func (l Links) secret(purpose string, of ...string) []byte {
	mac := hmac.New(sha256.New, l.Key)
	mac.Write([]byte("\x00" + purpose))
	for _, part := range of {
		mac.Write([]byte("\x00" + part))
	}
	return mac.Sum(nil)
}

// signPage gives the address of the page of a token.
func (l Links) signPage(token string) string { return l.Base + "/sign/" + token }

// hashToken is how a token is kept; empty for what no token looks like.
func hashToken(token string) string {
	if len(token) != base32.StdEncoding.EncodedLen(20) {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// codeIs compares a code with the one that was set, in the same time for all.
func (l Links) codeIs(p *ent.Participant, code string) bool {
	return subtle.ConstantTimeCompare([]byte(l.signCode(p.UUID, code)), []byte(p.CodeHash)) == 1
}

// requestedAt is the instant of a new request: now, but after the one before, which
// may have been within the same millisecond.
func requestedAt(now time.Time, before *time.Time) time.Time {
	if before == nil {
		return now
	}
	return later(now, before.Add(time.Millisecond))
}

// tokenExpiry is how long a link that is sent now is good.
func tokenExpiry(now time.Time, expires *time.Time) time.Time {
	end := now.Add(tokenLife)
	if expires != nil {
		end = earlier(end, *expires)
	}
	return end
}

// linkOf gives the address that a participant was sent last.
func (l Links) linkOf(p *ent.Participant) string {
	return l.signPage(l.signToken(p.UUID, *p.RequestedAt))
}
