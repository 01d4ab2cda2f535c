// The links by which a customer goes on elsewhere, read by the form in which each channel writes them.
import { brandOf, channelOf } from "./state.js";

const LINK = /(?:https?:\/\/|mailto:|sms:)\S+/g;
const PLACES = { place: "[^?#\\s]+", digits: "\\d+", token: "(?<token>[\\w-]+)", words: "(?<words>[^&\\s]+)" };

/** A channel's link as an expression: "https://t.me/{place}?start={token}". */
const expression = (form) => new RegExp(`^${form.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? PLACES[part] : part.replace(/[.?+*/()]/g, "\\$&"))).join("")}`);

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

/** Where a link leads: {channel, text, ref, hash}, the hash where that is a page of the brand's own; null for elsewhere. */
function led(link, channel) {
  const form = channelOf(channel).link;
  const found = form && expression(form).exec(link)?.groups;
  if (!found) return null;
  const page = form.startsWith("{place}#");
  return { channel, text: decoded(found.words || ""), ref: page ? "" : found.token || "", hash: page ? link.slice(link.indexOf("#")) : "" };
}

/** The first link in a text that leads to another channel of this brand; null without one. */
export function leads(text) {
  for (const link of text.match(LINK) || []) {
    const found = (brandOf()?.channels || []).map((channel) => led(link, channel)).find(Boolean);
    if (found) return found;
  }
  return null;
}
