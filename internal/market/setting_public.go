package market

import (
	"context"
	"fmt"
	"strconv"

	"kontrak/ent/setting"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// minAppVersion is the setting of the oldest mobile app that is served, which is no
// number; 1.0.0 where it is not stored.
const (
	minAppVersion     = "min_app_version"
	initialAppVersion = "1.0.0"
)

// PublicSettings gives the settings that everybody may read, signed in or not.
func (a *App) PublicSettings(ctx context.Context) (*view.PublicSettings, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().Setting.Query().Select(setting.FieldKey, setting.FieldValue).All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	v := &view.PublicSettings{MinAppVersion: initialAppVersion}
	stored := make(map[string]string, len(rows))
	for _, r := range rows {
		stored[r.Key] = r.Value
	}
	if version, there := stored[minAppVersion]; there {
		v.MinAppVersion = version
	}
	for key, into := range map[string]*float64{
		"talent_finder_radius": &v.TalentFinderRadius, "partner_response_hours": &v.PartnerResponseHours,
		"supervisor_response_hours": &v.SupervisorResponseHours, "payment_deadline_hours": &v.PaymentDeadlineHours,
		"departure_reminder_minutes": &v.DepartureReminderMinutes, "max_extension_hours": &v.MaxExtensionHours,
	} {
		if *into, err = publicNumber(key, stored); err != nil {
			return nil, err
		}
	}
	return view.See(v, view.Anyone), nil
}

// publicNumber gives the value of a setting, which must be one that is public.
func publicNumber(key string, stored map[string]string) (float64, error) {
	for _, k := range settingKeys {
		if k.key != key || !k.public {
			continue
		}
		text, there := stored[key]
		if !there {
			return k.initial, nil
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0, fmt.Errorf("market: setting %s: %w", key, err)
		}
		return n, nil
	}
	return 0, fmt.Errorf("market: %s is no public setting", key)
}
