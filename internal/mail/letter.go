// Package mail writes mails in the reader's language, as text and as HTML, and sends
// them: by SMTP, or into a box that the demo shows.
package mail

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	text "text/template"

	"gopkg.in/yaml.v3"

	"kontrak/internal/lifecycle"
)

// Message is a mail that is ready to be sent.
type Message struct {
	// ID is stable: a mail that is sent twice has it twice, and receivers drop one.
	ID string
	// To is the address and Name whose it is.
	To, Name string
	Subject  string
	Text     string
	HTML     string
}

// Content is what a letter is about. Code and Link stand apart from the text.
type Content struct {
	Name  string
	Title string // of what is to be signed
	By    string // who asks for it
	Code  string
	Link  string
	Until string
}

// letter is one topic in one language.
type letter struct {
	Subject string   `yaml:"subject"`
	Before  []string `yaml:"before"`
	After   []string `yaml:"after"`
}

// language is all topics in one language.
type language struct {
	Letters map[string]letter `yaml:",inline"`
	Footer  string            `yaml:"footer"`
}

var (
	//go:embed letters/id.yaml
	indonesian []byte
	//go:embed letters/en.yaml
	english []byte
	//go:embed layout.html
	layoutText string

	layout    = template.Must(template.New("layout").Parse(layoutText))
	languages = map[lifecycle.Language]language{
		lifecycle.Indonesian: mustRead(indonesian), lifecycle.English: mustRead(english),
	}
)

func mustRead(file []byte) language {
	var l language
	if err := yaml.Unmarshal(file, &l); err != nil {
		panic("mail: letters: " + err.Error()) // embedded: a test reads it first
	}
	return l
}

// Write gives the mail of a topic in a language; Indonesian where it is not known.
// It fails for an unknown topic.
func Write(in lifecycle.Language, topic string, c Content) (*Message, error) {
	words, known := languages[in]
	if !known {
		in, words = lifecycle.Indonesian, languages[lifecycle.Indonesian]
	}
	l, known := words.Letters[topic]
	if !known {
		return nil, fmt.Errorf("mail: there is no letter %q", topic)
	}
	page := struct {
		Content
		Language        lifecycle.Language
		Subject, Footer string
		Before, After   []string
	}{Content: c, Language: in, Footer: words.Footer}
	var err error
	if page.Subject, err = fill(l.Subject, c); err != nil {
		return nil, err
	}
	if page.Before, err = fillAll(l.Before, c); err != nil {
		return nil, err
	}
	if page.After, err = fillAll(l.After, c); err != nil {
		return nil, err
	}
	var html bytes.Buffer
	if err := layout.Execute(&html, page); err != nil {
		return nil, err
	}
	parts := append([]string{}, page.Before...)
	for _, apart := range []string{c.Code, c.Link} {
		if apart != "" {
			parts = append(parts, "    "+apart)
		}
	}
	parts = append(append(parts, page.After...), "-- \n"+words.Footer)
	return &Message{Name: c.Name, Subject: page.Subject, Text: strings.Join(parts, "\n\n") + "\n", HTML: html.String()}, nil
}

func fillAll(lines []string, c Content) ([]string, error) {
	filled := make([]string, len(lines))
	for i, line := range lines {
		var err error
		if filled[i], err = fill(line, c); err != nil {
			return nil, err
		}
	}
	return filled, nil
}

func fill(line string, c Content) (string, error) {
	t, err := text.New("line").Parse(line)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, c)
	return b.String(), err
}
