// What the page knows of the simulated world, kept fresh by server-sent events (or by asking every two seconds).
import { ask } from "./dom.js";

export const world = {
  brands: [], channels: new Map(), people: new Map(), bubbles: new Map(), threads: new Map(), counters: {}, checks: {}, notices: [], stopped: [], today: null,
  slack: { members: [], messages: new Map(), views: new Map(), channels: {}, bot_user: "" }, canKill: false, live: "…",
};
/** What this visitor looks at. */
const asked = new URLSearchParams(location.search);
export const here = {
  brand: asked.get("brand") || "", channel: asked.get("channel") || "whatsapp", surface: "private", person: asked.get("person") || "", member: "", selected: "", pane: "customer",
  second: "", secondChannel: "messenger",
};

const listeners = new Map();

/** Call `act(item)` at each change of `kind`. */
export function on(kind, act) {
  if (!listeners.has(kind)) listeners.set(kind, []);
  listeners.get(kind).push(act);
}

export function emit(kind, item) {
  for (const act of listeners.get(kind) || []) act(item);
}

export const threadKey = (item) => `${item.brand}/${item.channel}/${item.person}`;

const TAKE = {
  bubble: (item) => world.bubbles.set(item.id, item),
  person: (item) => world.people.set(item.key, item),
  thread: (item) => world.threads.set(threadKey(item), item),
  counters: (item) => { world.counters = item; },
  checks: (item) => { world.checks = item; },
  stopped: (item) => { world.stopped = item.brands; },
  notice: (item) => { world.notices.push(item); },
  slack: (item) => world.slack.messages.set(item.ts, item),
  slack_gone: (item) => world.slack.messages.delete(item.ts),
  view: (item) => world.slack.views.set(item.id, item),
  view_gone: (item) => world.slack.views.delete(item.id),
};

function change({ kind, item }) {
  TAKE[kind]?.(item);
  emit(kind, item);
}

/** Read everything again and tell every part of the page to draw itself. */
export async function refresh() {
  const all = await ask("/sim/state");
  world.brands = all.brands;
  world.channels = new Map(all.channels.map((one) => [one.name, one]));
  world.people = new Map(all.people.map((one) => [one.key, one]));
  world.bubbles = new Map(all.bubbles.map((one) => [one.id, one]));
  world.threads = new Map(all.threads.map((one) => [threadKey(one), one]));
  Object.assign(world, { counters: all.counters, checks: all.checks, notices: all.notices, stopped: all.stopped, canKill: all.can_kill });
  world.slack = {
    ...all.slack,
    messages: new Map(all.slack.messages.map((one) => [one.ts, one])),
    views: new Map(all.slack.views.map((one) => [one.id, one])),
  };
  here.brand ||= world.brands[0]?.brand || "";
  here.member ||= world.slack.members[0]?.id || "";
  here.person ||= all.people.find((one) => one.language === document.documentElement.lang)?.key || all.people[0]?.key;
  emit("everything");
}

/** How the brand does today, and what is stopped; null where nothing can tell. Asked once for a burst of changes. */
let asking = 0;
export function lookAtToday(soon = 600) {
  clearTimeout(asking);
  asking = setTimeout(readToday, soon);
}

export async function readToday() {
  const { brand } = here;
  const today = brand ? await ask(`/sim/figures?brand=${encodeURIComponent(brand)}`).catch(() => null) : null;
  if (brand !== here.brand) return;
  world.today = today;
  emit("today");
}

/** What keeps the bot from a subject on a channel: scopes such as "all", "channel:x", "intent:order_status". */
export function silenced(channel = "", intent = "") {
  if (world.stopped.includes(here.brand)) return ["all"];
  const telling = new Set(["all", `channel:${channel}`, `intent:${intent}`]);
  return (world.today?.stopped || []).map((one) => one.scope).filter((scope) => telling.has(scope));
}

function setLine(text) {
  world.live = text;
  emit("line", text);
}

/** Listen; after a broken line read everything again, and ask by turns until the line is back. */
export function listen() {
  let polling = 0;
  const source = new EventSource("/sim/events");
  source.onmessage = (event) => change(JSON.parse(event.data));
  source.onopen = async () => {
    clearInterval(polling);
    polling = 0;
    setLine("live");
    await refresh().catch(() => setLine("lost"));
  };
  source.onerror = () => {
    setLine("lost");
    if (!polling) polling = setInterval(() => refresh().then(() => setLine("polling")).catch(() => setLine("lost")), 2000);
  };
}

/** What the simulators say of a channel: its title, whether people write in public there, whether it takes files. */
export const channelOf = (name = here.channel) => world.channels.get(name) || { name, title: name, public: false, files: false };

/** The surface in view: private where a channel has no other. */
export const surface = () => (channelOf().public ? here.surface : "private");

export const brandOf = (key = here.brand) => world.brands.find((one) => one.brand === key);

/** Wait until `look()` is true, at most `ms`; returns what it saw, or null. */
export async function until(look, ms = 20000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = look();
    if (found) return found;
    if (Date.now() > end) return null;
    await new Promise((done) => setTimeout(done, 120));
  }
}
