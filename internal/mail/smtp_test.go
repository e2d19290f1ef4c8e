package mail_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"kontrak/internal/lifecycle"
	"kontrak/internal/mail"
)

// server is an SMTP server on loopback that can misbehave.
type server struct {
	mu     sync.Mutex
	taken  []string
	refuse error         // what it answers to a recipient
	deaf   chan struct{} // it says nothing until this is closed
	at     string
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }

// session is one connection.
type session struct {
	s  *server
	to string
}

func (*session) Mail(string, *smtp.MailOptions) error { return nil }

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = to
	if c.s.deaf != nil {
		<-c.s.deaf
	}
	return c.s.refuse
}

func (c *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.taken = append(c.s.taken, c.to+"\n"+string(text))
	return err
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }

func start(t *testing.T, s *server) *mail.SMTP {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(s)
	srv.Domain = "localhost"
	go func() { _ = srv.Serve(l) }() // until it is closed
	t.Cleanup(func() { _ = srv.Close() })
	s.at = "smtp://" + l.Addr().String()
	by, err := mail.NewSMTP(s.at, "Kontrak <kontrak@example.com>")
	if err != nil {
		t.Fatal(err)
	}
	return by
}

func letter(t *testing.T, in lifecycle.Language) *mail.Message {
	t.Helper()
	m, err := mail.Write(in, "email_verification", mail.Content{Name: "Siti <b>", Code: "123456", Until: "10:00 UTC"})
	if err != nil {
		t.Fatal(err)
	}
	m.ID, m.To = "key-1", "siti@example.com"
	return m
}

func TestAMailIsTextAndHTMLWithAStableID(t *testing.T) {
	t.Parallel()
	s := &server{}
	by := start(t, s)
	if err := by.Send(t.Context(), letter(t, lifecycle.English)); err != nil {
		t.Fatal(err)
	}
	got := s.taken[0]
	for _, want := range []string{
		"siti@example.com\n", "From: \"Kontrak\" <kontrak@example.com>", "Subject: 123456 is your Kontrak code", "Message-ID: <key-1@kontrak>",
		"Auto-Submitted: auto-generated", "text/plain", "text/html", "Siti &lt;b&gt;",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the mail does not hold %q:\n%s", want, got)
		}
	}
}

func TestWhatAServerRefusesForGoodIsToldApart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refuse  error
		forGood bool
	}{
		"there is no such mailbox": {&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no mailbox siti@example.com"}, true},
		"come back later":          {&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "later"}, false},
	} {
		s := &server{refuse: c.refuse}
		err := start(t, s).Send(t.Context(), letter(t, lifecycle.Indonesian))
		if err == nil || errors.Is(err, mail.ErrRefused) != c.forGood {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "@") {
			t.Errorf("%s: the error, which is logged, names the recipient: %v", name, err)
		}
		if len(s.taken) != 0 {
			t.Errorf("%s: it was taken", name)
		}
	}
}

func TestADeadOrDeafServerIsAnErrorAndNoWait(t *testing.T) {
	t.Parallel()
	s := &server{deaf: make(chan struct{})}
	by := start(t, s)
	t.Cleanup(func() { close(s.deaf) })
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := by.Send(ctx, letter(t, lifecycle.English)); err == nil || errors.Is(err, mail.ErrRefused) {
		t.Errorf("deaf: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := "smtp://" + l.Addr().String()
	_ = l.Close() // nobody listens there now
	by, err = mail.NewSMTP(at, "kontrak@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := by.Send(t.Context(), letter(t, lifecycle.English)); err == nil || errors.Is(err, mail.ErrRefused) {
		t.Errorf("dead: %v", err)
	}
}

func TestEveryLetterStandsInEachLanguage(t *testing.T) {
	t.Parallel()
	for _, topic := range []string{"email_verification", "password_reset"} {
		texts := map[string]bool{}
		for _, in := range lifecycle.Languages {
			m, err := mail.Write(in, topic, mail.Content{Name: "Siti", Code: "123456", Until: "10:00 UTC"})
			if err != nil {
				t.Fatal(err)
			}
			if texts[m.Text] = true; !strings.Contains(m.Text, "123456") || !strings.Contains(m.HTML, "123456") || !strings.Contains(m.HTML, `lang="`+string(in)+`"`) {
				t.Errorf("%s in %s:\n%s\n%s", topic, in, m.Text, m.HTML)
			}
		}
		if len(texts) != len(lifecycle.Languages) {
			t.Errorf("%s says the same in two languages", topic)
		}
	}
	if _, err := mail.Write(lifecycle.English, "unknown", mail.Content{}); err == nil {
		t.Error("an unknown letter was written")
	}
}

func TestABoxKeepsEachMailOnceAndTheNewest(t *testing.T) {
	t.Parallel()
	var box mail.Box
	for i := range 250 {
		for range 2 {
			if err := box.Send(t.Context(), &mail.Message{ID: strings.Repeat("x", i), Subject: "s"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if m := box.Mails(); len(m) != 200 || len(m[0].ID) != 249 || len(m[199].ID) != 50 {
		t.Errorf("%d mails, from %d to %d", len(m), len(m[0].ID), len(m[len(m)-1].ID))
	}
}

func TestAnAddressOfSMTPThatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"", "localhost:25", "http://localhost", "smtp://", "smtp://host:port"} {
		if _, err := mail.NewSMTP(at, "kontrak@example.com"); err == nil {
			t.Errorf("%q was taken", at)
		}
	}
	if _, err := mail.NewSMTP("smtp://localhost", "no address"); err == nil {
		t.Error("a sender that is no address was taken")
	}
}
