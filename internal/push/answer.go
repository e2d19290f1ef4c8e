package push

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// errToken says that the access token is not good.
var errToken = errors.New("push: FCM refuses the access token")

// Later is the error of a message that may be taken later.
type Later struct {
	status string
	after  time.Duration
	busy   bool // it answers, and wants less at a time
}

func (l *Later) Error() string { return "push: FCM answers " + l.status }

// RetryAfter is how long FCM wants to be left alone; 0 when it did not say.
func (l *Later) RetryAfter() time.Duration { return l.after }

// failure is the body of an answer that is no success.
type failure struct {
	Error struct {
		Status  string `json:"status"`
		Message string `json:"message"`
		Details []struct {
			ErrorCode       string `json:"errorCode"` // FCM's own
			FieldViolations []struct {
				Field string `json:"field"`
			} `json:"fieldViolations"`
		} `json:"details"`
	} `json:"error"`
}

// code is FCM's own word for what is wrong, or "".
func (f *failure) code() string {
	for _, d := range f.Error.Details {
		if d.ErrorCode != "" {
			return d.ErrorCode
		}
	}
	return ""
}

// blamesToken tells whether it is the device's token that is wrong.
func (f *failure) blamesToken() bool {
	for _, d := range f.Error.Details {
		for _, v := range d.FieldViolations {
			if v.Field == "message.token" {
				return true
			}
		}
	}
	return strings.Contains(strings.ToLower(f.Error.Message), "registration token")
}

// judge says what an answer means. Something that is no answer of FCM, such as the page of
// a proxy, ends no message and no token.
func (f *FCM) judge(answer *http.Response, body []byte) error {
	later := &Later{status: answer.Status, after: f.wait(answer.Header)}
	if answer.StatusCode == http.StatusOK {
		var taken struct {
			Name string `json:"name"`
		}
		if err := json.Unmarshal(body, &taken); err != nil || taken.Name == "" {
			later.status += " with something else than the name of a message"
			return later
		}
		return nil
	}
	var said failure
	if err := json.Unmarshal(body, &said); err != nil || said.Error.Status == "" {
		if answer.StatusCode == http.StatusUnauthorized {
			return errToken
		}
		later.busy = answer.StatusCode == http.StatusTooManyRequests
		return later
	}
	switch code := said.code(); {
	case code == "UNREGISTERED", code == "" && said.Error.Status == "NOT_FOUND",
		said.Error.Status == "INVALID_ARGUMENT" && said.blamesToken():
		return fmt.Errorf("%w: %s", ErrUnregistered, said.Error.Status)
	case said.Error.Status == "INVALID_ARGUMENT", code == "SENDER_ID_MISMATCH":
		return fmt.Errorf("%w: %s %s", ErrRefused, said.Error.Status, code)
	case answer.StatusCode == http.StatusUnauthorized && code == "":
		return errToken
	case answer.StatusCode == http.StatusTooManyRequests:
		later.busy = true
	}
	later.status += " " + said.Error.Status
	return later
}

// wait reads how long an answer wants to be left alone: seconds, or an instant.
func (f *FCM) wait(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(n, 0), 24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(f.wall()))
	}
	return 0
}

// wire is a message as FCM takes it.
func wire(m Message) any {
	type notification struct {
		Title string `json:"title"`
		Body  string `json:"body"`
	}
	type tagged struct {
		Tag string `json:"tag"`
	}
	return map[string]any{"message": map[string]any{
		"token":        m.Token,
		"notification": notification{m.Title, m.Body},
		"data":         m.Data,
		// A device shows one of two messages with the same tag.
		"android": map[string]any{"notification": tagged{m.ID}},
		"apns":    map[string]any{"headers": map[string]string{"apns-collapse-id": m.ID}},
		"webpush": map[string]any{"notification": tagged{m.ID}},
	}}
}
