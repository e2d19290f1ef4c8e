package main

import (
	"context"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// cost is what one operation takes.
type cost struct {
	cpu    float64 // µs
	allocs float64
	size   int // bytes of the answer
}

// inTurns measures both engines round by round and gives the medians.
func inTurns(ctx context.Context, works [2]work, s settings) ([2]cost, error) {
	var rounds [2][]cost
	var counts [2]int
	for r := -1; r < s.rounds; r++ { // the first one warms up, and finds how many fit into a turn
		for i, do := range works {
			c, err := turn(ctx, do, max(1, counts[i]))
			if err != nil {
				return [2]cost{}, err
			}
			if r < 0 {
				c, err = turn(ctx, do, 5)
				counts[i] = int(float64(s.inProcess.Microseconds()) / max(1, c.cpu))
			} else {
				rounds[i] = append(rounds[i], c)
			}
			if err != nil {
				return [2]cost{}, err
			}
		}
	}
	var medians [2]cost
	for i, list := range rounds {
		medians[i] = cost{
			cpu:    median(list, func(c cost) float64 { return c.cpu }),
			allocs: median(list, func(c cost) float64 { return c.allocs }),
			size:   list[0].size,
		}
	}
	return medians, nil
}

// turn does a work so many times.
func turn(ctx context.Context, do work, count int) (cost, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	began := cpuTime()
	size := 0
	for range count {
		var err error
		if size, err = do(ctx); err != nil {
			return cost{}, err
		}
	}
	took := cpuTime() - began
	runtime.ReadMemStats(&after)
	n := float64(count)
	return cost{cpu: float64(took.Nanoseconds()) / 1e3 / n, allocs: float64(after.Mallocs-before.Mallocs) / n, size: size}, ctx.Err()
}

// cpuTime is what this process has used so far, in user and system mode.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median[T any](list []T, of func(T) float64) float64 {
	values := make([]float64, len(list))
	for i, v := range list {
		values[i] = of(v)
	}
	slices.Sort(values)
	if n := len(values); n%2 == 0 {
		return (values[n/2-1] + values[n/2]) / 2
	}
	return values[len(values)/2]
}
