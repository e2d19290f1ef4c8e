package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Sender sends mails. A nil error says that the next server has taken it over.
type Sender interface {
	Send(ctx context.Context, m *Message) error
}

// sendTime is how long one mail may take, from dialling to the server's answer.
const sendTime = 20 * time.Second

// ErrRefused says that the server will never take the mail: trying again is no use.
var ErrRefused = errors.New("mail: refused for good")

// SMTP sends mails to a server.
type SMTP struct {
	client *gomail.Client
	from   string
}

// NewSMTP makes a sender from an address: smtp://user:password@host:587 with STARTTLS
// where the server has it (required with a password), smtps://… with TLS from the
// beginning. from is whom mails come from, "Name <name@example.com>".
func NewSMTP(at, from string) (*SMTP, error) {
	u, err := url.Parse(at)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New("mail: an address of SMTP looks like smtp://user:password@host:587")
	}
	if err := gomail.NewMsg().From(from); err != nil {
		return nil, fmt.Errorf("mail: whom mails come from: %w", err)
	}
	opts := []gomail.Option{gomail.WithTimeout(sendTime), gomail.WithTLSPortPolicy(gomail.TLSOpportunistic)}
	if u.Scheme == "smtps" {
		opts = append(opts, gomail.WithSSLPort(false))
	}
	if password, given := u.User.Password(); given {
		opts = append(opts, gomail.WithUsername(u.User.Username()), gomail.WithPassword(password), gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover))
		if u.Scheme == "smtp" {
			opts = append(opts, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
		}
	}
	if text := u.Port(); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("mail: the port of SMTP: %w", err)
		}
		opts = append(opts, gomail.WithPort(port))
	}
	client, err := gomail.NewClient(u.Hostname(), opts...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &SMTP{client: client, from: from}, nil
}

// Send sends one mail over a connection of its own. An error that Is ErrRefused is
// for good.
func (s *SMTP) Send(ctx context.Context, m *Message) error {
	msg := gomail.NewMsg()
	if err := msg.From(s.from); err != nil {
		return fmt.Errorf("%w: whom mails come from: %w", ErrRefused, err)
	}
	to, err := netmail.ParseAddress(m.To)
	if err != nil || to.Address != m.To {
		return fmt.Errorf("%w: the address is none that mails can be sent to", ErrRefused)
	}
	to.Name = plainName(m.Name)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID + "@kontrak")
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	sent := make(chan error, 1)
	go func() { // the library looks at the context while it dials, and has its own time for the rest
		defer cancel()
		sent <- refused(s.client.DialAndSendWithContext(ctx, msg))
	}()
	select {
	case err := <-sent:
		return err
	case <-ctx.Done(): // it may still be taken over: then it is sent twice, with one id
		select {
		case err := <-sent:
			return err
		default:
			return ctx.Err()
		}
	}
}

// plainName is a name as it may stand in a header: without what is no letter. The library
// writes it as a quoted text, or encodes it; it parses none that it is given as text, where
// a backslash or a quote would end the mail.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.Fields(name), " ")
}

// refused tells apart what the server will never take. What it said of the recipient is
// left out but for its codes: errors are logged, and addresses are not for logs.
func refused(err error) error {
	failure, is := errors.AsType[*gomail.SendError](err)
	if !is {
		return err
	}
	told := fmt.Errorf("mail: %s failed: code %d %s", failure.Reason, failure.ErrorCode(), failure.EnhancedStatusCode())
	if !failure.IsTemp() && failure.ErrorCode() >= 500 {
		return fmt.Errorf("%w: %w", ErrRefused, told)
	}
	return told
}
