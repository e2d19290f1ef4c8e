package nukitu_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kontrak/internal/testkit"
)

var update = flag.Bool("update", false, "rewrite the golden scenarios")

// scene is one request of a golden scenario with its answer.
type scene struct {
	Who      string          `json:"who"`
	Request  string          `json:"request"`
	Body     json.RawMessage `json:"body,omitempty"`
	Form     []string        `json:"form,omitempty"`
	Status   int             `json:"status"`
	Response json.RawMessage `json:"response"`
}

// play is a scenario under way.
type play struct {
	*testkit.App
	t      *testing.T
	scenes []scene
}

// stored is the address of an uploaded file, which is another one each time.
var stored = regexp.MustCompile(`/files/[a-z0-9]{26}\.([a-z]+)\?[^"]*`)

// do sends a request, with a form where there are parts, and keeps the scene.
func (p *play) do(who, method, path string, body any, parts ...testkit.Part) map[string]any {
	p.t.Helper()
	s := scene{Who: who, Request: method + " " + path}
	r := p.Request(p.t, method, path, p.Token(p.t, who), body)
	if len(parts) > 0 {
		r = p.Form(p.t, method, path, p.Token(p.t, who), parts...)
		for _, part := range parts {
			s.Form = append(s.Form, strings.TrimSpace(part.Field+" "+part.File))
		}
	} else if body != nil {
		s.Body, _ = json.Marshal(body)
	}
	got := p.Send(r)
	s.Status, s.Response = got.Status, stored.ReplaceAll(bytes.TrimSpace(got.Body), []byte("/files/random.$1"))
	p.scenes = append(p.scenes, s)
	return got.Object(p.t)
}

// check holds the scenario against its golden file.
func (p *play) check(name string) {
	p.t.Helper()
	path := filepath.Join("testdata", name+".golden.json")
	text, err := json.MarshalIndent(p.scenes, "", "  ")
	if err != nil {
		p.t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			p.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(text), "\n")); d != "" {
		p.t.Errorf("%s: %s", path, d)
	}
}

type object = map[string]any

// TestAContractIsMadeByItsWizard is the whole way from nothing to the money,
// through the routes 650, 653 to 657 and 669 to 672.
func TestAContractIsMadeByItsWizard(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		p := &play{App: start(t, db), t: t}
		w := p.World
		made := p.do(institution, "POST", "/api/v1/contracts", object{"contract": object{"partner_id": w.Partners["partner"], "sub_service_id": 8, "kind": "repair"}})
		id := int64(made["data"].(object)["contract"].(object)["id"].(float64))
		path := fmt.Sprintf("/api/v1/contracts/%d", id)
		p.do(institution, "PATCH", path+"/details", object{"contract": object{"description": "Too early."}})
		p.do(institution, "PATCH", path+"/schedule", object{"contract": object{
			"contract_start_date": "2026-06-13", "contract_start_time": "09:00", "contract_end_date": "2026-06-14", "contract_end_time": "12:30",
			"contact_persons": []object{{"name": "Siti Aminah", "phone": "+62 812 999 0001"}},
		}})
		p.do(institution, "GET", path+"/pricing-preview?promotion_code=PROMO10&payment_method_id=1", nil)
		p.do(institution, "PATCH", path+"/details", nil,
			testkit.Part{Field: "contract[description]", Body: "The display flickers."}, testkit.Part{Field: "contract[tool_brand]", Body: "Mindray"},
			testkit.Part{Field: "contract[tool_images][]", File: "front.png", Body: testkit.PNG}, testkit.Part{Field: "contract[tool_images][]", File: "back.jpg", Body: testkit.JPEG})
		p.do(institution, "GET", "/api/v1/payment-methods", nil)
		p.do(institution, "GET", "/api/v1/promotions", nil)
		p.do(institution, "POST", "/api/v1/promotions/validate", object{"code": "PROMO10", "contract_id": id})
		p.do(institution, "POST", "/api/v1/promotions/validate", object{"code": "RAMADAN25", "order_amount": 500000})
		p.do(institution, "PATCH", path+"/payment", object{"contract": object{"payment_method_id": 1, "promotion_code": "PROMO10"}})
		p.do(institution, "PATCH", path+"/payment-proof", nil, testkit.Part{Field: "contract[proof]", File: "receipt.pdf", Body: testkit.PDF})
		p.do(institution, "PATCH", path+"/cancel", object{"contract": object{"reason": "We found the fault ourselves."}})
		p.check("wizard")
	})
}

