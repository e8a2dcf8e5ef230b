"""PyPI: httpx-sse. Opened again with the last id, as its documentation shows; on each connection the id is empty first."""
import sys
import time

import httpx
from httpx_sse import connect_sse

base, job = sys.argv[1:3]
last, pause, ended = "", 0.1, False
with httpx.Client(timeout=60) as client:
    while not ended:
        headers = {"Last-Event-ID": last} if last else {}
        try:
            with connect_sse(client, "GET", f"{base}/api/v1/jobs/{job}/events", headers=headers) as source:
                for sse in source.iter_sse():
                    last = sse.id or last
                    if sse.retry is not None:
                        pause = sse.retry / 1000
                    event = sse.json()
                    if "seq" in event:
                        print(event["seq"], flush=True)
                    ended = ended or event.get("type") == "job.completed"
        except httpx.TransportError:
            pass
        time.sleep(pause)
