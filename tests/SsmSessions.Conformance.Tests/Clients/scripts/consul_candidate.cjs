// A candidate of an election by npm's consul: 2.x with a recipe, 0.40 with its own lock. The leader counts, and says so. Arguments: the key,
// its name, the TTL and the lock delay in milliseconds. Prints a line for each thing that happens: a name, a space, the details as JSON.
const Consul = require("consul");

const [key, name, ttl, delay] = process.argv.slice(2);
const { hostname: host, port } = new URL(process.env.ENDPOINT);
const old = !/^class/.test(Consul.toString());
const consul = old ? Consul({ host, port, promisify: true }) : new Consul({ host, port });
const flags = "3304740253564472344";
const terms = { name, ttl: `${ttl}ms`, lockdelay: `${delay}ms` };
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const tell = (what, details) => console.log(what, JSON.stringify(details));
// All processes of a machine read the same clock.
const now = () => Math.round(Number(process.hrtime.bigint() / 1000n));

// Nobody else can hold the key until the TTL has passed since the session was last known to live.
function leadership() {
  const self = { term: 0, until: 0, isOver: false };
  self.livedAt = (asked) => {
    self.until = asked + Number(ttl) * 1000;
    if (self.term > 0 && !self.isOver) tell("held", { until: self.until });
  };
  self.begin = async (session) => {
    const entry = await consul.kv.get(key);
    if (entry?.Session !== session) throw new Error(`held by ${entry?.Session}`);
    self.term = entry.LockIndex;
    tell("leading", { term: self.term, at: now(), until: self.until });
    await count(self);
    tell("lost", { term: self.term, late: now() - self.until });
  };
  return self;
}

// Counts under its term. Who finds a later term there has lost the lead without knowing.
async function count(self) {
  while (!self.isOver) {
    const entry = await consul.kv.get(`${key}/count`);
    const { term, count } = entry ? JSON.parse(entry.Value) : { term: 0, count: 0 };
    if (term > self.term) tell("fenced", { term: self.term, by: term });
    if (term > self.term || self.isOver) return;
    const value = JSON.stringify({ term: self.term, count: count + 1 });
    if ((await consul.kv.set({ key: `${key}/count`, value, cas: String(entry?.ModifyIndex ?? 0) })) === true)
      tell("counted", { term: self.term, count: count + 1 });
    await pause(20);
  }
}

async function campaign() {
  const self = leadership();
  const created = now();
  const { ID: session } = await consul.session.create(terms);
  self.livedAt(created);
  const renewing = (async () => {
    for (; !self.isOver; await pause(ttl / 3)) {
      const asked = now();
      await consul.session.renew(session).then(() => self.livedAt(asked), () => (self.isOver = true));
    }
  })();
  try {
    while (!self.isOver && (await consul.kv.set({ key, value: name, flags, acquire: session })) !== true) {
      const entry = await consul.kv.get(key);
      if (entry?.Session) await consul.kv.get({ key, index: entry.ModifyIndex, wait: "5s" });
      else await pause(20);
    }
    if (!self.isOver) await self.begin(session);
  } finally {
    self.isOver = true;
    await renewing;
  }
}

function campaignByLock() {
  const self = leadership();
  const client = Consul({ host, port });
  for (const call of ["create", "renew"]) {
    const original = client.session[call];
    client.session[call] = (options, callback) => {
      const asked = now();
      original.call(client.session, options, (error, data, response) => {
        if (!error) self.livedAt(asked);
        callback(error, data, response);
      });
    };
  }
  const lock = client.lock({ key, value: name, session: terms, lockRetryTime: "20ms", lockWaitTime: "500ms", lockWaitTimeout: "5s" });
  return new Promise((resolve, reject) => {
    lock.on("acquire", () => self.begin(lock._ctx.session.id).catch(reject));
    lock.on("error", (error) => tell("trouble", { message: error.message }));
    lock.on("end", () => {
      self.isOver = true;
      resolve();
    });
    lock.acquire();
  });
}

async function main() {
  // Whoever started it holds the other end.
  process.stdin.on("end", () => process.exit()).resume();
  tell("ready", {});
  for (;;) {
    await (old ? campaignByLock() : campaign()).catch((error) => tell("trouble", { message: error.message }));
    await pause(20);
  }
}

main();
