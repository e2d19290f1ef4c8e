package program

import (
	"context"
	"net/url"
	"strings"
	"time"

	"kontrak/internal/live"
	"kontrak/internal/live/relay"
	"kontrak/internal/market"
	"kontrak/internal/worker"
)

// liveSettings say how live updates travel between nodes.
type liveSettings struct {
	NatsURL     string `setting:"" name:"nats-url" group:"Live updates" placeholder:"URL" help:"NATS server that carries live updates between nodes: nats://USER:PASSWORD@HOST:4222, or several with commas between them. Without it subscribers are told of what this process delivers."`
	NatsSubject string `setting:"" name:"nats-subject" group:"Live updates" default:"kontrak.live" placeholder:"NAME" help:"The subject under which they travel: the same for all nodes of one database, and for no others."`
}

// check tells whether the settings can be understood.
func (l liveSettings) check(src *sources) error {
	for one := range strings.SplitSeq(l.NatsURL, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if l.NatsURL != "" && (err != nil || u.Host == "" || u.Scheme != "nats" && u.Scheme != "tls") {
			return src.bad("nats_url", "…", "use nats://HOST:4222, or tls://…") // it may hold a password
		}
	}
	if l.NatsSubject == "" || strings.ContainsAny(l.NatsSubject, "*> \t\r\n") || strings.Contains("."+l.NatsSubject+".", "..") {
		return src.bad("nats_subject", l.NatsSubject, "use words with dots between them, such as kontrak.live")
	}
	return nil
}

// lookAfter is how often subscriptions are ended whose callers may not be told any more
// while nothing happens.
const lookAfter = 2 * time.Second

// tellLive begins what tells subscribers: the hub of p, where events are published. It
// gives what ends it.
func (l liveSettings) tellLive(ctx context.Context, p *parts, app *market.App) (end func(), err error) {
	p.hub = live.NewHub(app, p.log)
	leave := func() {}
	if l.NatsURL != "" {
		r, err := relay.Open(ctx, relay.Config{URL: l.NatsURL, Subject: l.NatsSubject, Hub: p.hub, Logger: p.log})
		if err != nil {
			return nil, err
		}
		leave = r.Close
	}
	stop := run(ctx, worker.Loop{Name: "subscriptions", Interval: lookAfter, Task: app.LookAfterSubscriptions, Logger: p.log})
	return func() {
		stop()
		leave()
	}, nil
}
