// Block Kit as elements. `act(action, node)` is called with the action that Slack would send.
import { ask, h } from "./dom.js";
import { textOf, withEmoji } from "./mrkdwn.js";
import { here } from "./state.js";
import { t } from "./words.js";

const plain = (object) => withEmoji(object?.text || "");

function actionOf(block, element, more = {}) {
  return { type: element.type, block_id: block.block_id, action_id: element.action_id, text: element.text, value: element.value, style: element.style, ...more };
}

function button(block, element, act) {
  const style = { primary: ".primary", danger: ".danger" }[element.style] || "";
  return h(`button.block-button${style}`, {
    type: "button", "aria-label": element.accessibility_label, "data-action": element.action_id,
    onclick: (event) => act(actionOf(block, element), event.currentTarget, element.confirm),
  }, plain(element.text));
}

function overflow(block, element, act) {
  const items = (element.options || []).map((option) => h("button", {
    type: "button", role: "menuitem", tabIndex: -1,
    onclick: (event) => {
      const box = event.currentTarget.closest("details");
      box.open = false;
      act(actionOf(block, element, { selected_option: option, value: undefined }), box.querySelector("summary"), element.confirm);
    },
  }, plain(option.text)));
  const menu = h("div.menu", { role: "menu", "aria-label": t("more"), onkeydown: (event) => walk(event, items) }, items);
  const box = h("details.overflow", {
    ontoggle: () => { if (box.open) items[0]?.focus(); },
    onkeydown: (event) => { if (event.key === "Escape" && box.open) { box.open = false; box.querySelector("summary").focus(); event.stopPropagation(); } },
  }, h("summary.block-button", { "aria-label": t("more"), "data-action": element.action_id }, "⋯"), menu);
  return box;
}

function walk(event, items) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
}

const optionsOf = (element) => element.options || (element.option_groups || []).flatMap((group) => group.options);

function select(block, element, act, origin) {
  const known = new Map();
  const box = h("select", { "aria-label": plain(element.placeholder) || t("choose"), "data-action": element.action_id, name: element.action_id });
  const load = (options) => {
    const chosen = element.initial_option?.value ?? box.value;
    box.replaceChildren(h("option", { value: "" }, plain(element.placeholder) || t("choose")));
    for (const option of options) {
      known.set(option.value, option);
      box.append(h("option", { value: option.value }, plain(option.text)));
    }
    box.value = known.has(chosen) ? chosen : "";
  };
  load(optionsOf(element));
  if (element.type === "external_select") {
    if (element.initial_option) load([element.initial_option]);
    ask("/sim/slack/options", { user: here.member, block_id: block.block_id, action_id: element.action_id, value: "", ...origin })
      .then((answer) => load((answer.options || (answer.option_groups || []).flatMap((group) => group.options)))).catch(() => {});
  }
  box.chosen = () => known.get(box.value) || null;
  if (act) box.addEventListener("change", () => box.chosen() && act(actionOf(block, element, { selected_option: box.chosen(), value: undefined }), box, element.confirm));
  return box;
}

function element(block, one, act, origin) {
  if (one.type === "button") return button(block, one, act);
  if (one.type === "overflow") return overflow(block, one, act);
  if (one.type.endsWith("select")) return select(block, one, act, origin);
  if (one.type === "image") return h("span.image", { role: "img", "aria-label": one.alt_text || "" }, "▣");
  return h("span.context-text", null, textOf(one));
}

let made = 0;

