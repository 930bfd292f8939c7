// A bare relay from Ollama to RabbitMQ, as ops/bench compares the worker with: a goroutine per request, a chunk per
// line, a channel per stripe. No confirms, checks, limits, retries, recovery or metrics: what a crash, a full queue or a
// malformed line would do is not considered.
//
// It reads the worker's variables; the management port answers as soon as it takes requests.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	stripes            = 8
	prefetchPerChannel = 256
)

type turn struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type request struct {
	RequestID      string `json:"request_id"`
	ConversationID string `json:"conversation_id"`
	Message        string `json:"message"`
	Messages       []turn `json:"messages"`
}

type question struct {
	Model    string `json:"model"`
	Stream   bool   `json:"stream"`
	Messages []turn `json:"messages"`
}

type line struct {
	Message turn `json:"message"`
	Done    bool `json:"done"`
}

type chunk struct {
	RequestID      string `json:"request_id"`
	ConversationID string `json:"conversation_id"`
	Attempt        int    `json:"attempt"`
	Run            string `json:"run"`
	Sequence       int    `json:"sequence"`
	Content        string `json:"content"`
}

type completed struct {
	RequestID      string `json:"request_id"`
	ConversationID string `json:"conversation_id"`
	Attempt        int    `json:"attempt"`
	Run            string `json:"run"`
	Chunks         int    `json:"chunks"`
	Message        turn   `json:"message"`
}

type relay struct {
	namespace string
	ollama    string
	http      http.Client
	stripes   []*amqp.Channel
	next      atomic.Int64
}

func main() {
	log.SetFlags(0)
	concurrency, err := strconv.Atoi(variable("CHAT_CONCURRENCY", "1"))
	check(err)
	uri := variable("RABBITMQ_URI", "amqp://guest:guest@localhost:5672")
	r := &relay{
		namespace: variable("CHAT_NAMESPACE", "chat"),
		ollama:    "http://" + variable("OLLAMA_HOST", "127.0.0.1:11434") + "/api/chat",
		http:      http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: concurrency}},
	}
	publishing, err := amqp.Dial(uri)
	check(err)
	for range min(concurrency, stripes) {
		channel, err := publishing.Channel()
		check(err)
		r.stripes = append(r.stripes, channel)
	}
	consuming, err := amqp.Dial(uri)
	check(err)
	r.consume(consuming, concurrency)

	listener, err := net.Listen("tcp", ":"+variable("MANAGEMENT_PORT", "8081"))
	check(err)
	check(http.Serve(listener, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
}

func variable(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func (r *relay) consume(connection *amqp.Connection, concurrency int) {
	requests := r.namespace + ".requests"
	channel, err := connection.Channel()
	check(err)
	check(channel.ExchangeDeclare(requests, "topic", true, false, false, false, nil))
	_, err = channel.QueueDeclare(requests, true, false, false, false, amqp.Table{"x-queue-type": "quorum"})
	check(err)
	check(channel.QueueBind(requests, "#", requests, false, nil))
	for left := concurrency; left > 0; left -= prefetchPerChannel {
		channel, err := connection.Channel()
		check(err)
		check(channel.Qos(min(left, prefetchPerChannel), 0, false))
		deliveries, err := channel.Consume(requests, "", false, false, false, false, nil)
		check(err)
		go func() {
			for delivery := range deliveries {
				go r.serve(delivery)
			}
		}()
	}
}

func (r *relay) serve(delivery amqp.Delivery) {
	if err := r.relay(delivery.Body); err != nil {
		log.Printf("a request was not served: %v", err)
		return
	}
	if err := delivery.Ack(false); err != nil {
		log.Printf("a request was not acked: %v", err)
	}
}

func (r *relay) relay(body []byte) error {
	var asked request
	if err := json.Unmarshal(body, &asked); err != nil {
		return err
	}
	stripe := r.stripes[int(r.next.Add(1))%len(r.stripes)]
	key := asked.ConversationID + "." + asked.RequestID + "."
	prompt, err := json.Marshal(question{
		Model: "load", Stream: true, Messages: append(asked.Messages, turn{Role: "user", Content: asked.Message}),
	})
	if err != nil {
		return err
	}
	response, err := r.http.Post(r.ollama, "application/json", bytes.NewReader(prompt))
	if err != nil {
		return err
	}
	defer response.Body.Close()

	var text strings.Builder
	sequence := 0
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var read line
		if err := json.Unmarshal(lines.Bytes(), &read); err != nil {
			return err
		}
		if read.Message.Content != "" {
			text.WriteString(read.Message.Content)
			event := chunk{asked.RequestID, asked.ConversationID, 1, "00000000", sequence, read.Message.Content}
			if err := r.publish(stripe, ".chunks", key, "chunk", amqp.Transient, asked.RequestID, event); err != nil {
				return err
			}
			sequence++
		}
		if read.Done {
			break
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	end := completed{
		asked.RequestID, asked.ConversationID, 1, "00000000", sequence, turn{Role: "assistant", Content: text.String()},
	}
	return r.publish(stripe, ".completions", key, "completed", amqp.Persistent, asked.RequestID, end)
}

func (r *relay) publish(
	stripe *amqp.Channel, exchange, key, event string, mode uint8, requestID string, content any,
) error {
	body, err := json.Marshal(content)
	if err != nil {
		return err
	}
	return stripe.PublishWithContext(context.Background(), r.namespace+exchange, key+event, false, false, amqp.Publishing{
		ContentType:   "application/json",
		Type:          "chat." + event,
		CorrelationId: requestID,
		AppId:         "chat-worker",
		Timestamp:     time.Now(),
		DeliveryMode:  mode,
		Body:          body,
	})
}
