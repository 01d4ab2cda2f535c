// The counter: numbers on tear-off tickets, why a bubble exists, the journal, and the buttons that break things.
import { ask, byId, fill, h } from "./dom.js";
import { channelOf, here, lookAtToday, on, readToday, silenced, until, world } from "./state.js";
import { newPerson, write } from "./phone.js";
import { clockSeconds, knows, language, PARCEL, t } from "./words.js";

const SHOWN = ["received", "redelivered", "refused", "calls", "bubbles", "doubled"];
const MISCHIEF = ["kill", "repeat", "forge", "rate_limit", "outage"];
let whyTimer = 0;
let told = "";

/** A time as a class of it: "10 s", "5 min". */
const within = (seconds) => (seconds === null ? "–" : seconds < 60 ? `${seconds}\u00a0s` : seconds < 3600 ? `${Math.round(seconds / 60)}\u00a0min` : `${Math.round(seconds / 3600)}\u00a0h`);

/** What a head of care asks first. */
function todays() {
  const today = world.today;
  const share = today && today.alone_share !== null ? `${Math.round(today.alone_share * 100)}${language() === "fr" ? "\u202f%" : "%"}` : "–";
  const shown = { alone: share, first: today ? within(today.first_s) : "–", people: today ? within(today.people_s) : "–" };
  return Object.entries(shown).map(([name, value]) => h("div.ticket.head", null, h("dt", null, t(`c_${name}`)), h("dd", { "data-counter": name }, value)));
}

function drawCounters() {
  byId("counters").setAttribute("aria-label", t("counters"));
  fill(byId("counters"), todays(), SHOWN.map((name) => h(`div.ticket${name === "doubled" ? (world.counters[name] ? ".bad" : ".good") : ""}`, null,
    h("dt", null, t(`c_${name}`)), h("dd", { "data-counter": name }, String(world.counters[name] ?? 0)))));
}

// --- why -----------------------------------------------------------------------------------------

const words = (prefix, key) => (key && knows(prefix + key) ? t(prefix + key) : key);
/** Rounded down: 99.97 % is never shown as certainty. */
const percent = (value) => `${(Math.floor(value * 1000) / 10).toLocaleString(language() === "fr" ? "fr-FR" : "en-GB", { maximumFractionDigits: 1 })}${language() === "fr" ? "\u202f%" : "%"}`;

function gauge(found) {
  if (typeof found.probability !== "number") return null;
  const bar = h("span.gauge-fill");
  bar.style.inlineSize = `${Math.min(100, found.probability * 100)}%`;
  const mark = h("span.gauge-mark");
  // An intent that is not proved, or never answered by itself, has no bound that counts.
  const bounded = typeof found.bound === "number" && found.bound <= 1 && !/^(not|never)\b/.test(found.proof || "");
  if (bounded) mark.style.insetInlineStart = `${found.bound * 100}%`;
  // The model's own verdict: at its bound it may still be silenced by a rule.
  const sure = bounded && (found.sure ?? found.probability >= found.bound);
  return h("div.gauge-row", null,
    h("p", null, h("strong", null, percent(found.probability)), ` ${t("probability").toLowerCase()}`, bounded && h("span.quiet", null, ` · ${t("bound")} ${percent(found.bound)}`)),
    h(`div.gauge${sure ? ".sure" : ".unsure"}`, { "aria-hidden": "true" }, bar, bounded && mark));
}

const line = (label, value) => (value || value === 0 ? [h("dt", null, t(label)), h("dd", null, String(value))] : []);

function life(states) {
  if (!states?.length) return null;
  const first = states[0].at;
  return [h("h4", null, t("lifeOf")), h("ol.life", null, states.map((one) => h("li", null,
    h("span", null, words("row_", one.state)), h("span.quiet", null, ` +${((one.at - first) / 1000).toLocaleString(language(), { maximumFractionDigits: 2 })} s`))))];
}

/** The reason as a sentence: "needs_order" and its like share one; an unknown word falls back to the system's own words. */
function because(found) {
  const key = found.reason.startsWith("needs_") ? "needs" : found.reason;
  return knows(`r_${key}`) ? t(`r_${key}`) : found.words || found.reason.replaceAll("_", " ");
}

function drawWhy(bubble, found) {
  const text = h("blockquote.chosen", { lang: world.people.get(bubble.person)?.language }, bubble.text);
  const by = found?.author || (bubble.native ? "native" : bubble.side === "customer" ? "customer" : "");
  fill(byId("why"), text, h("p.verdict-line", null, by && h("span.stamp", null, words("by_", by)), found?.decision && h(`span.stamp.${found.decision}`, null, words("d_", found.decision))),
    !found && h("p.quiet", null, t("whyWait")),
    found?.reason && h("p.because", null, because(found)),
    found && [gauge(found), h("dl.facts", null,
      line("intent", words("i_", found.intent)), found.guess && found.guess !== found.intent ? line("guess", words("i_", found.guess)) : [], line("proof", found.proof && words("p_", found.proof.split(/[ :]/)[0])),
      line("model", found.model), line("covers", found.covers?.length ? `${found.covers.length} ${t(found.covers.length === 1 ? "message1" : "messages")}` : ""),
      line("state", words("row_", found.row_state)), line("attempts", found.attempts), line("errorCode", found.error_code)), life(found.states)]);
}

async function explain(id, tries = 0) {
  clearTimeout(whyTimer);
  const bubble = world.bubbles.get(id);
  if (!bubble || here.selected !== id) return;
  let found = null;
  try { found = await ask(`/sim/why?message=${encodeURIComponent(bubble.platform_id)}`); } catch { /* shown as not yet known */ }
  if (here.selected !== id) return;
  const fresh = JSON.stringify([id, found, language()]);
  if (fresh !== told) drawWhy(bubble, found);
  told = fresh;
  if (tries < 60) whyTimer = setTimeout(() => explain(id, tries + 1), 1500);
}

