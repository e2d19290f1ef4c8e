package graph_test

import (
	"testing"

	"kontrak/ent/onetimecode"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
	"kontrak/internal/testkit/doors"
)

// partnerCosts are the statements of each mutation of partners and accounts, beside who
// calls: what is held and read, what is written, and the answer.
var partnerCosts = map[string]int{
	"partnerWish": 6, "partnerUnwish": 7, "domicileUpdate": 7, "educationUpdate": 8, "partnerCreate": 18, "partnerUpdate": 10,
	"partnerDelete": 6, "invitationAccept": 10, "userSuspend": 12, "userReinstate": 10, "supervisorCreate": 11,
}

const (
	ownFields     = "partner { id fullName email phoneNumber birthDate location { city } competencies { subServices { status kinds } } prices { amount { value } kinds unit } } userErrors { field code message }"
	accountFields = "user { id email status role } userErrors { field code message }"
)

// TestPartnersAndAccountsFromTheirMakingToTheirEnd goes through every mutation, and counts
// what each asks of the database.
func TestPartnersAndAccountsFromTheirMakingToTheirEnd(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		app := doors.Start(t, db)
		do := func(as, name, inputType, shown string, input map[string]any) map[string]any {
			t.Helper()
			token := ""
			if as != "" {
				token = app.Token(t, as)
			}
			ctx, ran := store.Observe(t.Context())
			got := askIn(ctx, t, app, token, "mutation($input: "+inputType+"!) { done: "+name+"(input: $input) { "+shown+" } }", map[string]any{"input": input})
			if code, fields := refusedAs(got); code != "" {
				t.Fatalf("%s: %s %s: %s", name, code, fields, got.body)
			}
			if want := partnerCosts[name] + nameCost(db, name); ran.Count() != want {
				t.Errorf("%s: %d statements, want %d: %.3000q", name, ran.Count(), want, ran.Texts())
			}
			return got.object("done")
		}
		place := map[string]any{"province": "Banten", "city": "Serang", "address": "Jalan Raya 1", "latitude": -6.1, "longitude": 106.1}
		partner := globalID("Partner", app.World.Partners["partner"])
		shown := "partner { id isWishlisted reviews(first: 2) { totalCount nodes { overallRate institution { name } } } completedContractsCount locations { city } } userErrors { field code }"
		do(customer, "partnerWish", "PartnerInput", "partner { id isWishlisted } userErrors { code }", map[string]any{"partner": partner})
		do(customer, "partnerUnwish", "PartnerInput", "partner { id isWishlisted } userErrors { code }", map[string]any{"partner": partner})
		ask(t, app, app.Token(t, customer), "mutation($p: ID!) { done: partnerWish(input: { partner: $p }) { "+shown+" } }", map[string]any{"p": partner})
		do("partner@demo.test", "domicileUpdate", "PlaceInput", "user { partner { location { city } } } userErrors { code }", map[string]any{"city": "Serang"})
		do("partner@demo.test", "educationUpdate", "EducationUpdateInput", "user { partner { education { level graduationYear } } } userErrors { code }",
			map[string]any{"level": "diploma", "institutionName": "Politeknik", "graduationYear": 2012})
		made := do("supervisor@demo.test", "partnerCreate", "PartnerCreateInput", ownFields, map[string]any{
			"email": "made@example.com", "fullName": "Made", "phoneNumber": "+62 812 999 0001", "gender": "MALE", "birthDate": "1990-12-31", "location": place,
			"competencies": []any{map[string]any{"subService": globalID("SubService", 8), "kinds": []string{"REPAIR"}, "basePrice": 90000}},
		})["partner"].(map[string]any)
		row := app.Store.Client().OneTimeCode.Query().Where(onetimecode.EndedAtIsNil()).OnlyX(t.Context())
		l, err := app.Auth.CodeLetter(t.Context(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		do("", "invitationAccept", "InvitationAcceptInput", "done userErrors { code }", map[string]any{"token": l.Code, "password": "a good password"})
		do("supervisor@demo.test", "partnerUpdate", "PartnerUpdateInput", ownFields, map[string]any{"partner": made["id"], "fullName": "Made Baru"})
		do("supervisor@demo.test", "partnerDelete", "PartnerInput", "partnerId userErrors { code }", map[string]any{"partner": made["id"]})
		newcomer, _ := app.World.Account("newcomer@demo.test")
		user := globalID("User", newcomer.UserID)
		do(theAdmin, "userSuspend", "UserReasonInput", accountFields, map[string]any{"user": user, "reason": "Complaints."})
		do(theAdmin, "userReinstate", "UserInput", accountFields, map[string]any{"user": user})
		do(theAdmin, "supervisorCreate", "SupervisorCreateInput", accountFields, map[string]any{"email": "new@example.com", "fullName": "New"})
	})
}

// badPartners are inputs that are refused, with the code and the fields that are named.
var badPartners = []struct{ as, mutation, code, fields string }{
	{customer, `partnerWish(input: { partner: "x" })`, "NOT_FOUND", ""},
	{"partner@demo.test", `domicileUpdate(input: { city: "", latitude: 91, longitude: null })`, "INVALID", "city,latitude,longitude"},
	{"partner@demo.test", `educationUpdate(input: { graduationYear: 1 })`, "INVALID", "graduationYear,institutionName,level"},
	{"supervisor@demo.test", `partnerCreate(input: { email: "x", fullName: "", phoneNumber: "x", gender: MALE, location: { latitude: 1 }, competencies: [{ subService: "x", basePrice: -1 }] })`, "INVALID",
		"competencies[0].basePrice,competencies[0].subService,email,fullName,location.address,location.city,location.longitude,location.province,phoneNumber"},
	{"supervisor@demo.test", `partnerUpdate(input: { partner: "x", fullName: "" })`, "NOT_FOUND", ""},
	{"supervisor@demo.test", `partnerDelete(input: { partner: "x" })`, "NOT_FOUND", ""},
	{theAdmin, `userSuspend(input: { user: "x", reason: "" })`, "NOT_FOUND", ""},
	{theAdmin, `userReinstate(input: { user: "x" })`, "NOT_FOUND", ""},
	{theAdmin, `supervisorCreate(input: { email: "partner@demo.test", fullName: "New" })`, "DUPLICATE", "email"},
	{theAdmin, `supervisorCreate(input: { email: "x", fullName: "" })`, "INVALID", "email,fullName"},
	{"", `invitationAccept(input: { token: "unknown", password: "a good password" })`, "INVALID", "token"},
}

func TestWhatIsWrongWithPartnersAndAccountsIsNamed(t *testing.T) {
	t.Parallel()
	app := doors.Start(t, testkit.SQLite(t))
	for _, c := range badPartners {
		token := ""
		if c.as != "" {
			token = app.Token(t, c.as)
		}
		got := try(t.Context(), t, app, token, "mutation { done: "+c.mutation+" { userErrors { field code } } }", nil)
		if code, fields := refusedAs(got); code != c.code || fields != c.fields {
			t.Errorf("%s: %s %q, want %s %q", c.mutation, code, fields, c.code, c.fields)
		}
	}
}
