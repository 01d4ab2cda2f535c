// The customer's phone: a tab per channel, the conversation, and the box to write in.
import { ask, byId, fill, h, say } from "./dom.js";
import { leads } from "./follow.js";
import { brandOf, channelOf, emit, here, on, surface, threadKey, world } from "./state.js";
import { clock, language, t, TRIES, unbroken } from "./words.js";

const MARKS = { sending: "○", sent: "✓", delivered: "✓✓", read: "✓✓", failed: "!", refused: "!" };
const nodes = new Map();
let typingTimer = 0;

export const initials = (name) => name.split(/\s+/).map((word) => word[0] || "").slice(0, 2).join("").toUpperCase();
const hue = (key) => [...key].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 6, 7);

function inView(bubble) {
  return bubble.brand === here.brand && bubble.channel === here.channel && bubble.person === here.person
    && bubble.surface === surface();
}

const thread = () => world.threads.get(threadKey(here));

function statusWords(bubble) {
  return `${t(`st_${bubble.status}`)}${bubble.error ? ` (${bubble.error})` : ""}`;
}

function drawBubble(bubble) {
  const own = bubble.side === "customer";
  const person = world.people.get(bubble.person);
  const author = own ? person?.name : brandOf(bubble.brand)?.name;
  const handle = own ? person?.handle : brandOf(bubble.brand)?.handles?.[bubble.channel];
  const post = bubble.surface === "public";
  const tick = own ? MARKS[bubble.status] : bubble.status === "failed" ? "!" : "";
  const read = own && thread()?.seen_at >= bubble.at;
  return h(`button.bubble.${own ? "mine" : "theirs"}`, {
    type: "button", "data-id": bubble.id, "aria-pressed": String(here.selected === bubble.id), "data-status": bubble.status,
    onclick: () => select(bubble.id),
  },
  post && h("span.post-head", null, h(`span.face.h${hue(own ? bubble.person : bubble.brand)}`, { "aria-hidden": "true" }, initials(author || "")),
    h("span.post-who", null, h("strong", null, author), h("span.handle", null, ` @${handle}`))),
  !post && h("span.sr", null, `${own ? author : author} ${t("says")} `),
  bubble.file === "photo" && h("img.sent-photo", { src: "/sim/file/photo", alt: t("photo") }),
  bubble.file === "voice" && h("span", null, `🎤 ${t("voice")}`),
  bubble.attached && h("span.attached", null, `📎 ${bubble.attached}`),
  h("span.words", { lang: person?.language }, unbroken(bubble.text)),
  h("span.meta", null,
    bubble.native && h("span", null, `${t("nativeMark")} · `),
    clock(bubble.at),
    h("span.sr", null, `, ${own && read ? t("seen") : statusWords(bubble)}. ${t("why")}`),
    tick && h(`span.tick${read ? ".seen" : ""}`, { "aria-hidden": "true" }, ` ${read ? "✓✓" : tick}`),
    bubble.status === "failed" || bubble.status === "refused" ? h("span.failed", { "aria-hidden": "true" }, ` ${statusWords(bubble)}`) : null));
}

/** The buttons under a message of the brand's: pressed, each is the customer's next message. */
function drawButtons(bubble) {
  if (!bubble.buttons?.length) return null;
  return h("div.replies", { role: "group", "aria-label": t("choices") }, bubble.buttons.map(([title, payload]) => h("button.reply", {
    type: "button", lang: world.people.get(bubble.person)?.language, onclick: () => write(title, "", payload).catch((wrong) => say(wrong.message)),
  }, unbroken(title))));
}

/** Under a message with a link that leads on elsewhere: open it on the second device, as this person. */
function drawLink(bubble) {
  const to = bubble.side === "brand" && leads(bubble.text);
  if (!to) return null;
  const framed = document.documentElement.dataset.only && parent !== window;
  const open = () => (framed ? parent.postMessage({ follow: to }, location.origin) : emit("follow", to));
  return h("div.replies", null, h("button.reply.follow", { type: "button", onclick: open }, t("follow", { channel: channelOf(to.channel).title })));
}

