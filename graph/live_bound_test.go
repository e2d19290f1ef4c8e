package graph_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"kontrak/internal/market"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// TestSubscriptionsOfAnAccountAreBoundedOverBothTransports together.
func TestSubscriptionsOfAnAccountAreBoundedOverBothTransports(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	w, token, ctx := put(t, app), app.Token(t, customer), app.As(customer)
	for range market.MaxSubscriptions - 2 {
		if _, err := app.Market.WatchContracts(ctx, market.Watch{}); err != nil {
			t.Fatal(err)
		}
	}
	events := func() *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/query", strings.NewReader(`{"query":"`+allChanges+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "text/event-stream")
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = answer.Body.Close() })
		return answer
	}
	stream := events()
	heard := make([]byte, 1024)
	for text := ""; !strings.Contains(text, "subscribed"); {
		n, err := stream.Body.Read(heard)
		if err != nil {
			t.Fatal(text, err)
		}
		text += string(heard[:n])
	}
	l := w.follow(t, token, allChanges)
	l.say(asks("more", allChanges))
	if text, err := l.next(); err != nil || !strings.Contains(text, "TOO_MANY_OPERATIONS") || !strings.Contains(text, `"limit":200`) {
		t.Errorf("one more over a WebSocket is told %s %v", text, err)
	}
	text, err := io.ReadAll(events().Body)
	if err != nil || !strings.Contains(string(text), "TOO_MANY_OPERATIONS") {
		t.Errorf("one more as events is told %s %v", text, err)
	}
}
