// Package notice writes what notifications say, in the reader's language and for the
// reader's role. A text names roles and what a record shows to its reader; whoever reads
// a notification of a record that is no longer theirs to know gets a text that says so.
package notice

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"

	"kontrak/internal/actor"
	"kontrak/internal/lifecycle"
)

// About is what the text may say of its record, as the reader may see it. A field may
// be empty.
type About struct {
	// Code, Work, Institution and Start are a contract's: its reference code, what is to
	// be done, for whom, and when that begins where it is to be done.
	Code, Work, Institution, Start string
	// Title and Ends are an agreement's; the latter is a day.
	Title, Ends string
}

// Notice is a notification that is to be written.
type Notice struct {
	Topic string
	// Role is that of the reader.
	Role actor.Role
	// Subject is the type of its record, "" where it is about none.
	Subject string
	// About is nil where the reader may not know of the record.
	About *About
}

// The words that stand for a reader in a file of texts, beside the roles.
const (
	anyone = "anyone" // whoever has no text of its own
	unseen = "unseen" // whoever may not know of the record
)

// General is the topic of what has no text of its own.
const General = "general"

// text is a notification in one language for one kind of reader.
type text struct {
	Title string `yaml:"title"`
	Body  string `yaml:"body"`

	title, body *template.Template
}

// language is every text in one language.
type language struct {
	// Unseen are the texts about a record that the reader may not know of, by its type.
	Unseen map[string]*text `yaml:"unseen"`
	// Topics are the texts by topic and reader.
	Topics map[string]map[string]*text `yaml:"topics"`
}

var (
	//go:embed texts/id.yaml
	indonesian []byte
	//go:embed texts/en.yaml
	english []byte

	languages = map[lifecycle.Language]language{
		lifecycle.Indonesian: mustRead(indonesian), lifecycle.English: mustRead(english),
	}
)

// mustRead reads a file of texts. The files are part of the program: tests read them
// first.
func mustRead(file []byte) language {
	var l language
	decoder := yaml.NewDecoder(strings.NewReader(string(file)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&l); err != nil {
		panic("notice: texts: " + err.Error())
	}
	for _, t := range l.Unseen {
		t.parse()
	}
	for _, readers := range l.Topics {
		for _, t := range readers {
			t.parse()
		}
	}
	return l
}

func (t *text) parse() {
	t.title = template.Must(template.New("title").Parse(t.Title))
	t.body = template.Must(template.New("body").Parse(t.Body))
}

// Write gives title and body of a notification; in Indonesian where the language is not
// known, and as a general one where the topic is not.
func Write(in lifecycle.Language, n Notice) (title, body string) {
	words, known := languages[in]
	if !known {
		words = languages[lifecycle.Indonesian]
	}
	t := words.of(n)
	about := About{}
	if n.About != nil {
		about = *n.About
	}
	return fill(t.title, about), fill(t.body, about)
}

// of chooses the text of a notification.
func (l language) of(n Notice) *text {
	readers := l.Topics[n.Topic]
	if n.Subject != "" && n.About == nil {
		if t := readers[unseen]; t != nil {
			return t
		}
		if t := l.Unseen[n.Subject]; t != nil {
			return t
		}
		return l.Topics[General][anyone]
	}
	if t := readers[string(n.Role)]; t != nil {
		return t
	}
	if t := readers[anyone]; t != nil {
		return t
	}
	return l.Topics[General][anyone]
}

// fill writes a template. Tests write each of them for everybody, so that none fails
// here.
func fill(t *template.Template, about About) string {
	var b strings.Builder
	if err := t.Execute(&b, about); err != nil {
		return ""
	}
	return strings.TrimSpace(b.String())
}

// Topics lists the topics that have texts, in order; it fails where a language lacks
// one that another has, or a reader of one.
func Topics() ([]string, error) {
	var list []string
	for name, readers := range languages[lifecycle.English].Topics {
		list = append(list, name)
		for _, in := range lifecycle.Languages {
			other := languages[in].Topics[name]
			if len(other) != len(readers) {
				return nil, fmt.Errorf("notice: the readers of %s differ between the languages", name)
			}
			for reader := range readers {
				if other[reader] == nil {
					return nil, fmt.Errorf("notice: %s has no text for %s in %q", name, reader, in)
				}
			}
		}
	}
	for _, in := range lifecycle.Languages {
		if len(languages[in].Topics) != len(list) {
			return nil, fmt.Errorf("notice: %q has %d topics, not %d", in, len(languages[in].Topics), len(list))
		}
	}
	slices.Sort(list)
	return list, nil
}

// Speaks tells whether a topic has a text for readers of a role.
func Speaks(topic string, role actor.Role) bool {
	readers := languages[lifecycle.English].Topics[topic]
	return readers[string(role)] != nil || readers[anyone] != nil
}
