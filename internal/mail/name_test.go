package mail_test

import (
	"net/mail"
	"strings"
	"testing"

	"kontrak/internal/lifecycle"
	ours "kontrak/internal/mail"
)

// TestAMailArrivesWhateverItsReadersNameIs: the name of whoever may be asked to sign is
// written by others.
func TestAMailArrivesWhateverItsReadersNameIs(t *testing.T) {
	t.Parallel()
	s := &server{}
	by := start(t, s)
	for name, want := range map[string]string{
		"Siti":                                "Siti",
		"":                                    "",
		`Back\slash \`:                        `Back\slash \`,
		`Siti "Ani" Wijaya`:                   `Siti "Ani" Wijaya`,
		`"`:                                   `"`,
		"Wijaya, Siti (Sales)":                "Wijaya, Siti (Sales)",
		"<siti@example.com>":                  "<siti@example.com>",
		"Étienne 王 🙂":                         "Étienne 王 🙂",
		`É \ " , <>`:                          `É \ " , <>`,
		"a\r\nBcc: eve@example.com":           "a Bcc: eve@example.com",
		"zero\x00 bell\a \xff wide\u200bless": "zero bell wideless",
		"=?utf-8?q?x?=":                       "=?utf-8?q?x?=",
		strings.Repeat("long name ", 20):      strings.TrimSpace(strings.Repeat("long name ", 20)),
		strings.Repeat("سيتي ", 40):           strings.TrimSpace(strings.Repeat("سيتي ", 40)),
	} {
		m, err := ours.Write(lifecycle.English, "email_verification", ours.Content{Name: name, Code: "123456", Until: "10:00 UTC"})
		if err != nil {
			t.Fatal(err)
		}
		m.ID, m.To = "key-1", "siti@example.com"
		s.taken = nil
		if err := by.Send(t.Context(), m); err != nil || len(s.taken) != 1 {
			t.Errorf("%q: %d mails, %v", name, len(s.taken), err)
			continue
		}
		to, text, _ := strings.Cut(s.taken[0], "\n")
		read, err := mail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		list, err := read.Header.AddressList("To")
		if err != nil || len(list) != 1 || list[0].Name != want || list[0].Address != "siti@example.com" || to != "siti@example.com" || read.Header.Get("Bcc") != "" {
			t.Errorf("%q: %v %v in %q", name, list, err, read.Header["To"])
		}
	}
}
