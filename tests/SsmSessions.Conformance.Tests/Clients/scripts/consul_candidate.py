"""A candidate of an election by Debian's python3-consul. The leader counts, and says so. Arguments: the key, its name, the TTL and the lock
delay in milliseconds. Prints a line for each thing that happens: a name, a space, the details as JSON."""

import json
import os
import sys
import threading
import time
from urllib.parse import urlparse

import consul as library

key, name, ttl, delay = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
endpoint = urlparse(os.environ["ENDPOINT"])
os.environ.pop("CONSUL_HTTP_ADDR", None)  # It would win over what is said in code.
FLAGS = 3304740253564472344


def connect():
    return library.Consul(host=endpoint.hostname, port=endpoint.port)


def tell(what, details):
    # One write: threads do not cut each other's lines.
    sys.stdout.write("%s %s\n" % (what, json.dumps(details)))
    sys.stdout.flush()


def now():
    # All processes of a machine read the same clock.
    return time.monotonic_ns() // 1000


class Campaign:
    def __init__(self):
        self.consul = connect()
        self.term = 0
        self.over = threading.Event()
        asked = now()
        # The library asks for at least 10 seconds, and for whole ones.
        terms = json.dumps({"name": name, "ttl": "%dms" % ttl, "lockdelay": "%dms" % delay})
        self.session = self.consul.http.put(library.base.CB.json(is_id=True), "/v1/session/create", data=terms)
        self.until = asked + ttl * 1000
        threading.Thread(target=self.renew, daemon=True).start()

    def renew(self):
        consul = connect()
        while not self.over.is_set():
            asked = now()
            try:
                consul.session.renew(self.session)
            except Exception:
                self.over.set()
                return
            # Nobody else can hold the key until then.
            self.until = asked + ttl * 1000
            if self.term > 0 and not self.over.is_set():
                tell("held", {"until": self.until})
            self.over.wait(ttl / 3000)

    def run(self):
        while not self.over.is_set() and not self.consul.kv.put(key, name, flags=FLAGS, acquire=self.session):
            index, entry = self.consul.kv.get(key)
            if entry and "Session" in entry:
                self.consul.kv.get(key, index=index, wait="5s")
            else:
                time.sleep(0.02)
        if not self.over.is_set():
            self.lead()

    def lead(self):
        entry = self.consul.kv.get(key)[1]
        if entry is None or entry.get("Session") != self.session:
            raise RuntimeError("held by another")
        self.term = entry["LockIndex"]
        tell("leading", {"term": self.term, "at": now(), "until": self.until})
        self.count()
        tell("lost", {"term": self.term, "late": now() - self.until})

    def count(self):
        # Who finds a later term there has lost the lead without knowing.
        while not self.over.is_set():
            entry = self.consul.kv.get(key + "/count")[1]
            found = json.loads(entry["Value"]) if entry else {"term": 0, "count": 0}
            if found["term"] > self.term:
                tell("fenced", {"term": self.term, "by": found["term"]})
                return
            value = json.dumps({"term": self.term, "count": found["count"] + 1})
            if self.consul.kv.put(key + "/count", value, cas=entry["ModifyIndex"] if entry else 0):
                tell("counted", {"term": self.term, "count": found["count"] + 1})
            time.sleep(0.02)


# Whoever started it holds the other end.
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
tell("ready", {})
while True:
    campaign = None
    try:
        campaign = Campaign()
        campaign.run()
    except Exception as error:
        tell("trouble", {"message": str(error)})
    if campaign:
        campaign.over.set()
    time.sleep(0.02)
