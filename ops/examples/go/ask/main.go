// Asks one question and prints the answer while it is made.
//
// RABBITMQ_URI (default amqp://localhost) and CHAT_NAMESPACE (default chat) say where. Exit code: 0 answered, 1 not,
// 2 wrong usage, 130 Ctrl-C, which cancels the request.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"example.com/chat"
)

func main() {
	timeout := flag.Duration("timeout", 5*time.Minute, "when to give up")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: ask [-timeout DURATION] QUESTION")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	interrupted, release := signal.NotifyContext(context.Background(), os.Interrupt)
	defer release()
	ctx, done := context.WithTimeout(interrupted, *timeout)
	defer done()
	err := ask(ctx, flag.Arg(0))
	switch {
	case interrupted.Err() != nil:
		os.Exit(130)
	case err != nil:
		fmt.Fprintf(os.Stderr, "\n%v\n", err)
		os.Exit(1)
	}
}

func ask(ctx context.Context, question string) error {
	uri, namespace := cmp.Or(os.Getenv("RABBITMQ_URI"), "amqp://localhost"), cmp.Or(os.Getenv("CHAT_NAMESPACE"), "chat")
	client, err := chat.Dial(uri, namespace)
	if err != nil {
		return err
	}
	defer client.Close()
	listens, err := client.Listening()
	if err != nil {
		return err
	}
	if !listens {
		fmt.Fprintln(os.Stderr, "No worker listens now; the request waits for one.")
	}
	answer, err := client.Ask(ctx, chat.Request{"message": question})
	if err != nil {
		return err
	}
	for piece := range answer.Pieces {
		if piece.Restart {
			fmt.Fprintln(os.Stderr, "\n(the answer begins again)")
		}
		fmt.Print(piece.Content)
	}
	if answer.Err() == nil {
		fmt.Println()
	}
	return answer.Err()
}
