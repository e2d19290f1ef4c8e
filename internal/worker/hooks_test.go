package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"kontrak/ent"
	"kontrak/ent/webhook"
	"kontrak/ent/webhookdelivery"
	"kontrak/internal/api"
	"kontrak/internal/lifecycle"
	"kontrak/internal/market"
	"kontrak/internal/testkit"
	hooks "kontrak/internal/webhook"
	"kontrak/internal/worker"
)

// listener is a receiver of webhooks of ours: what it was sent, and how it answers.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	sent   []message
	answer func(n int) int // the status of the nth message, from 1
}

type message struct {
	header http.Header
	body   []byte
}

func listen(t *testing.T, answer func(n int) int) *listener {
	t.Helper()
	l := &listener{answer: answer}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is cut shows in the signature
		l.mu.Lock()
		l.sent = append(l.sent, message{r.Header, body})
		n := len(l.sent)
		l.mu.Unlock()
		w.WriteHeader(l.answer(n))
	}))
	t.Cleanup(l.Close)
	return l
}

func takesAll(int) int { return http.StatusNoContent }

// ids are those of the messages that came, each once.
func (l *listener) ids() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var ids []string
	for _, m := range l.sent {
		ids = append(ids, m.header.Get(standard.HeaderWebhookID))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// hooked is a rig with webhooks.
type hooked struct {
	*rig
	sender *hooks.Sender
}

func hookedOn(t *testing.T, db testkit.Database) *hooked {
	t.Helper()
	r := rigOn(t, db)
	return &hooked{rig: r, sender: hooks.NewSender(true, r.Wall.Now)}
}

func (h *hooked) hooks() *worker.Hooks {
	return &worker.Hooks{
		Store: h.Store, App: h.Market, Render: api.WebhookData(h.Market, h.Auth), Send: h.sender.Send, Wall: h.Wall.Now,
		Log: slog.New(slog.NewTextHandler(h.Log, nil)),
	}
}

// rounds does what is due for events and webhooks until nothing is.
func (h *hooked) rounds(t *testing.T) {
	t.Helper()
	for more := true; more; {
		for events := true; events; {
			var err error
			if events, err = h.channel().Task(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		turn(t, h.hooks())
		due, err := h.Store.DueHooks(t.Context(), 1, h.Wall.Now())
		if err != nil {
			t.Fatal(err)
		}
		more = len(due) > 0
	}
}

// turn gives every webhook that something waits for its turn, once.
func turn(t *testing.T, by *worker.Hooks) {
	t.Helper()
	if _, err := by.Task(t.Context()); err != nil {
		t.Fatal(err)
	}
	by.Wait()
}

// killed cannot note how a try went: its process has died.
type killed struct{ *market.App }

func (killed) DeliveryTried(context.Context, *ent.WebhookDelivery, int, error, time.Time, bool) error {
	return errKilled
}

// hook has an address told of the events of an institution, 0 for all, and gives its
// number and secret.
func (h *hooked) hook(t *testing.T, email string, institution int64, url string, events ...string) (int64, string) {
	t.Helper()
	in := market.CreateWebhook{WebhookFields: market.WebhookFields{URL: market.Some(url), Events: market.Some(events)}}
	if institution != 0 {
		in.InstitutionID = &institution
	}
	v, secret, err := h.Market.CreateWebhook(h.As(email), in)
	if err != nil {
		t.Fatal(err)
	}
	return v.ID, secret
}

// due leaves n messages for a webhook: k0, k1, …
func (h *hooked) due(t *testing.T, of int64, n int) {
	t.Helper()
	now := h.Wall.Now()
	for i := range n {
		h.Store.Client().WebhookDelivery.Create().SetWebhookID(of).SetKey(fmt.Sprint("k", i)).SetEvent("contract_accepted").
			SetPayload(json.RawMessage(fmt.Sprintf(`{"contract_id":%d}`, h.World.Contract("offer")))).SetOccurredAt(now).
			SetAvailableAt(now).SetCreatedAt(now).SetUpdatedAt(now).ExecX(t.Context())
	}
}

const (
	manager = "institution@demo.test"
	backers = "admin@demo.test"
)

// TestWebhooksAreToldWhatTheirOwnerSees: signed, of its own events alone, and without the
// partner whom an institution does not see while it is replaced.
func TestWebhooksAreToldWhatTheirOwnerSees(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		h := hookedOn(t, db)
		own, all, foreign, other := listen(t, takesAll), listen(t, takesAll), listen(t, takesAll), listen(t, takesAll)
		_, secret := h.hook(t, manager, h.World.Institutions["home"], own.URL, "contract_rejected", "contract_escalated")
		h.hook(t, backers, 0, all.URL)
		h.hook(t, "foreign@demo.test", h.World.Institutions["foreign"], foreign.URL)
		h.hook(t, manager, h.World.Institutions["home"], other.URL, "contract_completed")
		id := h.World.Contract("offer")
		if _, err := h.Market.RejectContract(h.As("partner@demo.test"), id, "No time.", market.ContractWants{}); err != nil {
			t.Fatal(err)
		}
		h.rounds(t)
		if len(own.sent) == 0 || len(own.sent) != len(all.sent) || len(foreign.sent)+len(other.sent) > 0 {
			t.Fatalf("%d came to the institution, %d to the back office, %d to another institution, %d to who wants other events",
				len(own.sent), len(all.sent), len(foreign.sent), len(other.sent))
		}
		checks, err := standard.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range own.sent {
			if err := checks.VerifyIgnoringTimestamp(m.body, m.header); err != nil {
				t.Error(err)
			}
		}
		mine, theirs := contractIn(t, own.sent[0]), contractIn(t, all.sent[0])
		if mine["databaseId"] != float64(id) || mine["status"] != "PARTNER_PENDING" || mine["partner"] != nil || theirs["partner"] == nil {
			t.Errorf("the institution is told %v, the back office %v", mine, theirs)
		}
		if checks.VerifyIgnoringTimestamp(all.sent[0].body, all.sent[0].header) == nil {
			t.Error("the secret of one webhook signs for another")
		}
		if strings.Contains(h.Log.String(), secret) {
			t.Error("the secret is logged")
		}
	})
}

func contractIn(t *testing.T, m message) map[string]any {
	t.Helper()
	var body struct {
		Type      string
		Timestamp time.Time
		Data      struct{ Contract map[string]any }
	}
	if err := json.Unmarshal(m.body, &body); err != nil || body.Type == "" || body.Timestamp.IsZero() {
		t.Fatalf("%v: %s", err, m.body)
	}
	return body.Data.Contract
}

// TestEachMessageArrivesOnceByItsID although the receiver is down for long, and the
// process dies again and again after a message has left.
func TestEachMessageArrivesOnceByItsID(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		h := hookedOn(t, db)
		down := true
		l := listen(t, func(int) int {
			if down {
				return http.StatusServiceUnavailable
			}
			return http.StatusOK
		})
		id, _ := h.hook(t, manager, h.World.Institutions["home"], l.URL)
		if _, err := h.Market.RejectContract(h.As("partner@demo.test"), h.World.Contract("offer"), "No time.", market.ContractWants{}); err != nil {
			t.Fatal(err)
		}
		h.rounds(t)
		of := webhookdelivery.WebhookID(id)
		wanted := h.Store.Client().WebhookDelivery.Query().Where(of).CountX(t.Context())
		if wanted == 0 {
			t.Fatal("nothing is to be sent")
		}
		for range 20 { // minutes
			h.Wall.Advance(time.Minute)
			h.rounds(t)
		}
		if v := h.Store.Client().Webhook.GetX(t.Context(), id); v.FailingSince == nil {
			t.Error("it is not said to be failing")
		}
		down = false
		for range 10 { // each time, what is sent is not noted, and the lease has to end
			h.Wall.Advance(time.Hour)
			dying := h.hooks()
			dying.App = killed{h.Market}
			turn(t, dying)
			turn(t, h.hooks()) // nobody else takes it up before
		}
		if n := h.Store.Client().WebhookDelivery.Query().Where(of, webhookdelivery.EndedAtNotNil()).CountX(t.Context()); n > 0 {
			t.Errorf("%d are noted as sent by who died", n)
		}
		h.Wall.Advance(time.Hour)
		h.rounds(t)
		rows := h.Store.Client().WebhookDelivery.Query().Where(of).AllX(t.Context())
		for _, r := range rows {
			if !r.Delivered || r.EndedAt == nil || r.ResponseStatus != http.StatusOK || r.LastError != "" {
				t.Errorf("%v", r)
			}
		}
		if len(rows) != wanted || len(l.ids()) != wanted || len(l.sent) <= wanted+10 {
			t.Errorf("%d rows and %d ids of %d messages, want %d", len(rows), len(l.ids()), len(l.sent), wanted)
		}
		if v := h.Store.Client().Webhook.GetX(t.Context(), id); v.FailingSince != nil {
			t.Error("it is still said to be failing")
		}
	})
}

