// A second device of the same person: another phone (this page in a frame, the phone alone), or the shop with its web chat.
import { ask, byId, fill, h, say } from "./dom.js";
import { go } from "./phone.js";
import { browserOf } from "./shop-browser.js";
import { channelOf, emit, here, on, world } from "./state.js";
import { language, t } from "./words.js";

const DEVICES = ["", "phone", "shop", "visitor"];
let shown = "";
let arriving = "";

const title = () => t(here.second === "phone" ? "secondPhone" : "secondShop");

function address() {
  if (here.second === "phone") {
    const asked = { only: "phone", brand: here.brand, person: here.person, channel: here.secondChannel, lang: language(), theme: document.documentElement.dataset.theme };
    return `/?${new URLSearchParams(asked)}`;
  }
  const who = here.second === "shop" ? `&as=${encodeURIComponent(here.person)}` : "";
  return `/shop-page/${encodeURIComponent(here.brand)}?lang=${language()}${who}${arriving}`;
}

/** Draw the choice, and the device where it is another than before. */
export function drawSecond() {
  fill(byId("second"), DEVICES.map((one) => h("option", { value: one }, t(`second_${one || "none"}`))));
  byId("second").value = here.second;
  document.querySelector(".floor").classList.toggle("two", Boolean(here.second));
  byId("second-device").hidden = !here.second;
  const wanted = here.second && here.person ? address() : "";
  if (`${here.person} ${wanted}` === shown) return;
  shown = `${here.person} ${wanted}`;
  if (wanted && here.second !== "phone") browserOf(here.person);
  // A frame that only gets another hash does not load again: each device is a new one.
  fill(byId("second-frame"), wanted && h("iframe.second", { src: wanted, title: title(), "data-device": here.second }));
}

/** Open the second device: "phone" (on a channel), "shop" (signed in), "visitor" (nobody knows who), "" for none. */
export function openSecond(device, channel = here.secondChannel, hash = "") {
  arriving = hash;
  Object.assign(here, { second: device, secondChannel: channel });
  drawSecond();
  emit("second", device);
}

/** Follow a link that leads on elsewhere, as this person, on the second device. */
export async function follow({ channel, text, ref, hash }) {
  if (hash) {
    openSecond("visitor", here.secondChannel, hash);
    return;
  }
  if (here.channel === channel) go({ surface: "private" });
  else openSecond("phone", channel);
  const asked = { brand: here.brand, channel, person: here.person, surface: "private", text: text || t("arrives"), ...(ref ? { ref } : {}) };
  await ask("/sim/write", asked).catch((wrong) => say(wrong.message));
  say(t("arrived", { channel: channelOf(channel).title }));
}

export function startSecond() {
  byId("second").addEventListener("change", (event) => openSecond(event.target.value));
  on("everything", drawSecond);
  on("looking", drawSecond);
  on("follow", follow);
  addEventListener("message", (event) => {
    if (event.origin === location.origin && event.data?.follow && world.channels.has(event.data.follow.channel)) follow(event.data.follow);
  });
}
