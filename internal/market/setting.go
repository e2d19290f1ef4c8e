package market

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"kontrak/ent"
	"kontrak/ent/setting"
	"kontrak/internal/fault"
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

// settingKey is a setting as it is stored: a text, which is a number in some unit, within
// bounds, or a version.
type settingKey struct {
	key, initial, unit string
	public             bool // it may be read without signing in
	// number has the bounds of a number; nil for a version.
	number *bounds
	into   func(*settings, float64) // where a number goes; nil for a version
}

// bounds are the least and the most that a number may be.
type bounds struct{ least, most float64 }

// numberSetting is a setting that is a number.
func numberSetting(key string, initial, least, most float64, unit string, public bool, into func(*settings, float64)) settingKey {
	return settingKey{key: key, initial: numberText(initial), unit: unit, public: public, number: &bounds{least, most}, into: into}
}

var settingKeys = []settingKey{
	numberSetting("talent_finder_radius", 25, 1, 20000, "km", true, func(s *settings, n float64) { s.radiusKm = n }),
	numberSetting("payment_deadline_hours", 24, 1, 720, "hours", true, func(s *settings, n float64) { s.paymentTime = times(n, time.Hour) }),
	numberSetting("partner_response_hours", 24, 1, 720, "hours", true, func(s *settings, n float64) { s.partnerTime = times(n, time.Hour) }),
	numberSetting("supervisor_response_hours", 24, 1, 720, "hours", true, func(s *settings, n float64) { s.supervisorTime = times(n, time.Hour) }),
	numberSetting("departure_reminder_minutes", 120, 1, 10_080, "minutes", true, func(s *settings, n float64) { s.departureReminder = times(n, time.Minute) }),
	numberSetting("max_extension_hours", 8, 1, 72, "hours", true, func(s *settings, n float64) { s.maxExtension = times(n, time.Hour) }),
	numberSetting("review_edit_days", 7, 0, 365, "days", false, func(s *settings, n float64) { s.reviewEdit = times(n, 24*time.Hour) }),
	numberSetting("qr_token_minutes", 5, 1, 60, "minutes", false, func(s *settings, n float64) { s.qrLife = times(n, time.Minute) }),
	numberSetting("departure_earliest_hours", 72, 1, 8760, "hours", false, func(s *settings, n float64) { s.departureEarliest = times(n, time.Hour) }),
	numberSetting("basic_test_passing_score", 70, 1, 100, "of 100", false, func(s *settings, n float64) { s.basicPass = n }),
	numberSetting("basic_test_retry_hours", 24, 0, 720, "hours", false, func(s *settings, n float64) { s.basicRetry = times(n, time.Hour) }),
	numberSetting("signature_reminder_days", 3, 0, 365, "days", false, func(s *settings, n float64) { s.signReminder = times(n, 24*time.Hour) }),
	{key: minAppVersion, initial: "1.0.0", unit: "version", public: true},
}

// minAppVersion is the setting of the oldest mobile app that is served.
const minAppVersion = "min_app_version"

// numberText writes a number as settings are stored.
func numberText(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// What a caller may write: numbers without a sign or an exponent, and versions that have
// one spelling each.
var (
	decimalForm = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,6})?$`)
	versionForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){2}$`)
)

// read gives a value that a caller wrote as it is stored; what is wrong with it goes to bad.
func (k *settingKey) read(value string, bad *fault.Fields) string {
	if k.number == nil {
		bad.Check(versionForm.MatchString(value), "value", "must be a version of three numbers from 0 to 9999, such as %s", k.initial)
		return value
	}
	n, err := strconv.ParseFloat(value, 64)
	bad.Check(err == nil && decimalForm.MatchString(value) && n >= k.number.least && n <= k.number.most,
		"value", "must be a decimal number from %v to %v (%s), such as %s: digits with a point or without, at most 6 of them behind it", k.number.least, k.number.most, k.unit, k.initial)
	return numberText(n)
}

// stored gives the value of a setting among those that are stored: its default where it
// is not.
func (k *settingKey) stored(values map[string]string) string {
	if text, there := values[k.key]; there {
		return text
	}
	return k.initial
}

// parse reads a stored number.
func (k *settingKey) parse(text string) (float64, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		err = fmt.Errorf("market: setting %s: %w", k.key, err)
	}
	return n, err
}

// times gives a length of time in whole milliseconds, as instants are.
func times(n float64, unit time.Duration) time.Duration {
	return time.Duration(n * float64(unit)).Truncate(time.Millisecond)
}

// storedSettings reads the values that are stored, by their keys, in one statement.
func storedSettings(ctx context.Context, on *ent.Client) (map[string]string, error) {
	rows, err := on.Setting.Query().Select(setting.FieldKey, setting.FieldValue).All(ctx)
	values := make(map[string]string, len(rows))
	for _, r := range rows {
		values[r.Key] = r.Value
	}
	return values, err
}

// readSettings reads all numbers in one statement; a default stands where none is stored.
func readSettings(ctx context.Context, on *ent.Client) (settings, error) {
	var s settings
	values, err := storedSettings(ctx, on)
	if err != nil {
		return s, err
	}
	for i := range settingKeys {
		k := &settingKeys[i]
		if k.into == nil {
			continue
		}
		n, err := k.parse(k.stored(values))
		if err != nil {
			return s, err
		}
		k.into(&s, n)
	}
	return s, nil
}
