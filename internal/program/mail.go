package program

import (
	"kontrak/internal/mail"
)

// mailSettings say how mails leave.
type mailSettings struct {
	SMTPURL  string `setting:"" name:"smtp-url" group:"Mail" placeholder:"URL" help:"Server that takes mails: smtp://USER:PASSWORD@HOST:587 or smtps://…. Without it mails wait in the outbox; on this machine alone they are shown at /mail."`
	MailFrom string `setting:"" group:"Mail" default:"Kontrak <kontrak@localhost>" placeholder:"ADDRESS" help:"Whom mails come from."`
}

// sender gives what sends mails, and the box that is shown where they are only kept;
// both are nil where mails wait.
func (m mailSettings) sender(src *sources, local bool) (mail.Sender, *mail.Box, error) {
	if m.SMTPURL != "" {
		s, err := mail.NewSMTP(m.SMTPURL, m.MailFrom)
		if err != nil {
			return nil, nil, src.bad("smtp_url", "…", err.Error()) // it may hold a password
		}
		return s, nil, nil
	}
	if local {
		box := &mail.Box{}
		return box, box, nil
	}
	return nil, nil, nil
}
