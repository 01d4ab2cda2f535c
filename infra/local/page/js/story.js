// The opening story: it plays on the real stack, through the same doors as a person's own typing and clicks.
import { ask, byId, calm, sleep } from "./dom.js";
import { emit, here, until, world } from "./state.js";
import { go, grow, newPerson, select, write } from "./phone.js";
import { act } from "./desk.js";
import { openSecond } from "./second.js";
import { TWO, twoPhones } from "./story-two.js";
import { language, t, typeset } from "./words.js";

const PACE = Number(new URLSearchParams(location.search).get("pace") || 1);
const ANSWER_MS = 20000;

const SAYS = {
  fr: {
    hello: "Bonjour !",
    parcel: "Le suivi de mon colis 10482 n'a pas bougé depuis 3 jours, il arrive quand ?",
    broken: "Et le vase de ma mère est arrivé fêlé",
    cp: "{who} envoie aussi une photo. Un conseiller la voit dans Slack, repliée sous la demande.",
    angry: "Trois semaines que j'attends mon colis, personne ne répond. C'est une honte.",
    sorry: "Vous avez raison, et nous en sommes désolés. Envoyez-nous votre numéro de commande en message privé : nous regardons aujourd'hui.",
    again: "Bonjour, mon colis 10484 devait arriver hier, où est-il ?",
    c1: "{who} écrit sur WhatsApp : un bonjour, puis la question que l'on pose cent fois par jour. Il y aura une seule réponse.",
    c2: "Guichet l'a reconnue, a demandé à la boutique où est le colis, et a répondu en {s} s, en disant que c'est automatique.",
    c2ticket: "Guichet n'était pas assez sûr pour répondre seul : la question est allée à un conseiller, avec ce qu'il en pense.",
    c2late: "La réponse se fait attendre : elle viendra, rien ne se perd.",
    c3: "Touchez n'importe quelle bulle : le guichet dit pourquoi elle existe. Sujet, certitude, seuil, règle.",
    c4: "Sur X, {who} se fâche en public. Une colère ne reçoit jamais de réponse automatique.",
    c5: "La voici dans Slack, en rouge : qui, où, ce qui est écrit, pourquoi le bot s'est tu, et une réponse proposée.",
    c6: "Le conseiller ouvre la réponse, la relit et l'envoie.",
    c7: "Un doute ? Pendant quelques secondes, « Annuler » la retient. Elle n'est pas partie.",
    c8: "Le client la reçoit, une seule fois.",
    c9: "STOP : en une touche, le bot se tait partout, même pour ce qui était déjà décidé.",
    c10: "{who} repose une question facile. Personne ne répond à sa place : elle arrive à un conseiller.",
    c11: "On lui rend la parole. À vous : écrivez, répondez, cassez-le.",
  },
  en: {
    hello: "Hello!",
    parcel: "Still no sign of my parcel, tracking hasn't moved. Order 10482",
    broken: "And my mother's vase arrived cracked",
    cp: "{who} sends a photo as well. A person sees it in Slack, folded under the ticket.",
    angry: "Three weeks waiting for my parcel and nobody answers. Absolute disgrace.",
    sorry: "You are right, and we are sorry. Send us your order number in a private message: we look into it today.",
    again: "Hi, my parcel 10484 was due yesterday, where is it?",
    c1: "{who} writes on WhatsApp: a hello, then the question a shop hears a hundred times a day. There will be one answer.",
    c2: "Guichet knew it, asked the shop where the parcel is, and answered in {s} s, saying that it is automatic.",
    c2ticket: "Guichet was not sure enough to answer by itself: the question went to a person, with its guess.",
    c2late: "The answer takes its time: it will come, nothing is lost.",
    c3: "Click any bubble: the counter says why it exists. Subject, certainty, bound, rule.",
    c4: "On X, {who} is angry in public. Anger never gets an automatic answer.",
    c5: "Here it is in Slack, in red: who, where, what was written, why the bot kept quiet, and a suggested reply.",
    c6: "The agent opens the reply, reads it over and sends it.",
    c7: "Second thoughts? For a few seconds, Undo holds it back. It has not left.",
    c8: "The customer gets it, once.",
    c9: "STOP: one press and the bot is silent everywhere, even for what was already decided.",
    c10: "{who} asks an easy question again. Nobody answers in a person's place: it goes to an agent.",
    c11: "The bot may speak again. Your turn: write, answer, break it.",
  },
};

