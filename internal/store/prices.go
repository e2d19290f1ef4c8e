package store

import (
	"context"

	"kontrak/ent"
	"kontrak/ent/baseprice"
	"kontrak/ent/partner"

	"entgo.io/ent/dialect/sql"
)

// What a partner without a price is sorted by, so that it comes last either way.
const (
	NoneCheapest = 1 << 62
	NoneDearest  = -1
)

// KeepLowestPrices keeps the lowest active price of all partners that have a number from
// first to last, in the transaction of WithTx that writes base prices. Lists by price have
// their order from it: looked up, the prices of all would have to be known before the
// cheapest were.
func KeepLowestPrices(ctx context.Context, tx *ent.Tx, first, last int64) error {
	notes, ok := ctx.Value(insideKey{}).(*inside)
	if !ok {
		return errOutside
	}
	u := sql.Dialect(notes.dialect).Update(partner.Table).
		Set(partner.FieldCheapestFirst, lowestPrice(NoneCheapest)).
		Set(partner.FieldDearestFirst, lowestPrice(NoneDearest))
	query, args := u.Where(sql.And(sql.GTE(partner.FieldID, first), sql.LTE(partner.FieldID, last))).Query()
	_, err := tx.ExecContext(ctx, query, args...)
	return err
}

// lowestPrice is the lowest active price of a row of partners, or what stands for none.
func lowestPrice(none int64) sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) {
		p := sql.Dialect(b.Dialect()).Table(baseprice.Table)
		b.WriteString("COALESCE(").Wrap(func(b *sql.Builder) {
			b.Join(sql.Dialect(b.Dialect()).Select(sql.Min(p.C(baseprice.FieldAmount))).From(p).Where(sql.And(
				sql.ColumnsEQ(p.C(baseprice.FieldPartnerID), sql.Table(partner.Table).C(partner.FieldID)), sql.EQ(p.C(baseprice.FieldActive), true),
			)))
		}).Comma().Arg(none).WriteByte(')')
	})
}
