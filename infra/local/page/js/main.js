// Join the parts of the page and keep the visitor's language, theme and brand.
import { drawAccounts, startAccounts } from "./accounts.js";
import { ask, byId, fill, h, say } from "./dom.js";
import { emit, here, listen, lookAtToday, on, world } from "./state.js";
import { drawCounter, scopeWords, startCounter } from "./counter.js";
import { drawDesk, startDesk } from "./desk.js";
import { startPeople } from "./people.js";
import { drawPhone, startPhone } from "./phone.js";
import { drawSecond, startSecond } from "./second.js";
import { redrawStory, startStory } from "./story.js";
import { language, t } from "./words.js";

const root = document.documentElement;
const keep = (key, value) => { try { localStorage.setItem(`guichet.${key}`, value); } catch { /* a private window forgets */ } };

function drawWords() {
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  byId("language").textContent = t("language");
  byId("language").lang = language() === "fr" ? "en" : "fr";
  byId("language").setAttribute("aria-label", t("languageLabel"));
  byId("theme").textContent = t(root.dataset.theme === "dark" ? "light" : "dark");
  byId("theme").setAttribute("aria-label", t(root.dataset.theme === "dark" ? "toLight" : "toDark"));
  byId("theme").title = t(root.dataset.theme === "dark" ? "toLight" : "toDark");
  byId("panes").setAttribute("aria-label", `${t("paneCustomer")}, ${t("paneCounter")}, ${t("paneDesk")}`);
  document.title = language() === "fr" ? "Guichet : le comptoir" : "Guichet: the counter";
  drawStop();
  drawStops();
  drawLine();
}

function drawStop() {
  const silent = world.stopped.includes(here.brand);
  const some = silent ? [] : (world.today?.stopped || []).filter((one) => one.scope !== "all");
  byId("stop").textContent = silent ? t("start") : some.length ? t("partly", { n: some.length }) : t("stop");
  byId("stop").setAttribute("aria-label", some.length ? t("partlyLabel", { what: some.map((one) => scopeWords(one.scope)).join(", ") }) : t(silent ? "startLabel" : "stopLabel"));
  byId("stop").title = some.length ? byId("stop").getAttribute("aria-label") : "";
  byId("stop").classList.toggle("partly", some.length > 0);
  byId("stop").setAttribute("aria-pressed", String(silent));
  root.dataset.silent = String(silent);
}

/** Say what is stopped, as the table knows it: the bot may have stopped a part of itself. Mentions are Slack's own. */
let stops = {};
function drawStops() {
  const lines = stops[language()] || [];
  byId("stops").textContent = lines.join("\n").replace(/<@(\w+)>/g, (_, id) => world.slack.members.find((one) => one.id === id)?.name || id);
  byId("stops").hidden = lines.length === 0;
}

async function readStops() {
  stops = await ask(`/sim/stops?brand=${encodeURIComponent(here.brand)}`).catch(() => stops);
  drawStops();
}

function drawLine() {
  byId("line-state").textContent = t(world.live === "live" ? "live" : world.live === "polling" ? "polling" : "lost");
  byId("line-state").dataset.state = world.live;
}

/** Silence the bot, or let it speak again: an agent's slash command, as from Slack. */
async function stop(silent) {
  if (silent === world.stopped.includes(here.brand)) return;
  const answer = await ask("/sim/stop", { brand: here.brand, user: here.member, stopped: silent }).catch(() => ({ status: 0 }));
  if (answer.status < 200 || answer.status >= 300) {
    say(t("clickFailed"));
    return;
  }
  say(t(silent ? "stopped" : "started"));
}

function pane(name) {
  here.pane = name;
  document.querySelector(".floor").dataset.pane = name;
  for (const button of byId("panes").children) button.setAttribute("aria-pressed", String(button.dataset.pane === name));
}

function drawBrands() {
  fill(byId("brand"), world.brands.map((one) => h("option", { value: one.brand }, one.name)));
  byId("brand").value = here.brand;
}

function everything() {
  drawWords();
  drawPhone();
  emit("looking");
  drawDesk();
  drawCounter();
  drawAccounts();
  redrawStory();
}

function start() {
  drawWords();
  byId("language").addEventListener("click", () => {
    root.lang = language() === "fr" ? "en" : "fr";
    keep("lang", root.lang);
    everything();
  });
  byId("theme").addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    keep("theme", root.dataset.theme);
    drawWords();
    drawSecond();
  });
  byId("brand").addEventListener("change", (event) => {
    here.brand = event.target.value;
    here.selected = "";
    world.today = null;
    emit("brand", here.brand);
    everything();
    readStops();
    lookAtToday(0);
  });
  byId("stop").addEventListener("click", () => stop(!world.stopped.includes(here.brand)));
  byId("panes").addEventListener("click", (event) => event.target.dataset.pane && pane(event.target.dataset.pane));
  on("everything", drawBrands);
  on("line", drawLine);
  on("pane", pane);
  on("stop", stop);
  on("stopped", drawStop);
  let due = 0;
  for (const kind of ["stopped", "slack", "everything"]) on(kind, () => { due ||= setTimeout(() => { due = 0; readStops(); }, 1000); });
  on("today", drawStop);
  on("everything", drawStop);
  startPhone();
  startSecond();
  startPeople();
  startDesk();
  startCounter();
  startAccounts();
  startStory();
  on("everything", () => root.setAttribute("data-ready", ""));
  listen();
  emit("pane", "customer");
}

start();
