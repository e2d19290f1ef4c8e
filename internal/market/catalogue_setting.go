package market

import (
	"context"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/setting"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/lifecycle"
	"kontrak/internal/store"
	"kontrak/internal/view"
)

var settingNoun = noun[ent.Setting]{
	name: lifecycle.NounSetting,
	of:   func(r *ent.Setting) record { return record{&r.ID, &r.Version, &r.CreatedAt, &r.UpdatedAt} },
	insert: func(ctx context.Context, tx *ent.Tx, r *ent.Setting) (int64, error) {
		made, err := tx.Setting.Create().SetKey(r.Key).SetValue(r.Value).SetPublic(r.Public).
			SetCreatedAt(r.CreatedAt).SetUpdatedAt(r.UpdatedAt).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	},
	update: func(ctx context.Context, tx *ent.Tx, r *ent.Setting, version int64) (int, error) {
		return tx.Setting.Update().Where(setting.ID(r.ID), setting.Version(version)).
			SetValue(r.Value).SetVersion(r.Version).SetUpdatedAt(r.UpdatedAt).Save(ctx)
	},
}

// SetSetting gives a setting another value. Deadlines that are running stay as they
// are: they were reckoned when they began. The version is the one that the caller
// has read, 0 for a setting that still has its default.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin; INVALID for an unknown
// key, and for a value that is no decimal number within the setting's bounds, or no
// version of three numbers such as 1.0.0, whichever the setting is; STALE.
func (a *App) SetSetting(ctx context.Context, key, value string, version int64) (*view.Setting, error) {
	next, err := repeatable(ctx, a, func(ctx context.Context) (*ent.Setting, error) { return a.setSetting(ctx, key, value, version) },
		func(ctx context.Context, m memory) (*ent.Setting, error) {
			ctx, cancel := a.store.ReadContext(ctx)
			defer cancel()
			return there(a.store.Client().Setting.Get(ctx, m.id))
		})
	if err != nil {
		return nil, err
	}
	k, _, err := checkSetting(key, value)
	if err != nil {
		return nil, err
	}
	return seeSetting(k, next), nil
}

func (a *App) setSetting(ctx context.Context, key, value string, version int64) (*ent.Setting, error) {
	who, err := caller(ctx, actor.Admin)
	if err != nil {
		return nil, err
	}
	k, text, err := checkSetting(key, value)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	var next *ent.Setting
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
		if next, err = k.write(ctx, tx, who, now, text, version); err != nil {
			return err
		}
		return settingNoun.keep(ctx, tx, next)
	})
	if fault.Is(err, fault.Duplicate) { // somebody else was the first to set it
		err = fault.New(fault.Stale, "").Because(err)
	}
	return next, err
}

// write stores a value of a setting, which must have that version, and gives its row.
//
// Faults: STALE.
func (k *settingKey) write(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, text string, version int64) (*ent.Setting, error) {
	before, err := tx.Setting.Query().Where(setting.Key(k.key), store.ForUpdate).Only(ctx)
	if ent.IsNotFound(err) {
		if version != 0 {
			return nil, fault.New(fault.Stale, "")
		}
		next := &ent.Setting{Key: k.key, Value: text, Public: k.public}
		return next, settingNoun.add(ctx, tx, who, now, next)
	}
	if err != nil {
		return nil, err
	}
	if before.Version != version {
		return nil, fault.New(fault.Stale, "")
	}
	next := *before
	next.Value = text
	return &next, settingNoun.save(ctx, tx, who, now, before, &next)
}

// checkSetting gives the setting of a key, for which the value must do, and the value as
// it is stored.
//
// Faults: INVALID.
func checkSetting(key, value string) (*settingKey, string, error) {
	var bad fault.Fields
	var keys []string
	for i := range settingKeys {
		k := &settingKeys[i]
		if k.key == key {
			text := k.read(value, &bad)
			return k, text, bad.Err(fault.InputInvalid)
		}
		keys = append(keys, k.key)
	}
	bad.Add("key", "must be one of %s", strings.Join(keys, ", "))
	return nil, "", bad.Err(fault.InputInvalid)
}

// Settings lists all settings that can be set, with the bounds of numbers; those that nobody
// has set have their default, and version 0.
//
// Faults: UNAUTHENTICATED; FORBIDDEN for any role but admin.
func (a *App) Settings(ctx context.Context) ([]*view.Setting, error) {
	if _, err := caller(ctx, actor.Admin); err != nil {
		return nil, err
	}
	ctx, cancel := a.store.ReadContext(ctx)
	defer cancel()
	rows, err := a.store.Client().Setting.Query().All(ctx)
	if err != nil {
		return nil, store.Fault(err)
	}
	byKey := make(map[string]*ent.Setting, len(rows))
	for _, r := range rows {
		byKey[r.Key] = r
	}
	list := make([]*view.Setting, len(settingKeys))
	for i := range settingKeys {
		list[i] = seeSetting(&settingKeys[i], byKey[settingKeys[i].key])
	}
	return list, nil
}

// seeSetting makes the view of a setting; r is nil for one that nobody has set.
func seeSetting(k *settingKey, r *ent.Setting) *view.Setting {
	v := &view.Setting{Key: k.key, Value: k.initial, Unit: k.unit, Initial: k.initial}
	if k.number != nil {
		v.Least, v.Most = &k.number.least, &k.number.most
	}
	if r != nil {
		v.Value, v.Version, v.UpdatedAt = r.Value, r.Version, &r.UpdatedAt
	}
	return view.See(v, view.Admin)
}
