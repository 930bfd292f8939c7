// Package chat asks the chat worker over RabbitMQ and reads the answer while it is made.
//
//	client, err := chat.Dial("amqp://localhost", "chat")
//	answer, err := client.Ask(ctx, chat.Request{"message": "Why is the sky blue?"})
//	for piece := range answer.Pieces {
//		fmt.Print(piece.Content)
//	}
//	err = answer.Err()
//
// Err is nil only when the answer is complete. Copy this file into your service: it needs amqp091-go and the
// permissions of the broker user publisher, and declares only server-named queues.
package chat

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	// DefaultTimeout ends a request whose context has no deadline.
	DefaultTimeout = 5 * time.Minute

	brokerTimeout = 10 * time.Second // to connect, and for the broker to take a message
	unread        = 100              // events that may lie here unread; more wait in the broker
)

var (
	// ErrNotTaken: the broker did not take the request; there is no queue for it, or the queue is full.
	ErrNotTaken = errors.New("the request was not taken")
	// ErrConnectionLost: the events that follow are lost to this client; the worker goes on. Ask again under a new id.
	ErrConnectionLost = errors.New("the connection to the broker was lost")

	idPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// FailedError is the worker's failed event. What it said before is the answer's Content.
type FailedError struct {
	Code, Message string
	Details       map[string]any
	Retryable     bool
}

func (e *FailedError) Error() string { return e.Code + ": " + e.Message }

// CancelledError is the worker's cancelled event. What it said before is the answer's Content.
type CancelledError struct{ Reason string }

func (e *CancelledError) Error() string { return "cancelled: " + e.Reason }

// Unwrap makes a deadline that the worker noticed first the same error as one noticed here.
func (e *CancelledError) Unwrap() error {
	if e.Reason == "deadline_exceeded" {
		return context.DeadlineExceeded
	}
	return nil
}

// Event is the body of an event, as far as this client reads it; the whole is in Raw.
type Event struct {
	Name string          `json:"-"` // such as "chunk"
	Raw  json.RawMessage `json:"-"`

	Try
	Sequence int `json:"sequence"`
	Said         // what a chunk adds

	Message   *Said            `json:"message"` // of completed
	Partial   *Said            `json:"partial"` // of failed and cancelled
	History   []map[string]any `json:"history"` // the next request's messages
	Reason    string           `json:"reason"`  // of waiting and cancelled
	Retryable bool             `json:"retryable"`
	Error     struct {
		Code    string         `json:"code"`
		Message string         `json:"message"`
		Details map[string]any `json:"details"`
	} `json:"error"`
}

// Try says which attempt at a request an event is of, and by whom.
type Try struct {
	Attempt int    `json:"attempt"`
	Run     string `json:"run"`
}

// Said is what the model says.
type Said struct {
	Content   string           `json:"content"`
	Thinking  string           `json:"thinking"`
	ToolCalls []map[string]any `json:"tool_calls"`
}

// ParseEvent reads the body of an event.
func ParseEvent(name string, body []byte) (*Event, error) {
	event := &Event{Name: name, Raw: body}
	switch name {
	case "started", "waiting", "chunk", "completed", "failed", "cancelled":
		return event, json.Unmarshal(body, event)
	}
	// Other events have other things under the same keys.
	return event, json.Unmarshal(body, &event.Try)
}

// Piece is what to append to the answer shown so far; where Restart, take back all of that first.
type Piece struct {
	Said
	Restart bool
}

// Assembler makes one answer of a request's events, by the three rules in chat-contracts/README.md ("How to consume").
// The zero value is ready; one goroutine at a time.
type Assembler struct {
	Said            // the answer so far; once settled, as the terminal event has it
	Restarts int    // how often a higher attempt took the place of a lower one
	Terminal *Event // what settled the request; nil until then

	try  Try
	next int
	gap  bool
}

// Accept takes the next event and returns what it adds; false where it adds nothing.
func (a *Assembler) Accept(event *Event) (Piece, bool) {
	if a.Terminal != nil {
		return Piece{}, false // rule 1: settled
	}
	switch event.Name {
	case "completed", "failed", "cancelled":
		return a.settle(event)
	case "started", "waiting", "chunk", "tool_call", "tool_result":
	default:
		return Piece{}, false // an event yet unknown
	}
	if event.Attempt < a.try.Attempt || event.Attempt == a.try.Attempt && event.Run != a.try.Run {
		return Piece{}, false // rule 2: an earlier attempt, or the same by somebody else
	}
	restart := event.Attempt > a.try.Attempt && a.follow(event)
	if event.Name == "chunk" && a.inOrder(event.Sequence) {
		return a.add(Piece{event.Said, restart})
	}
	return Piece{Restart: restart}, restart
}

// follow turns to a higher attempt; true where it takes the place of another. Attempts begin with 1.
func (a *Assembler) follow(event *Event) bool {
	replaces := a.try.Attempt > 0
	*a = Assembler{Restarts: a.Restarts, try: event.Try}
	if replaces {
		a.Restarts++
	}
	return replaces
}

// inOrder is rule 3: a sequence seen before is ignored; after a gap the text comes with the terminal event.
func (a *Assembler) inOrder(sequence int) bool {
	if sequence < a.next {
		return false
	}
	a.gap = a.gap || sequence > a.next
	a.next = sequence + 1
	return !a.gap
}

func (a *Assembler) settle(event *Event) (Piece, bool) {
	a.Terminal = event
	said := event.Message
	if said == nil {
		said = event.Partial
	}
	if said == nil && event.Try == a.try {
		return Piece{}, false // too large for an event, or nothing was said: what came in chunks of this very run stands
	}
	if said == nil {
		said = &Said{}
	}
	calls := len(a.ToolCalls)
	if strings.HasPrefix(said.Content, a.Content) && strings.HasPrefix(said.Thinking, a.Thinking) &&
		calls <= len(said.ToolCalls) && (calls == 0 || reflect.DeepEqual(said.ToolCalls[:calls], a.ToolCalls)) {
		rest := Said{said.Content[len(a.Content):], said.Thinking[len(a.Thinking):], said.ToolCalls[calls:]}
		return a.add(Piece{Said: rest})
	}
	a.Said = Said{}
	return a.add(Piece{*said, true})
}

func (a *Assembler) add(piece Piece) (Piece, bool) {
	a.Content += piece.Content
	a.Thinking += piece.Thinking
	a.ToolCalls = append(a.ToolCalls, piece.ToolCalls...)
	return piece, piece.Restart || piece.Content != "" || piece.Thinking != "" || len(piece.ToolCalls) > 0
}

// Request is a request as the contract has it. Ids and times that it lacks are added.
type Request map[string]any

// Client is one connection, on which any number of questions may be asked at once.
type Client struct {
	connection *amqp.Connection
	namespace  string
}

// Dial connects. The namespace is the worker's CHAT_NAMESPACE, "chat" by default.
func Dial(uri, namespace string) (*Client, error) {
	connection, err := amqp.DialConfig(uri, amqp.Config{Dial: amqp.DefaultDial(brokerTimeout)})
	if err != nil {
		return nil, err
	}
	return &Client{connection, namespace}, nil
}

// Close ends the connection, and with it all answers on their way.
func (c *Client) Close() error { return c.connection.Close() }

// Answer is an answer on its way. Read Pieces until it is closed, or end the context: nothing else lets go of it.
// The Assembler's fields are the answer once Pieces is closed.
type Answer struct {
	Assembler
	RequestID string
	Pieces    <-chan Piece

	client *Client
	err    error
	last   string // the latest event's name, with its reason where it has one
}

// Err is why the answer is not complete, nil where it is; to be asked once Pieces is closed. A context that ended is
// context.DeadlineExceeded or context.Canceled by errors.Is, the others are *FailedError, *CancelledError and
// ErrConnectionLost.
func (a *Answer) Err() error { return a.err }

// Cancel stops the request; its cancelled event then ends the answer. False where no worker listens.
func (a *Answer) Cancel() (bool, error) { return a.client.Cancel(a.RequestID) }

// Read reads to the end, for those who do not show the answer while it is made; the whole text.
func (a *Answer) Read() (string, error) {
	for range a.Pieces {
	}
	return a.Content, a.Err()
}

// Ask sends a request and returns when the broker has taken it. The context's deadline is the request's too; a context
// that ends cancels the request.
func (c *Client) Ask(ctx context.Context, request Request) (*Answer, error) {
	ends, ok := ctx.Deadline()
	if !ok {
		ends = time.Now().Add(DefaultTimeout)
	}
	ctx, release := context.WithDeadline(ctx, ends)
	request = with(request, "deadline", instant(ends))
	request = with(request, "sent_at", instant(time.Now()))
	request = with(request, "request_id", rand.Text())
	id, _ := request["request_id"].(string)
	if !idPattern.MatchString(id) {
		release()
		return nil, fmt.Errorf("a request id is 1 to 64 of A-Z a-z 0-9 _ -, not %v", request["request_id"])
	}

	// A channel of its own: whatever goes wrong with this request leaves the others alone.
	channel, events, err := c.open(ctx, id, request)
	if err != nil {
		release()
		return nil, err
	}
	pieces := make(chan Piece)
	answer := &Answer{RequestID: id, Pieces: pieces, client: c}
	go func() {
		defer release()
		defer channel.Close()
		defer close(pieces)
		answer.err = answer.read(ctx, events, pieces)
	}()
	return answer, nil
}

func (c *Client) open(ctx context.Context, id string, request Request) (*amqp.Channel, <-chan amqp.Delivery, error) {
	channel, err := c.channel()
	if err != nil {
		return nil, nil, err
	}
	events, err := c.listen(channel, id)
	if err == nil {
		err = c.send(ctx, channel, request)
	}
	if err != nil {
		channel.Close()
	}
	return channel, events, err
}

// Cancel stops a request, whoever sent it. False where no worker listens.
func (c *Client) Cancel(requestID string) (bool, error) {
	return c.command("chat.cancel", Request{"request_id": requestID})
}

// Listening tells whether any worker hears commands now. Without one a request waits in the queue until its deadline.
func (c *Client) Listening() (bool, error) { return c.command("chat.describe", Request{}) }

func (a *Answer) read(ctx context.Context, events <-chan amqp.Delivery, pieces chan<- Piece) error {
	for a.Terminal == nil {
		select {
		case <-ctx.Done():
			return a.giveUp(ctx)
		case delivery, open := <-events:
			if !open {
				return fmt.Errorf("%w; last seen: %s", ErrConnectionLost, a.seen())
			}
			piece, shown, err := a.take(delivery)
			if err != nil {
				return err
			}
			if !shown {
				continue
			}
			select {
			case pieces <- piece:
			case <-ctx.Done():
				return a.giveUp(ctx)
			}
		}
	}
	switch terminal := a.Terminal; terminal.Name {
	case "failed":
		return &FailedError{terminal.Error.Code, terminal.Error.Message, terminal.Error.Details, terminal.Retryable}
	case "cancelled":
		return &CancelledError{terminal.Reason}
	}
	return nil
}

func (a *Answer) take(delivery amqp.Delivery) (Piece, bool, error) {
	if err := delivery.Ack(false); err != nil {
		return Piece{}, false, fmt.Errorf("%w: %v", ErrConnectionLost, err)
	}
	event, err := ParseEvent(strings.TrimPrefix(delivery.Type, "chat."), delivery.Body)
	if err != nil {
		return Piece{}, false, err
	}
	a.last = event.Name
	if event.Reason != "" {
		a.last += " (" + event.Reason + ")"
	}
	piece, shown := a.Accept(event)
	return piece, shown, nil
}

func (a *Answer) seen() string {
	if a.last == "" {
		return "no event of the request"
	}
	return a.last
}

// giveUp cancels the request, so that nobody works for nothing.
func (a *Answer) giveUp(ctx context.Context) error {
	hint := ""
	if listens, err := a.Cancel(); err == nil && !listens {
		hint = ", and no worker listens"
	}
	return fmt.Errorf("%w; last seen: %s%s", ctx.Err(), a.seen(), hint)
}

func (c *Client) channel() (*amqp.Channel, error) {
	channel, err := c.connection.Channel()
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrConnectionLost, err)
	}
	if err := errors.Join(channel.Confirm(false), channel.Qos(unread, 0, false)); err != nil {
		channel.Close()
		return nil, err
	}
	return channel, nil
}