export function drawCounter() {
  told = "";
  drawCounters();
  drawMischief();
  drawJournal();
  if (here.selected && world.bubbles.has(here.selected)) explain(here.selected);
  else fill(byId("why"), h("p.quiet", null, t("whyNone")));
}

// --- journal -------------------------------------------------------------------------------------

const SHOWN_LINES = 40;

/** What happened, newest first, read from what the platforms keep: it survives a reload and changes language. */
function lines() {
  const found = [];
  for (const bubble of [...world.bubbles.values()].slice(-SHOWN_LINES)) {
    const places = { who: world.people.get(bubble.person)?.name || "", channel: channelOf(bubble.channel).title };
    const key = bubble.side === "customer" ? "j_in" : bubble.status === "failed" ? "j_fail" : "j_out";
    found.push({ at: bubble.at, key, places, kind: { j_in: "", j_out: "out", j_fail: "bad" }[key] });
  }
  for (const message of [...world.slack.messages.values()].slice(-SHOWN_LINES)) {
    if (message.user === world.slack.bot_user && !message.thread_ts && !message.ephemeral_to) found.push({ at: Number(message.ts) * 1000, key: "j_ticket", places: {}, kind: "ticket" });
  }
  for (const item of world.notices) {
    found.push({ at: item.at, key: `n_${item.text}`, places: { subject: channelOf(item.subject).title }, kind: item.level });
  }
  return found.sort((one, other) => other.at - one.at).slice(0, SHOWN_LINES);
}

function drawJournal() {
  const found = lines();
  fill(byId("journal"), found.length ? found.map((one) => h(`li${one.kind ? `.${one.kind}` : ""}`, null, h("time", null, clockSeconds(one.at)), " ", t(one.key, one.places))) : h("li.empty", null, t("journalNone")));
}

// --- break it ------------------------------------------------------------------------------------

/** What is stopped, in words. */
export function scopeWords(scope) {
  const [kind, name] = scope.split(":");
  if (kind === "channel") return channelOf(name).title;
  return kind === "intent" ? words("i_", name).replaceAll("_", " ") : t("everything");
}

function drawMischief() {
  fill(byId("mischief"), MISCHIEF.map((what) => h("li", null,
    h("button.mischief-button", { type: "button", "data-mischief": what, onclick: () => cause(what) }, h("strong", null, t(`b_${what}`)), h("span", null, t(`b_${what}_more`))))));
}

function verdict(text, kind = "") {
  fill(byId("verdict"), text && h(`p${kind ? `.${kind}` : ""}`, null, text));
}

/** Break something for real and watch whether it held. */
export async function cause(what) {
  verdict(t("v_waiting"));
  const { channel } = here;
  if (what === "forge" || what === "repeat") {
    if (!world.counters.received) await sendParcel();
    const before = world.counters.bubbles;
    const answer = await ask("/sim/break", { what, times: 5 });
    const refused = answer.status === 401 || answer.status === 403;
    if (what === "forge") verdict(t(refused ? "v_forged" : "v_forgedBad", { subject: answer.status }), refused ? "good" : "bad");
    else {
      await new Promise((done) => setTimeout(done, 2500));
      verdict(world.counters.bubbles === before ? t("v_repeated", { subject: answer.times }) : t("v_doubled"), world.counters.bubbles === before ? "good" : "bad");
    }
    return;
  }
  await readToday();
  const silent = silenced(channel, "order_status");
  if (silent.length) {
    verdict(t("v_stopped", { subject: silent.map(scopeWords).join(", ") }));
    return;
  }
  const doubled = world.counters.doubled;
  const began = Date.now();
  await ask("/sim/break", { what, channel });
  const { person } = await sendParcel();
  const mine = () => [...world.bubbles.values()].filter((one) => one.person === person && one.side === "brand");
  const given = () => [...world.slack.messages.values()].some((one) => Number(one.ts) * 1000 > began && !one.thread_ts && !one.ephemeral_to);
  await until(() => mine().length || given(), 45000);
  const seen = mine().length > 0 || Boolean(await until(() => mine().length, given() ? 6000 : 0));
  if (!seen && given()) {
    verdict(t("v_person"));
    return;
  }
  if (seen) select(mine()[0].id);
  if (seen && what === "kill") await proven(mine()[0]);
  await new Promise((done) => setTimeout(done, seen ? 4000 : 0));
  const twice = world.counters.doubled > doubled || new Set(mine().map((one) => one.text)).size < mine().length;
  verdict(twice ? t("v_doubled") : t(seen ? "v_kept" : "v_none"), twice ? "bad" : seen ? "good" : "");
}

/** Wait until the table says that the row is settled (or knows nothing of it), and say so meanwhile. */
async function proven(bubble) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await ask(`/sim/why?message=${encodeURIComponent(bubble.platform_id)}`).catch(() => null);
    if (!found || (found.row_state && !["claimed", "pending"].includes(found.row_state))) return;
    if (!tries) verdict(t("v_proof"));
    await new Promise((done) => setTimeout(done, 2000));
  }
}

async function sendParcel() {
  const person = await newPerson();
  here.surface = "private";
  await write(PARCEL[person.language]);
  return { person: person.key };
}

const select = (id) => { here.selected = id; explain(id); };

export function startCounter() {
  on("everything", drawCounter);
  on("counters", drawCounters);
  on("today", drawCounters);
  on("everything", () => lookAtToday(0));
  for (const kind of ["bubble", "slack", "stopped"]) on(kind, () => lookAtToday());
  on("select", (id) => explain(id));
  for (const kind of ["notice", "bubble", "slack"]) on(kind, drawJournal);
}