function input(block, act, origin) {
  const one = block.element;
  const id = `field-${made += 1}`;
  let box;
  let read;
  if (one.type === "plain_text_input") {
    box = one.multiline ? h("textarea", { rows: 5 }) : h("input", { type: "text" });
    box.value = one.initial_value || "";
    if (one.max_length) box.maxLength = one.max_length;
    box.placeholder = plain(one.placeholder);
    read = () => ({ type: one.type, value: box.value || null });
  } else if (one.type === "datetimepicker") {
    box = h("input", { type: "datetime-local" });
    if (one.initial_date_time) box.value = new Date(one.initial_date_time * 1000 - new Date(one.initial_date_time * 1000).getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    read = () => ({ type: one.type, selected_date_time: box.value ? Math.floor(new Date(box.value).getTime() / 1000) : null });
  } else if (one.type === "multi_static_select") {
    const chosen = new Set((one.initial_options || []).map((option) => option.value));
    box = h("select", { multiple: true, size: Math.min(5, one.options.length) }, one.options.map((option) => h("option", { value: option.value, selected: chosen.has(option.value) }, plain(option.text))));
    read = () => ({ type: one.type, selected_options: one.options.filter((_, at) => box.options[at].selected) });
  } else if (one.type === "file_input") {
    box = h("input", { type: "file", multiple: (one.max_files || 10) > 1, accept: (one.filetypes || []).map((type) => `.${type}`).join(",") });
    box.dataset.files = "[]";
    box.addEventListener("change", async () => { box.dataset.files = JSON.stringify(await putFiles([...box.files].slice(0, one.max_files || 10))); });
    read = () => ({ type: one.type, files: JSON.parse(box.dataset.files) });
  } else if (one.type === "checkboxes" || one.type === "radio_buttons") {
    return choices(block, one);
  } else {
    box = select(block, one, block.dispatch_action ? act : null, origin);
    box.removeAttribute("aria-label");
    read = () => ({ type: one.type, selected_option: box.chosen() });
  }
  Object.assign(box, { id, required: !block.optional });
  box.dataset.field = block.block_id;
  const error = h("p.field-error", { id: `${id}-error` });
  const hint = block.hint ? h("p.field-hint", { id: `${id}-hint` }, plain(block.hint)) : null;
  box.setAttribute("aria-describedby", `${id}-error${hint ? ` ${id}-hint` : ""}`);
  const node = h("div.field", null, h("label", { htmlFor: id }, plain(block.label), block.optional && h("span.optional", null, ` (${t("optional")})`)), box, hint, error);
  return Object.assign(node, { read: () => [block.block_id, one.action_id, read()], fail: (words) => { error.textContent = words; box.setAttribute("aria-invalid", "true"); } });
}

/** Give files to the workspace as a person does in a dialog; it answers with its own word for each. */
async function putFiles(files) {
  return Promise.all(files.map(async (file) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return ask("/sim/slack/put", { name: file.name, content: btoa(text) });
  }));
}

function choices(block, one) {
  const type = one.type === "checkboxes" ? "checkbox" : "radio";
  const chosen = new Set((one.initial_options || [one.initial_option]).filter(Boolean).map((option) => option.value));
  const boxes = one.options.map((option) => ({ option, box: h("input", { type, name: block.block_id, checked: chosen.has(option.value) }) }));
  const error = h("p.field-error");
  const node = h("fieldset.field", null, h("legend", null, plain(block.label)), boxes.map(({ option, box }) => h("label.choice", null, box, plain(option.text))), error);
  const picked = () => boxes.filter(({ box }) => box.checked).map(({ option }) => option);
  const read = () => (type === "radio" ? { type: one.type, selected_option: picked()[0] || null } : { type: one.type, selected_options: picked() });
  return Object.assign(node, { read: () => [block.block_id, one.action_id, read()], fail: (words) => { error.textContent = words; } });
}

/** Words of a rich text: what is written stays as it is, letter by letter. */
function richWords(one) {
  if (one.type === "user") return textOf({ type: "mrkdwn", text: `<@${one.user_id}>` });
  const { bold, italic, strike, code } = one.style || {};
  const lines = String(one.text || one.url || "").split("\n").flatMap((line, number) => (number ? [h("br"), line] : [line]));
  return [bold && "strong", italic && "em", strike && "s", code && "code"].filter(Boolean).reduce((inside, tag) => [h(tag, null, inside)], lines);
}

function richPart(part) {
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] || "p.rich-line";
  return h(tag, null, (part.elements || []).map(richWords));
}

/** Draw one block. `origin` is {ts} or {view_id}: where it stands. */
export function drawBlock(block, act, origin) {
  switch (block.type) {
    case "header": return h("p.block-header", null, plain(block.text));
    case "divider": return h("hr.block-divider");
    case "context": return h("p.block-context", null, (block.elements || []).map((one) => element(block, one, act, origin)));
    case "actions": return h("div.block-actions", null, (block.elements || []).map((one) => element(block, one, act, origin)));
    case "input": return input(block, act, origin);
    case "section": return h("div.block-section", null,
      h("div.block-text", null, textOf(block.text), block.fields && h("div.block-fields", null, block.fields.map((one) => h("p", null, textOf(one))))),
      block.accessory && element(block, block.accessory, act, origin));
    case "rich_text": return h("div.block-text", null, (block.elements || []).map(richPart));
    case "markdown": return h("div.block-text", null, textOf({ type: "mrkdwn", text: block.text }));
    default: return h("p.block-context", null, `[${block.type}]`);
  }
}
