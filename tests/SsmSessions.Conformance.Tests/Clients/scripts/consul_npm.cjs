// Drives the service by npm's consul, 2.x or 0.40: a client of sessions and keys. Prints a line for each thing tried: a name, a space, the
// result as JSON.
const Consul = require("consul");

const { hostname: host, port } = new URL(process.env.ENDPOINT);
const old = Consul.length === 1 && !/^class/.test(Consul.toString());
const options = { host, port, ...(old ? { promisify: true } : {}) };
const consul = old ? Consul(options) : new Consul(options);
const prefix = `client/${process.pid}-${Date.now()}`;
const key = `${prefix}/lock`;
const tell = (name, value) => console.log(name, JSON.stringify(value ?? null));
// 2.x answers false with undefined.
const yes = async (call) => (await call) === true;
const refused = (call) => call.then(() => "answered", (error) => error.message);

async function sessions() {
  const { ID: id } = await consul.session.create({ name: "client", ttl: "30s", lockdelay: "0s", behavior: "delete" });
  const shown = await consul.session.get(id).then((found) => found[0] ?? found);
  tell("shown", [shown.ID === id, shown.Name, shown.Node, shown.LockDelay, shown.Behavior, shown.TTL]);
  const has = (list) => list.some((session) => session.ID === id);
  tell("listed", [has(await consul.session.list()), has(await consul.session.node(shown.Node)), has(await consul.session.node("nowhere"))]);
  const renewed = await consul.session.renew(id);
  tell("renewed", [renewed].flat()[0].ID === id);
  tell("ephemeral", [await consul.kv.set({ key: `${prefix}/mine`, value: "here", acquire: id }), (await consul.kv.get(`${prefix}/mine`)).Value]);
  await consul.session.destroy(id);
  tell("gone", [(await consul.session.get(id)) ?? null, (await consul.kv.get(`${prefix}/mine`)) ?? null]);
  tell("renewGone", (await refused(consul.session.renew(id))).replace(id, "ID"));
  tell("refused", await refused(consul.session.create({ ttl: "1s" })));
}

async function locks() {
  const [a, b] = [(await consul.session.create({ lockdelay: "15s" })).ID, (await consul.session.create({ lockdelay: "15s" })).ID];
  const acquire = (session) => yes(consul.kv.set({ key, value: session, acquire: session }));
  const release = (session) => yes(consul.kv.set({ key, value: "", release: session }));
  tell("acquired", [await acquire(a), await acquire(a), await acquire(b)]);
  const held = await consul.kv.get(key);
  tell("held", [held.Session === a, held.Value === a, held.LockIndex]);
  tell("released", [await release(b), await release(a)]);
  const free = await consul.kv.get(key);
  tell("free", ["Session" in free, free.LockIndex]);
  tell("next", [await acquire(b), (await consul.kv.get(key)).LockIndex]);
  await consul.session.destroy(b);
  tell("delayed", await acquire(a));
  await consul.session.destroy(a);
}

async function keys() {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  await consul.kv.set(`${prefix}/tree/é b&c`, bytes);
  tell("bytes", bytes.equals((await consul.kv.get({ key: `${prefix}/tree/é b&c`, buffer: true })).Value));
  await consul.kv.set({ key: `${prefix}/tree/2`, value: "two", flags: "16210313421097356768" });
  tell("keys", (await consul.kv.keys(`${prefix}/tree/`)).map((found) => found.slice(prefix.length)));
  const tree = await consul.kv.get({ key: `${prefix}/tree/`, recurse: true });
  tell("tree", tree.map((entry) => entry.Key.slice(prefix.length)));
  const cas = (index) => yes(consul.kv.set({ key: `${prefix}/tree/2`, value: "three", cas: index }));
  tell("cas", [await cas("0"), await cas("1"), await cas(String(tree[0].ModifyIndex))]);
  await consul.kv.del({ key: `${prefix}/tree/`, recurse: true });
  tell("deleted", (await consul.kv.get(`${prefix}/tree/2`)) ?? null);
}

async function watch() {
  const watched = consul.watch({ method: consul.kv.get, options: { key: `${prefix}/watched`, wait: "20s" }, backoffFactor: 1000 });
  const seen = [];
  await new Promise((resolve, reject) => {
    watched.on("error", reject);
    watched.on("change", (entry) => {
      seen.push(entry ? entry.Value : null);
      if (seen.length === 3) resolve();
      else consul.kv.set(`${prefix}/watched`, `value ${seen.length}`).catch(reject);
    });
  });
  watched.end();
  tell("watched", seen);
}

async function members() {
  const node = (await consul.agent.self()).Config.NodeName;
  const health = await consul.health.node(node);
  tell("member", [node, health.map((check) => `${check.CheckID} ${check.Status}`)]);
  tell("nodes", (await consul.catalog.node.list()).some((found) => found.Node === node));
  tell("leader", typeof (await consul.status.leader()));
  await consul.agent.check.register({ name: prefix, ttl: "60s" });
  await consul.agent.check.pass(prefix);
  const checked = () => consul.health.node(node).then((checks) => checks.find((check) => check.CheckID === prefix)?.Status ?? "none");
  const status = async (wanted) => {
    for (let i = 0; i < 200 && (await checked()) !== wanted; i++) await new Promise((resolve) => setTimeout(resolve, 50));
    return checked();
  };
  const passing = await status("passing");
  const { ID: id } = await consul.session.create({ checks: ["serfHealth", prefix] });
  await consul.agent.check.fail(prefix);
  tell("checked", [passing, await status("critical"), (await consul.session.get(id)) ?? null]);
  await consul.agent.check.deregister(prefix);
}

async function main() {
  await sessions();
  await locks();
  await keys();
  await watch();
  await members();
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
