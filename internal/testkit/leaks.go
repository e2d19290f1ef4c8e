package testkit

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kontrak/internal/world"
)

// leak is a form that secrets and personal data have, and no log may hold.
type leak struct {
	name string
	form *regexp.Regexp
}

// leaks are looked for in every log. What has no form of its own is noted where it is
// made or sent (noted).
var leaks = []leak{
	{"an e-mail address", regexp.MustCompile(`[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}\b`)},
	{"a phone number", regexp.MustCompile(`\+[0-9][0-9 -]{7,17}[0-9]|\b0[0-9]{2,3}-[0-9]{3,4}-[0-9]{4}\b|\b628[0-9]{7,11}\b`)},
	{"a signed token", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}`)},
	{"a personal token", regexp.MustCompile(`\bkpt_\w+`)},
	{"an Authorization header", regexp.MustCompile(`(?i)\bbearer\s+\S+|\bx-api-key["=: ]+\S+`)},
	{"a refresh token, a key, a scanned code or the token of a link", regexp.MustCompile(`\b[A-Z2-7]{26,}\b`)},
	{"a signed link", regexp.MustCompile(`(?i)\bsignature=[0-9a-f]+`)},
	{"a password's hash", regexp.MustCompile(`\$argon2\S*`)},
	{"a secret's hash", regexp.MustCompile(`\b[0-9a-f]{64}\b`)},
	{"a password in an address", regexp.MustCompile(`\b[a-z]+://[^/\s:@]+:[^/\s:@]+@\S+`)},
}

// shown is how much of a line is shown around what is found.
const shown = 160

// Leaks gives the lines of a log that hold a secret or personal data, each with what it
// holds: what has the form of one, and every one of the known texts that stands there as
// a word. Known texts of fewer than five letters are too short to be found.
func Leaks(log string, known ...string) []string {
	var found []string
	note := func(what string, at []int) {
		found = append(found, fmt.Sprintf("%s: …%s…", what, log[max(0, at[0]-shown):min(len(log), at[1]+shown)]))
	}
	for _, l := range leaks {
		if at := l.form.FindStringIndex(log); at != nil {
			note(l.name, at)
		}
	}
	for _, text := range known {
		if len(text) < 5 {
			continue
		}
		for from := 0; ; {
			i := strings.Index(log[from:], text)
			if i < 0 {
				break
			}
			at := []int{from + i, from + i + len(text)}
			if from = at[1]; !inWord(log, at) {
				note(fmt.Sprintf("the secret %q", text), at)
				break
			}
		}
	}
	return found
}

// inWord tells whether what is found is a part of a longer word or number.
func inWord(log string, at []int) bool {
	return at[0] > 0 && letter(log[at[0]-1]) && letter(log[at[0]]) || at[1] < len(log) && letter(log[at[1]]) && letter(log[at[1]-1])
}

func letter(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// noted are the secrets that a test has sent or was given.
type noted struct {
	mu    sync.Mutex
	texts map[string]bool
}

// secretFields are texts of JSON under the names of secrets, as bodies and the documents
// of the graph spell them.
var secretFields = regexp.MustCompile(`(?i)\b(?:\w*password|current|otp|code|\w*token|secret|key)\\?"?\s*:\s*\\?"([^"\\]{5,})\\?"`)

// secretWords are what the fields of that name hold that is no secret.
var secretWords = regexp.MustCompile(`^(?:[A-Z]+[A-Z0-9_-]*|[a-z]+(?:[_-][a-z]+)*|[A-Z]?[a-z]+(?: [a-z]+)*)$`)

// secret notes a secret.
func (n *noted) secret(text string) {
	if text == "" {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.texts == nil {
		n.texts = map[string]bool{}
	}
	n.texts[text] = true
}

// body notes the secrets of what is sent. Words that could be the code of a promotion
// or the key of a section are none.
func (n *noted) body(text []byte) {
	if len(text) > 1<<16 {
		return
	}
	for _, found := range secretFields.FindAllSubmatch(text, -1) {
		if word := string(found[1]); !secretWords.MatchString(word) {
			n.secret(word)
		}
	}
}

// all gives them in order.
func (n *noted) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := make([]string, 0, len(n.texts))
	for text := range n.texts {
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}

// CheckLog fails the test when the program's log holds a secret or personal data:
// passwords, codes, tokens, keys, addresses, numbers of telephones. Start has it run when
// a test ends.
func (a *App) CheckLog(t testing.TB) {
	t.Helper()
	known := append(a.secrets.all(), world.Password)
	for _, key := range Secrets {
		known = append(known, string(key))
	}
	known = append(known, string(Codes.Key), string(Links.Key))
	for _, found := range Leaks(a.Log.String(), append(known, a.storedSecrets(t)...)...) {
		t.Errorf("the log holds %s", found)
	}
}

// storedSecrets are those that the database knows: where push messages are sent, and the
// digits of one-time codes.
func (a *App) storedSecrets(t testing.TB) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	c := a.Store.Client()
	var known []string
	devices, err := c.DeviceToken.Query().All(ctx)
	for _, d := range devices {
		known = append(known, d.Token)
	}
	codes, again := c.OneTimeCode.Query().All(ctx)
	for _, r := range codes {
		known = append(known, Codes.Digits(r))
	}
	if err != nil || again != nil {
		t.Errorf("testkit: what is stored of secrets: %v, %v", err, again)
	}
	return known
}
