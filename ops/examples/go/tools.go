package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// ToolCall is what a model asks for, as the contract has it. Nobody has checked the arguments. A call may come twice,
// with the same IdempotencyKey: a function that must not act twice remembers it.
type ToolCall struct {
	CallID         string         `json:"call_id"`
	IdempotencyKey string         `json:"idempotency_key"`
	RequestID      string         `json:"request_id"`
	ConversationID string         `json:"conversation_id"`
	Name           string         `json:"name"`
	Arguments      map[string]any `json:"arguments"`
	Deadline       time.Time      `json:"deadline"`
	Metadata       map[string]any `json:"metadata"`
}

// Tool does what a model asks for. Its context ends with the call's time. What it returns is sent as JSON, text as it is;
// its error is told to the model.
type Tool func(ctx context.Context, call ToolCall) (any, error)

// Offer has the function called for the models, so many calls at once, until the context ends (the channel then gives
// nil) or the connection is lost (it gives why). It returns once calls are taken. It needs the permissions of the broker
// user tool. Services that offer the same function share its calls.
func (c *Client) Offer(ctx context.Context, name string, concurrency int, tool Tool) (<-chan error, error) {
	channel, err := c.channel()
	if err != nil {
		return nil, err
	}
	queue := c.namespace + ".tools." + name
	// As every service of a tool declares it.
	arguments := amqp.Table{"x-expires": int32(60_000), "x-max-length": int32(1_000)}
	_, err = channel.QueueDeclare(queue, true, true, false, false, arguments)
	if err == nil {
		err = channel.QueueBind(queue, name, c.namespace+".tools", false, nil)
	}
	if err == nil {
		// As many calls as may run at once; the others wait where other services of the tool find them.
		err = channel.Qos(concurrency, 0, false)
	}
	if err != nil {
		channel.Close()
		return nil, err
	}
	calls, err := channel.Consume(queue, "", false, false, false, false, nil)
	if err != nil {
		channel.Close()
		return nil, err
	}
	ended := make(chan error, 1)
	go func() {
		defer channel.Close()
		for {
			select {
			case <-ctx.Done():
				ended <- nil
				return
			case call, open := <-calls:
				if !open {
					ended <- ErrConnectionLost
					return
				}
				go c.answer(ctx, call, tool)
			}
		}
	}()
	return ended, nil
}

// answer acknowledges a call only once its result is sent: a service that dies leaves its calls to the others.
func (c *Client) answer(ctx context.Context, delivery amqp.Delivery, tool Tool) {
	result := resultOf(ctx, delivery.Body, tool)
	if result != nil && delivery.ReplyTo != "" {
		if err := c.reply(delivery, result); err != nil {
			return // The call comes again, here or elsewhere.
		}
	}
	_ = delivery.Ack(false)
}

func (c *Client) reply(delivery amqp.Delivery, result map[string]any) error {
	text, err := json.Marshal(result)
	if err != nil {
		text, _ = json.Marshal(map[string]any{"error": err.Error()})
	}
	channel, err := c.channel()
	if err != nil {
		return err
	}
	defer channel.Close()
	ctx, release := context.WithTimeout(context.Background(), brokerTimeout)
	defer release()
	message := amqp.Publishing{
		ContentType: "application/json", Type: "chat.tool_result", CorrelationId: delivery.CorrelationId, Body: text,
	}
	confirm, err := channel.PublishWithDeferredConfirmWithContext(ctx, "", delivery.ReplyTo, false, false, message)
	if err != nil {
		return err
	}
	_, err = confirm.WaitContext(ctx)
	return err
}

// resultOf is what the worker is told; nil where it does not wait any more.
func resultOf(ctx context.Context, body []byte, tool Tool) map[string]any {
	var call ToolCall
	if err := json.Unmarshal(body, &call); err != nil {
		return map[string]any{"error": fmt.Sprintf("not a tool call: %v", err)}
	}
	if !time.Now().Before(call.Deadline) {
		return nil
	}
	ctx, release := context.WithDeadline(ctx, call.Deadline)
	defer release()
	content, err := tool(ctx, call)
	if errors.Is(err, context.DeadlineExceeded) {
		return map[string]any{"error": "no result in time"}
	}
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	return map[string]any{"content": content}
}
