package store

import (
	"context"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"kontrak/ent"
	"kontrak/ent/devicetoken"
	"kontrak/ent/predicate"
	"kontrak/ent/session"
	"kontrak/ent/user"
	"kontrak/internal/lifecycle"
)

// EndSessions ends those of the sessions that are open, as of an instant of real time, and
// forgets where push messages to their devices were sent, unless another session is open
// on the device. Whatever ends a session does it by this.
func EndSessions(ctx context.Context, tx *ent.Tx, wall time.Time, which ...predicate.Session) error {
	err := tx.Session.Update().Where(append(slices.Clone(which), session.RevokedAtIsNil())...).SetRevokedAt(wall).SetUpdatedAt(wall).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = tx.DeviceToken.Delete().Where(OnDeviceOf(which...), devicetoken.Not(OnDeviceOf(session.RevokedAtIsNil()))).Exec(ctx)
	return err
}

// OnDeviceOf holds of the device tokens on whose device somebody has such a session.
func OnDeviceOf(which ...predicate.Session) predicate.DeviceToken {
	return func(s *sql.Selector) {
		on := sql.Table(session.Table).As("on_device")
		of := sql.Dialect(s.Dialect()).Select(on.C(session.FieldID)).From(on)
		for _, one := range which {
			one(of)
		}
		of.Where(sql.And(
			sql.ColumnsEQ(on.C(session.FieldUserID), s.C(devicetoken.FieldUserID)),
			sql.ColumnsEQ(on.C(session.FieldDeviceID), s.C(devicetoken.FieldDeviceID)),
		))
		s.Where(sql.Exists(of))
	}
}

// SignedInOn holds of the device tokens on whose device their person is signed in at an
// instant of real time: by a session that is open, and as the account that it still is.
// It sees what ends a sign-in without ending its session: time, a suspension, another role.
func SignedInOn(wall time.Time) predicate.DeviceToken {
	return OnDeviceOf(session.RevokedAtIsNil(), session.ExpiresAtGT(Instant(wall)), func(on *sql.Selector) {
		u := sql.Table(user.Table).As("signed_in")
		on.Where(sql.Exists(sql.Dialect(on.Dialect()).Select(u.C(user.FieldID)).From(u).Where(sql.And(
			sql.ColumnsEQ(u.C(user.FieldID), on.C(session.FieldUserID)),
			sql.ColumnsEQ(u.C(user.FieldRole), on.C(session.FieldRole)),
			sql.EQ(u.C(user.FieldStatus), lifecycle.UserActive),
		))))
	})
}
