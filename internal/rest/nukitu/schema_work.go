package nukitu

import (
	"fmt"
	"net/http"
	"strconv"

	"kontrak/internal/qr"
	"kontrak/internal/view"
)

// extensionEstimate is what more time would come to.
type extensionEstimate struct {
	AdditionalHours         view.Hours `json:"additional_hours"`
	HourlyRate              money      `json:"hourly_rate"`
	EstimatedCost           money      `json:"estimated_cost"`
	EffectiveScheduledEndAt instant    `json:"effective_scheduled_end_at"`
}

func toExtensionEstimate(v *view.ExtensionEstimate) extensionEstimate {
	return extensionEstimate{
		AdditionalHours: v.AdditionalHours, HourlyRate: toMoney(&v.HourlyRate), EstimatedCost: toMoney(&v.EstimatedCost),
		EffectiveScheduledEndAt: instant(v.EffectiveScheduledEndAt),
	}
}

// qrToken is a code that one side shows and the other one scans, as text.
type qrToken struct {
	Token     string  `json:"token"`
	ExpiresAt instant `json:"expires_at"`
}

func toQRToken(v *view.QRCode) qrToken {
	return qrToken{Token: v.Token, ExpiresAt: instant(v.ExpiresAt)}
}

// picture is a body that is no JSON.
type picture struct {
	kind  string // content type
	bytes []byte
}

// draw draws a text as a code: a png or an svg.
func draw(text, form string) (picture, error) {
	code, err := qr.Of(text)
	if err != nil {
		return picture{}, err
	}
	if form == "svg" {
		return picture{"image/svg+xml", []byte(code.SVG())}, nil
	}
	png, err := code.PNG()
	return picture{"image/png", png}, err
}

// write answers with the picture. It is for one caller and for a short time.
func (p picture) write(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", p.kind)
	h.Set("Content-Length", strconv.Itoa(len(p.bytes)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'")
	_, err := w.Write(p.bytes)
	if err != nil {
		return fmt.Errorf("nukitu: write a picture: %w", err)
	}
	return nil
}
