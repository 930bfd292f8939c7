// Offers a tool and asks with it.
//
// RABBITMQ_URI (default amqp://localhost) and CHAT_NAMESPACE (default chat) say where; the user there needs the rights of
// publisher and of tool. Exit code: 0 answered, 1 not.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"example.com/chat"
)

var getWeather = map[string]any{"type": "function", "function": map[string]any{
	"name": "get_weather", "description": "Weather of a city",
	"parameters": map[string]any{
		"type": "object", "required": []string{"city"},
		"properties": map[string]any{"city": map[string]any{"type": "string"}},
	},
}}

func weather(_ context.Context, call chat.ToolCall) (any, error) {
	city, ok := call.Arguments["city"].(string)
	if !ok {
		return nil, fmt.Errorf("which city?")
	}
	fmt.Printf("(asked for %s)\n", city)
	return map[string]any{"city": city, "celsius": 18, "sky": "light rain"}, nil
}

func main() {
	if err := ask(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ask() error {
	uri, namespace := cmp.Or(os.Getenv("RABBITMQ_URI"), "amqp://localhost"), cmp.Or(os.Getenv("CHAT_NAMESPACE"), "chat")
	client, err := chat.Dial(uri, namespace)
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, stop := context.WithTimeout(context.Background(), chat.DefaultTimeout)
	defer stop()
	if _, err := client.Offer(ctx, "get_weather", 1, weather); err != nil {
		return err
	}
	answer, err := client.Ask(ctx, chat.Request{
		"message": "What is the weather in Paris?", "tools": []any{getWeather}, "tool_rounds": 2,
	})
	if err != nil {
		return err
	}
	text, err := answer.Read()
	if err == nil {
		fmt.Println(text)
	}
	return err
}
