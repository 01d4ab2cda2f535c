// The links by which a customer goes on elsewhere: what each leads to, and what happens when somebody opens it here.
import { brandOf } from "./state.js";

const LINK = /(?:https?:\/\/|mailto:|sms:)\S+/g;

const words = (url, name) => url.searchParams.get(name) || "";
/** By host or scheme: the channels it may be, and what is sent on arriving. */
const KINDS = [
  [(url) => url.hash.startsWith("#guichet="), (url) => ({ channels: ["webchat"], hash: url.hash })],
  [(url) => url.host === "wa.me", (url) => ({ channels: ["whatsapp", "whatsapp_twilio"], text: words(url, "text") })],
  [(url) => url.host === "t.me", (url) => ({ channels: ["telegram"], text: `/start ${words(url, "start")}` })],
  [(url) => url.host === "m.me", (url) => ({ channels: ["messenger"], ref: words(url, "ref") })],
  [(url) => url.host === "x.com" && url.pathname.startsWith("/messages"), (url) => ({ channels: ["x"], text: words(url, "text") })],
  [(url) => url.protocol === "mailto:", (url) => ({ channels: ["email"], text: words(url, "subject") })],
  [(url) => url.protocol === "sms:", (url) => ({ channels: ["sms"], text: words(url, "body") })],
];

function read(text) {
  try { return new URL(text); } catch { return null; }
}

/** The first link in a text that leads to another channel of this brand: {channel, text, ref, hash}; null without one. */
export function leads(text) {
  for (const found of text.match(LINK) || []) {
    const url = read(found);
    const kind = url && KINDS.find(([is]) => is(url));
    const to = kind && kind[1](url);
    const channel = to?.channels.find((one) => brandOf()?.channels.includes(one));
    if (channel) return { channel, text: to.text || "", ref: to.ref || "", hash: to.hash || "" };
  }
  return null;
}
