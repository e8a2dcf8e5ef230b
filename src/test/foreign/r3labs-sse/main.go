// Go: github.com/r3labs/sse. Reconnects by itself after an error; a stream that ends in order is subscribed to again.
// It hands over what a cut has left unfinished too, and has taken over the id by then, whole or not: such an event is
// told by an id that is not the one within its data, and counts for nothing.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	client := sse.NewClient(os.Args[1] + "/api/v1/jobs/" + os.Args[2] + "/events")
	client.ReconnectStrategy = backoff.NewConstantBackOff(200 * time.Millisecond)
	last := ""
	for ctx.Err() == nil {
		_ = client.SubscribeRawWithContext(ctx, func(message *sse.Event) {
			var event struct {
				Id   string
				Seq  int64
				Type string
			}
			if json.Unmarshal(message.Data, &event) != nil || event.Seq > 0 && event.Id != string(message.ID) {
				client.LastEventID.Store([]byte(last))
				return
			}
			if event.Seq > 0 && ctx.Err() == nil {
				fmt.Println(event.Seq)
				last = event.Id
			}
			if event.Type == "job.completed" {
				cancel()
			}
		})
	}
}