// listen binds before the request goes out, so that none of its events is missed.
func (c *Client) listen(channel *amqp.Channel, id string) (<-chan amqp.Delivery, error) {
	queue, err := channel.QueueDeclare("", false, true, true, false, nil)
	for _, exchange := range []string{"chunks", "completions"} {
		if err == nil {
			err = channel.QueueBind(queue.Name, "*."+id+".*", c.namespace+"."+exchange, false, nil)
		}
	}
	if notFound(err) {
		return nil, fmt.Errorf("%w: nothing is set up in this namespace; has a worker ever run? (%v)", ErrNotTaken, err)
	}
	if err != nil {
		return nil, err
	}
	return channel.Consume(queue.Name, "", false, false, false, false, nil)
}

func (c *Client) send(ctx context.Context, channel *amqp.Channel, request Request) error {
	key := "any"
	if model, ok := request["model"].(string); ok {
		key = model
	}
	routed, err := c.publish(ctx, channel, "requests", key, "chat.request", request)
	if err == nil && !routed {
		return fmt.Errorf("%w: no queue takes it; has a worker ever run here?", ErrNotTaken)
	}
	return err
}

// command tells all workers; false where there is none.
func (c *Client) command(kind string, body Request) (bool, error) {
	channel, err := c.channel()
	if err != nil {
		return false, err
	}
	defer channel.Close()
	listens, err := c.publish(context.Background(), channel, "control", "", kind, body)
	if notFound(err) {
		return false, nil
	}
	return listens, err
}

