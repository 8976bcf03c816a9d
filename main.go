// Command medic recognises known Milvus problems in pasted errors and
// answers with reviewed fixes, on Discord and on the command line.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/milvus-medic/medic/bot"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := bot.Main(ctx, bot.Process{Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv})
	os.Exit(code)
}
