// Package push sends push messages to devices, by the HTTP v1 interface of Firebase
// Cloud Messaging.
package push

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"
)

// Message is a push message to one device.
type Message struct {
	// ID is stable: a message that is sent twice has it twice, in its data and as the tag
	// by which a device shows one of the two.
	ID          string
	Token       string
	Title, Body string
	Data        map[string]string
}

// Sender sends push messages.
type Sender interface {
	// Send sends one. An error that Is ErrUnregistered or ErrRefused will be the same the
	// next time; any other may not.
	Send(ctx context.Context, m Message) error
}

var (
	// ErrUnregistered says that nothing reaches a device by that token any more.
	ErrUnregistered = errors.New("push: the device's token is not registered")
	// ErrRefused says that the message will never be taken.
	ErrRefused = errors.New("push: the message was refused")
	// ErrResting says that nothing is sent for a while, after too much has failed.
	ErrResting = errors.New("push: FCM does not answer, it is left alone for a while")
)

// DefaultURL is where FCM is.
const DefaultURL = "https://fcm.googleapis.com"

// What holds unless Config says otherwise.
const (
	defaultTimeout = 10 * time.Second
	defaultRest    = 30 * time.Second
	// tripAfter is after how many failures in a row FCM is left alone.
	tripAfter = 5
	// scope is what the access token is for.
	scope = "https://www.googleapis.com/auth/firebase.messaging"
	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 64 << 10
)

// Config names what an FCM is made of. Credentials and Wall are required.
type Config struct {
	// Credentials are the JSON of a service account, as Google hands it out.
	Credentials []byte
	// URL is where FCM is, without a path; DefaultURL when empty.
	URL string
	// Wall is real time: a receiver may say until when to wait.
	Wall func() time.Time
	// Timeout bounds one request.
	Timeout time.Duration
	// Rest is for how long FCM is left alone after five failures in a row. Then one
	// message is tried.
	Rest time.Duration
}

// FCM sends by Firebase Cloud Messaging. It is safe for concurrent use.
type FCM struct {
	account jwt.Config
	send    string // address
	wall    func() time.Time
	client  *http.Client
	breaker *gobreaker.CircuitBreaker[struct{}]

	mu    sync.Mutex
	token *oauth2.Token
}

// serviceAccount is what is needed of the credentials.
type serviceAccount struct {
	Type         string `json:"type"`
	ProjectID    string `json:"project_id"`
	PrivateKeyID string `json:"private_key_id"`
	PrivateKey   string `json:"private_key"`
	ClientEmail  string `json:"client_email"`
	TokenURI     string `json:"token_uri"`
}

// NewFCM makes an FCM. It fails for credentials that are none of a service account, and
// never repeats them: they hold a key.
func NewFCM(c Config) (*FCM, error) {
	var a serviceAccount
	if err := json.Unmarshal(c.Credentials, &a); err != nil {
		return nil, errors.New("push: the credentials are not the JSON of a service account")
	}
	if a.Type != "service_account" || a.ProjectID == "" || a.PrivateKey == "" || a.ClientEmail == "" || a.TokenURI == "" {
		return nil, errors.New("push: the credentials are not those of a service account: type, project_id, private_key, client_email and token_uri are needed")
	}
	base, err := url.Parse(cmp.Or(c.URL, DefaultURL))
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, errors.New("push: the address of FCM is no http or https address")
	}
	f := &FCM{
		account: jwt.Config{
			Email: a.ClientEmail, PrivateKey: []byte(a.PrivateKey), PrivateKeyID: a.PrivateKeyID,
			Scopes: []string{scope}, TokenURL: a.TokenURI,
		},
		send: base.JoinPath("v1", "projects", a.ProjectID, "messages:send").String(),
		wall: c.Wall,
		client: &http.Client{
			Timeout:       cmp.Or(c.Timeout, defaultTimeout),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	f.breaker = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Name: "fcm", Timeout: cmp.Or(c.Rest, defaultRest),
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= tripAfter },
		IsSuccessful: answered,
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
	})
	return f, nil
}

// answered tells whether FCM did its part: it took the message, or said what is wrong
// with it.
func answered(err error) bool {
	if wait, is := errors.AsType[*Later](err); is {
		return wait.busy
	}
	return err == nil || errors.Is(err, ErrUnregistered) || errors.Is(err, ErrRefused)
}

// Ready tells whether anything would be sent now.
func (f *FCM) Ready() bool { return f.breaker.State() != gobreaker.StateOpen }

// Send sends a message.
func (f *FCM) Send(ctx context.Context, m Message) error {
	body, err := json.Marshal(wire(m))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	_, err = f.breaker.Execute(func() (struct{}, error) { return struct{}{}, f.try(ctx, body) })
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return ErrResting
	}
	return err
}

// try sends a message, with another access token when the one at hand is not good any
// more.
func (f *FCM) try(ctx context.Context, body []byte) error {
	token, err := f.access(ctx, "")
	if err != nil {
		return err
	}
	err = f.post(ctx, token, body)
	if !errors.Is(err, errToken) {
		return err
	}
	if token, err = f.access(ctx, token); err != nil {
		return err
	}
	return f.post(ctx, token, body)
}

// access gives an access token that is not the refused one.
func (f *FCM) access(ctx context.Context, refused string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.token.Valid() && f.token.AccessToken != refused {
		return f.token.AccessToken, nil
	}
	token, err := f.account.TokenSource(context.WithValue(ctx, oauth2.HTTPClient, f.client)).Token()
	if err != nil {
		return "", fmt.Errorf("push: no access token: %w", unspoken(err))
	}
	if token.AccessToken == "" {
		return "", errors.New("push: no access token: the answer has none")
	}
	f.token = token
	return token.AccessToken, nil
}

// unspoken takes the body of an answer out of an error: it may hold a token.
func unspoken(err error) error {
	if answer, is := errors.AsType[*oauth2.RetrieveError](err); is {
		return fmt.Errorf("the answer is %s", answer.Response.Status)
	}
	return err
}

func (f *FCM) post(ctx context.Context, token string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.send, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := f.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // it is read, or of no use
	said, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return err
	}
	return f.judge(answer, said)
}
