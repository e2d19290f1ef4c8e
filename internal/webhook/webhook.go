// Package webhook signs messages and sends them to addresses of others, by the rules of
// Standard Webhooks (https://www.standardwebhooks.com): three headers, an HMAC of SHA-256
// over id, instant and body, and a secret that begins with whsec_.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The bounds of one try.
const (
	tryTime    = 10 * time.Second
	maxAnswer  = 64 << 10 // bytes of an answer that are read, so that its connection can be used again
	maxHeaders = 16 << 10
	maxAfter   = time.Hour // what a receiver may ask us to wait
)

// ErrGone says that the receiver wants no more messages, ever (status 410).
var ErrGone = errors.New("webhook: the receiver wants no more messages")

// Secret gives the secret of a webhook: it follows from the key and the webhook's nonce,
// so that it is kept nowhere.
func Secret(key []byte, nonce string) string {
	sum := hmac.New(sha256.New, key)
	_, _ = sum.Write([]byte(nonce)) // a hash takes everything
	return "whsec_" + base64.StdEncoding.EncodeToString(sum.Sum(nil))
}

// Message is one message to one receiver.
type Message struct {
	ID     string // the same at every try: receivers drop repeats by it
	URL    string
	Secret string
	Body   []byte // JSON
}

// Refusal is an answer that is not of the status 2xx.
type Refusal struct {
	Status int
	After  time.Duration // that the receiver asks for before the next try
}

// Error names the status.
func (r *Refusal) Error() string { return "webhook: the receiver answered " + strconv.Itoa(r.Status) }

// RetryAfter is how long to wait before the next try.
func (r *Refusal) RetryAfter() time.Duration { return r.After }

// Sender sends messages. It is safe for concurrent use.
type Sender struct {
	client *http.Client
	wall   func() time.Time
}

// NewSender makes a Sender, which takes the instant that is signed from wall. It connects
// to public addresses alone unless private is true, follows no redirection and uses no
// proxy of the environment.
func NewSender(private bool, wall func() time.Time) *Sender {
	dialer := &net.Dialer{Timeout: tryTime / 2}
	if !private {
		dialer.Control = onlyPublic
	}
	return &Sender{wall: wall, client: &http.Client{
		Timeout:       tryTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: tryTime / 2, MaxResponseHeaderBytes: maxHeaders,
			MaxIdleConns: 100, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		},
	}}
}

// Send sends a message once, and gives the status of the answer; 0 for none. It fails
// unless that is 2xx: with ErrGone for 410, with a *Refusal for another one. What it
// fails with names neither the address nor the answer's text.
func (s *Sender) Send(ctx context.Context, m Message) (status int, err error) {
	r, err := s.request(ctx, m)
	if err != nil {
		return 0, err
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return 0, withoutAddress(err)
	}
	defer func() { _ = answer.Body.Close() }() // only its status counts
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer)
	switch {
	case answer.StatusCode/100 == 2:
		return answer.StatusCode, nil
	case answer.StatusCode == http.StatusGone:
		return answer.StatusCode, ErrGone
	}
	return answer.StatusCode, &Refusal{Status: answer.StatusCode, After: s.after(answer.Header.Get("Retry-After"))}
}

func (s *Sender) request(ctx context.Context, m Message) (*http.Request, error) {
	signs, err := standard.NewWebhook(m.Secret)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	at := s.wall()
	signature, err := signs.Sign(m.ID, at, m.Body)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return nil, errors.New("webhook: the address is none")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "kontrak-webhooks")
	r.Header.Set(standard.HeaderWebhookID, m.ID)
	r.Header.Set(standard.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	r.Header.Set(standard.HeaderWebhookSignature, signature)
	return r, nil
}

// after reads the header Retry-After: seconds or an instant, an hour at most.
func (s *Sender) after(text string) time.Duration {
	d := time.Duration(0)
	if n, err := strconv.Atoi(text); err == nil {
		d = time.Duration(min(n, int(maxAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		d = at.Sub(s.wall())
	}
	return min(max(d, 0), maxAfter)
}

// withoutAddress keeps the address out of an error: it may hold what lets its owner in.
func withoutAddress(err error) error {
	if u, is := errors.AsType[*url.Error](err); is {
		err = u.Err
	}
	switch {
	case errors.Is(err, ErrPrivate):
		return ErrPrivate
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return errors.New("webhook: no answer in time")
	}
	if _, is := errors.AsType[*net.DNSError](err); is {
		return errors.New("webhook: the name of the address is not known")
	}
	if _, is := errors.AsType[*net.OpError](err); is {
		return errors.New("webhook: no connection")
	}
	return errors.New("webhook: the connection failed before an answer came (TLS, or a broken answer)")
}

func isTimeout(err error) bool {
	n, is := errors.AsType[net.Error](err)
	return is && n.Timeout()
}
