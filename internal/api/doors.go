package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"kontrak/graph"
	"kontrak/internal/actor"
	"kontrak/internal/authn"
	"kontrak/internal/market"
	"kontrak/internal/page"
	"kontrak/internal/rest/export"
	"kontrak/internal/rest/faveo"
	"kontrak/internal/rest/kit"
	"kontrak/internal/rest/nukitu"
	"kontrak/internal/rest/yedpay"
)

// GraphOptions are what the settings say of the graph.
type GraphOptions = graph.Options

// GraphSockets are what they say of its WebSockets.
type GraphSockets = graph.Sockets

// Doors gives every door of this program. The command line and the test kit put
// them up alike, so that tests go through what is served.
func Doors(app *market.App, auth *authn.Service, log *slog.Logger, options GraphOptions) []Door {
	desk := unmoved(app, faveo.New(faveo.Config{App: app, Auth: auth, Logger: log}))
	describesDesk := &Description{Name: "faveo", JSON: faveo.OpenAPI}
	kitDialect := kit.New(kit.Config{App: app, Auth: auth, Logger: log})
	return []Door{
		{
			Path: "/query", Title: "GraphQL",
			About: "The whole model as one graph: POST {\"query\": …}, with Authorization: Bearer and a token.",
			Handler: graph.NewHandler(graph.HandlerConfig{
				App: app, Auth: auth, Logger: log, Options: options,
				Authenticate: func(r *http.Request) (actor.Actor, error) { return auth.Authenticate(r.Context(), r) },
			}),
		},
		{
			Path: "/api/v1", Title: "Nukitu",
			About:   "REST for mobile apps: GET /api/v1/partner/contracts, PATCH /api/v1/supervisor/contracts/{id}/assign-partner and more.",
			Handler: unmoved(app, nukitu.New(nukitu.Config{App: app, Auth: auth, Logger: log})),
			OpenAPI: &Description{Name: "nukitu", JSON: nukitu.OpenAPI},
		},
		{
			Path: faveo.Path, Title: "Faveo", OpenAPI: describesDesk,
			About:   "REST for service desks: GET /service-desk/api/contract-list, POST /service-desk/api/contract and more.",
			Handler: desk,
		},
		{
			Path: faveo.PathV3, Title: "Faveo", OpenAPI: describesDesk,
			About:   "The same under its other spelling.",
			Handler: desk,
		},
		{
			Path: "/v1", Title: "Yedpay",
			About:   "REST for a company's contracts and documents: GET /v1/companies/{company_id}/contracts and more.",
			Handler: unmoved(app, yedpay.New(yedpay.Config{App: app, Auth: auth, Logger: log})),
			OpenAPI: &Description{Name: "yedpay", JSON: yedpay.OpenAPI},
		},
		{
			Path: page.Path, Title: "Signing", Secret: true, Fail: page.Fail,
			About:   "The page on which participants without an account sign or refuse: GET and POST /sign/{token}.",
			Handler: unmoved(app, page.New(page.Config{App: app, Logger: log, Pass: auth.PassLink})),
		},
		{
			Path: kit.Path, Title: "Kit",
			About:   "REST for clients of the Kit API, with a key in x-api-key: GET /kit-api/v1/contracts?limit=10&offset=0 and more.",
			Handler: unmoved(app, kitDialect), Fail: kitDialect.Fail, OpenAPI: &Description{Name: "kit", JSON: kit.OpenAPI},
		},
		{
			// A clock that is held may move while a file is sent: each page meets one instant.
			Path: export.Path, Title: "Exports", Handler: export.New(export.Config{App: app, Auth: auth, Logger: log}),
			About: "Whole lists as files: GET /export/contracts.csv, /export/agreements.ndjson, /export/partners.csv, with Authorization: Bearer and a token.",
		},
	}
}

// unmoved keeps a held clock where it is while a request is answered, so that it
// meets one instant. The graph does the same for each of its operations.
func unmoved(app *market.App, next http.Handler) http.Handler {
	if !app.HoldsClock() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, leave := app.StayClock(r.Context())
		defer leave()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// WebhookData gives what is sent to a webhook of a record, as somebody sees it.
func WebhookData(app *market.App, auth *authn.Service) func(ctx context.Context, who actor.Actor, typeName string, id int64) (json.RawMessage, error) {
	return graph.NewRenderer(app, auth).Webhook
}