/** Choose a bubble: the counter then says why. */
export function select(id) {
  here.selected = id;
  for (const [key, node] of nodes) node.firstChild.setAttribute("aria-pressed", String(key === id));
  emit("select", id);
}

function toEnd() {
  const talk = byId("talk");
  talk.scrollTop = talk.scrollHeight;
}

function placeBubble(bubble) {
  const old = nodes.get(bubble.id);
  const focused = old?.contains(document.activeElement);
  const item = h(`li.${bubble.side === "customer" ? "mine" : "theirs"}.${bubble.surface}`, null, drawBubble(bubble), drawButtons(bubble), drawLink(bubble));
  if (old) {
    old.replaceWith(item);
    item.classList.add("still");
  } else byId("bubbles").append(item);
  nodes.set(bubble.id, item);
  setTimeout(() => item.classList.add("still"), 400);
  if (focused) item.firstChild.focus();
}

function drawTalk() {
  nodes.clear();
  fill(byId("bubbles"));
  const found = [...world.bubbles.values()].filter(inView);
  if (!found.length) fill(byId("bubbles"), h("li.empty", null, t(surface() === "public" ? "emptyPosts" : "empty")));
  found.forEach(placeBubble);
  for (const node of nodes.values()) node.classList.add("still");
  toEnd();
}

function drawState() {
  const now = thread();
  const typing = now?.typing_until > Date.now();
  const state = typing ? t("typing") : now?.window_closed ? t("windowClosed") : now?.seen_at ? `${t("seen")} ${clock(now.seen_at)}` : t("online");
  if (byId("app-state").textContent !== state) byId("app-state").textContent = state;
  byId("phone").classList.toggle("is-typing", Boolean(typing));
  clearTimeout(typingTimer);
  if (typing) typingTimer = setTimeout(drawState, now.typing_until - Date.now() + 50);
}

function drawHead() {
  const brand = brandOf();
  byId("phone").dataset.channel = here.channel;
  byId("phone").dataset.surface = surface();
  byId("app-name").textContent = brand?.name || "";
  byId("app-avatar").textContent = initials(brand?.name || "");
  byId("talk").setAttribute("aria-label", `${t("conversation")}, ${channelOf().title}`);
  byId("words-label").textContent = `${t("writeAs")} ${world.people.get(here.person)?.name || ""}`;
  byId("words").placeholder = t("placeholder");
  byId("surfaces").hidden = !channelOf().public;
  for (const id of ["send-photo", "send-voice"]) byId(id).hidden = !channelOf().files;
  byId("surfaces").setAttribute("aria-label", t("surfaces"));
  fill(byId("surfaces"), ["public", "private"].map((one) => h("button.surface", {
    type: "button", "data-surface": one, "aria-pressed": String(here.surface === one), onclick: () => go({ surface: one }),
  }, t(one))));
  drawState();
}

function drawTabs() {
  const offered = [...world.channels.keys()].filter((one) => brandOf()?.channels.includes(one));
  byId("apps").setAttribute("aria-label", t("apps"));
  fill(byId("apps"), offered.map((channel) => h("button.app-tab", {
    type: "button", role: "tab", id: `tab-${channel}`, "data-channel": channel, "aria-selected": String(here.channel === channel),
    "aria-controls": "app", tabIndex: here.channel === channel ? 0 : -1, onclick: () => go({ channel }), onkeydown: arrows,
  }, channelOf(channel).title)));
  byId("app").setAttribute("aria-labelledby", `tab-${here.channel}`);
}

function arrows(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step && event.key !== "Home" && event.key !== "End") return;
  event.preventDefault();
  const tabs = [...byId("apps").children];
  const at = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : (tabs.indexOf(event.target) + step + tabs.length) % tabs.length;
  go({ channel: tabs[at].dataset.channel });
  byId("apps").children[at].focus();
}

