package market

import (
	"context"
	"encoding/json"
	"time"

	"kontrak/ent"
	"kontrak/internal/actor"
	"kontrak/internal/changelog"
	"kontrak/internal/lifecycle"
)

// personal are the columns that say who somebody is. That they were changed is told, and
// not from what to what: a change is kept when the person has gone.
var personal = map[string]bool{
	"full_name": true, "search_name": true, "picture": true, "gender": true, "about": true, "experience_years": true, "phone": true, "email": true,
	"birth_place": true, "birth_date": true, "place": true,
	"verification_reason": true, "rejection_reason": true, "certificate": true,
}

// unkept stands for a value that is not kept.
var unkept = json.RawMessage(`"…"`)

// discreet takes what is personal out of changes.
func discreet(c changes) changes {
	for column := range c {
		if personal[column] {
			c[column] = changelog.Change{From: json.RawMessage("null"), To: unkept}
		}
	}
	return c
}

// tellOfPartner writes down that somebody else than the partner itself changed it; before
// is nil for a new one. beside are changes of what stands in other tables.
func tellOfPartner(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, before, next *ent.Partner, beside changes) error {
	c := differences(before, next)
	if _, moved := c["status_reason"]; moved { // what a partner is said to have done goes with it
		c["status_reason"] = changelog.Change{From: json.RawMessage("null"), To: unkept}
	}
	for name, change := range beside {
		c[name] = change
	}
	return tellOf(ctx, tx, who, now, lifecycle.NounPartner, next.ID, next.Version, discreet(c))
}

// tellOfUser writes down that somebody else than its owner changed an account; before is
// nil for a new one.
func tellOfUser(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, before, next *ent.User) error {
	return tellOf(ctx, tx, who, now, lifecycle.NounUser, next.ID, next.Version, discreet(differences(before, next)))
}

func tellOf(ctx context.Context, tx *ent.Tx, who actor.Actor, now time.Time, of lifecycle.CatalogueNoun, id, version int64, c changes) error {
	return tx.CatalogueChange.Create().SetNoun(of).SetRecordID(id).SetRecordVersion(version).
		SetActorID(who.UserID).SetChanges(c.JSON()).SetAt(now).Exec(ctx)
}
