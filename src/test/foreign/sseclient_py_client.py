"""PyPI: sseclient-py, over requests. Opened again with the id of the last event that had one."""
import json
import sys
import time

import requests
import sseclient

base, job = sys.argv[1:3]
last, ended = "", False
while not ended:
    headers = {"Accept": "text/event-stream"}
    if last:
        headers["Last-Event-ID"] = last
    try:
        answer = requests.get(f"{base}/api/v1/jobs/{job}/events", headers=headers, stream=True, timeout=60)
        for sse in sseclient.SSEClient(answer).events():
            last = sse.id or last
            event = json.loads(sse.data)
            if "seq" in event:
                print(event["seq"], flush=True)
            ended = ended or event.get("type") == "job.completed"
    except requests.exceptions.RequestException:
        pass
    time.sleep(0.1)
