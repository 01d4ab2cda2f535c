// Slack's mrkdwn as elements: *bold*, _italic_, ~struck~, `code`, ```blocks```, > quotes, <links|…>, <@users>, :emoji:.
import { h } from "./dom.js";
import { world } from "./state.js";
import { language } from "./words.js";

const EMOJI = {
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", white_check_mark: "✅", heavy_check_mark: "✔️", eyes: "👀",
  rotating_light: "🚨", no_entry: "⛔", octagonal_sign: "🛑", stop_sign: "🛑", warning: "⚠️", lock: "🔒", robot_face: "🤖", speech_balloon: "💬", memo: "📝", pencil: "📝", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", package: "📦", tada: "🎉", x: "❌", ticket: "🎫", bulb: "💡", arrow_right: "➡️", arrow_left: "⬅️", mag: "🔍", point_right: "👉", wave: "👋",
  bust_in_silhouette: "👤", rage: "😡", alarm_clock: "⏰", white_circle: "⚪", black_circle: "⚫", large_blue_circle: "🔵", leftwards_arrow_with_hook: "↩️", no_bell: "🔕", bell: "🔔", fire: "🔥",
  mute: "🔇", raised_hand: "✋", outbox_tray: "📤", inbox_tray: "📥", clock3: "🕒", exclamation: "❗", no_entry_sign: "🚫", heart: "❤️", thumbsup: "👍", bar_chart: "📊", paperclip: "📎", wastebasket: "🗑️", electric_plug: "🔌", question: "❓", heavy_exclamation_mark: "❗",
};
const PIECE = /(```[\s\S]+?```)|(`[^`\n]+`)|<([^>|]+)(?:\|([^>]*))?>|:([a-z0-9_+-]+):|(?<![\w*])\*([^*\n]+)\*(?!\w)|(?<!\w)_([^_\n]+)_(?!\w)|(?<!\w)~([^~\n]+)~(?!\w)/g;

export const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
export const emoji = (name) => EMOJI[name] || "▫️";
export const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] || whole);

const DATES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" }, date: { year: "numeric", month: "long", day: "numeric" }, date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" }, time: { hour: "2-digit", minute: "2-digit" }, time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** Slack's <!date^seconds^format|fallback>: the reader's own time; the "pretty" forms say today, tomorrow, yesterday. */
function dated(target, fallback) {
  const [, seconds, format] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (!format || Number.isNaN(at.getTime())) return fallback || "";
  const locale = language() === "fr" ? "fr-FR" : "en-GB";
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86400000);
  return format.replace(/\{(\w+?)(_pretty)?\}/g, (whole, name, pretty) => {
    if (pretty && Math.abs(days) <= 1) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
    return DATES[name] ? at.toLocaleString(locale, DATES[name]) : whole;
  });
}

function reference(target, label) {
  if (target.startsWith("@")) return h("span.mention", null, `@${world.slack.members.find((one) => one.id === target.slice(1))?.real_name || label || target.slice(1)}`);
  if (target.startsWith("#")) return h("span.mention", null, `#${label || target.slice(1)}`);
  if (target.startsWith("!date^")) return dated(target, label);
  if (target.startsWith("!subteam^")) return h("span.mention", null, `@${label || target.slice(9)}`);
  if (target.startsWith("!")) return h("span.mention", null, `@${label || target.slice(1)}`);
  if (!/^https?:|^mailto:/.test(target)) return unescape(label || target);
  return h("a", { href: unescape(target), rel: "noreferrer noopener", target: "_blank" }, unescape(label || target));
}

function inline(text) {
  const out = [];
  let at = 0;
  for (const found of text.matchAll(PIECE)) {
    if (found.index > at) out.push(unescape(text.slice(at, found.index)));
    const [whole, block, code, target, label, name, bold, italic, struck] = found;
    if (block) out.push(h("pre", null, unescape(block.slice(3, -3).trim())));
    else if (code) out.push(h("code", null, unescape(code.slice(1, -1))));
    else if (target) out.push(reference(target, label));
    else if (name) out.push(EMOJI[name] || whole);
    else if (bold) out.push(h("strong", null, inline(bold)));
    else if (italic) out.push(h("em", null, inline(italic)));
    else out.push(h("s", null, inline(struck)));
    at = found.index + whole.length;
  }
  if (at < text.length) out.push(unescape(text.slice(at)));
  return out;
}

/** Turn mrkdwn into nodes; lines keep, runs of quoted lines become one quote. */
export function mrkdwn(text) {
  const out = [];
  let quote = null;
  for (const line of (text || "").split("\n")) {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      if (!quote) out.push(quote = h("blockquote"));
      else quote.append(h("br"));
      quote.append(...inline(quoted[1]).map((one) => (typeof one === "string" ? document.createTextNode(one) : one)));
      continue;
    }
    if (out.length && !quote) out.push(h("br"));
    quote = null;
    out.push(...inline(line));
  }
  return out;
}

/** A text object: plain_text keeps its words, mrkdwn is read. */
export const textOf = (object) => (!object ? [] : object.type === "plain_text" ? [withEmoji(object.text || "")] : mrkdwn(object.text));
