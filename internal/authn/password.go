package authn

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"kontrak/internal/fault"
)

// What a new hash costs: about 30 ms.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	saltLength   = 16
	hashLength   = 32
)

// hashing bounds how many hashes are computed at once, since each takes 19 MiB
// and a core, and how long anybody waits for one.
var hashing = newTurns(2, 3*time.Second)

// turns lets so many work at once.
type turns struct {
	free    chan struct{}
	maxWait time.Duration
}

func newTurns(n int, maxWait time.Duration) *turns {
	return &turns{free: make(chan struct{}, n), maxWait: maxWait}
}

// take waits for a turn, which done gives back.
//
// Faults: BUSY when the wait takes too long; TIMEOUT when the context ends.
func (t *turns) take(ctx context.Context) (done func(), err error) {
	bounded, cancel := context.WithTimeout(ctx, t.maxWait)
	defer cancel()
	select {
	case t.free <- struct{}{}:
		return func() { <-t.free }, nil
	case <-bounded.Done():
	}
	if err := ctx.Err(); err != nil {
		return nil, fault.New(fault.TimedOut, "").Because(err)
	}
	return nil, fault.New(fault.Busy, "").Because(bounded.Err())
}

// errHash says that a stored hash cannot be read.
var errHash = errors.New("authn: the stored password hash is not argon2id")

// unknown is checked where there is no password, so that it takes as long. No
// password has this hash.
var unknown = phc{time: argonTime, memory: argonMemory, threads: argonThreads, salt: make([]byte, saltLength), hash: make([]byte, hashLength)}

// HashPassword gives the argon2id hash of a password in PHC form. It fails only
// when it waits for its turn too long.
//
// Faults: BUSY, TIMEOUT.
func HashPassword(ctx context.Context, password string) (string, error) {
	h := phc{time: argonTime, memory: argonMemory, threads: argonThreads, salt: make([]byte, saltLength)}
	_, _ = rand.Read(h.salt) // never fails
	var err error
	h.hash, err = h.of(ctx, password, hashLength)
	if err != nil {
		return "", err
	}
	return h.String(), nil
}

// CheckPassword tells whether the password has the hash. An empty hash, of an
// account without a password, fits no password and takes as long to say so. It
// fails when the hash cannot be read, or with BUSY or TIMEOUT when it waits for its
// turn too long.
func CheckPassword(ctx context.Context, hash, password string) (bool, error) {
	h, err := &unknown, error(nil)
	if hash != "" {
		h, err = parsePHC(hash)
	}
	if err != nil {
		return false, err
	}
	got, err := h.of(ctx, password, len(h.hash))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, h.hash) == 1 && h != &unknown, nil
}

// phc is a hash with its parameters.
type phc struct {
	time, memory uint32
	threads      uint8
	salt, hash   []byte
}

// of computes the hash of a password with these parameters, in its turn. Devices
// write the same letters in different ways, hence the normal form.
func (h phc) of(ctx context.Context, password string, length int) ([]byte, error) {
	done, err := hashing.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return argon2.IDKey([]byte(norm.NFC.String(password)), h.salt, h.time, h.memory, h.threads, uint32(length)), nil
}

// String writes $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func (h phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.hash))
}

// parsePHC reads what String writes, with other parameters within bounds: a
// stored hash must not be able to ask for gigabytes.
func parsePHC(text string) (*phc, error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return nil, errHash
	}
	var h phc
	var version int
	if n, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &h.memory, &h.time, &h.threads); n != 4 || err != nil {
		return nil, errHash
	}
	var errSalt, errSum error
	h.salt, errSalt = base64.RawStdEncoding.DecodeString(parts[4])
	h.hash, errSum = base64.RawStdEncoding.DecodeString(parts[5])
	switch {
	case version != argon2.Version, errSalt != nil, errSum != nil:
		return nil, errHash
	case h.memory > 256*1024, h.time < 1, h.time > 16, h.threads < 1, len(h.salt) < 8, len(h.hash) < 16, len(h.hash) > 128:
		return nil, errHash
	}
	return &h, nil
}