class Skipped extends Error {}

const story = { state: "idle", run: 0 };

function line(key, places = {}) {
  let text = SAYS[language()][key] || TWO[language()][key];
  for (const [name, value] of Object.entries(places)) text = text.replaceAll(`{${name}}`, value);
  return language() === "fr" ? typeset(text) : text.replace(/'/g, "’");
}

function caption(key, progress, places) {
  byId("caption").textContent = line(key, places);
  byId("story-progress").value = progress;
}

/** Wait `ms` of story time; holds while paused, throws when skipped. */
async function beat(ms) {
  const { run } = story;
  for (let left = ms * PACE; left > 0; left -= 50) {
    if (story.run !== run || story.state === "idle" || story.state === "done") throw new Skipped();
    if (story.state === "paused") left += 50;
    await sleep(50);
  }
  if (story.run !== run || story.state === "done") throw new Skipped();
}

async function type(text) {
  const box = byId("words");
  if (calm() || PACE < 0.5) box.value = text;
  else for (let at = 1; at <= text.length; at += 1) {
    box.value = text.slice(0, at);
    grow();
    await beat(22);
  }
  await beat(500);
  box.value = "";
  grow();
  const sent = Date.now();
  await write(text);
  return sent;
}

const look = (pane) => emit("pane", pane);
const answerTo = (person, since = 0) => [...world.bubbles.values()].filter((one) => one.person === person.key && one.side === "brand" && one.at > since).at(-1);

/** Whether a bubble answers by itself, and does not only say that a person will: the table knows. */
async function settles(bubble) {
  const found = await ask(`/sim/why?message=${encodeURIComponent(bubble.platform_id)}`).catch(() => null);
  return !found?.decision || found.decision === "reply" || found.decision === "ask";
}

const first = (person) => person.name.split(" ")[0];

async function parcel() {
  const person = await newPerson();
  go({ channel: "whatsapp", person: person.key });
  look("customer");
  caption("c1", 4, { who: first(person) });
  await beat(1800);
  await type(SAYS[language()].hello);
  await beat(900);
  const sent = await type(SAYS[language()].parcel);  // the seconds are the answer's, not those of the simulated typing
  const asked = () => find(REPLY, (one) => Number(one.ts) * 1000 > sent && !one.ephemeral_to);
  await until(() => answerTo(person, sent) || asked(), ANSWER_MS);
  await beat(300);
  const bubble = answerTo(person, sent);
  if (!bubble || !(await settles(bubble))) {
    await until(asked, 4000);
    caption(asked() ? "c2ticket" : "c2late", 18);
    if (asked()) look("desk");
    await beat(5000);
    return;
  }
  caption("c2", 18, { s: (Math.max(0, bubble.at - sent) / 1000).toLocaleString(language(), { maximumFractionDigits: 1 }) });
  await beat(6000);
  caption("c3", 28);
  look("counter");
  select(bubble.id);
  await beat(8000);
}

const plain = (one) => `${one.action_id || ""} ${one.text?.text || ""}`;
/** All that can be pressed in a message: its buttons first, then the entries of its menus. */
function buttons(message) {
  const all = (message?.blocks || []).flatMap((block) => (block.type === "actions" ? block.elements : [block.accessory]).filter(Boolean).map((one) => ({ block, one })));
  return [...all.filter(({ one }) => one.type === "button"), ...all.flatMap(({ block, one }) => (one.options || []).map((option) => ({ block, one, option })))];
}

/** Find the newest message of the channel that has a button whose id or words match. */
function find(pattern, filter = () => true) {
  const channel = world.brands.find((one) => one.brand === here.brand)?.slack_channel;
  for (const message of [...world.slack.messages.values()].filter((one) => one.channel === channel).reverse()) {
    if (!filter(message)) continue;
    const hit = buttons(message).find(({ one, option }) => pattern.test(plain(option || one)));
    if (hit) return { message, ...hit };
  }
  return null;
}

async function press(found) {
  document.querySelector(`[data-ts="${found.message.ts}"]`)?.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  const { block, one, option } = found;
  const pressed = option ? { selected_option: option } : { text: one.text, value: one.value };
  await act({ ts: found.message.ts }, { type: one.type, block_id: block.block_id, action_id: one.action_id, ...pressed }, null, null);
}

const REPLY = /edit_reply|(^|[^_])repl|répond/i;
const modal = () => [...world.slack.views.values()].find((one) => one.user === here.member);

async function reply(ticket) {
  await press(ticket);
  const view = await until(modal, 6000);
  if (!view) return false;
  const box = byId("modal").querySelector("textarea");
  if (box && !box.value.trim()) box.value = line("sorry");
  await beat(3500);
  byId("modal").querySelector("form")?.requestSubmit();
  await until(() => !world.slack.views.has(view.id), 6000);
  return true;
}

async function photo() {
  const person = world.people.get(here.person);
  look("customer");
  caption("cp", 31, { who: first(person) });
  const since = Date.now() / 1000;
  byId("words").value = SAYS[language()].broken;
  grow();
  await beat(1500);
  byId("send-photo").click();
  await beat(2000);
  await until(() => find(REPLY, (one) => Number(one.ts) > since - 1 && !one.ephemeral_to), 8000);
  look("desk");
  await beat(4000);
}

async function anger() {
  const person = await newPerson();
  go({ channel: "x", surface: "public", person: person.key });
  look("customer");
  caption("c4", 38, { who: first(person) });
  await beat(1500);
  const start = Date.now() / 1000;
  await type(SAYS[language()].angry);
  const ticket = await until(() => find(REPLY, (one) => Number(one.ts) > start - 1 && !one.ephemeral_to), ANSWER_MS);
  look("desk");
  caption("c5", 46);
  await beat(7000);
  if (!ticket) return;
  caption("c6", 56);
  const before = Date.now();
  if (!(await reply(ticket))) return;
  const undo = await until(() => find(/undo|annuler/i, (one) => one.ts === ticket.message.ts || one.thread_ts === ticket.message.ts), 5000);
  if (undo) {
    caption("c7", 64);
    await beat(1200);
    await press(undo);
    await beat(5000);
    const again = await until(() => find(REPLY, (one) => one.ts === ticket.message.ts), 6000);
    if (again) await reply(again);
  }
  look("customer");
  const bubble = await until(() => answerTo(person, before), ANSWER_MS);
  caption("c8", 72);
  if (bubble) select(bubble.id);
  await beat(5500);
}

async function stop() {
  look("desk");
  caption("c9", 80);
  await beat(2500);
  emit("stop", true);
  await beat(4000);
  const person = await newPerson();
  go({ channel: "messenger", person: person.key });
  look("customer");
  caption("c10", 88, { who: first(person) });
  await type(SAYS[language()].again);
  await beat(7000);
}

function buttonsNow() {
  const label = { idle: "play", playing: "pause", paused: "resume", done: "replay" }[story.state];
  byId("story-play").textContent = t(label);
  byId("story-play").dataset.state = story.state;
  byId("story-skip").hidden = story.state === "idle" || story.state === "done";
  byId("story").dataset.state = story.state;
  byId("story-progress").setAttribute("aria-label", t("storyTitle"));
  if (story.state === "idle") byId("caption").textContent = t("storyIntro");
}

function to(state) {
  story.state = state;
  buttonsNow();
}

async function play() {
  story.run += 1;
  const { run } = story;
  to("playing");
  try {
    await parcel();
    await photo();
    await anger();
    await twoPhones({ beat, caption, type });
    await stop();
  } catch (wrong) {
    if (!(wrong instanceof Skipped)) console.warn("story:", wrong.message);
  }
  if (story.run !== run) return;
  emit("stop", false);
  openSecond("");
  byId("story-progress").value = 100;
  caption("c11", 100);
  look("customer");
  to("done");
}

export function startStory() {
  byId("story-play").addEventListener("click", () => {
    if (story.state === "playing") to("paused");
    else if (story.state === "paused") to("playing");
    else play();
  });
  byId("story-skip").addEventListener("click", () => {
    to("done");
    byId("story-play").focus();
  });
  buttonsNow();
}

export const redrawStory = buttonsNow;
export const closeModals = () => Promise.all([...world.slack.views.values()].map((one) => ask("/sim/slack/close", { view_id: one.id }).catch(() => {})));
