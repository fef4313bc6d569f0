/* The frame's few manners. Every page works without this file. */
(function () {
  "use strict";
  var SEND_AGAIN_AFTER = 8000;

  /* "/" or Ctrl-K: to the search box */
  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }
  function search() {
    return Array.from(document.querySelectorAll("[data-search]")).find(function (box) {
      return box.getClientRects().length > 0;
    });
  }
  document.addEventListener("keydown", function (event) {
    var slash = event.key === "/" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey;
    var command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    if (!slash && !command) { return; }
    var box = search();
    if (!box) { return; }
    event.preventDefault();
    if (box.tagName === "A") { box.click(); return; }
    box.focus();
    box.select();
  });

  /* Menus made of <details>: one open at a time, closed by Escape or a press elsewhere */
  function openMenus() { return document.querySelectorAll("details[data-menu][open]"); }
  document.addEventListener("click", function (event) {
    openMenus().forEach(function (menu) { if (!menu.contains(event.target)) { menu.open = false; } });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    openMenus().forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* Tabs that run past a narrow screen: show the one we are on */
  document.querySelectorAll(".tabs").forEach(function (row) {
    var here = row.querySelector("[aria-current]");
    if (here) { row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2; }
  });

  /* After a sign-in in another tab this page's token is stale: a form takes the newest one from the cookie */
  function freshToken() {
    var cookie = document.cookie.split("; ").find(function (pair) { return /csrftoken=/.test(pair); });
    return cookie ? decodeURIComponent(cookie.slice(cookie.indexOf("=") + 1)) : "";
  }
  document.addEventListener("submit", function (event) {
    var field = event.target.querySelector("[name=csrfmiddlewaretoken]");
    var token = freshToken();
    if (field && token) { field.value = token; }
  });
  document.addEventListener("htmx:configRequest", function (event) {
    var token = freshToken();
    if (token) { event.detail.headers["X-CSRFToken"] = token; }
  });

  /* A form is sent once. The mark goes again: after a while, or when the page comes back from history */
  function release(form) { delete form.dataset.sending; form.removeAttribute("aria-busy"); }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var method = (form.getAttribute("method") || "get").toLowerCase();
    if (event.defaultPrevented || method !== "post" || form.hasAttribute("hx-post") || "again" in form.dataset) { return; }
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "yes";
    form.setAttribute("aria-busy", "true");
    window.setTimeout(release, SEND_AGAIN_AFTER, form);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sending]").forEach(release);
  });

  /* Messages: an error stays, anything can be put away, and a failed request says so */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-dismiss]");
    if (button) { button.closest(".toast-note").remove(); }
  });
  function complain(text) {
    var place = document.getElementById("alerts");
    if (!place || !text) { return; }
    var note = document.createElement("div");
    var line = document.createElement("p");
    note.className = "toast-note toast-note--fail";
    line.textContent = text;
    note.append(line);
    place.replaceChildren(note);
  }
  var words = document.body.dataset;
  document.addEventListener("htmx:sendError", function () { complain(words.saysOffline); });
  document.addEventListener("htmx:timeout", function () { complain(words.saysOffline); });
  document.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    complain(status === 403 || status === 401 ? words.saysDenied : status === 413 ? words.saysTooLarge : words.saysFailed);
  });
  document.addEventListener("htmx:beforeRequest", function () {
    var place = document.getElementById("alerts");
    if (place) { place.replaceChildren(); }
  });

  /* Filters send themselves when a choice changes; the button stays for those without scripts */
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-self-sending]");
    if (form && event.target.matches("select, [type=checkbox], [type=radio]")) { form.requestSubmit(); }
  });
})();