// TestPicturesAreKeptByTheirAddresses: a list of JSON, or of a form, may name those
// that stay.
func TestPicturesAreKeptByTheirAddresses(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token, path := a.Token(t, institution), fmt.Sprintf("/api/v1/contracts/%d", a.World.Contract("draft_payment"))
		images := func(r *testkit.Response) []string {
			t.Helper()
			if r.Status != 200 {
				t.Fatalf("%d %s", r.Status, r.Body)
			}
			var names []string
			for _, link := range r.Object(t)["data"].(object)["contract"].(object)["tool_images"].([]any) {
				names = append(names, link.(string))
			}
			return names
		}
		had := images(a.Do(t, "GET", path, token, nil))
		if len(had) != 2 {
			t.Fatalf("%v", had)
		}
		got := images(a.Do(t, "PATCH", path+"/details", token, object{"tool_images": had[1:]}))
		if !cmp.Equal(got, had[1:]) {
			t.Errorf("one kept by JSON: %v of %v", got, had)
		}
		got = images(a.Send(a.Form(t, "PATCH", path+"/details", token,
			testkit.Part{Field: "contract[tool_images][]", Body: had[1]}, testkit.Part{Field: "contract[tool_images][]", File: "x", Body: testkit.GIF})))
		if len(got) != 2 || got[0] != had[1] || !strings.Contains(got[1], ".gif?") {
			t.Errorf("one kept and one new by a form: %v", got)
		}
		for name, request := range map[string]*testkit.Response{
			"an empty list": a.Do(t, "PATCH", path+"/details", token, `{"contract":{"tool_images":[]}}`),
			"null":          a.Do(t, "PATCH", path+"/details", token, `{"contract":{"tool_images":null}}`),
			"an empty text": a.Send(a.Form(t, "PATCH", path+"/details", token, testkit.Part{Field: "contract[tool_images][]", Body: ""})),
		} {
			if got := images(request); len(got) != 0 {
				t.Errorf("%s: %v", name, got)
			}
		}
	})
}

// TestWizardBadInputIsRefused is the table of what each route of the wizard does
// not take.
func TestWizardBadInputIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		before, stored := a.Snapshot(t), a.Files.Count()
		tokens := map[string]string{"": ""}
		for _, c := range append(badWizard(a), badPricing(a)...) {
			if tokens[c.email] == "" && c.email != "" {
				tokens[c.email] = a.Token(t, c.email)
				before = a.Snapshot(t) // a token is a session
			}
			t.Run(c.name, func(t *testing.T) {
				got := a.Do(t, c.method, c.path, tokens[c.email], c.body)
				if got.Status != c.status {
					t.Fatalf("status %d, want %d: %s", got.Status, c.status, got.Body)
				}
				checkFailure(t, got, c.code, c.field)
			})
		}
		if d := cmp.Diff(before, a.Snapshot(t)); d != "" || a.Files.Count() != stored {
			t.Errorf("something was written: %s", d)
		}
		if strings.Contains(a.Log.String(), "level=ERROR") {
			t.Errorf("something was logged as a mistake of ours: %s", a.Log)
		}
	})
}