function drawPeople() {
  const all = [...world.people.values()];
  const known = all.filter((one) => !one.guest);
  const shown = [...known.slice(0, 4), ...known.slice(4).slice(-1), ...all.filter((one) => one.guest).slice(-1)];
  if (!shown.some((one) => one.key === here.person) && world.people.has(here.person)) shown.push(world.people.get(here.person));
  byId("people").setAttribute("aria-label", t("people"));
  fill(byId("people"), shown.map((one) => h("button.person", {
    type: "button", "data-person": one.key, "aria-pressed": String(one.key === here.person), onclick: () => go({ person: one.key }),
  }, h(`span.face.h${hue(one.key)}`, { "aria-hidden": "true" }, initials(one.name)), h("span", null, one.guest ? one.name : one.name.split(" ")[0]))));
  fill(byId("add-person"), h("span.face.plus", { "aria-hidden": "true" }, "+"), h("span", null, t("addPerson")));
}

function drawTries() {
  fill(byId("tries"), TRIES[language()].map((text) => h("button.try", {
    type: "button", lang: language(), onclick: () => { byId("words").value = text; grow(); byId("words").focus(); },
  }, unbroken(text))));
}

export function drawPhone() {
  drawPeople();
  drawTabs();
  drawHead();
  drawTalk();
  drawTries();
}

/** Look at another person, channel or surface. */
export function go(where) {
  Object.assign(here, where);
  const focused = document.activeElement?.dataset || {};
  drawPhone();
  emit("looking");
  if (focused.person) document.querySelector(`[data-person="${here.person}"]`)?.focus();
  if (focused.surface) document.querySelector(`[data-surface="${here.surface}"]`)?.focus();
  if (focused.channel) byId(`tab-${here.channel}`)?.focus();
}

/** Write as the customer in view, on another channel of theirs where one is named; it is signed and sent to the real webhook. */
export async function write(text, file = "", payload = "", channel = here.channel) {
  const last = [...world.bubbles.values()].filter((one) => inView(one) && one.surface === "public").at(-1);
  return ask("/sim/write", {
    brand: here.brand, channel, person: here.person, text,
    surface: surface(), anchor: last?.platform_id || "", ...(file ? { file } : {}), ...(payload ? { payload } : {}),
  });
}

/** Bring a new customer in and look through their eyes. */
export async function newPerson(name = "", lang = language()) {
  const person = await ask("/sim/person", { name, language: lang });
  world.people.set(person.key, person);
  go({ person: person.key });
  return person;
}

export function grow() {
  const box = byId("words");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 132)}px`;
}

async function submit(event) {
  event.preventDefault();
  const text = byId("words").value.trim();
  if (!text) return;
  byId("words").value = "";
  grow();
  try {
    await write(text);
  } catch (wrong) {
    byId("words").value = text;
    say(wrong.message);
  }
}

/** Send a photo (with what stands in the box) or a voice note. */
async function sendFile(event) {
  const { file } = event.currentTarget.dataset;
  const text = file === "photo" ? byId("words").value.trim() : "";
  if (text) byId("words").value = "";
  grow();
  await write(text, file).catch((wrong) => say(wrong.message));
}

export function startPhone() {
  for (const id of ["send-photo", "send-voice"]) byId(id).addEventListener("click", sendFile);
  byId("composer").addEventListener("submit", submit);
  byId("words").addEventListener("input", grow);
  byId("words").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  });
  byId("add-person").addEventListener("click", async () => { await newPerson(); byId("words").focus(); });
  on("everything", drawPhone);
  on("person", drawPeople);
  on("bubble", (bubble) => {
    if (!inView(bubble)) return;
    byId("bubbles").querySelector(".empty")?.remove();
    const fresh = !nodes.has(bubble.id);
    placeBubble(bubble);
    if (fresh) toEnd();
  });
  on("thread", (item) => {
    if (threadKey(item) !== threadKey(here)) return;
    drawState();
    if (item.seen_at) for (const id of nodes.keys()) placeBubble(world.bubbles.get(id));
  });
}
