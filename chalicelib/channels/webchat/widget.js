/* Guichet's web chat: one file, no dependency. Made for pages with a strict CSP: nothing inline, no eval, text only as
   text. It asks nothing and keeps nothing before somebody opens it, unless a conversation is already going on. */
(() => {
  "use strict";
  const tag = document.currentScript;
  if (!tag || window.guichet) return;
  const BASE = tag.src.replace(/\/widget\.js.*$/, ""), KEY = "guichet:" + BASE.split("/").pop();
  const lang = /^en/i.test(tag.dataset.language || document.documentElement.lang || navigator.language) ? "en" : "fr";
  const TEXT_MOST = 4000, FILE_MOST = 3.4e6, KINDS = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/gif", "application/pdf"];
  const W = {
    fr: {
      open: "Ouvrir le chat", close: "Fermer le chat", chat: "Chat", you: "Vous", bot: "Assistant IA", person: "Service client",
      hint: "Un assistant IA répond d’abord. Pour parler à une personne, écrivez « conseiller ».",
      hello: "Bonjour ! Écrivez votre question, nous vous répondons ici.",
      label: "Votre message", send: "Envoyer", attach: "Joindre une photo ou un PDF", log: "Conversation",
      waiting: "En cours d’envoi…", sent: "Envoyé", failed: "Pas envoyé.", again: "Renvoyer", gone: "Message retiré",
      wait: (s) => `Beaucoup de messages d’un coup : la suite partira dans ${s} secondes.`,
      offline: "Pas de connexion : votre message partira dès son retour.", closed: "Le chat n’est pas disponible pour le moment.",
      file_type: "Photos et PDF seulement.", file_size: "Ce fichier dépasse 3,5 Mo.", too_long: "4 000 caractères au plus : écrivez-le en deux messages.",
      image: "Photo", document: "Document", file: "Fichier", download: "Ouvrir : ",
      news: (n) => `${n} nouveau${n > 1 ? "x messages" : " message"}`, from: "Nouveau message. ", earlier: "Messages précédents",
      move: "Continuer ailleurs", to: "Continuer ", nowhere: "Ce n’est pas possible pour le moment.",
    },
    en: {
      open: "Open chat", close: "Close chat", chat: "Chat", you: "You", bot: "AI assistant", person: "Customer care",
      hint: "An AI assistant answers first. To talk to a person, write “person”.",
      hello: "Hello! Type your question and we will answer here.",
      label: "Your message", send: "Send", attach: "Attach a photo or PDF", log: "Conversation",
      waiting: "Sending…", sent: "Sent", failed: "Not sent.", again: "Send again", gone: "Message removed",
      wait: (s) => `Many messages at once: the rest will be sent in ${s} seconds.`,
      offline: "No connection: your message will be sent when it is back.", closed: "The chat is not available right now.",
      file_type: "Photos and PDF only.", file_size: "This file is larger than 3.5 MB.", too_long: "4,000 characters at most: please write two messages.",
      image: "Photo", document: "Document", file: "File", download: "Open: ",
      news: (n) => `${n} new message${n > 1 ? "s" : ""}`, from: "New message. ", earlier: "Earlier messages",
      move: "Continue elsewhere", to: "Continue ", nowhere: "This is not possible right now.",
    },
  }[lang];

  /* --- what a browser keeps ------------------------------------------------------------------ */
  const memory = {}, TAB = "sessionStorage", KEPT = "localStorage";
  const held = (area, name) => { try { return window[area].getItem(KEY + name); } catch { return memory[name] || null; } };
  const hold = (area, name, value) => {
    try { value === null ? window[area].removeItem(KEY + name) : window[area].setItem(KEY + name, value); } catch { memory[name] = value; }
  };
  const now = () => Date.now();
  const random = (n) => crypto.getRandomValues(new Uint8Array(n));
  const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const ulid = () => {
    const A = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let t = now(), out = "";
    for (let i = 0; i < 10; i++) { out = A[t % 32] + out; t = Math.floor(t / 32); }
    return out + [...random(16)].map((b) => A[b & 31]).join("");
  };
  const secret = () => {
    let kept = held(KEPT, ":v");
    if (!/^[\w-]{43}$/.test(kept || "")) hold(KEPT, ":v", (kept = base64url(random(32))));
    return kept;
  };

  /* --- asking: JSON as plain text, so that no browser asks first (no preflight) --------------- */
  /* session: {token, until, who} */
  let session = null;
  let outbox = [], after = "", before = "", lastAsked = 0, lastSaid = 0, timer = 0, flushing = false, opened = false, unread = 0;
  let seen = +held(KEPT, ":r"), called = "", asking = null, offers = null, tries = 0, loaded = false, wrote = false;
  const post = async (what, told) => {
    const answer = await fetch(`${BASE}/${what}`, {
      method: "POST", body: JSON.stringify(told), headers: { "Content-Type": "text/plain" }, credentials: "omit",
    });
    const body = await answer.json().catch(() => ({ no: "closed" }));
    if (answer.status >= 500 || answer.status === 429) throw new Error("later");
    return answer.status === 403 ? { no: "closed" } : body;
  };
  const identity = async () => {
    const given = window.guichetIdentity;
    const jwt = typeof given === "function" ? await given() : given;
    return typeof jwt === "string" && jwt.split(".").length === 3 ? jwt : "";
  };
  const subject = (jwt) => {
    try { return "u:" + JSON.parse(decodeURIComponent(escape(atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))))).sub; } catch { return "u"; }
  };
  const knows = () => !!(session || held(KEPT, ":v") || window.guichetIdentity);
  const arrive = async (anew) => {
    if (session && !anew && session.until > now() + 60000) return session.token;
    const jwt = await identity(), who = jwt ? subject(jwt) : "a";
    if (!session) try { session = JSON.parse(held(TAB, ":s")); } catch { session = null; }
    if (session && session.who !== who) forget();
    if (session && !anew && session.until > now() + 60000) return session.token;
    const told = await post("session", jwt ? { secret: secret(), identity: jwt } : { secret: secret() });
    if (!told.session) throw Object.assign(new Error("no"), { told });
    session = { token: told.session, until: now() + told.lasts_s * 1000, who, elsewhere: told.elsewhere, called: told.called };
    hold(TAB, ":s", JSON.stringify(session));
    return session.token;
  };
  const asks = async (what, told) => {
    asking = asking || arrive().finally(() => { asking = null; });
    let answer = await post(what, { session: await asking, ...told });
    if (["over", "forged"].includes(answer.no)) answer = await post(what, { session: await arrive(true), ...told });
    if (session && session.called && !called) { called = session.called; title.textContent = called; }
    mover.hidden = !(session && session.elsewhere && session.elsewhere.length);
    return answer;
  };
  /* Somebody else is signed in, or nobody any more: nothing of before is shown or sent. */
  const forget = () => {
    session = null; offers = null; outbox = []; after = before = ""; loaded = false; shown.clear();
    seen = 0;
    log.replaceChildren(); hold(KEPT, ":r", null); hold(TAB, ":s", null); hold(TAB, ":o", null);
  };

  /* --- building ------------------------------------------------------------------------------ */
  const el = (name, attributes = {}, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...inside);
    return made;
  };
  const button = (attributes, ...inside) => el("button", { type: "button", ...attributes }, ...inside);
  const link = (attributes, text) => el("a", { target: "_blank", rel: "noopener noreferrer nofollow", ...attributes }, text);
  const icon = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), line = document.createElementNS(svg.namespaceURI, "path");
    for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" })) svg.setAttribute(key, value);
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };
  const host = el("guichet-chat"), root = host.attachShadow({ mode: "open" });
  const title = el("h2", { id: "t" }, W.chat), status = el("p", { class: "status", role: "status" }), heard = el("p", { class: "hidden", role: "status" });
  const tell = (text) => { status.textContent = text; };
  const log = el("ol", { class: "log" });
  const earlier = button({ class: "plain", hidden: true, onclick: () => load({ before }) }, W.earlier);
  const area = el("textarea", { id: "m", rows: "1", maxlength: TEXT_MOST, placeholder: W.label, enterkeyhint: "send" });
  const picker = el("input", { id: "f", type: "file", accept: KINDS.join(","), class: "hidden", tabindex: "-1", "aria-hidden": "true", onchange: () => pick() });
  const clip = button({ class: "tool", "aria-label": W.attach, onclick: () => picker.click() }, icon("M8 12.5 14.5 6a3 3 0 0 1 4.2 4.2l-8.5 8.5a5 5 0 0 1-7-7L11 4"));
  const go = el("button", { type: "submit", class: "tool go", "aria-label": W.send }, icon("M3 20 21 12 3 4l3 8zm3-8h9"));
  const ways = el("ul", { class: "ways", id: "w", hidden: true });
  const mover = button({ class: "plain", hidden: true, "aria-expanded": "false", "aria-controls": "w", onclick: () => moves() }, W.move);
  const shut = button({ class: "tool", "aria-label": W.close, onclick: () => close() }, icon("M6 6 18 18M18 6 6 18"));
  const form = el("form", { onsubmit: (event) => { event.preventDefault(); say(); } }, el("label", { for: "m", class: "hidden" }, W.label), picker, clip, area, go);
  const panel = el(
    "section", { class: "panel", role: "dialog", "aria-labelledby": "t", "aria-describedby": "h", id: "p", hidden: true },
    el("header", {}, el("div", {}, title, el("p", { id: "h" }, W.hint)), shut), el("div", { class: "all", role: "log", "aria-live": "polite", "aria-label": W.log, tabindex: "0" }, earlier, log), el("div", { class: "foot" }, ways, mover, status, form),
  );
  const badge = el("span", { class: "badge", hidden: true, "aria-hidden": "true" });
  const launch = button(
    { class: "launch", "aria-label": W.open, "aria-expanded": "false", "aria-controls": "p", onclick: () => (opened ? close() : open()) },
    icon("M4 5h16v11H9l-5 4z"), badge,
  );
  const tint = /^#[0-9a-f]{6}$/i.test(tag.dataset.accent || "") ? tag.dataset.accent : "#1d4ed8";
  const light = [1, 3, 5].map((at) => parseInt(tint.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const ink = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] > 0.179 ? "#000" : "#fff";
  const side = tag.dataset.side === "left" ? "left" : "right";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host{all:initial;--a:${tint};--i:${ink};color-scheme:light}
*{box-sizing:border-box;font:16px/1.45 system-ui,sans-serif;color:#16181d}
[hidden]{display:none!important}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;margin:0;padding:0;border:0}
svg,path{color:inherit}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;display:block}
button{cursor:pointer;background:none;border:0;margin:0;padding:0}
:focus-visible{outline:3px solid #16181d;outline-offset:2px;box-shadow:0 0 0 2px #fff}
.launch{position:fixed;${side}:20px;bottom:calc(20px + env(safe-area-inset-bottom));z-index:2147483000;width:60px;height:60px;border-radius:50%;background:var(--a);color:var(--i);display:grid;place-items:center;box-shadow:0 4px 16px #0005;border:1px solid transparent}
.badge{position:absolute;top:-4px;right:-4px;min-width:24px;height:24px;border-radius:12px;background:#b3261e;color:#fff;font-size:14px;font-weight:700;padding:0 6px;display:grid;place-items:center}
.panel{position:fixed;${side}:20px;bottom:calc(92px + env(safe-area-inset-bottom));z-index:2147483000;width:380px;height:min(620px,calc(100vh - 120px));background:#fff;border:1px solid #c6cad2;border-radius:16px;box-shadow:0 12px 40px #0004;display:flex;flex-direction:column;overflow:hidden}
header{display:flex;gap:8px;align-items:flex-start;justify-content:space-between;padding:14px 8px 12px 18px;background:var(--a)}
header *{color:var(--i)}
h2{font-size:18px;font-weight:700;margin:0}
header p{font-size:14px;margin:2px 0 0}
.all{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:14px 16px;display:flex;flex-direction:column}
.log{list-style:none;margin:auto 0 0;padding:0;display:flex;flex-direction:column;gap:12px;border-radius:8px}
li{display:flex;flex-direction:column;align-items:flex-start;min-width:0}
.one{max-width:86%;min-width:0}
li.you{align-items:flex-end}
.name{font-size:13px;font-weight:600;color:#454b57;margin:0 4px 3px}
.you .name{text-align:right}
.bubble{background:#eef1f6;border:1px solid #d5dae3;border-radius:4px 16px 16px;padding:9px 13px;margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.you .bubble{background:var(--a);color:var(--i);border-color:var(--a);border-radius:16px 4px 16px 16px}
.you .bubble *{color:var(--i)}
.gone .bubble{font-style:italic;background:#fff;color:#454b57}
a{color:inherit;text-decoration:underline}
.file{margin-top:4px;display:inline-flex;align-items:center;min-height:44px;border:1px solid #6b7280;border-radius:10px;padding:4px 12px;background:#fff;text-decoration:none}
.file.photo{padding:3px}
.file img{display:block;max-width:220px;max-height:220px;border-radius:8px}
.state{font-size:13px;color:#454b57;margin:3px 4px 0;text-align:right}
.state.bad{color:#a11a12;font-weight:600}
.choices{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0 0}
.choices button,.plain,.ways a{min-height:44px;border:2px solid var(--a);border-radius:22px;padding:6px 16px;background:#fff;font-weight:600;text-align:left;color:#16181d}
.plain{border-color:#6b7280;font-size:14px;align-self:flex-start}
.state .plain{min-height:32px;padding:2px 12px;margin-left:6px}
.foot{border-top:1px solid #d5dae3;padding:8px 10px calc(10px + env(safe-area-inset-bottom));display:flex;flex-direction:column;gap:8px}
.status{margin:0 6px;font-size:14px}
.status:empty{display:none}
.ways{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:8px}
.ways a{display:inline-flex;align-items:center;text-decoration:none}
form{display:flex;align-items:flex-end;gap:6px}
textarea{flex:1;min-width:0;resize:none;max-height:132px;min-height:44px;border:1px solid #6b7280;border-radius:22px;padding:10px 16px;background:#fff;margin:0}
textarea:focus-visible{outline:2px solid var(--a);outline-offset:1px;box-shadow:none}
textarea::placeholder{color:#5a606c;opacity:1}
.tool{flex:none;width:44px;height:44px;border-radius:50%;display:grid;place-items:center;color:#16181d}
header .tool{color:var(--i)}
header :focus-visible{outline-color:var(--i);box-shadow:none;outline-offset:-3px}
.go{background:var(--a);color:var(--i)}
@media(max-width:480px),(max-height:480px){.panel{inset:0;width:100%;max-width:none;height:100%;height:100dvh;border:0;border-radius:0}.opened .launch{display:none}header{padding-top:calc(14px + env(safe-area-inset-top))}}
@media(prefers-reduced-motion:no-preference){.panel{animation:up .16s ease-out}@keyframes up{from{opacity:0}}}
@media(forced-colors:active){.bubble,.tool{border:1px solid}}
`);
  root.adoptedStyleSheets = [sheet];
  const frame = el("div", { lang }, launch, panel, heard);
  root.append(frame);

  /* --- showing ------------------------------------------------------------------------------- */
  /* shown: id -> {item, at, print, said} */
  const shown = new Map();
  const inOrder = () => [...shown.values()].sort((x, y) => x.at - y.at);
  const clock = (at) => new Date(at).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });
  const words = (text) => {
    const made = el("p", { class: "bubble" });
    for (const part of text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)»])/)) {
      made.append(/^https?:\/\//.test(part) ? link({ href: part }, part) : part);
    }
    return made;
  };
  const file = (one) => {
    const label = one.name || W[one.kind] || W.file;
    if (!one.link) return el("span", { class: "file" }, label);
    const made = link({ class: "file", href: `${BASE}/file/${one.link}`, "aria-label": W.download + label }, label);
    if (one.kind === "image") {
      const photo = el("img", { src: made.href, alt: label, onload: () => { made.classList.add("photo"); made.replaceChildren(photo); bottom(); } });
    }
    return made;
  };
  const bottom = () => { log.parentNode.scrollTop = log.parentNode.scrollHeight; };
  const near = () => log.parentNode.scrollHeight - log.parentNode.scrollTop - log.parentNode.clientHeight < 120;
  const show = (one, stays = near()) => {
    const old = shown.get(one.id), print = JSON.stringify([one.name, one.text, one.gone, one.state, (one.files || []).map((f) => [f.kind, !!f.link])]);
    if (old && (old.print === print || (one.state && !old.said.state))) return false;
    const name = one.who === "you" ? W.you : one.who === "bot" ? W.bot : one.name || W.person;
    const body = el("div", { class: "one", role: "article", "aria-label": `${name}, ${clock(one.at)}` }, el("p", { class: "name" }, `${name} · ${clock(one.at)}`));
    if (one.gone) body.append(el("p", { class: "bubble" }, W.gone));
    else {
      if (one.text) body.append(words(one.text));
      for (const each of one.files || []) body.append(file(each));
    }
    const item = el("li", { class: `${one.who === "you" ? "you" : "ours"}${one.gone ? " gone" : ""}` }, body);
    if (one.state) {
      const bad = one.state === "failed", line = el("p", { class: `state${bad ? " bad" : ""}` }, bad ? one.why || W.failed : W[one.state]);
      if (bad && !one.final) line.append(button({ class: "plain", onclick: () => resend(one.id) }, W.again));
      item.append(line);
    }
    if (old) old.item.replaceWith(item);
    else {
      const next = inOrder().find((each) => each.at > one.at);
      log.insertBefore(item, next ? next.item : null);
    }
    shown.set(one.id, { item, at: one.at, print, said: one });
    if (stays || one.state === "waiting") bottom();
    return !old;
  };
  /* The choices of the last question, as long as nobody has answered. */
  const choose = () => {
    log.querySelectorAll(".choices").forEach((each) => each.remove());
    const last = inOrder().pop();
    if (!last || !last.said.choices || last.said.gone) return;
    const row = el("div", { class: "choices", role: "group" });
    for (const [label, payload] of last.said.choices) {
      row.append(button({ onclick: () => { put({ press: { payload, title: label } }, label); area.focus(); } }, label));
    }
    last.item.append(row);
    if (near()) bottom();
  };
  const counts = (n) => {
    unread = n; badge.hidden = !n; badge.textContent = n;
    launch.setAttribute("aria-label", n ? `${W.open}, ${W.news(n)}` : opened ? W.close : W.open);
  };

  /* --- writing ------------------------------------------------------------------------------- */
  const keep = () => hold(TAB, ":o", JSON.stringify(outbox.filter((each) => !each.told.file)));
  const put = (told, text, files) => {
    const one = { id: ulid(), told, text, files, at: now(), state: "waiting" };
    outbox.push(one);
    if (text || files) mark(one, "waiting");
    keep(); choose(); tries = 0; wrote = true;
    hold(KEPT, ":t", (lastSaid = now()));
    flush();
  };
  const mark = (one, state, why, final) => {
    one.state = state; one.why = why; one.final = final;
    if (one.text || one.files) show({ ...one, who: "you", at: Math.max(one.at, ...[...shown.values()].filter((each) => !each.said.state).map((each) => each.at + 1)) });
  };
  const say = () => {
    const text = area.value.trim();
    if (!text) return area.focus();
    area.value = ""; size(); tell("");
    put({ text }, text);
  };
  const resend = (id) => { const one = outbox.find((each) => each.id === id); if (one) { tries = 0; mark(one, "waiting"); flush(); area.focus(); } };
  const flush = async () => {
    if (flushing) return;
    flushing = true;
    try {
      for (let one; (one = outbox.find((each) => each.state === "waiting"));) {
        let answer;
        try { answer = await asks("messages", { id: one.id, ...one.told }); } catch (error) { answer = error.told || { no: "net" }; }
        if (answer.taken) {
          outbox = outbox.filter((each) => each !== one); tell("");
          mark(one, "sent"); keep(); saw(answer.taken); tries = 0; lastSaid = now(); poll(one.told.press ? 1200 : 2600);
        } else if (answer.no === "wait") {
          tell(W.wait(answer.wait_s));
          setTimeout(flush, answer.wait_s * 1000 + 300);
          break;
        } else if (answer.no === "net") {
          tell(W.offline);
          if (++tries > 3 || navigator.onLine === false) { outbox.forEach((each) => mark(each, "failed")); break; }
          setTimeout(flush, [2000, 5000, 15000][tries - 1]);
          break;
        } else {
          mark(one, "failed", W[answer.no] || W.closed, !!W[answer.no]);
          if (W[answer.no]) { outbox = outbox.filter((each) => each !== one); keep(); }
        }
      }
    } finally { flushing = false; }
  };
  const smaller = async (blob) => {
    const bitmap = await createImageBitmap(blob), most = Math.min(1, 2048 / Math.max(bitmap.width, bitmap.height));
    const canvas = el("canvas", { width: Math.round(bitmap.width * most), height: Math.round(bitmap.height * most) });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  };
  const pick = async () => {
    let chosen = picker.files[0], name = chosen && chosen.name;
    picker.value = "";
    if (!chosen) return;
    if (!KINDS.includes(chosen.type)) { tell(W.file_type); return; }
    if (chosen.size > FILE_MOST && chosen.type !== "application/pdf") {
      try { chosen = await smaller(chosen); name = name.replace(/\.\w+$/, ".jpg"); } catch {}
    }
    if (!chosen || chosen.size > FILE_MOST) { tell(W.file_size); return; }
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    let raw = "";
    for (let at = 0; at < bytes.length; at += 32768) raw += String.fromCharCode(...bytes.subarray(at, at + 32768));
    tell("");
    put({ file: { name, data: btoa(raw) }, text: "" }, "", [{ kind: chosen.type.split("/")[0] === "image" ? "image" : "document", name }]);
  };
  const size = () => { area.rows = Math.min(5, Math.max(1, area.value.split("\n").length + Math.floor(area.value.length / 34))); };

  /* --- reading: what the server has is what was said ------------------------------------------ */
  const load = async (told) => {
    let page;
    try { page = await asks("history", told); } catch { return; }
    if (!page.messages) return;
    if (!told.before) after = page.after || after;
    if (!told.after) { before = page.before || ""; earlier.hidden = !before; }
    /* Measured once: each measure lays the whole list out. */
    const news = [], stays = near();
    for (const one of page.messages) {
      if (one.who === "you" && !one.text && !one.files && !one.gone) continue;
      outbox = outbox.filter((each) => each.id !== one.id);
      if (show(one, false) && one.who !== "you" && seen && one.at > seen) news.push(one);
    }
    if (stays && !told.before) bottom();
    keep(); choose();
    if (news.length) {
      lastSaid = now();
      if (!opened) { counts(unread + news.length); heard.textContent = W.from + (news[0].who === "bot" ? W.bot : news[0].name || W.person); }
    }
    if (opened || !seen) saw();
    loaded = true;
  };
  const saw = (at = shown.size ? inOrder().pop().at : 0) => { if (at > seen) hold(KEPT, ":r", (seen = at)); };
  /* Whose word is due: an answer of ours soon; a person who is there may say more; after the bot's, little comes. */
  const pause = () => {
    const age = now() - lastSaid, last = inOrder().pop(), who = last ? last.said.who : wrote ? "you" : "bot";
    if (age > 18e5 || (!opened && age > 6e5)) return 0;
    if (!opened) return 6e4;
    const calm = age < 6e5 ? 3e4 : 6e4;
    if (who === "you") return age < 1e4 ? 1500 : age < 3e4 ? 3000 : age < 12e4 ? 1e4 : calm;
    return who === "person" && age < 6e4 ? 15e3 : calm;
  };
  const poll = (soon) => {
    clearTimeout(timer);
    const wait = soon === undefined ? pause() : soon;
    if (document.hidden || (!wait && soon === undefined) || !knows()) return;
    timer = setTimeout(async () => { lastAsked = now(); await load({ after }); poll(); }, wait);
  };
  const wake = () => { if (!document.hidden && knows() && (opened || held(TAB, ":s")) && now() - lastAsked > 2000) { lastSaid = Math.max(lastSaid, now() - 3e4); poll(0); flush(); } };

  /* --- moving to another channel: the first press asks, the second goes ------------------------ */
  const moves = async () => {
    const showing = ways.hidden;
    ways.hidden = !showing; mover.setAttribute("aria-expanded", String(showing));
    if (!showing) return;
    if (!offers || offers.until < now()) {
      ways.replaceChildren();
      try { offers = await asks("move", { id: ulid() }); offers.until = now() + (offers.lasts_s || 0) * 1000; } catch { offers = null; }
    }
    ways.replaceChildren(...((offers && offers.ways) || []).filter((each) => /^(https|mailto|sms):/.test(each.link)).map((each) =>
      el("li", {}, link({ href: each.link }, W.to + each.on[lang]))));
    if (!ways.children.length) tell(W.nowhere);
    else ways.querySelector("a").focus();
  };

  /* --- opening and closing -------------------------------------------------------------------- */
  const full = () => matchMedia("(max-width:480px),(max-height:480px)").matches;
  const open = () => {
    opened = true; panel.hidden = false; frame.className = "opened";
    panel.setAttribute("aria-modal", String(full()));
    launch.setAttribute("aria-expanded", "true"); counts(0);
    if (!shown.size && !knows()) log.replaceChildren(el("li", { class: "ours hello" }, el("div", { class: "one" }, words(W.hello))));
    if (knows() && !loaded) { lastSaid = now(); load({}).then(() => poll()); } else poll();
    saw(); bottom(); area.focus();
  };
  const close = () => {
    opened = false; panel.hidden = true; frame.className = "";
    launch.setAttribute("aria-expanded", "false"); counts(0); launch.focus(); poll();
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); close(); }
    if (event.key !== "Tab" || !full()) return;
    const stops = [...panel.querySelectorAll("button,textarea,a[href],[tabindex='0']")].filter((each) => each.getClientRects().length);
    const end = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (root.activeElement === end) { event.preventDefault(); (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus(); }
  });
  area.addEventListener("input", () => { size(); log.querySelector(".hello")?.remove(); });
  area.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); } });
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", () => { outbox.forEach((each) => mark(each, "waiting")); tries = 0; flush(); wake(); });
  window.guichet = { open, close, identify: () => { session = null; loaded = false; if (opened) load({}).then(() => poll()); }, logout: () => { forget(); clearTimeout(timer); } };

  const start = () => {
    document.body.append(host);
    try { outbox = JSON.parse(held(TAB, ":o")) || []; } catch { outbox = []; }
    outbox.forEach((each) => mark(each, "waiting"));
    if (outbox.length) flush();
    const moved = /[#&]guichet=([a-z0-9]{16,64})/.exec(location.hash);
    if (moved) {
      history.replaceState(history.state, "", location.pathname + location.search);
      open();
      put({ press: { payload: "moved", title: "" }, moved: moved[1] }, "");
    } else if (held(TAB, ":s") || held(KEPT, ":t") > now() - 6048e5) { lastSaid = now(); load({}).then(() => poll()); }
  };
  document.body ? start() : document.addEventListener("DOMContentLoaded", start);
})();
