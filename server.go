// Kontrak is a marketplace of service contracts, as a graph and in REST. This
// file hands the machine to the program: its arguments, its streams, its
// signals and its clock, which nobody else asks.
package main

//go:generate go run kontrak/internal/gql generate

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"kontrak/internal/program"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(program.Main(ctx, program.Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		LookupEnv: os.LookupEnv, Now: time.Now, Wall: time.Now,
	}))
}
