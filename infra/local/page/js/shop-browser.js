// The browser in which the shop's page stands: what its web chat keeps there, and whose browser it is.
// The shop's page is of this page's own origin, so both see one storage. Another customer has another browser.
const OF = "guichet.browser-of";
const ANONYMOUS = /^a:[0-9a-f]{40}$/;
const visitors = new Map();

const areas = () => { try { return [localStorage, sessionStorage]; } catch { return []; } };
const chats = (area) => Object.keys(area).filter((key) => key.startsWith("guichet:"));

/** Let this be a customer's browser: what the web chat kept for somebody else is forgotten. */
export function browserOf(person) {
  for (const area of areas()) {
    if (localStorage.getItem(OF) !== person) for (const key of chats(area)) area.removeItem(key);
  }
  if (areas().length) localStorage.setItem(OF, person);
}

/** Whom the web chat's session names, where nobody is signed in. The session says it itself; no secret is read. */
function named() {
  for (const key of areas().length ? chats(sessionStorage).filter((one) => one.endsWith(":s")) : []) {
    try {
      const [told] = JSON.parse(sessionStorage.getItem(key)).token.split(".");
      const { v } = JSON.parse(atob(told.replace(/-/g, "+").replace(/_/g, "/")));
      if (ANONYMOUS.test(v)) return v;
    } catch { /* nobody has written yet */ }
  }
  return "";
}

/** The anonymous visitor that this customer was last, or "". */
export function visitor(person) {
  const now = areas().length && localStorage.getItem(OF) === person ? named() : "";
  if (now) visitors.set(person, now);
  return visitors.get(person) || "";
}
