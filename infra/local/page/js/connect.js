// The guided dialogue of connecting one account: the platform's own page where it has one, typed keys where not.
import { ask, byId, fill, h, say, sleep } from "./dom.js";
import { channelOf, emit } from "./state.js";
import { t } from "./words.js";

const POLL_MS = 1000;
let turn = 0; // a panel that was closed, or opened anew, waits for nothing any more

const title = (account) => `${channelOf(account.channel).title} ${account.account_id}`.trim();

/** What was set or taken back at a platform, a line each, in the system's own words. */
export function halves(heading, told) {
  if (!told?.length) return null;
  return [h("h4", null, t(heading)), h("ul.findings", null, told.map((one) => h(`li.${one.done ? "good" : "bad"}`, null,
    h("strong", null, t(one.done ? "a_ok" : "a_bad")), " ", h("span", { lang: "en" }, one.why ? `${one.what} (${one.why})` : one.what))))];
}

function panel(account, ...content) {
  const box = byId("connect-panel");
  const fresh = box.hidden || !box.firstChild;
  box.hidden = false;
  fill(box, h("div.account-head", null, h("h3", { id: "connect-title", tabIndex: -1 }, t("a_panel", { name: title(account) })),
    h("button.tool", { type: "button", id: "connect-close", onclick: closePanel }, t("a_closePanel"))), content);
  return fresh;
}

const trouble = (wrong) => h("p.bad", { role: "alert", lang: "en" }, wrong.message);

export function closePanel() {
  turn += 1;
  byId("connect-panel").hidden = true;
  fill(byId("connect-panel"));
}

/** Begin: ask for what is missing of the app first, or for the keys. */
export function openPanel(account, way) {
  turn += 1;
  if (!way.by_page) typeKeys(account, way);
  else if (way.lacking.length) typeKeys(account, { ...way, keys: way.lacking }, begin);
  else begin(account, {});
  byId("connect-title").focus();
}

/** The platform's page: its address, then wait for what it sends back, then choose. */
async function begin(account, held) {
  const mine = turn;
  const { brand, channel } = account;
  try {
    panel(account, h("p", { role: "status" }, t("a_waiting")));
    const { url } = await ask("/accounts/begin", { brand, channel, held });
    if (mine !== turn) return;
    panel(account, h("p", null, h("a.tool.strong", { id: "consent-link", href: url, target: "_blank", rel: "noopener" }, t("a_open"))),
      h("p.hint", null, t("a_openMore")), h("p", { role: "status" }, t("a_waiting")));
    byId("consent-link").focus();
    while (!(await ask("/accounts/answered", { brand, channel })).answered) {
      await sleep(POLL_MS);
      if (mine !== turn) return;
    }
    const { choices } = await ask("/accounts/offered", { brand, channel });
    if (mine === turn) choose(account, choices);
  } catch (wrong) {
    if (mine === turn) panel(account, trouble(wrong));
  }
}

function choose(account, choices) {
  const open = choices.filter((one) => !one.lacks);
  const first = open.find((one) => one.account_id === account.account_id) || open[0];
  const rest = h("input", { id: "choice-rest", autocomplete: "off" });
  const form = h("form", { id: "choice" }, h("fieldset.field", null, h("legend", null, t("a_choose")), choices.map((one) => h("label.choice", null,
    h("input", { type: "radio", name: "account", value: one.account_id, checked: one === first, disabled: Boolean(one.lacks) }),
    h("span", null, `${one.name} (${one.account_id})`), one.lacks && h("span.field-hint", { lang: "en" }, one.lacks)))),
  choices.some((one) => one.account_id.endsWith("/")) && h("p.field", null, h("label", { htmlFor: "choice-rest" }, t("a_rest")), rest),
  h("button.tool.strong", { type: "submit", disabled: !first }, t("a_connect")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = new FormData(form).get("account") || "";
    await finish(account, "/accounts/finish", { account_id: chosen.endsWith("/") ? chosen + rest.value.trim() : chosen });
  });
  panel(account, form);
  say(t("a_choose"));
  form.querySelector("input:checked")?.focus();
}

async function finish(account, path, more) {
  const mine = turn;
  for (const button of byId("connect-panel").querySelectorAll("button[type=submit]")) button.disabled = true;
  try {
    const done = await ask(path, { brand: account.brand, channel: account.channel, ...more });
    if (mine !== turn) return;
    const words = t("a_done", { name: done.called ? `${title(done)} (${done.called})` : title(done) });
    panel(done, h("p.good", { role: "status", id: "connected" }, words), done.rung > 0 && h("p", null, t("a_rung", { n: done.rung })), halves("a_set", done.set),
      halves("a_tried", done.tried.map((one) => ({ what: `${one.name}: ${one.seen}`, done: one.well, why: one.well ? null : one.advice }))),
      done.to_do.length > 0 && [h("h4", null, t("a_todo")), h("ol.steps", { lang: "en" }, done.to_do.map((one) => h("li", null, one)))],
      done.review && [h("h4", null, t("a_review")), h("p", { lang: "en" }, done.review)]);
    byId("connect-title").focus();
    emit("connected", done);
  } catch (wrong) {
    if (mine !== turn) return;
    for (const button of byId("connect-panel").querySelectorAll("button[type=submit]")) button.disabled = false;
    byId("connect-panel").querySelector("[role=alert]")?.remove();
    byId("connect-panel").append(trouble(wrong));
  }
}

/** Type keys: of the account where its platform has no page, or (`then`) of the app before its page is asked. */
function typeKeys(account, way, then = null) {
  const form = h("form", { id: "keys", autocomplete: "off" });
  const fields = way.keys.map((one) => h("p.field", null,
    h("label", { htmlFor: `key-${one.name}` }, one.name, !one.needed && h("span.optional", null, ` (${t("a_optional")})`)),
    h("input", { type: "password", id: `key-${one.name}`, name: one.name, autocomplete: "off", "aria-describedby": `where-${one.name}` }),
    h("span.field-hint", { id: `where-${one.name}`, lang: "en" }, one.where)));
  const console_ = `/sim/console?brand=${encodeURIComponent(account.brand)}&channel=${encodeURIComponent(account.channel)}`;
  form.append(h("p.hint", null, t(then ? "a_lacking" : "a_kept")));
  form.append(h("p", null, h("a", { id: "console-link", href: console_, target: "_blank", rel: "noopener" }, t("a_console"))));
  if (!then) {
    form.append(h("p.field", null, h("label", { htmlFor: "key-account" }, t("a_id")), h("input", { id: "key-account", value: account.account_id, "aria-describedby": "where-account" }),
        h("span.field-hint", { id: "where-account", lang: "en" }, way.account)));
  }
  form.append(...fields, h("button.tool.strong", { type: "submit" }, t(then ? "a_go" : "a_connect")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const held = Object.fromEntries(way.keys.map((one) => [one.name, form.elements[one.name].value]));
    if (then) await then(account, held);
    else await finish(account, "/accounts/connect", { account_id: byId("key-account").value.trim(), held });
  });
  panel(account, form);
}
