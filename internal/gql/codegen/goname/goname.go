// Package goname turns GraphQL names into the Go names that gqlgen gives them.
package goname

import (
	"go/token"
	"strings"
	"unicode"
)

var defaultInitialisms = []string{
	"ACL", "API", "ASCII", "AWS", "CPU", "CSS", "CSV", "DNS", "EOF", "GCP", "GUID", "HTML", "HTTP", "HTTPS", "ICMP",
	"ID", "IP", "JSON", "KVK", "LHS", "PDF", "PGP", "QPS", "QR", "RAM", "RHS", "RPC", "SLA", "SMTP", "SQL", "SSH",
	"SVG", "TCP", "TLS", "TTL", "UDP", "UI", "UID", "URI", "URL", "UTF8", "UUID", "VM", "XML", "XMPP", "XSRF", "XSS",
}

// Namer makes Go names. Its zero value knows no initialisms; use New.
type Namer struct {
	initialisms map[string]bool
}

// New returns a Namer with the usual initialisms (ID, URL, …) and more of your own; with replace, with yours alone.
func New(replace bool, more []string) *Namer {
	n := &Namer{initialisms: map[string]bool{}}
	if !replace {
		for _, s := range defaultInitialisms {
			n.initialisms[s] = true
		}
	}
	for _, s := range more {
		n.initialisms[strings.ToUpper(s)] = true
	}
	return n
}

// Public makes an exported name: "user_id" and "userId" become "UserID", "SCREAMING_CASE" becomes "ScreamingCase".
func (n *Namer) Public(name string) string {
	if name == "_" {
		return name
	}
	var b strings.Builder
	for _, w := range n.words(name) {
		switch {
		case w.initialism:
			b.WriteString(strings.ToUpper(w.text))
		case w.within || mixedCase(w.text):
			b.WriteString(UpperFirst(w.text))
		default:
			b.WriteString(UpperFirst(strings.ToLower(w.text)))
		}
	}
	return b.String()
}

// Param makes a name for a parameter: "userId" becomes "userID", "ID" becomes "id", and a Go keyword gets "Arg" behind.
func (n *Namer) Param(name string) string {
	if name == "_" {
		return name
	}
	var b strings.Builder
	for i, w := range n.words(name) {
		switch {
		case i == 0 && mixedCase(w.text):
			b.WriteString(LowerFirst(w.text))
		case i == 0:
			b.WriteString(strings.ToLower(w.text))
		case w.initialism:
			b.WriteString(strings.ToUpper(w.text))
		case w.within:
			b.WriteString(w.text)
		default:
			b.WriteString(UpperFirst(strings.ToLower(w.text)))
		}
	}
	if got := b.String(); !token.IsKeyword(got) {
		return got
	}
	return b.String() + "Arg"
}

// UpperFirst makes the first letter upper case.
func UpperFirst(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// LowerFirst makes the first letter lower case.
func LowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}

// word is one word of a name. within tells that it holds an initialism without being one, as "URLs" does.
type word struct {
	text               string
	initialism, within bool
}

func mixedCase(s string) bool {
	return s != strings.ToUpper(s) && s != strings.ToLower(s)
}

func delimiter(r rune) bool { return r == '_' || r == '-' || unicode.IsSpace(r) }

// words cuts a name where a delimiter stands, where a capital or digit follows a small letter, and behind an
// initialism that no small letter follows.
func (n *Namer) words(name string) []word {
	runes := []rune(strings.TrimFunc(name, delimiter))
	var out []word
	start, within := 0, false
	for i := 0; i < len(runes); {
		end := i+1 == len(runes)
		switch {
		case end:
		case delimiter(runes[i+1]):
			end = true
			runes = dropDelimiters(runes, i)
		default:
			end = unicode.IsLower(runes[i]) && !unicode.IsLower(runes[i+1])
		}
		i++
		text := string(runes[start:i])
		if !end && (!n.initialisms[text] || unicode.IsLower(runes[i])) {
			within = within || n.initialisms[text]
			continue
		}
		is := n.initialisms[strings.ToUpper(text)]
		if is && !end && prefixOnly(runes[start:], text) {
			continue
		}
		out = append(out, word{text: text, initialism: is, within: within && !is})
		start, within = i, false
	}
	return out
}

// dropDelimiters removes the delimiters after position i, but leaves one between two digits.
func dropDelimiters(runes []rune, i int) []rune {
	n := 1
	for i+n+1 < len(runes) && delimiter(runes[i+n+1]) {
		n++
	}
	if i+n+1 < len(runes) && unicode.IsDigit(runes[i]) && unicode.IsDigit(runes[i+n+1]) {
		n--
	}
	return append(runes[:i+1], runes[i+n+1:]...)
}

// prefixOnly keeps names such as "IDENTITY" whole: ID and IP open too many words.
func prefixOnly(rest []rune, text string) bool {
	if text != "ID" && text != "IP" {
		return false
	}
	return len(rest) > 3 && unicode.IsUpper(rest[3])
}
