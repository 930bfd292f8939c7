package chat

// The golden event sequences, and the client against a real worker where RABBITMQ_URI names its broker.
//
// RABBITMQ_URI_NO_WORKER, RABBITMQ_URI_NO_QUEUE and RABBITMQ_URI_FULL name places where nobody works, where no queue
// takes requests, and where the queue is full.

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	sequences = "../../../chat-contracts/src/main/resources/sequences/v1/*.json"
	question  = "Why is the sky blue?"
)

func TestEveryGoldenSequenceGivesItsResult(t *testing.T) {
	files, err := filepath.Glob(sequences)
	if err != nil || len(files) < 20 {
		t.Fatalf("golden sequences: %d, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			check(t, err)
			var sequence struct {
				Events []struct {
					Event string
					Body  json.RawMessage
				}
				Expect struct {
					Outcome, Code, Reason, Text, Thinking string
					ToolCalls                             []map[string]any `json:"tool_calls"`
					Restarts                              int
				}
			}
			check(t, json.Unmarshal(text, &sequence))
			var answer Assembler
			var shown Said
			for _, event := range sequence.Events {
				parsed, err := ParseEvent(event.Event, event.Body)
				check(t, err)
				piece, _ := answer.Accept(parsed)
				if piece.Restart {
					shown = Said{}
				}
				shown.Content += piece.Content
				shown.Thinking += piece.Thinking
				shown.ToolCalls = append(shown.ToolCalls, piece.ToolCalls...)
				equal(t, "what was shown", shown, answer.Said)
			}
			var name, code, reason string
			if terminal := answer.Terminal; terminal != nil {
				name, code, reason = terminal.Name, terminal.Error.Code, terminal.Reason
			}
			want := sequence.Expect
			equal(t, "outcome", name, want.Outcome)
			equal(t, "code", code, want.Code)
			equal(t, "reason", reason, want.Reason)
			equal(t, "answer", answer.Said, Said{want.Text, want.Thinking, want.ToolCalls})
			equal(t, "restarts", answer.Restarts, want.Restarts)
		})
	}
}

func TestStepsOverEventsThatItDoesNotKnow(t *testing.T) {
	var answer Assembler
	for name, body := range map[string]string{
		"tool_result": `{"attempt": 1, "run": "a", "content": {"degrees": 21}, "error": "none"}`,
		"yet_unknown": `{"attempt": 1, "run": "a", "message": 7}`,
	} {
		event, err := ParseEvent(name, []byte(body))
		check(t, err)
		if piece, shown := answer.Accept(event); shown {
			t.Errorf("%s: %v", name, piece)
		}
	}
}

func TestStreamsTheAnswer(t *testing.T) {
	answer, pieces, err := read(context.Background(), dial(t, "RABBITMQ_URI"), Request{"message": question})
	check(t, err)
	if len(pieces) < 2 {
		t.Errorf("pieces: %q", pieces)
	}
	equal(t, "pieces", strings.Join(pieces, ""), answer.Content)
	equal(t, "text", answer.Content, answer.Terminal.Message.Content)
}

func TestAsksManyQuestionsAtOnce(t *testing.T) {
	client := dial(t, "RABBITMQ_URI")
	var all sync.WaitGroup
	for range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			answer, pieces, err := read(context.Background(), client, Request{"message": question, "stream": false})
			if err != nil || len(pieces) != 1 || pieces[0] != answer.Content {
				t.Errorf("pieces: %q, %v", pieces, err)
			}
		}()
	}
	all.Wait()
}

func TestTheHistoryIsTheNextRequestsMessages(t *testing.T) {
	client, messages := dial(t, "RABBITMQ_URI"), []map[string]any(nil)
	for turn := 1; turn <= 2; turn++ {
		answer, err := client.Ask(context.Background(), Request{"message": question, "messages": messages})
		check(t, err)
		text, err := answer.Read()
		check(t, err)
		messages = answer.Terminal.History
		equal(t, "turns", len(messages), 2*turn)
		equal(t, "the last turn", messages[2*turn-1]["content"], any(text))
	}
}

func TestAFailureIsAnErrorWithItsCode(t *testing.T) {
	_, _, err := read(context.Background(), dial(t, "RABBITMQ_URI"), Request{"message": ""})
	var failed *FailedError
	if !errors.As(err, &failed) {
		t.Fatalf("not a failure: %v", err)
	}
	equal(t, "code", failed.Code, "invalid_request")
	equal(t, "retryable", failed.Retryable, false)
	if problems, _ := failed.Details["problems"].([]any); len(problems) != 1 {
		t.Errorf("problems: %v", failed.Details)
	}
}