// TestAMessageIsGivenUpAfterADayAndCanBeReplayed.
func TestAMessageIsGivenUpAfterADayAndCanBeReplayed(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		h := hookedOn(t, db)
		status := http.StatusInternalServerError
		l := listen(t, func(int) int { return status })
		id, _ := h.hook(t, manager, h.World.Institutions["home"], l.URL, "contract_escalated")
		if _, err := h.Market.RejectContract(h.As("partner@demo.test"), h.World.Contract("offer"), "No time.", market.ContractWants{}); err != nil {
			t.Fatal(err)
		}
		began, row := h.Wall.Now(), h.Store.Client().WebhookDelivery.Query().Where(webhookdelivery.WebhookID(id))
		h.rounds(t)
		for range 500 {
			if row.Clone().OnlyX(t.Context()).EndedAt != nil {
				break
			}
			h.Wall.Advance(15 * time.Minute)
			h.rounds(t)
		}
		d := row.Clone().OnlyX(t.Context())
		if d.EndedAt == nil || d.Delivered || d.LastError == "" {
			t.Fatalf("%v", d)
		}
		if took := d.EndedAt.Sub(began); took < 20*time.Hour || took > 36*time.Hour {
			t.Errorf("it was tried for %s", took)
		}
		status = http.StatusOK
		if _, err := h.Market.ReplayDelivery(h.As(manager), d.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Market.ReplayDelivery(h.As(manager), d.ID); err == nil {
			t.Error("what is being tried can be replayed")
		}
		h.rounds(t)
		if again := row.Clone().OnlyX(t.Context()); !again.Delivered || again.Key != d.Key || len(l.ids()) != 1 {
			t.Errorf("%v, %d ids", again, len(l.ids()))
		}
	})
}

