"""PyPI: websockets. Opened again behind the last id."""
import json
import sys
import time

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

base, job = sys.argv[1:3]
last, ended = "", False
while not ended:
    try:
        with connect(f"{base.replace('http', 'ws')}/api/v1/jobs/{job}/ws?lastEventId={last}") as socket:
            for message in socket:
                event = json.loads(message)
                if "seq" in event:
                    print(event["seq"], flush=True)
                    last = event["id"]
                ended = ended or event.get("type") == "job.completed"
    except (OSError, WebSocketException):
        pass
    time.sleep(0.1)
