package market

import (
	"context"
	"fmt"

	"kontrak/internal/store"
	"kontrak/internal/view"
)

// PublicSettings gives the settings that everybody may read, signed in or not.
func (a *App) PublicSettings(ctx context.Context) (*view.PublicSettings, error) {
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	values, err := storedSettings(ctx, a.store.Client())
	if err != nil {
		return nil, store.Fault(err)
	}
	v := &view.PublicSettings{}
	for key, into := range map[string]any{
		"talent_finder_radius": &v.TalentFinderRadius, "partner_response_hours": &v.PartnerResponseHours,
		"supervisor_response_hours": &v.SupervisorResponseHours, "payment_deadline_hours": &v.PaymentDeadlineHours,
		"departure_reminder_minutes": &v.DepartureReminderMinutes, "max_extension_hours": &v.MaxExtensionHours,
		minAppVersion: &v.MinAppVersion,
	} {
		if err := publicSetting(key, values, into); err != nil {
			return nil, err
		}
	}
	return view.See(v, view.Anyone), nil
}

// publicSetting reads a setting, which must be one that is public, into a number or a text.
func publicSetting(key string, values map[string]string, into any) (err error) {
	for i := range settingKeys {
		k := &settingKeys[i]
		if k.key != key || !k.public {
			continue
		}
		switch into := into.(type) {
		case *float64:
			*into, err = k.parse(k.stored(values))
		case *string:
			*into = k.stored(values)
		default:
			err = fmt.Errorf("market: setting %s is not read into %T", key, into)
		}
		return err
	}
	return fmt.Errorf("market: %s is no public setting", key)
}
