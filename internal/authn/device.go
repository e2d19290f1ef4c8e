package authn

import (
	"context"
	"strings"
	"time"

	"kontrak/ent"
	"kontrak/ent/devicetoken"
	"kontrak/ent/session"
	"kontrak/internal/actor"
	"kontrak/internal/fault"
	"kontrak/internal/store"
)

// The bounds of what is kept of a device, in characters.
const (
	MaxDevice    = 200
	MaxPushToken = 4096
)

// Platforms are what a device may say that it runs.
var Platforms = []string{"ios", "android", "web"}

// Visible tells whether a text has at most so many characters, all of them visible ones
// of ASCII, as the ids of devices and the tokens of FCM are: nothing else can be one.
func Visible(text string, most int) bool {
	return len(text) <= most && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// MustBeVisible says so of a field, with the most characters.
const MustBeVisible = "must have at most %d characters, each a visible one of ASCII"

// check tells what is too long or no text of a device that somebody signs in on.
func (d Device) check() error {
	var bad fault.Fields
	bad.Check(Visible(d.ID, MaxDevice), "device_id", MustBeVisible, MaxDevice)
	bad.Check(len([]rune(d.Name)) <= MaxDevice && store.Storable(d.Name), "device_name", "must have at most %d letters", MaxDevice)
	bad.Check(Visible(d.PushToken, MaxPushToken), "fcm_token", MustBeVisible, MaxPushToken)
	return bad.Err(fault.InputInvalid)
}

// given is a field that somebody who wants in must fill.
type given struct{ name, value string }

// asked names everything that is missing, and what is wrong with the device, before
// anything is looked up or counted.
func asked(d Device, all ...given) error {
	var bad fault.Fields
	for _, g := range all {
		bad.Check(g.value != "", g.name, "is required")
	}
	bad.Take(d.check())
	return bad.Err(fault.InputInvalid)
}

// KeepDevice notes where push messages to a device of the caller are sent from now on.
// A token belongs to one person: whoever had it before on the device has it no longer.
//
// The messages end with the caller's session.
//
// Faults: INVALID for an id or a token that is missing, too long or not Visible;
// TOKEN_INVALID when the account was just closed or suspended, or signed out.
func (s *Service) KeepDevice(ctx context.Context, who actor.Actor, d Device) error {
	var bad fault.Fields
	const must = "must have 1 to %d characters, each a visible one of ASCII"
	bad.Check(d.ID != "" && Visible(d.ID, MaxDevice), "device_id", must, MaxDevice)
	bad.Check(d.PushToken != "" && Visible(d.PushToken, MaxPushToken), "fcm_token", must, MaxPushToken)
	if err := bad.Err(fault.InputInvalid); err != nil {
		return err
	}
	now := store.Instant(s.wall())
	return s.onceOnly(ctx, "Device", func(ctx context.Context, tx *ent.Tx) error {
		u, err := holdUser(ctx, tx, who.UserID)
		if err == nil && u == nil {
			err = fault.New(fault.TokenInvalid, "")
		}
		if err != nil {
			return err
		}
		if err := moveSession(ctx, tx, who, d.ID, now); err != nil {
			return err
		}
		return keepDevice(ctx, tx, who.UserID, d, now)
	})
}

// onceOnly does what has no object to answer with in one transaction, once under the
// same key.
func (s *Service) onceOnly(ctx context.Context, of string, do func(context.Context, *ent.Tx) error) error {
	_, err := store.Once(ctx, s.store, s.wall(), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.store.WithTx(ctx, func(ctx context.Context, tx *ent.Tx) error {
			if err := do(ctx, tx); err != nil {
				return err
			}
			return store.Keep(ctx, tx, store.Done{Type: of})
		})
	}, func(context.Context, store.Done) (struct{}, error) { return struct{}{}, nil })
	return err
}

// moveSession notes that the session of the caller is on that device, whatever it said
// when it was opened, so that both end together. No other one of the account is on it.
func moveSession(ctx context.Context, tx *ent.Tx, who actor.Actor, deviceID string, now time.Time) error {
	own, err := tx.Session.Query().Where(session.ID(who.SessionID), session.RevokedAtIsNil(), store.ForUpdate).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return fault.New(fault.TokenInvalid, "") // it was just ended
	case err != nil || own.DeviceID == deviceID:
		return err
	}
	err = tx.Session.Update().Where(session.UserID(who.UserID), session.DeviceID(deviceID)).SetDeviceID("").SetUpdatedAt(now).Exec(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.DeviceToken.Delete().Where(store.OnDeviceOf(session.ID(own.ID))).Exec(ctx); err != nil {
		return err
	}
	return tx.Session.UpdateOne(own).SetDeviceID(deviceID).SetUpdatedAt(now).Exec(ctx)
}

func keepDevice(ctx context.Context, tx *ent.Tx, userID int64, d Device, now time.Time) error {
	// The device's former token, and whoever had this one, give way.
	_, err := tx.DeviceToken.Delete().Where(devicetoken.Or(
		devicetoken.Token(d.PushToken), devicetoken.And(devicetoken.UserID(userID), devicetoken.DeviceID(d.ID)))).Exec(ctx)
	if err != nil {
		return err
	}
	return tx.DeviceToken.Create().SetUserID(userID).SetDeviceID(d.ID).SetToken(d.PushToken).SetPlatform(d.Platform).
		SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
}

// ForgetDevice sends no more push messages to a device of the caller. One that is not
// known is forgotten already.
//
// Faults: INVALID without an id.
func (s *Service) ForgetDevice(ctx context.Context, who actor.Actor, deviceID string) error {
	if deviceID == "" {
		var bad fault.Fields
		bad.Add("device_id", "must be given")
		return bad.Err(fault.InputInvalid)
	}
	if !store.Storable(deviceID) {
		return nil
	}
	return s.onceOnly(ctx, "Device", func(ctx context.Context, tx *ent.Tx) error {
		_, err := tx.DeviceToken.Delete().Where(devicetoken.UserID(who.UserID), devicetoken.DeviceID(deviceID)).Exec(ctx)
		return err
	})
}
