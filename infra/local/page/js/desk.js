// The agents' Slack: the brand's channel, threads, modals, the slash command.
import { drawBlock } from "./blocks.js";
import { ask, byId, fill, h, say } from "./dom.js";
import { emoji, mrkdwn, textOf } from "./mrkdwn.js";
import { brandOf, here, lookAtToday, on, world } from "./state.js";
import { initials } from "./phone.js";
import { clock, language, t } from "./words.js";

const nodes = new Map();
const open = new Set();

/** Agents read their brand's language, whatever the page's is. */
function drawLanguage() {
  const other = world.today && world.today.language !== language();
  byId("slack-language").hidden = !other;
  byId("slack-language").textContent = other ? t("deskLanguage") : "";
  const waiting = world.today?.to_judge || 0;
  byId("judge").hidden = !waiting;
  byId("judge").textContent = t("judge", { count: waiting });
}

const command = (text) => ask("/sim/slack/command", { user: here.member, channel: channel(), text }).then((answer) => {
  if (!answer.status) say(t("clickFailed"));
}).catch((wrong) => say(wrong.message));

const channel = () => brandOf()?.slack_channel;
const inView = (one) => one.channel === channel() && (!one.ephemeral_to || one.ephemeral_to === here.member);
const repliesOf = (ts) => [...world.slack.messages.values()].filter((one) => one.thread_ts === ts && inView(one));
const member = (id) => world.slack.members.find((one) => one.id === id);

/** Ask for a confirmation as Slack does; true when there is nothing to confirm. */
function confirmed(words) {
  if (!words) return Promise.resolve(true);
  const box = byId("confirm");
  return new Promise((done) => {
    const end = (value) => { box.close(); done(value); };
    box.oncancel = () => done(false);
    fill(box, h("h3", { id: "confirm-title" }, textOf(words.title)), h("div", null, textOf(words.text)),
      h("div.modal-foot", null,
        h("button.tool", { type: "button", onclick: () => end(false) }, textOf(words.deny)),
        h(`button.tool.strong${words.style === "danger" ? ".danger" : ""}`, { type: "button", onclick: () => end(true) }, textOf(words.confirm))));
    box.showModal();
  });
}

/** Send an action as the chosen member. */
export async function act(origin, action, node, words) {
  if (!(await confirmed(words))) return;
  node?.setAttribute("aria-busy", "true");
  try {
    const answer = await ask("/sim/slack/action", { user: here.member, action, ...origin });
    if (answer.status < 200 || answer.status >= 300) say(t("clickFailed"));
  } catch (wrong) {
    say(wrong.message);
  } finally {
    node?.removeAttribute("aria-busy");
  }
}

function author(message) {
  const who = member(message.user);
  return who ? { name: who.real_name, face: h("span.face.h3", { "aria-hidden": "true" }, initials(who.real_name)) }
    : { name: "Guichet", app: true, face: h("span.face.app-face", { "aria-hidden": "true" }) };
}

function drawMessage(message) {
  const { name, app, face } = author(message);
  const origin = { ts: message.ts };
  return h(`div.slack-message${message.ephemeral_to ? ".only-you" : ""}`, { "data-ts": message.ts }, face,
    h("div.slack-body", null,
      h("p.slack-by", null, h("strong", null, name), app && h("span.badge", null, t("app")), h("span.when", null, clock(Number(message.ts) * 1000)), message.edited && h("span.when", null, `(${t("edited")})`)),
      message.ephemeral_to && h("p.only", null, t("onlyYou")),
      message.blocks.length ? message.blocks.map((block) => drawBlock(block, (...of) => act(origin, ...of), origin)) : h("div.block-text", null, mrkdwn(message.text)),
      (message.files || []).map(drawFile),
      message.attachments.map((one) => h("div.attachment", null, (one.blocks || []).map((block) => drawBlock(block, (...of) => act(origin, ...of), origin)), !one.blocks && mrkdwn(one.text || one.fallback || ""))),
      h("p.reactions", null, Object.entries(message.reactions).map(([key, users]) => h("span.reaction", { role: "img", "aria-label": `${key} ${users.length}` }, `${emoji(key)} ${users.length}`)))));
}

/** A file: folded, as in a thread nobody has to see it who does not open it. */
function drawFile(file) {
  const source = `/sim/file/${encodeURIComponent(file.id)}`;
  const sound = file.name.startsWith("audio");
  return h("details.slack-file", null, h("summary", null, `📎 ${file.name}`),
    sound ? h("audio", { src: source, controls: true, preload: "none" }) : h("img", { src: source, alt: file.name, loading: "lazy" }));
}

function drawThread(message) {
  const replies = repliesOf(message.ts);
  const shown = open.has(message.ts);
  const words = replies.length === 1 ? t("reply1") : replies.length ? `${replies.length} ${t("replies")}` : t("thread");
  const field = h("input", { maxLength: 3000, "aria-label": t("threadWords"), placeholder: t("threadWords") });
  return h("div.thread", null,
    h("button.thread-open", { type: "button", "aria-expanded": String(shown), onclick: () => toggle(message.ts) }, words),
    shown && h("div.thread-body", null, replies.map(drawMessage),
      h("form.thread-composer", {
        onsubmit: (event) => {
          event.preventDefault();
          if (!field.value.trim()) return;
          ask("/sim/slack/thread", { user: here.member, channel: message.channel, thread_ts: message.ts, text: field.value }).catch((wrong) => say(wrong.message));
          field.value = "";
        },
      }, field, h("button.tool", { type: "submit" }, t("post")))));
}