// badWizard are bad bodies of the routes that write.
func badWizard(a *testkit.App) []badInput {
	var all []badInput
	story := func(name string) string { return fmt.Sprintf("/api/v1/contracts/%d", a.World.Contract(name)) }
	try := func(name, email, method, path string, body any, status int, code, field string) {
		all = append(all, badInput{name: name, email: email, method: method, path: path, body: body, status: status, code: code, field: field})
	}
	invalid := func(name, method, path, body, field string) {
		try(name, institution, method, path, body, 400, "validation_error", field)
	}
	create := "/api/v1/contracts"
	try("create: nobody", "", "POST", create, `{}`, 401, "unauthorized", "")
	try("create: a partner", "partner@demo.test", "POST", create, `{}`, 403, "forbidden", "")
	invalid("create: nothing", "POST", create, `{}`, "kind,partner_id,sub_service_id")
	invalid("create: wrong types", "POST", create, `{"contract":{"partner_id":"x","sub_service_id":[],"kind":5,"institution_id":"1"}}`, "institution_id,kind,partner_id,sub_service_id")
	invalid("create: an unknown kind", "POST", create, `{"contract":{"partner_id":1,"sub_service_id":8,"kind":"Repair"}}`, "kind")
	invalid("create: a foreign institution", "POST", create, fmt.Sprintf(`{"contract":{"partner_id":1,"sub_service_id":8,"kind":"repair","institution_id":%d}}`, a.World.Institutions["foreign"]), "institution_id")
	try("create: nothing selected", "other@demo.test", "POST", create, `{"contract":{"partner_id":1,"sub_service_id":8,"kind":"repair"}}`, 400, "validation_error", "institution_id")
	try("create: a partner that cannot", institution, "POST", create, `{"contract":{"partner_id":99999,"sub_service_id":8,"kind":"repair"}}`, 400, "not_eligible", "partner_id")
	try("create: a body that cannot be read", institution, "POST", create, `{"contract"`, 400, "bad_request", "")

	schedule := story("draft_schedule") + "/schedule"
	invalid("schedule: nothing", "PATCH", schedule, `{}`, "contact_persons,contract_end_date,contract_end_time,contract_start_date,contract_start_time")
	invalid("schedule: wrong types", "PATCH", schedule, `{"contract":{"contract_start_date":5,"contract_start_time":[],"contract_end_date":{},"contract_end_time":true,"schedules":5,"contact_persons":"x"}}`,
		"contact_persons,contract_end_date,contract_end_time,contract_start_date,contract_start_time,schedules")
	const period = `"contract_start_date":"2026-06-13","contract_start_time":"09:00","contract_end_date":"2026-06-14","contract_end_time":"12:00"`
	invalid("schedule: wrong types within", "PATCH", schedule, `{"contract":{`+period+`,"schedules":[{"date":1,"start_time":2,"end_time":3}],"contact_persons":[{"id":"x","name":1,"phone":2,"_destroy":"perhaps"}]}}`,
		"contact_persons[0]._destroy,contact_persons[0].id,contact_persons[0].name,contact_persons[0].phone,schedules[0].date,schedules[0].end_time,schedules[0].start_time")
	invalid("schedule: a list of texts", "PATCH", schedule, `{"contract":{`+period+`,"contact_persons":["Siti"]}}`, "contact_persons")
	invalid("schedule: the past", "PATCH", schedule, `{"contract":{"contract_start_date":"2020-06-13","contract_start_time":"09:00","contract_end_date":"2020-06-14","contract_end_time":"12:00","contact_persons":[{"name":"Siti","phone":"081234"}]}}`, "contract_start_date")
	invalid("schedule: a stretch outside", "PATCH", schedule, `{"contract":{`+period+`,"contact_persons":[{"name":"Siti","phone":"081234"}],"schedules":[{"date":"2026-06-20","start_time":"09:00","end_time":"10:00"}]}}`, "schedules[0].date")
	try("schedule: another institution's", "foreign@demo.test", "PATCH", schedule, `{}`, 404, "not_found", "")
	try("schedule: no number", institution, "PATCH", "/api/v1/contracts/abc/schedule", `{}`, 404, "not_found", "")

	details := story("draft_details") + "/details"
	invalid("details: nothing", "PATCH", details, `{}`, "description")
	invalid("details: wrong types", "PATCH", details, `{"contract":{"description":5,"tool_brand":[],"tool_type":{},"tool_images":"x"}}`, "description,tool_brand,tool_images,tool_type")
	invalid("details: a brand that is no text", "PATCH", details, `{"contract":{"description":"Calibrate it.","tool_brand":5}}`, "tool_brand")
	invalid("details: pictures by JSON", "PATCH", details, `{"contract":{"description":"Calibrate it.","tool_images":["data:image/png;base64,iVBORw0KGgo="]}}`, "tool_images")
	try("details: too early", institution, "PATCH", story("draft_schedule")+"/details", `{"contract":{"description":"x"}}`, 400, "invalid_state", "")

	payment := story("draft_payment") + "/payment"
	invalid("payment: nothing", "PATCH", payment, `{}`, "payment_method_id")
	invalid("payment: wrong types", "PATCH", payment, `{"contract":{"payment_method_id":"x","promotion_code":5}}`, "payment_method_id,promotion_code")
	invalid("payment: a method that is switched off", "PATCH", payment, `{"contract":{"payment_method_id":4}}`, "payment_method_id")
	invalid("payment: an unknown code", "PATCH", payment, `{"contract":{"payment_method_id":1,"promotion_code":"NOTHING"}}`, "promotion_code")
	try("payment: too early", institution, "PATCH", story("draft_details")+"/payment", `{"contract":{"payment_method_id":1}}`, 400, "invalid_state", "")
	try("payment: twice", institution, "PATCH", story("to_pay")+"/payment", `{"contract":{"payment_method_id":1}}`, 400, "invalid_state", "")

	invalid("cancel: no reason", "PATCH", story("to_pay")+"/cancel", `{}`, "reason")
	invalid("cancel: a reason that is no text", "PATCH", story("to_pay")+"/cancel", `{"contract":{"reason":5}}`, "reason")
	try("cancel: too late", institution, "PATCH", story("on_route")+"/cancel", `{"contract":{"reason":"x"}}`, 400, "invalid_state", "")
	try("cancel: overdue", "foreign@demo.test", "PATCH", story("to_pay_overdue")+"/cancel", `{"contract":{"reason":"x"}}`, 400, "deadline_passed", "")
	invalid("proof: a JSON body", "PATCH", story("to_pay")+"/payment-proof", `{"contract":{"proof":"a.png"}}`, "proof")
	return all
}

