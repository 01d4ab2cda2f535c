// Runs before the first paint: language and theme, so that nothing flashes.
(() => {
  const asked = new URLSearchParams(location.search);
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const root = document.documentElement;
  root.lang = asked.get("lang") || kept("guichet.lang") || (navigator.language.startsWith("fr") ? "fr" : "en");
  if (asked.get("only") === "phone") root.dataset.only = "phone";
  root.dataset.theme = asked.get("theme") || kept("guichet.theme") || (dark ? "dark" : "light");
})();
