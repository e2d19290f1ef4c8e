package worker_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"kontrak/ent"
	"kontrak/internal/lifecycle"
	"kontrak/internal/mail"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/view"
	"kontrak/internal/worker"
)

// postOffice is an SMTP server on loopback, and what it took.
type postOffice struct {
	mu    sync.Mutex
	taken []string
}

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return sorting{p}, nil }

type sorting struct{ *postOffice }

func (sorting) Mail(string, *smtp.MailOptions) error { return nil }
func (sorting) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (sorting) Reset()                               {}
func (sorting) Logout() error                        { return nil }

func (s sorting) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = append(s.taken, string(text))
	return err
}

var messageID = regexp.MustCompile(`(?mi)^Message-ID: <([^>]+)>`)

// ids counts the mails by their Message-ID, by which receivers drop repeats.
func (p *postOffice) ids() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	ids := map[string]int{}
	for _, text := range p.taken {
		if found := messageID.FindStringSubmatch(text); found != nil {
			ids[found[1]]++
		}
	}
	return ids
}

// smtpAt opens a post office, and gives what sends to it; with none, what sends to where
// nobody listens.
func smtpAt(t *testing.T, p *postOffice) mail.Sender {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if p == nil {
		_ = l.Close() // now nobody does
	} else {
		srv := smtp.NewServer(p)
		srv.Domain = "localhost"
		go func() { _ = srv.Serve(l) }() // until it is closed
		t.Cleanup(func() { _ = srv.Close() })
	}
	by, err := mail.NewSMTP("smtp://"+l.Addr().String(), "Kontrak <kontrak@example.com>")
	if err != nil {
		t.Fatal(err)
	}
	return by
}

// mails is the channel for mails, as the program has it.
func (r *rig) mails(by mail.Sender) worker.Channel {
	return worker.Channel{
		Name: lifecycle.ChannelMail, Store: r.Store, Wall: r.Wall.Now, Log: slog.New(slog.NewTextHandler(r.Log, nil)),
		Deliver: worker.Mails(r.Auth, r.Market, by), Pause: time.Minute, Batch: 4, Lease: 3 * time.Minute,
	}
}

// forgets has a code mailed to each of the first n accounts that are asked for.
func (r *rig) forgets(t *testing.T, from, n int) {
	t.Helper()
	for i := range n {
		email := []string{"institution@demo.test", "partner@demo.test", "supervisor@demo.test", "admin@demo.test", "foreign@demo.test", "member@demo.test"}[from+i]
		if err := r.Auth.ForgotPassword(t.Context(), email, fmt.Sprintf("192.0.2.%d", from+i)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMailsOutliveAServerThatIsDeadForTenMinutes: people go on asking for codes meanwhile,
// nobody waits for the server, and each mail whose code is still good arrives once.
func TestMailsOutliveAServerThatIsDeadForTenMinutes(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r, office := rigOn(t, db), &postOffice{}
		dead, alive := r.mails(smtpAt(t, nil)), r.mails(smtpAt(t, office))
		for minute := range 10 {
			if minute >= 2 && minute < 8 {
				r.forgets(t, minute-2, 1)
			}
			for range 4 {
				_, _ = dead.Task(t.Context()) // it says that it failed, and waits
				r.Wall.Advance(15 * time.Second)
			}
		}
		if n := r.waiting(t, lifecycle.ChannelMail); n != 6 {
			t.Fatalf("%d mails wait, want 6", n)
		}
		for range 8 {
			if err := round(t.Context(), alive); err != nil {
				t.Fatal(err)
			}
			r.Wall.Advance(10 * time.Second)
		}
		if ids := office.ids(); len(ids) != 6 || len(office.taken) != 6 || r.waiting(t, lifecycle.ChannelMail) > 0 {
			t.Errorf("%v: %d mails, %d wait", ids, len(office.taken), r.waiting(t, lifecycle.ChannelMail))
		}
	})
}

// dyingMail sends, and is killed before anybody can note it: twice for each mail.
type dyingMail struct {
	mail.Sender
	kills map[string]int
}

func (d dyingMail) Send(ctx context.Context, m *mail.Message) error {
	err := d.Sender.Send(ctx, m)
	if d.kills[m.ID]++; err == nil && d.kills[m.ID] <= 2 {
		panic(errKilled)
	}
	return err
}

// TestAMailIsTheSameAgainWhenItsSenderIsKilled: ten times over; who comes after the lease
// takes it up, while its code is still good.
func TestAMailIsTheSameAgainWhenItsSenderIsKilled(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r, office := rigOn(t, db), &postOffice{}
		c := r.mails(dyingMail{smtpAt(t, office), map[string]int{}})
		for i := range 5 {
			r.forgets(t, i, 1)
			for range 3 {
				_ = round(t.Context(), c)
				_ = round(t.Context(), c) // another worker asks at once, and finds it taken
				r.Wall.Advance(3*time.Minute + time.Second)
			}
		}
		ids := office.ids()
		if len(ids) != 5 || len(office.taken) != 15 || r.waiting(t, lifecycle.ChannelMail) > 0 {
			t.Errorf("%v: %d mails, %d wait", ids, len(office.taken), r.waiting(t, lifecycle.ChannelMail))
		}
		for _, text := range office.taken {
			if !strings.Contains(text, "text/html") || !strings.Contains(text, "text/plain") {
				t.Errorf("%s", text)
			}
		}
	})
}

