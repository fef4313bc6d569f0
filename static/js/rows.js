/* Rows of a form that grow on demand: [data-rows="prefix"] with [data-row]s and a <template> (__prefix__ from 0, __number__ from 1).
   Without this file the blank rows are simply there. */
(function () {
  "use strict";

  function isBlank(row) {
    return Array.from(row.querySelectorAll("input, textarea, select")).every(function (field) { return !field.value; });
  }

  function start(place) {
    var total = document.querySelector("[name=" + place.dataset.rows + "-TOTAL_FORMS]");
    var pattern = place.querySelector("template");
    var rows = Array.from(place.querySelectorAll("[data-row]"));
    var button = document.createElement("button");

    function settle() {
      var shown = place.querySelectorAll("[data-row]:not([hidden])").length;
      button.hidden = shown >= Number(place.dataset.most);
    }
    function grow() {
      var next = place.querySelector("[data-row][hidden]");
      if (next) {
        next.hidden = false;
      } else {
        var made = document.createElement("template");
        made.innerHTML = pattern.innerHTML.replace(/__prefix__/g, total.value).replace(/__number__/g, Number(total.value) + 1);
        next = made.content.querySelector("[data-row]");
        place.insertBefore(next, pattern);
        total.value = String(Number(total.value) + 1);
      }
      settle();
      next.querySelector("input, textarea").focus();
    }

    rows.slice(1).filter(isBlank).forEach(function (row) {
      row.hidden = !row.querySelector(".is-invalid");
    });
    button.type = "button";
    button.className = "btn btn-sm btn-quiet";
    button.textContent = place.dataset.add;
    button.addEventListener("click", grow);
    place.append(button);
    settle();
  }

  document.querySelectorAll("[data-rows]").forEach(start);
})();
