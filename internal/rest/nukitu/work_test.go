package nukitu_test

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kontrak/internal/testkit"
)

// token gives what a route answers as a code.
func token(t *testing.T, r *testkit.Response) string {
	t.Helper()
	var body struct {
		Success bool
		Data    map[string]string
	}
	r.JSON(t, &body)
	if r.Status != http.StatusOK || !body.Success || len(body.Data) != 2 || body.Data["expires_at"] != "2026-06-08T02:05:00.000Z" || body.Data["token"] == "" {
		t.Fatalf("the code is answered as %d %s", r.Status, r.Body)
	}
	if r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the code may be kept: %v", r.Header)
	}
	return body.Data["token"]
}

// scan reads a picture of a code as a phone would.
func scan(t *testing.T, r *testkit.Response) string {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	// The picture is nothing but the code; looked for in a photograph, some codes are not found.
	found, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		t.Fatal(err)
	}
	return found.GetText()
}

// TestACodeIsTheSameAsTextAndAsPictures, on either side, and is never kept.
func TestACodeIsTheSameAsTextAndAsPictures(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		institution, partner := a.Token(t, "institution@demo.test"), a.Token(t, "partner@demo.test")
		accepted, running := a.World.Contract("accepted"), a.World.Contract("running")
		for _, c := range []struct {
			path, as string
			token    string
		}{
			{fmt.Sprintf("/api/v1/contracts/%d/qr-%%s-start", accepted), institution, ""},
			{fmt.Sprintf("/api/v1/contracts/%d/qr-%%s-end", running), institution, ""},
			{fmt.Sprintf("/api/v1/partner/contracts/%d/qr-%%s-end", running), partner, token(t, a.Do(t, http.MethodGet, fmt.Sprintf("/api/v1/contracts/%d/qr-token-end", running), institution, nil))},
		} {
			path := func(form string) string { return fmt.Sprintf(c.path, form) }
			text := token(t, a.Do(t, http.MethodGet, path("token"), c.as, nil))
			if c.token != "" && text != c.token {
				t.Errorf("%s: %s, and the other side has %s", c.path, text, c.token)
			}
			picture := a.Do(t, http.MethodGet, path("code")+".png", c.as, nil)
			if got := scan(t, picture); got != text {
				t.Errorf("%s: the picture is read as %q, and the text is %q", c.path, got, text)
			}
			drawing := a.Do(t, http.MethodGet, path("code")+".svg", c.as, nil)
			if !strings.HasPrefix(string(drawing.Body), "<svg ") {
				t.Errorf("the SVG is %s", drawing.Body)
			}
			for kind, r := range map[string]*testkit.Response{"image/png": picture, "image/svg+xml": drawing} {
				if r.Status != http.StatusOK || r.Header.Get("Content-Type") != kind || r.Header.Get("Cache-Control") != "no-store" ||
					r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("ETag")+r.Header.Get("Last-Modified") != "" {
					t.Errorf("%s: %d %v", kind, r.Status, r.Header)
				}
			}
		}
	})
}

// TestAPictureOfACodeIsRefusedAsItsText: to the same callers, in JSON.
func TestAPictureOfACodeIsRefusedAsItsText(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		tokens := []string{""}
		for _, email := range []string{"institution@demo.test", "foreign@demo.test", "partner@demo.test", a.PartnerEmail("partner2"), "supervisor@demo.test", "admin@demo.test"} {
			tokens = append(tokens, a.Token(t, email))
		}
		var ids []any
		for _, story := range []string{"offer", "queue", "to_review"} {
			ids = append(ids, a.World.Contract(story))
		}
		before := a.Snapshot(t)
		for _, of := range []string{"contracts/%v/qr-%s-start", "contracts/%v/qr-%s-end", "partner/contracts/%v/qr-%s-end"} {
			for _, id := range append(ids, 0, "x", 99_999_999) {
				for _, as := range tokens {
					text := a.Do(t, http.MethodGet, "/api/v1/"+fmt.Sprintf(of, id, "token"), as, nil)
					for _, form := range []string{".png", ".svg"} {
						picture := a.Do(t, http.MethodGet, "/api/v1/"+fmt.Sprintf(of, id, "code")+form, as, nil)
						if picture.Status != text.Status || picture.Status < 400 || cmp.Diff(picture.Body, text.Body) != "" {
							t.Errorf("%s of %v: %d %s, and the text %d %s", of, id, picture.Status, picture.Body, text.Status, text.Body)
						}
					}
				}
			}
		}
		for _, path := range []string{"qr-code-start.gif", "qr-code-start.", "qr-code-start", "qr-code-start.png/", "qr-code-start.PNG"} {
			if r := a.Do(t, http.MethodGet, fmt.Sprintf("/api/v1/contracts/%d/%s", a.World.Contract("accepted"), path), tokens[1], nil); r.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, r.Status)
			}
		}
		if d := cmp.Diff(before, a.Snapshot(t)); d != "" {
			t.Errorf("something was written: %s", d)
		}
	})
}

