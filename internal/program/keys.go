package program

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"kontrak/internal/authn"
)

// minKey is how many bytes a key has at least.
const minKey = 32

// keyring holds the keys of the program.
type keyring struct {
	jwt  authn.Keys
	link []byte
}

// sub derives a key for one purpose from the one that signs links, so that operators
// keep two keys, not one for each purpose.
func (k keyring) sub(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, k.link, nil, "kontrak "+purpose, sha256.Size)
	if err != nil {
		panic("program: " + err.Error()) // only for a length that is never asked for
	}
	return key
}

// keysSuffix makes the name of the file with the keys of a local database.
const keysSuffix = ".keys"

// howToMake tells how to make a key.
const howToMake = "make one with: openssl rand -base64 32"

// keys gives the keys: the settings jwt_keys and link_key where they are given.
// A local database has a file with keys of its own beside it, which is made where
// it is missing, so that nobody needs to set anything to start. A database on a
// server may have several nodes, which must agree: there both must be given.
func keys(src *sources, db databaseSettings) (keyring, error) {
	jwt, given := src.find("jwt_keys")
	link, linkGiven := src.find("link_key")
	if given && linkGiven {
		return readKeys(src, jwt, link)
	}
	path, local := db.sqliteFile()
	if !local {
		return keyring{}, errors.Join(
			missing(given, "jwt_keys", "KID=KEY, and after it, separated by commas, older keys that still check"),
			missing(linkGiven, "link_key", "KEY"))
	}
	kept, err := keysBeside(path + keysSuffix)
	if err != nil {
		return keyring{}, err
	}
	if !given {
		jwt = kept.JWTKeys
		src.note("jwt_keys", path+keysSuffix)
	}
	if !linkGiven {
		link = kept.LinkKey
		src.note("link_key", path+keysSuffix)
	}
	return readKeys(src, jwt, link)
}

func missing(given bool, name, form string) error {
	if given {
		return nil
	}
	return fmt.Errorf("setting %s is missing: set %s%s to %s, the same on every node; %s", name, prefix, strings.ToUpper(name), form, howToMake)
}

// readKeys understands both settings.
func readKeys(src *sources, jwt, link string) (keyring, error) {
	ring := keyring{jwt: authn.Keys{Secrets: map[string][]byte{}}}
	for i, part := range strings.Split(jwt, ",") {
		kid, text, _ := strings.Cut(strings.TrimSpace(part), "=")
		secret, err := decodeKey(text)
		if kid == "" || err != nil || ring.jwt.Secrets[kid] != nil {
			return keyring{}, src.bad("jwt_keys", fmt.Sprintf("key %d", i+1), "use KID=KEY, with a KID of its own for each and a base64 KEY of at least 32 bytes; "+howToMake)
		}
		if ring.jwt.Current == "" {
			ring.jwt.Current = kid
		}
		ring.jwt.Secrets[kid] = secret
	}
	var err error
	if ring.link, err = decodeKey(link); err != nil {
		return keyring{}, src.bad("link_key", "…", "use a base64 key of at least 32 bytes; "+howToMake)
	}
	return ring, nil
}

func decodeKey(text string) ([]byte, error) {
	text = strings.TrimRight(text, "=")
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
	}
	key, err := encoding.DecodeString(text)
	if err == nil && len(key) < minKey {
		err = errors.New("program: the key is too short")
	}
	return key, err
}

// keptKeys is the file beside a local database. Its lines are settings.
type keptKeys struct {
	JWTKeys string `yaml:"jwt_keys"`
	LinkKey string `yaml:"link_key"`
}

// keysBeside reads the file, or makes it. Whoever can read it can sign tokens, so
// it must be its owner's alone.
func keysBeside(path string) (keptKeys, error) {
	text, err := newKeys()
	if err != nil {
		return keptKeys{}, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return keptKeys{}, fmt.Errorf("keys cannot be kept: %w", err)
	}
	return keptAt(path)
}

func keptAt(path string) (keptKeys, error) {
	info, err := os.Stat(path)
	if err != nil {
		return keptKeys{}, fmt.Errorf("keys cannot be read: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return keptKeys{}, fmt.Errorf("others can read the keys in %s: run chmod 600 %s, or remove the file to get new keys, which signs everybody out", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return keptKeys{}, fmt.Errorf("keys cannot be read: %w", err)
	}
	var kept keptKeys
	if err := yaml.Unmarshal(text, &kept); err != nil {
		return keptKeys{}, fmt.Errorf("keys in %s cannot be read: remove the file to get new keys, which signs everybody out: %w", path, err)
	}
	return kept, nil
}

// newKeys gives the text of a file with random keys.
func newKeys() ([]byte, error) {
	text, err := yaml.Marshal(keptKeys{JWTKeys: "local=" + randomKey(), LinkKey: randomKey()})
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	note := "# Keys of the database beside this file. Without it everybody has to sign in again.\n"
	return slices.Concat([]byte(note), text), nil
}

func randomKey() string {
	key := make([]byte, minKey)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

// throwaway gives keys for one run.
func throwaway() keyring {
	jwt, link := make([]byte, minKey), make([]byte, minKey)
	_, _ = rand.Read(jwt)  // never fails
	_, _ = rand.Read(link) // never fails
	return keyring{jwt: authn.Keys{Current: "demo", Secrets: map[string][]byte{"demo": jwt}}, link: link}
}