// TestWhoIsAskedToSignIsMailedALinkThatOpens: in its own language, though it has no
// account; who is reached by telephone is not, and once the request is over nobody is.
func TestWhoIsAskedToSignIsMailedALinkThatOpens(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r, box := rigOn(t, db), &mail.Box{}
		home, by := r.World.Institutions["home"], r.As(manager)
		made, err := r.Market.CreateAgreement(by, market.CreateAgreement{
			InstitutionID: &home, AgreementFields: market.AgreementFields{Title: market.Some("Ventilators")},
			File: &market.AgreementFile{Upload: *testkit.Upload(testkit.Document(t)), Title: "contract.pdf"},
		}, 0)
		if err != nil {
			t.Fatal(err)
		}
		asked, err := r.Market.AskToSign(by, made.ID, market.AskToSign{
			Title: "Please <sign>", Participants: []market.SignerInput{
				{Name: "Ana Wijaya", Send: lifecycle.SendEmail, Email: "ana@elsewhere.test", Role: "Buyer", Language: "en"},
				{Name: "Tim", Send: lifecycle.SendEmail, Email: "tim@elsewhere.test", Role: "Seller"},
				{Name: "Budi", Send: lifecycle.SendPhone, Phone: "+62 811"},
			},
		}, market.AgreementEverything)
		if err != nil {
			t.Fatal(err)
		}
		sends := func() []*mail.Message {
			t.Helper()
			for _, c := range []worker.Channel{r.channel(), r.mails(box)} {
				for more := true; more; {
					if more, err = c.Task(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			}
			return box.Mails()
		}
		mails := sends()
		if len(mails) != 2 {
			t.Fatalf("%d mails", len(mails))
		}
		for _, m := range mails {
			person := slices.IndexFunc(asked.Signature.Participants, func(p *view.Participant) bool { return strings.HasPrefix(m.To, strings.ToLower(p.Name[:3])) })
			link, err := r.Market.SigningLink(by, asked.Signature.UUID, asked.Signature.Participants[person].UUID)
			if err != nil || !strings.Contains(m.Text, link) || !strings.Contains(m.HTML, link) || !strings.Contains(m.Subject, "Please <sign>") {
				t.Errorf("%v: %+v", err, m)
			}
			page := r.Send(r.Request(t, http.MethodGet, strings.TrimPrefix(link, testkit.PublicURL), "", nil))
			if page.Status != http.StatusOK || !strings.Contains(string(page.Body), "Please &lt;sign&gt;") {
				t.Errorf("the link opens %d %.200s", page.Status, page.Body)
			}
			if english := strings.Contains(m.Subject, "asks you to sign"); english != strings.HasPrefix(m.To, "ana") {
				t.Errorf("%s is told in the other language: %s", m.To, m.Subject)
			}
		}
		// Called off between asking again and sending, the link is over and nobody is mailed.
		first := asked.Signature.Participants[0].UUID
		if _, err := r.Market.SendSignature(by, asked.Signature.UUID, market.SendSignature{Participant: first}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Market.CancelSignature(by, asked.Signature.UUID, "A mistake."); err != nil {
			t.Fatal(err)
		}
		if again := sends(); len(again) != 2 {
			t.Errorf("%d mails after it was called off", len(again))
		}
	})
}

// TestAProgramThatEndsGivesBackWhatItHasNotTried: whoever comes next need not wait for the
// lease.
func TestAProgramThatEndsGivesBackWhatItHasNotTried(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		r, office := rigOn(t, db), &postOffice{}
		r.forgets(t, 0, 3)
		ctx, end := context.WithCancel(t.Context())
		ending := r.mails(smtpAt(t, office))
		deliver := ending.Deliver
		ending.Deliver = func(ctx context.Context, m *ent.Outbox) error {
			defer end() // while the first is on its way
			return deliver(ctx, m)
		}
		if _, err := ending.Task(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
		if err := round(t.Context(), r.mails(smtpAt(t, office))); err != nil || r.waiting(t, lifecycle.ChannelMail) > 0 || len(office.taken) != 3 {
			t.Errorf("%v: %d wait, %d mails", err, r.waiting(t, lifecycle.ChannelMail), len(office.taken))
		}
	})
}