// badPricing are bad questions about prices.
func badPricing(a *testkit.App) []badInput {
	var all []badInput
	try := func(name, email, method, path string, body any, status int, code, field string) {
		all = append(all, badInput{name: name, email: email, method: method, path: path, body: body, status: status, code: code, field: field})
	}
	preview := fmt.Sprintf("/api/v1/contracts/%d/pricing-preview", a.World.Contract("draft_payment"))
	for query, field := range map[string]string{
		"payment_method_id=x": "payment_method_id", "payment_method_id=99": "payment_method_id", "promotion_code=NOTHING": "promotion_code",
		"promotion_code=RAMADAN25": "promotion_code", "promotion_code=%00": "promotion_code", "payment_method_id=0&promotion_code=x": "payment_method_id,promotion_code",
	} {
		try("preview: "+query, institution, "GET", preview+"?"+query, nil, 400, "invalid_parameter", field)
	}
	try("preview: a partner", "partner@demo.test", "GET", preview, nil, 403, "forbidden", "")
	try("preview: another institution's", "foreign@demo.test", "GET", preview, nil, 404, "not_found", "")
	try("preview: too early", institution, "GET", fmt.Sprintf("/api/v1/contracts/%d/pricing-preview", a.World.Contract("draft_schedule")), nil, 400, "invalid_state", "")
	validate := "/api/v1/promotions/validate"
	try("validate: nothing", institution, "POST", validate, `{}`, 400, "validation_error", "code,order_amount")
	try("validate: wrong types", institution, "POST", validate, `{"code":5,"contract_id":"x","order_amount":"many"}`, 400, "validation_error", "code,contract_id,order_amount")
	try("validate: an unknown code", institution, "POST", validate, `{"code":"NOTHING","order_amount":1}`, 404, "not_found", "")
	try("validate: an unknown contract", institution, "POST", validate, `{"code":"PROMO10","contract_id":99999999}`, 404, "not_found", "")
	try("validate: too small an order", institution, "POST", validate, `{"code":"PROMO10","order_amount":1}`, 400, "validation_error", "code")
	for _, path := range []string{"/api/v1/payment-methods", "/api/v1/promotions"} {
		try(path+": nobody", "", "GET", path, nil, 401, "unauthorized", "")
		try(path+": a partner", "partner@demo.test", "GET", path, nil, 403, "forbidden", "")
	}
	return all
}
