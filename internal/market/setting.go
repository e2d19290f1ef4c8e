package market

import (
	"context"
	"strconv"

	"kontrak/ent"
	"kontrak/ent/setting"
)

// numberSetting is a setting that is a number, with its default (Nukitu
// reference, section 5). The back office may change it while the program runs.
type numberSetting struct {
	key   string
	value float64
}

// settingRadius is how far a search for partners reaches, in kilometres.
var settingRadius = numberSetting{"talent_finder_radius", 25}

// number reads a setting; its default stands where none is stored.
func (a *App) number(ctx context.Context, on *ent.Client, s numberSetting) (float64, error) {
	row, err := on.Setting.Query().Where(setting.Key(s.key)).Only(ctx)
	if ent.IsNotFound(err) {
		return s.value, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(row.Value, 64)
}
