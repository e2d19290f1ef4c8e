package store_test

import (
	"context"
	"fmt"
	"testing"

	"kontrak/ent"
	"kontrak/ent/setting"
	"kontrak/internal/store"
	"kontrak/internal/testkit"
)

// BenchmarkStatements compares statements that are prepared once with such that
// are not, one caller and many, alone and in a transaction.
func BenchmarkStatements(b *testing.B) {
	for _, db := range testkit.Databases(b) {
		for name, cfg := range map[string]store.Config{
			"prepared":   {},
			"unprepared": store.Unprepared(store.Config{}),
		} {
			s := db.OpenWith(b, cfg)
			if s.Client().Setting.Query().CountX(b.Context()) == 0 {
				for i := range 100 {
					newSetting(s.Client(), fmt.Sprint("key", i)).ExecX(b.Context())
				}
			}
			read := func(ctx context.Context, c *ent.Client) error {
				_, err := c.Setting.Query().Where(setting.Key("key50")).Only(ctx)
				return err
			}
			b.Run(db.Name+"/"+name+"/read", func(b *testing.B) {
				for b.Loop() {
					if err := read(b.Context(), s.Client()); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(db.Name+"/"+name+"/read side by side", func(b *testing.B) {
				b.RunParallel(func(p *testing.PB) {
					for p.Next() {
						if err := read(b.Context(), s.Client()); err != nil {
							b.Error(err)
						}
					}
				})
			})
			b.Run(db.Name+"/"+name+"/transaction", func(b *testing.B) {
				for b.Loop() {
					err := s.WithTx(b.Context(), func(ctx context.Context, tx *ent.Tx) error {
						return tx.Setting.Update().Where(setting.Key("key50")).AddVersion(1).Exec(ctx)
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
