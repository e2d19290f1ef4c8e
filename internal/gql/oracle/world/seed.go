package world

import "context"

type seedKey struct{}

// WithSeed sets which of the worlds the operation of ctx sees.
func WithSeed(ctx context.Context, seed uint32) context.Context {
	return context.WithValue(ctx, seedKey{}, seed)
}

// Seed is the seed of the operation of ctx, which is the hash of its root.
func Seed(ctx context.Context) uint32 {
	seed, _ := ctx.Value(seedKey{}).(uint32)
	return seed
}
