// The accounts of a brand: connected, broken, looked at by the doctor, repaired. What is connected stands in connect.js.
import { ask, byId, fill, h, say } from "./dom.js";
import { closePanel, halves, openPanel } from "./connect.js";
import { brandOf, channelOf, here, on, world } from "./state.js";
import { t } from "./words.js";

let listed = null;
let ways = [];
const findings = new Map(); // what the doctor said, by channel and account

const key = (account) => `${account.channel}/${account.account_id}`;
const title = (channel) => channelOf(channel).title;
const played = (channel) => world.channels.has(channel); // by its customers; a desk and a shop are not
export const named = (account) => `${title(account.channel)} ${account.account_id}`;
const request = (account) => ({ brand: account.brand, channel: account.channel, account_id: account.account_id });

/** A finding of the doctor's, in the system's own words. */
const finding = (one) => h(`li.${one.well ? "good" : "bad"}`, null,
  h("strong", null, t(one.well ? "a_ok" : "a_bad")), " ", h("span", { lang: "en" }, `${one.name}: ${one.seen}`),
  !one.well && one.advice && h("p.advice", null, `${t("a_do")} : `, h("span", { lang: "en" }, one.advice)));

function told(account) {
  const seen = findings.get(key(account));
  if (!seen) return null;
  if (seen.words) return h(`p.${seen.kind || "quiet"}`, { lang: seen.lang }, seen.words);
  if (seen.halves) return [h("p", null, seen.said), halves("a_unset", seen.halves)];
  const ill = seen.findings.filter((one) => !one.well);
  const sum = ill.length ? t("a_ill", { n: ill.length, all: seen.findings.length }) : t("a_well", { n: seen.findings.length });
  return [h(`p.sum.${ill.length ? "bad" : "good"}`, null, sum), h("ul.findings", null, [...ill, ...seen.findings.filter((one) => one.well)].map(finding))];
}

function button(what, account, act, more = "") {
  return h(`button.tool${more}`, { type: "button", "data-act": what, "aria-label": t(`a_${what}Of`, { name: named(account) }), onclick: () => act(account) }, t(`a_${what}`));
}

function row(account) {
  const plays = played(account.channel);
  const ill = Boolean(account.paused) || findings.get(key(account))?.well === false;
  return h("li.account", { "data-channel": account.channel }, h("div.account-head", null,
    h("h3", null, named(account)),
    h(`span.stamp${account.paused ? ".bad" : ".reply"}`, null, account.paused ? t("a_paused", { why: account.paused }) : t("a_sends"))),
  h("div.account-tools", { role: "group", "aria-label": named(account) },
    button("doctor", account, examine),
    plays && button("reconnect", account, (one) => openPanel(one, way(one.channel)), ill ? ".strong" : ""),
    plays && button("break", account, breakToken),
    plays && button("leave", account, leave)),
  h("div.account-told", { role: "status" }, told(account)));
}

const way = (channel) => ways.find((one) => one.channel === channel);

export function drawAccounts() {
  byId("accounts-look").textContent = t(listed ? "a_again" : "a_look");
  byId("accounts-new").hidden = !listed;
  if (!listed) {
    fill(byId("accounts-list"));
    return;
  }
  const focused = document.activeElement?.closest(".account");
  const act = document.activeElement?.dataset?.act;
  byId("accounts-list").setAttribute("aria-label", t("a_list", { brand: brandOf()?.name || here.brand }));
  fill(byId("accounts-list"), listed.length ? listed.map(row) : h("li.empty", null, t("a_none")));
  const offered = ways.filter((one) => played(one.channel));
  const chosen = byId("accounts-channel").value;
  fill(byId("accounts-channel"), offered.map((one) => h("option", { value: one.channel }, title(one.channel))));
  if (offered.some((one) => one.channel === chosen)) byId("accounts-channel").value = chosen;
  if (focused && act) document.querySelector(`.account[data-channel="${focused.dataset.channel}"] [data-act="${act}"]`)?.focus();
}

function failed(wrong, account = null) {
  if (account) {
    findings.set(key(account), { words: wrong.message, kind: "bad", lang: "en" });
    drawAccounts();
  } else fill(byId("accounts-trouble"), h("p.bad", { lang: "en" }, wrong.message));
}

/** Read the list, and how each channel is connected. */
export async function readAccounts() {
  const { brand } = here;
  fill(byId("accounts-trouble"));
  try {
    const [found, known] = await Promise.all([ask("/accounts/list", { brand }), ask("/accounts/ways", { brand })]);
    if (brand !== here.brand) return;
    listed = found.accounts;
    ways = known.channels;
  } catch (wrong) {
    failed(wrong);
  }
  drawAccounts();
}

async function examine(account) {
  findings.set(key(account), { words: t("a_asking") });
  drawAccounts();
  try {
    findings.set(key(account), await ask("/accounts/doctor", request(account)));
    await readAccounts();
  } catch (wrong) {
    failed(wrong, account);
  }
}

async function breakToken(account) {
  try {
    await ask("/sim/token", request(account));
    findings.set(key(account), { words: t("a_broken", { name: named(account) }) });
    drawAccounts();
  } catch (wrong) {
    failed(wrong, account);
  }
}

/** Ask first, as the command does without --yes. */
async function leave(account) {
  const box = byId("confirm");
  const back = document.activeElement;
  try {
    const what = await ask("/accounts/leaving", request(account));
    fill(box, h("div", null, h("h3", { id: "confirm-title" }, t("a_leaveSure", { name: named(account) })), h("p", null, t("a_leaveMore", { n: what.waiting }))),
      h("div.modal-foot", null, h("button.tool", { type: "button", onclick: () => { box.close(); back?.focus(); } }, t("a_cancel")),
        h("button.tool.strong.danger", { type: "button", id: "leave-sure", onclick: () => { box.close(); gone(account); } }, t("a_leave"))));
    box.showModal();
  } catch (wrong) {
    failed(wrong, account);
  }
}

async function gone(account) {
  try {
    const done = await ask("/accounts/disconnect", request(account));
    const said = t("a_left", { name: named(account) });
    findings.delete(key(account));
    await readAccounts();
    fill(byId("accounts-trouble"), h("p", null, said), halves("a_unset", done.set));
    say(said);
    byId("accounts-channel").value = account.channel;
    byId("accounts-channel").focus();
  } catch (wrong) {
    failed(wrong, account);
  }
}

export function startAccounts() {
  byId("accounts-look").addEventListener("click", readAccounts);
  byId("accounts-new").addEventListener("submit", (event) => {
    event.preventDefault();
    const channel = byId("accounts-channel").value;
    openPanel({ brand: here.brand, channel, account_id: "" }, way(channel));
  });
  on("everything", drawAccounts);
  on("connected", (account) => { findings.delete(key(account)); readAccounts(); });
  on("brand", () => {
    listed = null;
    findings.clear();
    closePanel();
    fill(byId("accounts-trouble"));
    drawAccounts();
  });
}