// TestAReceiverThatWantsNoMoreIsLeftAlone: 410 disables its webhook, what waits is dropped,
// and its manager may have it told again.
func TestAReceiverThatWantsNoMoreIsLeftAlone(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		h := hookedOn(t, db)
		l := listen(t, func(int) int { return http.StatusGone })
		id, _ := h.hook(t, manager, h.World.Institutions["home"], l.URL)
		if _, err := h.Market.RejectContract(h.As("partner@demo.test"), h.World.Contract("offer"), "No time.", market.ContractWants{}); err != nil {
			t.Fatal(err)
		}
		h.rounds(t)
		if v := h.Store.Client().Webhook.GetX(t.Context(), id); v.Status != lifecycle.WebhookDisabled {
			t.Errorf("it is %s", v.Status)
		}
		if n := h.Store.Client().WebhookDelivery.Query().Where(webhookdelivery.EndedAtIsNil()).CountX(t.Context()); n > 0 {
			t.Errorf("%d still wait", n)
		}
		if v, err := h.Market.UpdateWebhook(h.As(manager), id, market.WebhookFields{Active: market.Some(true)}); err != nil || v.Status != lifecycle.WebhookActive {
			t.Error(v, err)
		}
	})
}

// TestABackOfficesWebhookEndsWithItsMaker: who works there no longer is told nothing.
func TestABackOfficesWebhookEndsWithItsMaker(t *testing.T) {
	t.Parallel()
	h := hookedOn(t, testkit.SQLite(t))
	l := listen(t, takesAll)
	id, _ := h.hook(t, backers, 0, l.URL)
	maker := h.Store.Client().Webhook.Query().Where(webhook.ID(id)).QueryCreatedBy().OnlyX(t.Context())
	h.Store.Client().User.UpdateOne(maker).SetStatus(lifecycle.UserSuspended).ExecX(t.Context())
	if _, err := h.Market.RejectContract(h.As("partner@demo.test"), h.World.Contract("offer"), "No time.", market.ContractWants{}); err != nil {
		t.Fatal(err)
	}
	h.rounds(t)
	if len(l.sent) > 0 {
		t.Errorf("%d messages came", len(l.sent))
	}
}

// TestOneWebhookHoldsUpNoOther: however much waits for one that is down, it costs a try.
func TestOneWebhookHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		h := hookedOn(t, db)
		many, one := listen(t, func(int) int { return http.StatusServiceUnavailable }), listen(t, takesAll)
		busy, _ := h.hook(t, manager, h.World.Institutions["home"], many.URL)
		quiet, _ := h.hook(t, manager, h.World.Institutions["home"], one.URL)
		h.due(t, busy, 30)
		h.due(t, quiet, 1)
		turn(t, h.hooks())
		if len(many.sent) != 1 || len(one.sent) != 1 {
			t.Errorf("one round sent %d and %d", len(many.sent), len(one.sent))
		}
		if turn(t, h.hooks()); len(many.sent) != 1 {
			t.Errorf("what is down is tried again at once")
		}
	})
}
