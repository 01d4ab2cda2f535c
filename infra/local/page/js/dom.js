// Build elements without ever parsing text as HTML.

/** Make an element: h("button.tool", {onclick, "aria-label": …}, child, "text", [more]). */
export function h(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "value") node.value = value;
    else if (key.startsWith("data-") || key.startsWith("aria-") || !(key in node) || key === "lang") {
      node.setAttribute(key, value === true ? "" : value);
    } else node[key] = value;
  }
  put(node, ...children);
  return node;
}

/** Append children; null and false are nothing, arrays are spread. */
export function put(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
  return node;
}

/** Replace everything inside `node`. */
export function fill(node, ...children) {
  node.replaceChildren();
  return put(node, ...children);
}

export const byId = (id) => document.getElementById(id);
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Say something to a screen reader. */
export function say(text) {
  const place = byId("said");
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 30);
}

/** Ask the simulators; throws an Error with their sentence. */
export async function ask(path, body) {
  const answer = await fetch(path, body === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  const read = await answer.json();
  if (!answer.ok) throw new Error(read?.error || `HTTP ${answer.status}`);
  return read;
}