// publish waits until the broker has taken the message; false where no queue is bound for it.
func (c *Client) publish(
	ctx context.Context, channel *amqp.Channel, exchange, key, kind string, body Request,
) (bool, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return false, err
	}
	id, _ := body["request_id"].(string)
	closed := channel.NotifyClose(make(chan *amqp.Error, 1))
	returned := channel.NotifyReturn(make(chan amqp.Return, 1)) // comes before the confirm
	ctx, release := context.WithTimeout(ctx, brokerTimeout)
	defer release()
	message := amqp.Publishing{
		ContentType: "application/json", Type: kind, MessageId: id, DeliveryMode: amqp.Persistent, Body: text,
	}
	confirm, err := channel.PublishWithDeferredConfirmWithContext(ctx, c.namespace+"."+exchange, key, true, false, message)
	if err != nil {
		return false, err
	}
	acked, err := confirm.WaitContext(ctx)
	if err != nil {
		return false, fmt.Errorf("%w: the broker does not answer: %w", ErrNotTaken, err)
	}
	select {
	case why := <-closed: // a channel that closes ends the wait as a nack does
		if why != nil {
			return false, why
		}
		return false, ErrConnectionLost
	case <-returned:
		return false, nil
	default:
	}
	if !acked {
		return false, fmt.Errorf("%w: the broker declined it, its queue is full", ErrNotTaken)
	}
	return true, nil
}

func notFound(err error) bool {
	var why *amqp.Error
	return errors.As(err, &why) && why.Code == amqp.NotFound
}

// with adds a key that the request lacks, to a copy.
func with(request Request, key string, value any) Request {
	whole := Request{key: value}
	for name, given := range request {
		whole[name] = given
	}
	return whole
}

func instant(when time.Time) string { return when.UTC().Format("2006-01-02T15:04:05.000Z") }
