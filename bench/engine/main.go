// Command engine compares our GraphQL engine with graph-gophers: the same schema,
// the same objects in memory, the same document, the same content as an answer.
//
//	go run ./engine                 everything, in about a minute
//	go run ./engine -rounds 1       a first look
//
// Both take turns in every round, and what is printed is the median of the rounds,
// so that other work on the machine meets both. CPU is what the operating system
// counts, with the garbage collector in it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"text/tabwriter"
	"time"

	"kontrak/bench/engine/page"
)

// settings say how long is measured.
type settings struct {
	rounds      int
	inProcess   time.Duration // of each engine and size in a round
	overHTTP    time.Duration // of each engine in a round
	connections int
	rows        int // of the page that is served over HTTP
}

func main() {
	var s settings
	flag.IntVar(&s.rounds, "rounds", 7, "how often the engines take turns")
	flag.DurationVar(&s.inProcess, "time", 300*time.Millisecond, "CPU time of a turn without network")
	flag.DurationVar(&s.overHTTP, "http", 1500*time.Millisecond, "time of a turn over HTTP")
	flag.IntVar(&s.connections, "connections", 4, "connections over HTTP")
	flag.IntVar(&s.rows, "rows", 20, "contracts on the page over HTTP")
	serve := flag.String("serve", "", "serve with this engine until the input ends")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if *serve != "" {
		err = serveUntilEnd(ctx, *serve, s.rows, os.Stdin, os.Stdout)
	} else {
		err = compare(ctx, s, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

func compare(ctx context.Context, s settings, out io.Writer) error {
	fmt.Fprintf(out, "%s, %d CPUs; median of %d rounds in turns\n\n", runtime.Version(), runtime.GOMAXPROCS(0), s.rounds)
	fmt.Fprint(out, "From the text of the document to the data as JSON:\n\n")
	if err := inProcess(ctx, s, out, (*engine).document); err != nil {
		return err
	}
	fmt.Fprint(out, "\nFrom the body of a request to the bytes of the response, through each engine's own HTTP handler, without network:\n\n")
	if err := inProcess(ctx, s, out, (*engine).request); err != nil {
		return err
	}
	return overHTTP(ctx, s, out)
}

// inProcess prints what a page costs without network.
func inProcess(ctx context.Context, s settings, out io.Writer, of func(e *engine, rows int) work) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "contracts\tengine\tCPU µs\tCPU µs a row\tallocations\tbytes\ttimes less CPU\t")
	for _, n := range []int{1, 20, 1000} {
		p := page.New(n)
		names := [2]string{ours, theirs}
		var works [2]work
		for i, name := range names {
			e, err := newEngine(name, p)
			if err != nil {
				return err
			}
			works[i] = of(e, n)
		}
		costs, err := inTurns(ctx, works, s)
		if err != nil {
			return err
		}
		for i, c := range costs {
			ratio := ""
			if i == 0 {
				ratio = fmt.Sprintf("%.1f", costs[1].cpu/costs[0].cpu)
			}
			fmt.Fprintf(w, "%d\t%s\t%.1f\t%.2f\t%.0f\t%d\t%s\t\n", n, names[i], c.cpu, c.cpu/float64(n), c.allocs, c.size, ratio)
		}
	}
	return w.Flush()
}

// overHTTP prints how many pages a second each engine's own HTTP handler gives. Each
// is a process of its own; this process asks.
func overHTTP(ctx context.Context, s settings, out io.Writer) error {
	totals, err := loadInTurns(ctx, s)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nOver HTTP on loopback, %d contracts, %d connections, with the client on the same CPUs:\n\n", s.rows, s.connections)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "engine\tpages a second\tserver's CPU µs a page\ttimes more pages\t")
	for i, t := range totals {
		ratio := ""
		if i == 0 {
			ratio = fmt.Sprintf("%.1f", totals[0].rate/totals[1].rate)
		}
		fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%s\t\n", t.name, t.rate, t.cpu, ratio)
	}
	return w.Flush()
}