function toggle(ts) {
  if (!open.delete(ts)) open.add(ts);
  place(world.slack.messages.get(ts));
  nodes.get(ts)?.querySelector(".thread-open")?.focus();
}

/** Scroll to the end, but never past the first line of a message that is taller than the window. */
function showEnd(talk, item) {
  const top = item.offsetTop - talk.offsetTop;
  talk.scrollTop = Math.min(talk.scrollHeight, item.offsetHeight > talk.clientHeight && item === item.parentNode.lastChild ? top : talk.scrollHeight);
}

/** Remember what has focus or is half written inside a node, and put it back after it is drawn again. */
function keeping(node, draw) {
  const focused = node?.contains(document.activeElement) ? document.activeElement : null;
  const action = focused?.dataset?.action;
  const written = node?.querySelector(".thread-composer input")?.value;
  const fresh = draw();
  const field = fresh.querySelector(".thread-composer input");
  if (field && written) field.value = written;
  if (!focused) return;
  const again = action ? fresh.querySelector(`[data-action="${CSS.escape(action)}"]`) : focused.tagName === "INPUT" ? field : fresh.querySelector(".thread-open");
  (again || fresh.querySelector("button"))?.focus({ preventScroll: true });
}

function place(message) {
  if (message.thread_ts && message.thread_ts !== message.ts && !message.broadcast && world.slack.messages.has(message.thread_ts)) {
    place(world.slack.messages.get(message.thread_ts));
    return;
  }
  if (!inView(message)) return;
  const old = nodes.get(message.ts);
  const talk = byId("slack-talk");
  const near = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
  keeping(old, () => {
    const urgent = /🔴|🚨|red_circle|rotating_light/.test(JSON.stringify(message.blocks));
    const item = h(`li${urgent ? ".urgent" : ""}`, null, drawMessage(message), !message.ephemeral_to && drawThread(message));
    if (old) {
      old.replaceWith(item);
      item.classList.add("still");
    } else {
      byId("slack-messages").querySelector(".empty")?.remove();
      byId("slack-messages").append(item);
    }
    nodes.set(message.ts, item);
    setTimeout(() => item.classList.add("still"), 400);
    return item;
  });
  if (!old || near) showEnd(talk, nodes.get(message.ts));
}

export function drawDesk() {
  const brand = brandOf();
  byId("slack-channel").textContent = `# guichet-${brand?.brand || ""}`;
  drawLanguage();
  byId("slack-talk").setAttribute("aria-label", t("deskTitle"));
  byId("slash-words").placeholder = t("slashHint");
  fill(byId("member"), world.slack.members.map((one) => h("option", { value: one.id }, one.real_name)));
  byId("member").value = here.member;
  nodes.clear();
  fill(byId("slack-messages"));
  [...world.slack.messages.values()].filter(inView).forEach(place);
  for (const node of nodes.values()) node.classList.add("still");
  if (!nodes.size) fill(byId("slack-messages"), h("li.empty", null, t("noMessages")));
  byId("slack-talk").scrollTop = byId("slack-talk").scrollHeight;
}

// --- modals --------------------------------------------------------------------------------------

let shownView = "";

function drawModal(kept) {
  const box = byId("modal");
  const { view } = kept;
  const fields = [];
  const body = (view.blocks || []).map((block) => {
    const node = drawBlock(block, (action, one, words) => act({ view_id: kept.id }, action, one, words), { view_id: kept.id });
    if (node.read) fields.push(node);
    return node;
  });
  const problem = h("p.field-error", { role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    const values = {};
    for (const [block, action, value] of fields.map((one) => one.read())) values[block] = { [action]: value };
    const answer = await ask("/sim/slack/submit", { view_id: kept.id, values }).catch((wrong) => ({ failed: wrong.message }));
    if (answer.failed) problem.textContent = t("clickFailed");
    for (const [block, words] of Object.entries(answer.errors || {})) {
      const field = fields.find((one) => one.read()[0] === block);
      field?.fail(words);
      field?.querySelector("input,textarea,select")?.focus();
    }
  };
  fill(box, h("form", { onsubmit: send, noValidate: true },
    h("h3", { id: "modal-title" }, textOf(view.title)),
    h("div.modal-body", null, body), problem,
    h("div.modal-foot", null,
      h("button.tool", { type: "button", "data-close": "", onclick: () => close(kept.id) }, view.close ? textOf(view.close) : t("close")),
      view.submit && h("button.tool.strong", { type: "submit" }, textOf(view.submit)))));
  shownView = kept.id;
  if (!box.open) box.showModal();
  (box.querySelector("textarea, input, select") || box.querySelector("button"))?.focus();
}

const close = (id) => ask("/sim/slack/close", { view_id: id }).catch(() => {});

function showTopView() {
  const top = [...world.slack.views.values()].filter((one) => one.user === here.member).at(-1);
  if (top) drawModal(top);
  else if (byId("modal").open) {
    shownView = "";
    byId("modal").close();
  }
}

export function startDesk() {
  byId("modal").addEventListener("cancel", (event) => {
    event.preventDefault();
    if (shownView) close(shownView);
  });
  byId("member").addEventListener("change", (event) => { here.member = event.target.value; drawDesk(); });
  byId("slash").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("slash-words").value.trim();
    byId("slash-words").value = "";
    command(text);
  });
  byId("judge").addEventListener("click", () => command("juger"));
  on("today", drawLanguage);
  on("everything", () => { drawDesk(); showTopView(); });
  on("slack", place);
  on("slack_gone", ({ ts }) => { nodes.get(ts)?.remove(); nodes.delete(ts); });
  on("view", showTopView);
  on("view_gone", () => { showTopView(); lookAtToday(); });
  document.documentElement.dataset.language = language();
}