func TestACancelledAnswerIsABeginning(t *testing.T) {
	answer, err := dial(t, "RABBITMQ_URI").Ask(context.Background(), Request{"message": question})
	check(t, err)
	for range answer.Pieces {
		listens, err := answer.client.Cancel(answer.RequestID)
		check(t, err)
		equal(t, "a worker listens", listens, true)
	}
	var cancelled *CancelledError
	if !errors.As(answer.Err(), &cancelled) {
		t.Fatalf("not cancelled: %v", answer.Err())
	}
	equal(t, "reason", cancelled.Reason, "cancelled")
	if answer.Content == "" {
		t.Error("no beginning")
	}
	equal(t, "text", answer.Content, answer.Terminal.Partial.Content)
}

func TestEndingTheContextCancels(t *testing.T) {
	client := dial(t, "RABBITMQ_URI")
	ctx, stop := context.WithCancel(context.Background())
	answer, err := client.Ask(ctx, Request{"message": question})
	check(t, err)
	channel, err := client.channel()
	check(t, err)
	watch, err := client.listen(channel, answer.RequestID)
	check(t, err)
	<-answer.Pieces
	stop()
	for range answer.Pieces {
	}
	if !errors.Is(answer.Err(), context.Canceled) {
		t.Errorf("not cancelled: %v", answer.Err())
	}
	late := time.After(10 * time.Second)
	for {
		select {
		case event := <-watch:
			if event.Type == "chat.cancelled" {
				return
			}
		case <-late:
			t.Fatal("the worker did not stop")
		}
	}
}

func TestTheDeadlineEndsAnAnswerThatTakesTooLong(t *testing.T) {
	client := dial(t, "RABBITMQ_URI")
	ctx, release := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer release()
	if _, _, err := read(ctx, client, Request{"message": question}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("not ended by its deadline: %v", err)
	}
}

func TestADeadlineOfTheRequestIsOneOfTheContext(t *testing.T) {
	client := dial(t, "RABBITMQ_URI")
	request := Request{"message": question, "deadline": "2026-01-01T00:00:00Z"}
	if _, _, err := read(context.Background(), client, request); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("not ended by its deadline: %v", err)
	}
}

func TestALostConnectionIsAnError(t *testing.T) {
	client := dial(t, "RABBITMQ_URI")
	answer, err := client.Ask(context.Background(), Request{"message": question})
	check(t, err)
	for range answer.Pieces {
		_ = client.Close()
	}
	if !errors.Is(answer.Err(), ErrConnectionLost) {
		t.Errorf("not lost: %v", answer.Err())
	}
}

func TestAnIDThatIsNoneIsNotSent(t *testing.T) {
	if _, err := dial(t, "RABBITMQ_URI").Ask(context.Background(), Request{"request_id": "a.b"}); err == nil {
		t.Error("sent")
	}
}

func TestKnowsWhetherAWorkerListens(t *testing.T) {
	for variable, expected := range map[string]bool{"RABBITMQ_URI": true, "RABBITMQ_URI_NO_WORKER": false} {
		listens, err := dial(t, variable).Listening()
		check(t, err)
		equal(t, variable, listens, expected)
	}
}

func TestSaysThatNobodyListensWhenTheTimeIsUp(t *testing.T) {
	client := dial(t, "RABBITMQ_URI_NO_WORKER")
	ctx, release := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer release()
	_, _, err := read(ctx, client, Request{"message": question})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no worker listens") {
		t.Errorf("%v", err)
	}
}

func TestSaysWhyARequestIsNotTaken(t *testing.T) {
	for variable, why := range map[string]string{
		"RABBITMQ_URI_NO_QUEUE": "no queue takes it",
		"RABBITMQ_URI_FULL":     "its queue is full",
	} {
		_, err := dial(t, variable).Ask(context.Background(), Request{"message": question})
		if !errors.Is(err, ErrNotTaken) || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", variable, err)
		}
	}
}

func dial(t *testing.T, variable string) *Client {
	t.Helper()
	uri := os.Getenv(variable)
	if uri == "" {
		t.Skip(variable + " is not set")
	}
	client, err := Dial(uri, "chat")
	check(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func read(ctx context.Context, client *Client, request Request) (*Answer, []string, error) {
	answer, err := client.Ask(ctx, request)
	if err != nil {
		return nil, nil, err
	}
	var pieces []string
	for piece := range answer.Pieces {
		pieces = append(pieces, piece.Content)
	}
	return answer, pieces, answer.Err()
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %#v, not %#v", what, got, want)
	}
}
