// Who is who: a customer's channels, by the person that they are to the counter, and what says that two are one.
import { ask, byId, fill, h, say } from "./dom.js";
import { visitor } from "./shop-browser.js";
import { channelOf, here, on, world } from "./state.js";
import { knows, t } from "./words.js";

let known = { contacts: [], links: [] };
let asking = 0;
let told = "";

const title = (each) => `${channelOf(each.channel).title}${each.anonymous ? ` (${t("anonymous")})` : ""}`;
const titles = (one) => [...new Set(one.channels.map(title))].join(", ");
const kind = (name) => (knows(`w_${name}`) ? t(`w_${name}`) : name);

/** Do it, and say what came of it. `said`: the key of the words, where they are others than those of `what`. */
async function act(what, one, other, said) {
  try {
    await ask("/sim/people", { brand: here.brand, do: what, one, other });
  } catch (wrong) {
    say(wrong.message);
    byId("people-trouble").textContent = wrong.message;
    return;
  }
  byId("people-trouble").textContent = "";
  await look();
  say(t(`did_${said}`));
  byId("people-title").focus({ preventScroll: true });
}

const button = (what, one, other, label, said = what) => h("button.tool", {
  type: "button", "data-do": what, "aria-label": `${t(`do_${said}`)} : ${label}`, onclick: () => act(what, one, other, said),
}, t(`do_${said}`));

/** One person of the counter's: their channels, and each merge with what proved it. */
function drawPerson(one, number) {
  const lone = one.channels.length === 1;
  return h("li.who", { "data-contact": one.contact }, h("p", null, h("strong", null, t("whoNumber", { n: number })), " ",
    one.channels.map((each) => h("span.stamp", { "data-channel": each.channel }, title(each))), " ",
    h("span.mark", { "data-mark": lone ? "alone" : "proved" }, t(lone ? "mark_alone" : "mark_proved"))),
  one.merged.map((each) => h("p.who-line", null, h("span", null, `${t("provedBy")} ${kind(each.evidence)}`), button("split", each.winner, each.loser, titles(one)))));
}

const ids = (who) => new Set([who.contact, ...who.channels.map((each) => each.contact)]);

function linkOf(one, other) {
  const [left, right] = [ids(one), ids(other)];
  return known.links.find((each) => (left.has(each.one) && right.has(each.other)) || (left.has(each.other) && right.has(each.one)));
}

/** What stands between two of them: a link that agents see, a suggestion, or nothing. */
function drawBetween(one, other) {
  const link = linkOf(one, other);
  const state = link?.state || "stranger";
  const label = `${titles(one)} + ${titles(other)}`;
  const undo = { linked: "split", suggested: "refuse" }[state];
  return h("li.between", { "data-state": state }, h("p", null, h("strong", null, label), " ", h("span.mark", { "data-mark": state }, t(`mark_${state}`)), link ? ` ${link.kinds.map(kind).join(", ")}` : ""),
    h("p.who-tools", null, button("merge", one.contact, other.contact, label), state !== "linked" && button("link", one.contact, other.contact, label),
      undo && button("split", link.one, link.other, label, undo)));
}

/** A person, after what stands between them and those before: every link, or that they are nobody's like. */
function drawAfter(found, at) {
  const before = found.slice(0, at);
  const linked = before.filter((one) => linkOf(one, found[at]));
  return [...(linked.length ? linked : before.slice(0, 1)).map((one) => drawBetween(one, found[at])), drawPerson(found[at], at + 1)];
}

function draw() {
  const name = world.people.get(here.person)?.name.split(" ")[0] || "";
  const fresh = JSON.stringify([known, name, t("whoTitle"), here.second]);
  if (fresh === told) return;
  told = fresh;
  byId("people-title").textContent = t("whoTitle", { name });
  const found = known.contacts;
  const lines = found.flatMap((_, at) => drawAfter(found, at));
  fill(byId("people-known"), lines.length ? lines : h("li.empty", null, t("whoNobody")));
}

async function look() {
  if (!here.second || !here.person) return;
  const { brand, person } = here;
  const found = await ask(`/sim/people?${new URLSearchParams({ brand, person, visitor: visitor(person) })}`).catch(() => null);
  if (found && brand === here.brand && person === here.person) known = found;
  draw();
}

function soon(ms = 700) {
  clearTimeout(asking);
  asking = setTimeout(look, ms);
}

export function startPeople() {
  const anew = () => { byId("who").hidden = !here.second; draw(); soon(0); };
  for (const what of ["everything", "second", "looking"]) on(what, anew);
  for (const what of ["bubble", "slack"]) on(what, () => soon());
  setInterval(() => ["shop", "visitor"].includes(here.second) && document.visibilityState === "visible" && soon(0), 3000);
}
