package matrix

import (
	"slices"
	"strings"

	"kontrak/internal/testkit"
)

// desk is a route of the dialect Faveo, about an agreement of home whose approver the
// supervisor is.
func desk(action, own, spoiled, good, bad string) operation {
	o := does("POST /contract-"+action+"/{contractId}", "", "", good, bad)
	o.name = strings.Replace(o.name, "/api/v1", "/service-desk/api", 1)
	o.write.own, o.write.foreign, o.write.missing = "<agreement:"+own+">", "<agreement:expired>", "<agreement#987654>"
	if spoiled != "" {
		o.write.spoiled = "<agreement:" + spoiled + ">"
	}
	return o
}

const deskPeriod = `{"contract_id": <>, "approver_id": <user:supervisor>, "cost": "1200", "start_date": "2027-01-01 00:00:00", "end_date": "2028-01-01 00:00:00"}`

// faveoRoutes are the routes of the dialect Faveo, under their first spelling; the other
// one is held to the same answers.
var faveoRoutes = []operation{
	{name: "GET /service-desk/api/contract-list", reads: append([]read{{"all", "", "GET /service-desk/api/contract-list"}},
		three("<agreement:active>", "<agreement:expired>", "<agreement#987654>", "GET /service-desk/api/contract-list?contract_ids[]=<>")...)},
	{name: "POST /service-desk/api/contract", write: &write{
		own: "<agreement:rejected>", foreign: "<agreement:expired>", missing: "<agreement#987654>",
		good: `{"id": <>, "name": "Ventilators", "contract_type_id": 3, "cost": "1200", "approver_id": <user:supervisor>, "description": "Two", "start_date": "2026-06-09 02:00:00", "end_date": "2026-07-09 02:00:00"}`,
		bad:  `{"id": <>, "name": ""}`}},
	desk("approve", "draft_too", "approved_too", `{"contract_id": <>}`, `{"contract_id": <>}`),
	desk("reject", "draft", "", `{"contract_id": <>, "reason": "Too dear."}`, `{"contract_id": <>, "reason": ""}`),
	desk("renew", "active", "", deskPeriod, `{"contract_id": <>}`),
	desk("extend", "active_at_once", "", strings.Replace(deskPeriod, "2027-01-01 00:00:00", "2027-04-03 23:59:59", 1), `{"contract_id": <>}`),
	desk("terminate", "active_too", "draft", `{"contract_id": <>, "reason": "No longer needed."}`, `{"contract_id": <>}`),
}

const kitAt = " /kit-api/v1"

// kitGet reads a route of the dialect Kit.
func kitGet(path, own, foreign, missing string) operation {
	name := "GET" + kitAt + path
	if own == "" {
		return operation{name: name, reads: plain(name)}
	}
	at := name[:strings.Index(name+"{", "{")] + "<>"
	if !strings.Contains(name, "{") {
		at = name + "?uuid=<>"
	}
	return operation{name: name, reads: three(own, foreign, missing, at)}
}

// kitDo writes over a route of Kit.
func kitDo(name, own, foreign, missing, good, bad string, more ...func(*write)) operation {
	method, path, _ := strings.Cut(name, " ")
	w := &write{own: own, foreign: foreign, missing: missing, good: good, bad: bad}
	for _, change := range more {
		change(w)
	}
	return operation{name: method + kitAt + path, write: w}
}

const noUUID = "ed976505-bcbd-47bd-913d-f4cde05dea7a"

// kitRoutes are the routes of the dialect Kit, where keys stand for callers.
var kitRoutes = []operation{
	kitGet("/contracts", "", "", ""),
	kitGet("/contracts/find", "<uuid:active>", "<uuid:expired>", noUUID),
	kitGet("/contracts/{uuid}", "<uuid:active>", "<uuid:expired>", noUUID),
	kitDo("PATCH /contracts/{uuid}", "<uuid:active>", "<uuid:expired>", noUUID, `{"input": {"tagIds": [<tag:home used>]}}`, `{"input": {"tagIds": "nothing"}}`),
	kitGet("/contracts/tags", "", "", ""),
	kitDo("POST /contracts/tags", "", "", "", `{"input": {"name": "Cellar"}}`, `{"input": {"name": ""}}`),
	kitDo("PATCH /contracts/tags/{id}", "<tag:home>", "<tag:foreign>", "987654", `{"input": {"name": "Attic"}}`, `{"input": {"name": ""}}`),
	kitDo("DELETE /contracts/tags/{id}", "<tag:home>", "<tag:foreign>", "987654", ``, ``, inUse("tag", "used")),
	kitGet("/customers", "", "", ""),
	kitDo("POST /customers", "", "", "", `{"input": {"title": "Sumber"}}`, `{"input": {"title": ""}}`),
	kitGet("/customers/{id}", "<counterparty:home>", "<counterparty:foreign>", "987654"),
	kitDo("PATCH /customers/{id}", "<counterparty:home>", "<counterparty:foreign>", "987654", `{"input": {"title": "Sumber-Baru"}}`, `{"input": {"title": ""}}`),
	kitDo("DELETE /customers/{id}", "<counterparty:home>", "<counterparty:foreign>", "987654", ``, ``, inUse("counterparty", "used")),
	kitGet("/signatures", "", "", ""),
	{name: "GET" + kitAt + "/signatures/usage", reads: plain("GET" + kitAt + "/signatures/usage?from=2026-06-01&to=2026-06-30")},
	kitDo("POST /signatures/{sig}/send", "<uuid:signature home>", "<uuid:signature foreign>", noUUID, `{"participantUuid": "<uuid:participant home>"}`, `{"participantUuid": 5}`),
	kitDo("POST /signatures/{sig}/cancel", "<uuid:signature home>", "<uuid:over foreign>", noUUID, `{}`, `{}`, func(w *write) { w.spoiled = "<uuid:over home>" }),
	kitGet("/signature-templates", "", "", ""),
	kitGet("/signature-templates/{key}", "<signaturetemplate:home>", "<signaturetemplate:foreign>", "987654"),
	kitDo("POST /signature-templates/{key}/signatures", "<signaturetemplate:home>", "<signaturetemplate:foreign>", "987654",
		`{"input": {"title": "Of a template", "participants": [{"role": "Supplier", "input": {"name": "Tim", "email": "tim@x.test", "send": "EMAIL"}}, {"role": "Director", "input": {"name": "Ana", "email": "ana@x.test", "send": "EMAIL"}}]}}`, `{"input": {"title": "", "participants": []}}`),
}

