package graph_test

import (
	"fmt"
	"testing"

	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// unkeyed are the mutations that take no part, with the reason.
var unkeyed = map[string]string{
	"accountClose":          "the session ends",
	"webhookCreate":         "a secret is given",
	"webhookRotateSecret":   "a secret is given",
	"accountRegister":       "nobody has signed in",
	"accountVerifyEmail":    "nobody has signed in, and tokens are given",
	"apiKeyCreate":          "a key is given",
	"clockAdvance":          "no record is changed in a transaction of its own",
	"codeSend":              "a code is sent",
	"contractShowEndCode":   "a code is given",
	"contractShowStartCode": "a code is given",
	"passwordChange":        "the session ends, and passwords are not hashed with the rest",
	"passwordReset":         "nobody has signed in",
	"invitationAccept":      "nobody has signed in",
	"passwordVerifyCode":    "nobody has signed in, and a token is given",
	"sessionEnd":            "the session ends",
	"sessionOpen":           "tokens are given",
	"sessionRefresh":        "tokens are given",
	"signingRefuse":         "a guest has no account",
	"signingSign":           "a guest has no account",
}

// keyCase is a mutation that is done twice under one key.
type keyCase struct {
	mutation string
	// gone says that there is nothing to show afterwards.
	gone bool
	ask  func(t testing.TB) (*answer, *store.Statements)
}

// keyCases are mutations in which nothing is wrong, in the order in which one world can
// do them.
func keyCases(t *testing.T, app *testkit.App) []keyCase {
	var list []keyCase
	for _, u := range useCases(app.World) {
		change := map[string]any{}
		list = append(list, keyCase{u.deed.mutation, false, func(k testing.TB) (*answer, *store.Statements) {
			if u.needs != "" && change["qrToken"] == nil {
				show := deeds[u.needs]
				if u.needs == lifecycle.ActShowEndCode {
					show = showEnd
				}
				change["qrToken"] = scanByGraph(t, app, app.Token(t, customer), show, app.World.Contract(u.story))
			}
			return u.ask(k, app, u.token(t, app), change)
		}})
	}
	token, admin, good := app.Token(t, customer), app.Token(t, theAdmin), inputs(app)
	simple := func(mutation, token, document string, input map[string]any) {
		list = append(list, keyCase{mutation, false, func(t testing.TB) (*answer, *store.Statements) {
			ctx, ran := store.Observe(t.Context())
			return try(ctx, t, app, token, document, map[string]any{"input": input}), ran
		}})
	}
	for _, k := range keepsCatalogue {
		simple(k.mutation, admin, k.text(), good[k.mutation])
	}
	for _, c := range certificationCases(app) {
		simple(c.mutation, app.Token(t, c.as), c.document, c.input)
	}
	list = append(list, keyCase{"bannerCreate", false, func(t testing.TB) (*answer, *store.Statements) {
		ctx, ran := store.Observe(t.Context())
		return hangsBanner(ctx, t, app, admin), ran
	}})
	for _, p := range paperCases() {
		on := p.subject(t, app)
		gone := p.mutation == "tagDelete" || p.mutation == "counterpartyDelete"
		list = append(list, keyCase{p.mutation, gone, func(t testing.TB) (*answer, *store.Statements) { return p.ask(t, app, token, on, nil) }})
	}
	made := ask(t, app, token, makeKey, map[string]any{"input": map[string]any{"institution": globalID("Institution", app.World.Institutions["home"]), "label": "Till"}})
	simple("apiKeyRevoke", token, revokeKey, map[string]any{"apiKey": made.object("done", "apiKey")["id"]})
	device := map[string]any{"id": "phone", "pushToken": "a-token-of-the-device"}
	simple("deviceKeep", token, `mutation($input: DeviceKeepInput!) { done: deviceKeep(input: $input) { userErrors { code } } }`, device)
	simple("deviceForget", token, `mutation($input: DeviceForgetInput!) { done: deviceForget(input: $input) { userErrors { code } } }`, map[string]any{"id": "phone"})
	simple("profileUpdate", token, `mutation($input: ProfileUpdateInput!) { done: profileUpdate(input: $input) { user { id fullName } userErrors { code } } }`, map[string]any{"fullName": "Sari"})
	list = append(list, partnerKeyCases(t, app)...)
	leaver, _ := app.World.Account("member@demo.test")
	simple("userClose", admin, `mutation($input: UserCloseInput!) { done: userClose(input: $input) { user { id fullName } userErrors { code } } }`,
		map[string]any{"user": globalID("User", leaver.UserID), "reason": "Gone."})
	hook := aHook(t, app, token, globalID("Institution", app.World.Institutions["home"]), 1)
	simple("webhookUpdate", token, changeHook, map[string]any{"webhook": hook, "url": "https://example.org/"})
	message := app.Store.Client().WebhookDelivery.Query().OnlyIDX(t.Context())
	simple("webhookReplay", token, replayHook, map[string]any{"delivery": globalID("WebhookDelivery", message)})
	simple("webhookDelete", token, deleteHook, map[string]any{"webhook": hook})
	for _, m := range memberCases(t, app) {
		simple(m.mutation, app.Token(t, m.email), m.text(), m.input)
	}
	account, _ := app.World.Account(customer)
	list = append(list, onboardingKeys(app)...)
	told := app.Store.Client().Notification.Create().SetUserID(account.UserID).SetKey("K").SetType("contract_accepted").
		SetSubjectType("Contract").SetSubjectID(app.World.Contract("running")).SetCreatedAt(app.Clock.Now()).SaveX(t.Context())
	simple("notificationRead", token, `mutation($input: NotificationInput!) { done: notificationRead(input: $input) { notification { id isRead readAt } userErrors { code } } }`,
		map[string]any{"notification": globalID("Notification", told.ID)})
	simple("notificationsReadAll", token, `mutation { done: notificationsReadAll { count userErrors { code } } }`, nil)
	return list
}

// partnerKeyCases are those about partners and accounts.
func partnerKeyCases(t *testing.T, app *testkit.App) []keyCase {
	var list []keyCase
	on := func(mutation, as, inputType, shown string, input map[string]any) {
		document := fmt.Sprintf("mutation($input: %s!) { done: %s(input: $input) { %s userErrors { code } } }", inputType, mutation, shown)
		token := app.Token(t, as)
		list = append(list, keyCase{mutation, false, func(t testing.TB) (*answer, *store.Statements) {
			ctx, ran := store.Observe(t.Context())
			return try(ctx, t, app, token, document, map[string]any{"input": input}), ran
		}})
	}
	partner, own := globalID("Partner", app.World.Partners["partner"]), globalID("Partner", app.World.Partners["kind_missing"])
	leaver, _ := app.World.Account("member@demo.test")
	place := map[string]any{"province": "Banten", "city": "Serang", "address": "Jalan Raya 1", "latitude": -6.1, "longitude": 106.1}
	on("partnerWish", customer, "PartnerInput", "partner { id isWishlisted }", map[string]any{"partner": partner})
	on("partnerUnwish", customer, "PartnerInput", "partner { id isWishlisted }", map[string]any{"partner": partner})
	on("domicileUpdate", "partner@demo.test", "PlaceInput", "user { partner { location { city } } }", place)
	on("educationUpdate", "partner@demo.test", "EducationUpdateInput", "user { partner { education { level } } }", map[string]any{"level": "diploma", "institutionName": "Politeknik"})
	on("partnerCreate", "supervisor@demo.test", "PartnerCreateInput", "partner { id email }", map[string]any{
		"email": "made@example.com", "fullName": "Made", "phoneNumber": "+62 812 999 0001", "gender": "MALE", "location": place, "competencies": []any{map[string]any{"subService": globalID("SubService", 8), "kinds": []string{"REPAIR"}}},
	})
	on("partnerUpdate", "supervisor@demo.test", "PartnerUpdateInput", "partner { id fullName }", map[string]any{"partner": own, "fullName": "New"})
	on("partnerDelete", "supervisor@demo.test", "PartnerInput", "partnerId", map[string]any{"partner": own})
	on("userSuspend", theAdmin, "UserReasonInput", "user { id status }", map[string]any{"user": globalID("User", leaver.UserID), "reason": "Complaints."})
	on("userReinstate", theAdmin, "UserInput", "user { id status }", map[string]any{"user": globalID("User", leaver.UserID)})
	on("supervisorCreate", theAdmin, "SupervisorCreateInput", "user { id email }", map[string]any{"email": "new@example.com", "fullName": "New"})
	return list
}
