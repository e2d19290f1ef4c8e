package market

import (
	"kontrak/internal/store"
	"kontrak/internal/view"
)

// contractText is what a contract is found by, folded. It is written with every write of
// one of its parts.
func contractText(id int64, description, brand, model string) string {
	return store.FoldAll(view.ReferenceCode(id), description, brand, model)
}
