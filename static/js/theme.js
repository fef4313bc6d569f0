/* Sets the theme before the first paint. Runs in <head>, before the style sheets.
   The device's own choice wins; then the person's (data-theme); then the system's. */
(function () {
  "use strict";
  var root = document.documentElement;
  var key = "labaudit.theme";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function kept() {
    try { return window.localStorage.getItem(key); } catch (error) { return null; } // storage may be switched off
  }
  function keep(choice) {
    try { window.localStorage.setItem(key, choice); } catch (error) { return; } // then the person's own setting decides
  }
  function choice() { return kept() || root.dataset.theme || "system"; }
  function show(wanted) {
    root.dataset.bsTheme = wanted === "system" ? (dark.matches ? "dark" : "light") : wanted;
    document.querySelectorAll("[data-theme-set]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === wanted));
    });
  }
  function tell(wanted) {
    var token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!root.dataset.themeUrl || !token) { return; }
    window.fetch(root.dataset.themeUrl, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-CSRFToken": token.value, "X-Requested-With": "fetch" },
      body: new URLSearchParams({ theme: wanted })
    }).catch(function () { /* offline: the device keeps the choice, the profile learns it next time */ });
  }
  function choose(wanted) { keep(wanted); show(wanted); tell(wanted); }

  root.classList.add("js");
  show(choice());
  dark.addEventListener("change", function () { show(choice()); });
  document.addEventListener("DOMContentLoaded", function () { show(choice()); });
  document.addEventListener("submit", function (event) { // the profile's own theme field counts for this device too
    var field = event.target.elements.namedItem("theme");
    if (field && field.value) { keep(field.value); }
  });
  document.addEventListener("click", function (event) {
    var named = event.target.closest("[data-theme-set]");
    if (named) { event.preventDefault(); choose(named.dataset.themeSet); return; }
    if (event.target.closest("[data-theme-toggle]")) { choose(root.dataset.bsTheme === "dark" ? "light" : "dark"); }
  });
})();