func TestAnEstimateIsAnswered(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		token := a.Token(t, "partner@demo.test")
		path := func(story, hours string) string {
			return fmt.Sprintf("/api/v1/partner/contracts/%d/extension-cost-estimate?%s", a.World.Contract(story), hours)
		}
		before := a.Snapshot(t)
		r := a.Do(t, http.MethodGet, path("running", "additional_hours=2"), token, nil)
		if r.Status != http.StatusOK || !strings.Contains(string(r.Body), `"data":{"additional_hours":"2.0","hourly_rate":{"value":`) ||
			!strings.HasSuffix(strings.TrimSpace(string(r.Body)), `"effective_scheduled_end_at":"2026-06-08T05:00:00.000Z"}}`) {
			t.Errorf("the estimate: %d %s", r.Status, r.Body)
		}
		for _, query := range []string{"", "additional_hours=", "additional_hours=undefined", "additional_hours=0", "additional_hours=-1", "additional_hours=9", "additional_hours=x", "additional_hours=1%2C5"} {
			got := a.Do(t, http.MethodGet, path("running", query), token, nil)
			if got.Status != http.StatusBadRequest {
				t.Errorf("%q: %d %s", query, got.Status, got.Body)
			}
			checkFailure(t, got, "invalid_parameter", "additional_hours")
		}
		checkFailure(t, a.Do(t, http.MethodGet, path("accepted", "additional_hours=1"), token, nil), "invalid_state", "")
		checkFailure(t, a.Do(t, http.MethodGet, path("on_route", "additional_hours=1"), token, nil), "not_found", "")
		checkFailure(t, a.Do(t, http.MethodGet, path("running", "additional_hours=1"), a.Token(t, "institution@demo.test"), nil), "forbidden", "")
		after := a.Snapshot(t)
		delete(before, "sessions")
		delete(after, "sessions")
		if d := cmp.Diff(before, after); d != "" {
			t.Errorf("something was written: %s", d)
		}
	})
}

// TestHoursAreTakenAsTextAndAsANumber, and given as text.
func TestHoursAreTakenAsTextAndAsANumber(t *testing.T) {
	t.Parallel()
	testkit.OnEach(t, func(t *testing.T, db testkit.Database) {
		a := start(t, db)
		partner, institution := a.Token(t, a.PartnerEmail("makassar")), a.Token(t, "institution@demo.test")
		id := a.World.Contract("running_branch")
		path := fmt.Sprintf("/api/v1/partner/contracts/%d/request-extension", id)
		for hours, want := range map[string]string{`2`: "2.0", `"2"`: "2.0", `1.50`: "1.5", `"1.5"`: "1.5", `0.1`: "0.1"} {
			r := a.Do(t, http.MethodPost, path, partner, `{"contract":{"additional_hours":`+hours+`,"reason":"More."}}`)
			if r.Status != http.StatusCreated || !strings.Contains(string(r.Body), `"pending_time_adjustment":{"id":`) ||
				!strings.Contains(string(r.Body), `"additional_hours":"`+want+`","reason":"More.","requested_at":"2026-06-08T02:00:00.000Z"}`) {
				t.Errorf("%s hours: %d %s", hours, r.Status, r.Body)
			}
			if r := a.Do(t, http.MethodPatch, fmt.Sprintf("/api/v1/contracts/%d/reject-extension", id), institution, nil); r.Status != http.StatusOK {
				t.Fatalf("%d %s", r.Status, r.Body)
			}
		}
		for _, hours := range []string{`""`, `" 2"`, `true`, `[2]`, `{}`, `null`, `"x"`, `"0x2"`, `1e400`, `"1e1"`, `-2`} {
			r := a.Do(t, http.MethodPost, path, partner, `{"contract":{"additional_hours":`+hours+`,"reason":"More."}}`)
			if r.Status != http.StatusBadRequest {
				t.Errorf("%s hours: %d %s", hours, r.Status, r.Body)
			}
			checkFailure(t, r, "validation_error", "additional_hours")
		}
	})
}
