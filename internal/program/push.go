package program

import (
	"os"
	"time"

	"kontrak/internal/push"
)

// pushSettings say how push messages leave.
type pushSettings struct {
	FCMCredentials string `setting:"" name:"fcm-credentials" group:"Push messages" placeholder:"FILE" help:"JSON of a service account that sends push messages by Firebase Cloud Messaging. Without it there are none."`
	FCMURL         string `setting:"" name:"fcm-url" group:"Push messages" default:"https://fcm.googleapis.com" placeholder:"URL" help:"Where Firebase Cloud Messaging is."`
}

// pushSender gives what sends push messages; nil where there are none.
func (s pushSettings) pushSender(src *sources, wall func() time.Time) (*push.FCM, error) {
	if s.FCMCredentials == "" {
		return nil, nil //nolint:nilnil // there is none, as the comment above says
	}
	text, err := os.ReadFile(s.FCMCredentials)
	if err != nil {
		return nil, src.bad("fcm_credentials", s.FCMCredentials, "name a file that can be read: "+err.Error())
	}
	f, err := push.NewFCM(push.Config{Credentials: text, URL: s.FCMURL, Wall: wall})
	if err != nil {
		return nil, src.bad("fcm_credentials", s.FCMCredentials, err.Error())
	}
	return f, nil
}
