package exec

import (
	"context"
	"fmt"
)

// NotImplemented is the error of a directive that was given no function.
func NotImplemented(directive string) error {
	return fmt.Errorf("directive %s is not implemented", directive)
}

// Cost is the cost of a field without arguments, false when f is nil.
func Cost(f func(child int) int, child int) (int, bool) {
	if f == nil {
		return 0, false
	}
	return f(child), true
}

// CostOf is the cost of a field with arguments; false when there is no function for it or the arguments do not decode.
func CostOf[A any](ctx context.Context, set bool, args []Argument[A], raw map[string]any, cost func(*A) int) (int, bool) {
	if !set {
		return 0, false
	}
	a := new(A)
	for _, arg := range args {
		if v, given := raw[arg.argName()]; given {
			if err := arg.read(ctx, a, v); err != nil {
				return 0, false
			}
		}
	}
	return cost(a), true
}
