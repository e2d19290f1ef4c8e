package market

import (
	"context"

	"kontrak/ent/apikey"
	"kontrak/internal/view"
)

// APIKeysOf gives for each of the institutions one page of its keys, the oldest first,
// revoked ones too; nil stands for an institution that the caller does not manage. It
// costs the same number of statements for any number of institutions.
//
// Faults: UNAUTHENTICATED; INVALID for what is no position of the list.
func (a *App) APIKeysOf(ctx context.Context, institutionIDs []int64, p Page) ([]*view.Page[view.APIKey], error) {
	return managedList[apiKeyRow, view.APIKey]{
		table: apikey.Table, start: selectAPIKeys,
		of: func(r *apiKeyRow) (id, institutionID int64) { return r.id, r.institutionID }, see: seeAPIKey,
	}.pages(ctx, a, institutionIDs, p)
}
