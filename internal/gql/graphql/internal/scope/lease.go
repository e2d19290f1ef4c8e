package scope

import "context"

const lease Key = "lease"

// Lease lets a response use pooled memory: whoever writes the response puts a lease into the context before the
// operation runs and releases it after the last byte was written.
type Lease struct{ release []func() }

// WithLease adds l to ctx.
func WithLease(ctx context.Context, l *Lease) context.Context {
	return context.WithValue(ctx, lease, l)
}

// LeaseOf returns the lease of ctx, or nil.
func LeaseOf(ctx context.Context) *Lease {
	l, _ := ctx.Value(lease).(*Lease)
	return l
}

// OnRelease has f called when the response was written.
func (l *Lease) OnRelease(f func()) { l.release = append(l.release, f) }

// Release gives all borrowed memory back. Data that was written before must not be read after it.
func (l *Lease) Release() {
	for _, f := range l.release {
		f()
	}
	l.release = nil
}
