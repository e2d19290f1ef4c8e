package market_test

import (
	"context"
	"maps"
	"slices"

	"kontrak/ent"
	"kontrak/ent/setting"
	"kontrak/internal/lifecycle"
)

// settingValues are what settings are given in scenes: a default is what holds in the
// others. Whatever is right by default is so by at least one of them.
var settingValues = map[string][]string{
	"payment_deadline_hours": {"1", "720"}, "partner_response_hours": {"1", "720"}, "supervisor_response_hours": {"1", "720"},
	"departure_earliest_hours": {"1", "24", "8760"}, "max_extension_hours": {"1", "1.5", "12"}, "review_edit_days": {"0", "2", "30"},
	"qr_token_minutes": {"1", "60"}, "talent_finder_radius": {"1", "20000"},
}

var settingNames = slices.Sorted(maps.Keys(settingValues))

// settingIs gives a setting a value.
func settingIs(key, value string) facet {
	return facet{key + " " + value, func(ctx context.Context, tx *ent.Tx, s *scene) error {
		if _, err := tx.Setting.Delete().Where(setting.Key(key)).Exec(ctx); err != nil {
			return err
		}
		return tx.Setting.Create().SetKey(key).SetValue(value).SetCreatedAt(longAgo).SetUpdatedAt(longAgo).Exec(ctx)
	}}
}

// drawSetting gives every third scene another setting: one that the action reads, where
// it reads one, as often as any.
func (l *laboratory) drawSetting(d *dice, s *scene) {
	if d.chance("setting", 3) > 0 {
		return
	}
	key := pick(d, "key", settingNames)
	if read := settingOf[s.action]; read != "" && d.chance("its own", 2) == 1 {
		key = read
	}
	s.setting = key
	s.facets = append(s.facets, settingIs(key, pick(d, "value", settingValues[key])))
}

// settingOf is the setting that a rule or a check of an action reads.
var settingOf = map[lifecycle.ContractAction]string{
	lifecycle.ActGoOnRoute: "departure_earliest_hours", lifecycle.ActRequestExtension: "max_extension_hours", lifecycle.ActEditReview: "review_edit_days",
}