// documentForm is what Yedpay's upload takes.
func documentForm(w *write) {
	w.parts = []testkit.Part{{Field: "type", Body: "yedpay_contract"}, {Field: "contract_type", Body: "2"}, {Field: "file", File: "Gateway.pdf", Body: testkit.PDF}}
}

func yedpayDo(name, own, foreign, missing, good, bad string, more ...func(*write)) operation {
	o := kitDo(name, own, foreign, missing, good, bad, more...)
	o.name = strings.Replace(o.name, kitAt, " /v1", 1)
	return o
}

const noPublicID = "2M49E60Z7XGZ17G5DN"

// yedpayRoutes are the routes of the dialect Yedpay.
var yedpayRoutes = []operation{
	{name: "GET /v1/companies/{company_id}/contracts", reads: three("<text:company home>", "<text:company foreign>", noPublicID, "GET /v1/companies/<>/contracts")},
	yedpayDo("POST /companies/{company_id}/documents", "<text:company home>", "<text:company foreign>", noPublicID, ``, `{}`, documentForm),
	{name: "GET /v1/companies/{company_id}/documents/{file_id}", reads: []read{
		{"own", "<text:document home>", "GET /v1/companies/<text:company home>/documents/<>"},
		{"own, missing", noPublicID, "GET /v1/companies/<text:company home>/documents/<>"},
		{"own, of a foreign one", "<text:document foreign>", "GET /v1/companies/<text:company home>/documents/<>"},
		{"foreign", "<text:document foreign>", "GET /v1/companies/<text:company foreign>/documents/<>"},
		{"missing", noPublicID, "GET /v1/companies/" + noPublicID + "/documents/<>"}}},
	{name: "GET /v1/me", reads: plain("GET /v1/me")},
	{name: "GET /v1/personal/token", reads: plain("GET /v1/personal/token")},
	yedpayDo("POST /personal/token", "", "", "", `form:name=laptop`, `form:name=`),
	{name: "GET /v1/personal/token/{token_id}", reads: three("<text:token manager>", "<text:token other>", noPublicID, "GET /v1/personal/token/<>")},
	yedpayDo("DELETE /personal/token/{token_id}", "<text:token manager>", "<text:spent token other>", noPublicID, ``, ``, func(w *write) { w.spoiled = "<text:spent token manager>" }),
}

// ownRoutes are those beside the dialects and the graph.
var ownRoutes = []operation{
	{name: "GET /", reads: plain("GET /")}, {name: "GET /about", reads: plain("GET /about")},
	{name: "GET /healthz", reads: plain("GET /healthz")}, {name: "GET /readyz", reads: plain("GET /readyz")},
	{name: "GET /openapi/{dialect}.json", reads: []read{{"own", "nukitu", "GET /openapi/<>.json"}, {"missing", "nothing", "GET /openapi/<>.json"}}},
	{name: "GET /assets/{name}", reads: []read{{"missing", "nothing.js", "GET /assets/<>"}}},
	{name: "GET /files/{name}", reads: []read{
		{"public", "<text:public file>", "GET /files/<>"}, {"foreign", "<text:private file>", "GET /files/<>"}, {"missing", "nothing.png", "GET /files/<>"}}},
	{name: "GET /sign/{token}", reads: []read{{"missing", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "GET /sign/<>"}}},
	{name: "POST /sign/{token}", reads: []read{{"missing", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "POST /sign/<> form:answer=refuse"}}},
}

// restRoutes are all routes.
var restRoutes = slices.Concat(nukituRoutes, faveoRoutes, kitRoutes, yedpayRoutes, ownRoutes)
