// Verifies a message from standard input with each secret, and prints "ok" or "refused" for each.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func main() {
	var message struct {
		Secrets []string
		Body    string
		Headers map[string]string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&message); err != nil {
		panic(err)
	}
	headers := http.Header{}
	for name, value := range message.Headers {
		headers.Set(name, value)
	}
	for _, secret := range message.Secrets {
		webhook, err := webhooks.NewWebhook(secret)
		if err != nil {
			panic(err)
		}
		if webhook.Verify([]byte(message.Body), headers) == nil {
			fmt.Println("ok")
		} else {
			fmt.Println("refused")
		}
	}
}
