"""Drives the service by Debian's python3-consul or python3-consul2. Prints a line for each thing tried: a name, a space, the result as
JSON."""

import json
import os
import threading
import time
from urllib.parse import urlparse

import consul as library

endpoint = urlparse(os.environ["ENDPOINT"])
os.environ.pop("CONSUL_HTTP_ADDR", None)  # It would win over what is said in code.
consul = library.Consul(host=endpoint.hostname, port=endpoint.port)
prefix = "client/%d-%d" % (os.getpid(), time.time() * 1000)
key = prefix + "/lock"


def tell(name, value):
    print(name, json.dumps(value, default=str), flush=True)


def refused(call):
    try:
        call()
    except (library.NotFound, library.ConsulException) as error:
        return str(error)
    return "answered"


def value(name):
    entry = consul.kv.get(name)[1]
    return entry and entry["Value"] and entry["Value"].decode()


def sessions():
    session = consul.session.create(name="client", ttl=30, lock_delay=0, behavior="delete")
    shown = consul.session.info(session)[1]
    tell("shown", [shown["ID"] == session] + [shown[name] for name in ("Name", "Node", "LockDelay", "Behavior", "TTL")])
    listed = [consul.session.list(), consul.session.node(shown["Node"]), consul.session.node("nowhere")]
    tell("listed", [any(found["ID"] == session for found in answer[1]) for answer in listed])
    tell("renewed", consul.session.renew(session)["ID"] == session)
    tell("ephemeral", [consul.kv.put(prefix + "/mine", "here", acquire=session), value(prefix + "/mine")])
    consul.session.destroy(session)
    tell("gone", [consul.session.info(session)[1], value(prefix + "/mine")])
    tell("renewGone", refused(lambda: consul.session.renew(session)).replace(session, "ID"))
    # The library refuses less than 10 seconds by itself: this is what the server says.
    tell("refused", refused(lambda: put_json("/v1/session/create", {"ttl": "1s"})))


def put_json(path, body):
    return consul.http.put(library.base.CB.json(is_id=True), path, data=json.dumps(body))


def locks():
    a, b = consul.session.create(), consul.session.create()
    tell("acquired", [consul.kv.put(key, session, acquire=session) for session in (a, a, b)])
    held = consul.kv.get(key)[1]
    tell("held", [held["Session"] == a, held["Value"].decode() == a, held["LockIndex"]])
    tell("released", [consul.kv.put(key, "", release=session) for session in (b, a)])
    free = consul.kv.get(key)[1]
    tell("free", ["Session" in free, free["LockIndex"]])
    tell("next", [consul.kv.put(key, b, acquire=b), consul.kv.get(key)[1]["LockIndex"]])
    consul.session.destroy(b)
    tell("delayed", consul.kv.put(key, a, acquire=a))
    consul.session.destroy(a)


def keys():
    every = bytes(range(256))
    consul.kv.put(prefix + "/tree/\u00e9 b&c", every)
    tell("bytes", consul.kv.get(prefix + "/tree/\u00e9 b&c")[1]["Value"] == every)
    consul.kv.put(prefix + "/tree/2", "two", flags=16210313421097356768)
    tell("keys", [found[len(prefix):] for found in consul.kv.get(prefix + "/tree/", keys=True)[1]])
    tree = consul.kv.get(prefix + "/tree/", recurse=True)[1]
    tell("tree", [entry["Key"][len(prefix):] for entry in tree])
    tell("cas", [consul.kv.put(prefix + "/tree/2", "three", cas=index) for index in (0, 1, tree[0]["ModifyIndex"])])
    consul.kv.delete(prefix + "/tree/", recurse=True)
    tell("deleted", consul.kv.get(prefix + "/tree/2")[1])


def watch():
    seen, index = [], None
    while len(seen) < 3:
        index, entry = consul.kv.get(prefix + "/watched", index=index, wait="20s")
        now = entry and entry["Value"].decode()
        # Another key's change may wake who waits for one that is not there.
        if not seen or now != seen[-1]:
            seen.append(now)
            writer = library.Consul(host=endpoint.hostname, port=endpoint.port)
            threading.Timer(0.1, lambda i: writer.kv.put(prefix + "/watched", "value %d" % i), [len(seen)]).start()
    tell("watched", seen)


def report(what):
    # python3-consul says it by GET, which Consul has not taken for long.
    consul.http.put(library.base.CB.bool(), "/v1/agent/check/%s/%s" % (what, prefix))


def members():
    node = consul.agent.self()["Config"]["NodeName"]
    tell("member", [node, ["%s %s" % (check["CheckID"], check["Status"]) for check in consul.health.node(node)[1]]])
    tell("nodes", any(found["Node"] == node for found in consul.catalog.nodes()[1]))
    tell("leader", "string" if isinstance(consul.status.leader(), str) else "none")
    consul.agent.check.register(prefix, library.Check.ttl("60s"))
    report("pass")

    def checked():
        return next((check["Status"] for check in consul.health.node(node)[1] if check["CheckID"] == prefix), "none")

    def status(wanted):
        for _ in range(200):
            if checked() == wanted:
                break
            time.sleep(0.05)
        return checked()

    passing = status("passing")
    session = consul.session.create(checks=["serfHealth", prefix])
    report("fail")
    tell("checked", [passing, status("critical"), consul.session.info(session)[1]])
    report("deregister")


sessions()
locks()
keys()
watch()
members()
