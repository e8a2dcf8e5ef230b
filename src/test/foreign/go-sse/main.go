// Go: github.com/tmaxmax/go-sse. Reconnects by itself.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/tmaxmax/go-sse"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, os.Args[1]+"/api/v1/jobs/"+os.Args[2]+"/events", nil)
	if err != nil {
		panic(err)
	}
	connection := sse.NewConnection(request)
	ended := false
	connection.SubscribeToAll(func(message sse.Event) {
		var event struct {
			Seq  int64
			Type string
		}
		if err := json.Unmarshal([]byte(message.Data), &event); err != nil {
			panic(err)
		}
		if event.Seq > 0 {
			fmt.Println(event.Seq)
		}
		if event.Type == "job.completed" {
			ended = true
			cancel()
		}
	})
	if err := connection.Connect(); !ended {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
