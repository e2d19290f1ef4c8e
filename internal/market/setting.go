package market

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"kontrak/ent"
	"kontrak/ent/setting"
)

// settings are the numbers that the back office may change while the program
// runs (Nukitu reference, section 5).
type settings struct {
	radiusKm          float64       // how far a search for partners reaches
	paymentTime       time.Duration // from asking for the money to the payment's deadline
	partnerTime       time.Duration // how long a partner may think at most
	supervisorTime    time.Duration // how long a supervisor may look for another partner at most
	departureReminder time.Duration // how long before the start a partner is reminded
	departureEarliest time.Duration // how long before the start a partner may set out
	maxExtension      time.Duration // of one request for more time
	reviewEdit        time.Duration // how long a review may be changed
	qrLife            time.Duration // how long a scanned code is good, in wall time
	signReminder      time.Duration // from asking for a signature to asking again; 0 for never
	basicPass         float64       // of 100: what passes the basic test
	basicRetry        time.Duration // from a failed try at the basic test to the next one
}

// settingKey is a setting as it is stored: a number in some unit, within bounds.
type settingKey struct {
	key                  string
	initial, least, most float64
	unit                 string
	public               bool // it may be read without signing in
	into                 func(*settings, float64)
}

var settingKeys = []settingKey{
	{"talent_finder_radius", 25, 1, 20000, "km", true, func(s *settings, n float64) { s.radiusKm = n }},
	{"payment_deadline_hours", 24, 1, 720, "hours", true, func(s *settings, n float64) { s.paymentTime = times(n, time.Hour) }},
	{"partner_response_hours", 24, 1, 720, "hours", true, func(s *settings, n float64) { s.partnerTime = times(n, time.Hour) }},
	{"supervisor_response_hours", 24, 1, 720, "hours", true, func(s *settings, n float64) { s.supervisorTime = times(n, time.Hour) }},
	{"departure_reminder_minutes", 120, 1, 10_080, "minutes", true, func(s *settings, n float64) { s.departureReminder = times(n, time.Minute) }},
	{"max_extension_hours", 8, 1, 72, "hours", true, func(s *settings, n float64) { s.maxExtension = times(n, time.Hour) }},
	{"review_edit_days", 7, 0, 365, "days", false, func(s *settings, n float64) { s.reviewEdit = times(n, 24*time.Hour) }},
	{"qr_token_minutes", 5, 1, 60, "minutes", false, func(s *settings, n float64) { s.qrLife = times(n, time.Minute) }},
	{"departure_earliest_hours", 72, 1, 8760, "hours", false, func(s *settings, n float64) { s.departureEarliest = times(n, time.Hour) }},
	{"basic_test_passing_score", 70, 1, 100, "of 100", false, func(s *settings, n float64) { s.basicPass = n }},
	{"basic_test_retry_hours", 24, 0, 720, "hours", false, func(s *settings, n float64) { s.basicRetry = times(n, time.Hour) }},
	{"signature_reminder_days", 3, 0, 365, "days", false, func(s *settings, n float64) { s.signReminder = times(n, 24*time.Hour) }},
}

// times gives a length of time in whole milliseconds, as instants are.
func times(n float64, unit time.Duration) time.Duration {
	return time.Duration(n * float64(unit)).Truncate(time.Millisecond)
}

// readSettings reads all settings in one statement; a default stands where none
// is stored.
func readSettings(ctx context.Context, on *ent.Client) (settings, error) {
	stored, err := on.Setting.Query().Select(setting.FieldKey, setting.FieldValue).All(ctx)
	if err != nil {
		return settings{}, err
	}
	values := make(map[string]string, len(stored))
	for _, row := range stored {
		values[row.Key] = row.Value
	}
	var s settings
	for _, k := range settingKeys {
		n := k.initial
		if text, there := values[k.key]; there {
			if n, err = strconv.ParseFloat(text, 64); err != nil {
				return s, fmt.Errorf("market: setting %s: %w", k.key, err)
			}
		}
		k.into(&s, n)
	}
	return s, nil
}
