package market

import (
	"context"

	"kontrak/internal/view"
)

// WatchContractWhile is WatchContract, and does something each time that what it begins
// with was read, and nothing decided yet.
func (a *App) WatchContractWhile(ctx context.Context, id int64, how Watch, meanwhile func()) (<-chan *view.ContractChange, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	w, events := watchContracts(ctx, who, how)
	w.contractID = id
	return events, a.feed.join(w, func() (*update, error) {
		defer meanwhile()
		return a.contractNow(ctx, id, how)
	})
}

// WatchContractsWhile is WatchContracts in the same way.
func (a *App) WatchContractsWhile(ctx context.Context, how Watch, meanwhile func()) (<-chan *view.ContractChange, error) {
	who, err := caller(ctx)
	if err != nil {
		return nil, err
	}
	w, events := watchContracts(ctx, who, how)
	return events, a.feed.join(w, func() (*update, error) {
		defer meanwhile()
		return noContract()
	})
}

// JoinTries is how often a subscription reads what it begins with.
const JoinTries = joinTries
