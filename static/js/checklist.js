/* The checklist: every answer saves by itself, and what was typed is never lost.
   Without this file the page is an ordinary form with a "Save" button at each question. */
(function () {
  "use strict";
  const list = document.getElementById("checklist");
  if (!list) { return; }
  const says = document.getElementById("says").dataset;
  const { base, code, person } = list.dataset;
  const locked = "locked" in list.dataset;
  const NEEDS_NOTE = new Set(["nonconforming", "observation", "not_applicable", "not_assessed"]);
  const KEPT = `labaudit.answer.${person}.${code}.`;
  const KEYS_OFF = "labaudit.keys";
  const PAUSE = 800, ARROWS = 600, PATIENCE = 15000, LONGEST_WAIT = 60000, SESSION_WAIT = 15000;
  const byId = (id) => document.getElementById(id);

  /* ---------- What is kept on this device ---------- */
  const memory = new Map();
  const store = {
    set(key, value) { memory.set(key, value); try { localStorage.setItem(key, value); } catch (error) { return; } },
    get(key) { try { return localStorage.getItem(key) || memory.get(key); } catch (error) { return memory.get(key); } },
    drop(key) { memory.delete(key); try { localStorage.removeItem(key); } catch (error) { return; } },
    keys() { try { return Object.keys(localStorage); } catch (error) { return [...memory.keys()]; } },
  };
  function uuid() {
    if (crypto.randomUUID) { return crypto.randomUUID(); }
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing where there is no https
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /* ---------- Questions ---------- */
  const questions = Array.from(list.querySelectorAll(".question"), (article) => {
    const button = article.querySelector("button[name=version]");
    const q = {
      article,
      number: article.id.slice(1),
      radios: Array.from(article.querySelectorAll("input[type=radio]")),
      note: article.querySelector("textarea"),
      group: article.closest(".group"),
      kept: null, flying: false, tries: 0, timer: 0, then: null,
    };
    // `default…` is what the server sent, whatever the browser has put back into the fields
    const first = q.radios.find((radio) => radio.defaultChecked);
    q.saved = { verdict: first ? first.value : "", note: q.note.value, version: button ? Number(button.value) : 0 };
    return q;
  });
  const numbered = new Map(questions.map((q) => [q.number, q]));
  let current = numbered.get(list.dataset.current) || questions[0];

  function read(q) {
    const chosen = q.radios.find((radio) => radio.checked);
    return { verdict: chosen ? chosen.value : "", note: q.note.value };
  }
  function write(q, answer) {
    q.radios.forEach((radio) => { radio.checked = radio.value === answer.verdict; });
    q.note.value = answer.note;
    hint(q);
  }
  const same = (one, other) => one.verdict === other.verdict && one.note === other.note;
  const lacksNote = (answer) => NEEDS_NOTE.has(answer.verdict) && !answer.note.trim();
  function label(q, verdict) {
    const radio = q.radios.find((one) => one.value === verdict);
    return radio ? radio.parentElement.textContent.trim() : says.unanswered;
  }

  /* ---------- What is said ---------- */
  function state(q, words, failed) {
    let place = q.article.querySelector(".question__state");
    if (!place) {
      place = document.createElement("p");
      q.article.querySelector(".question__note").after(place);
    }
    place.className = `question__state save${failed ? " save--fail" : ""}`;
    place.textContent = words;
    return place;
  }
  function trouble(words, ended) {
    const place = byId("trouble");
    if (place.dataset.words === words) { return; }
    place.dataset.words = words;
    place.replaceChildren();
    if (!words) { return; }
    const note = document.createElement("p");
    note.className = "toast-note toast-note--fail mt-3";
    note.textContent = words;
    if (ended) {
      const anchor = document.createElement("a");
      Object.assign(anchor, { href: says.signInUrl, target: "_blank", rel: "noopener", textContent: says.signIn });
      note.append(" ", anchor);
    }
    place.append(note);
  }
  function hint(q) {
    const words = q.article.querySelector(".question__note > span");
    let mark = words.querySelector(".muted");
    const needed = NEEDS_NOTE.has(read(q).verdict);
    q.article.classList.toggle("needs-note", needed);
    if (needed && !mark) {
      mark = document.createElement("span");
      mark.className = "muted fw-normal";
      mark.textContent = ` ${says.needed}`;
      words.append(mark);
    } else if (!needed && mark) { mark.remove(); }
  }

  /* ---------- Saving ---------- */
  function keep(q) { store.set(KEPT + q.number, JSON.stringify(q.kept)); }
  function forget(q) { q.kept = null; store.drop(KEPT + q.number); }
  const unsent = () => questions.some((q) => q.kept);

  function changed(q, pause) {
    const now = read(q);
    hint(q);
    if (q.moved) { q.kept.latest = { ...q.kept.latest, ...now, mutation: uuid() }; keep(q); fillMoved(q); return; }
    if (same(now, q.saved) && !q.flying && !(q.kept && q.kept.flight)) { forget(q); state(q, ""); settled(q); return; }
    if (!q.kept) { q.kept = { flight: null, latest: null }; }
    if (!q.kept.latest || !same(now, q.kept.latest)) {
      q.kept.latest = { ...now, version: q.saved.version, mutation: uuid() };
      keep(q);
    }
    if (lacksNote(now) && !q.kept.flight) { window.clearTimeout(q.timer); state(q, says.note, true); return; }
    later(q, pause);
  }
  function later(q, pause) {
    window.clearTimeout(q.timer);
    q.timer = window.setTimeout(send, pause, q);
  }
  /* A letter that was sent and not answered goes again as it was, under its own id, before a newer one. */
  async function send(q) {
    window.clearTimeout(q.timer);
    if (q.flying || q.moved || !q.kept || locked) { return; }
    const letter = q.kept.flight || q.kept.latest;
    if (lacksNote(letter)) { q.then = null; state(q, says.note, true); return; }
    q.kept.flight = letter;
    keep(q);
    q.flying = true;
    if (!q.tries) { state(q, says.saving); }
    const answer = await post(`${base}answers/${q.number}/`, { ...letter, person });
    q.flying = false;
    if (answer.kind !== "ok") { q.then = null; } // nobody is led away later, in the middle of something else
    ({ ok: accepted, moved: met, refused: refused, session: ended, fail: failed })[answer.kind](q, letter, answer.data);
  }
  function accepted(q, letter, data) {
    q.tries = 0;
    trouble("");
    q.kept.flight = null;
    const newest = same(q.kept.latest, letter);
    if (data.version < q.saved.version) { // it had arrived before, and was changed by someone since
      if (newest) { forget(q); write(q, q.saved); state(q, ""); settled(q); return; }
      q.kept.latest.version = data.version;
    } else {
      q.saved = { verdict: letter.verdict, note: letter.note, version: data.version };
      const button = q.article.querySelector("button[name=version]");
      if (button) { button.value = data.version; }
      q.article.toggleAttribute("data-mine", Boolean(letter.verdict));
      q.kept.latest.version = data.version;
    }
    if (!newest) { keep(q); changed(q, 0); return; }
    forget(q);
    const words = says.saved.replace("%s", data.saved);
    state(q, data.remark ? `${words}. ${data.remark}` : words);
    byId("saved").textContent = words;
    count();
    settled(q);
    if (q === current) { loadContext(q); }
  }
  function settled(q) {
    const then = q.then;
    q.then = null;
    if (then) { then(); }
  }
  function refused(q, letter, data) {
    q.tries = 0;
    q.kept.flight = null;
    keep(q);
    state(q, `${data.error} ${says.kept}`, true);
  }
  function failed(q) {
    const wait = Math.min(1000 * 2 ** q.tries, LONGEST_WAIT);
    q.tries += 1;
    state(q, says.offline, true);
    trouble(says.offline);
    later(q, wait + Math.random() * 300);
  }
  let endedOnce = false;
  function ended(q) {
    endedOnce = true;
    state(q, says.session, true);
    trouble(says.session, true);
    later(q, SESSION_WAIT);
  }
  function sendAll() { questions.forEach((q) => { if (q.kept && !q.moved) { send(q); } }); }

  /* ---------- The wire ---------- */
  let renewed = "";
  function token() {
    const cookie = document.cookie.split("; ").find((pair) => /csrftoken=/.test(pair));
    if (cookie) { return decodeURIComponent(cookie.slice(cookie.indexOf("=") + 1)); }
    return renewed || document.querySelector("[name=csrfmiddlewaretoken]").value;
  }
  async function renew() {
    const page = await fetch(list.dataset.url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
    if (page.status === 401) { return "session"; }
    const found = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await page.text());
    renewed = found ? found[1] : renewed;
    return page.ok ? "ok" : "fail";
  }
  async function post(url, fields, again) {
    const control = new AbortController();
    const timer = window.setTimeout(() => control.abort(), PATIENCE);
    const used = token();
    try {
      const response = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        keepalive: document.visibilityState === "hidden",
        headers: { "X-CSRFToken": used, "X-Requested-With": "fetch", Accept: "application/json" },
        body: new URLSearchParams(fields),
        signal: control.signal,
      });
      if (response.ok) { return { kind: "ok", data: await response.json() }; }
      if (response.type === "opaqueredirect") { return { kind: "session", data: {} }; }
      if (response.status >= 500 || response.status === 429 || response.status === 408) { return { kind: "fail" }; }
      const data = await response.json();
      if (response.status === 401) { return { kind: "session", data }; }
      if (response.status === 403 && !again) { // the token was renewed by a sign-in in another tab
        const fresh = token() !== used ? "ok" : await renew();
        return fresh === "ok" ? await post(url, fields, true) : { kind: fresh, data };
      }
      return { kind: response.status === 409 && data.current ? "moved" : "refused", data };
    } catch (error) { // no connection, no answer in time, or an answer that cannot be read
      return { kind: "fail" };
    } finally {
      window.clearTimeout(timer);
    }
  }

  /* ---------- Two people, one question ---------- */
  function met(q, letter, data) {
    q.tries = 0;
    q.kept.flight = null;
    keep(q);
    trouble("");
    q.theirs = data.current;
    q.moved = byId("moved").content.firstElementChild.cloneNode(true);
    q.moved.querySelector("[data-reason]").textContent = data.error;
    q.moved.querySelector("[data-by]").textContent = q.theirs.by;
    q.moved.querySelector("[data-at]").textContent = q.theirs.at;
    q.moved.querySelector("[data-their-verdict]").textContent = q.theirs.label;
    q.moved.querySelector("[data-their-note]").textContent = q.theirs.note;
    fillMoved(q);
    state(q, "");
    q.article.querySelector(".question__note").after(q.moved);
    q.moved.querySelector("[data-keep-mine]").addEventListener("click", () => decided(q, false));
    q.moved.querySelector("[data-take-theirs]").addEventListener("click", () => decided(q, true));
  }
  function fillMoved(q) {
    q.moved.querySelector("[data-my-verdict]").textContent = label(q, q.kept.latest.verdict);
    q.moved.querySelector("[data-my-note]").textContent = q.kept.latest.note;
  }
  function decided(q, theirs) {
    q.moved.remove();
    q.moved = null;
    q.saved = { verdict: q.theirs.verdict, note: q.theirs.note, version: q.theirs.version };
    if (theirs) {
      q.article.toggleAttribute("data-mine", false);
      forget(q);
      write(q, q.saved);
      state(q, "");
      count();
      settled(q);
    } else {
      q.kept.latest = { ...q.kept.latest, version: q.theirs.version, mutation: uuid() };
      keep(q);
      changed(q, 0);
    }
    hold(q);
  }

  /* ---------- What an earlier visit left behind ---------- */
  function restore() {
    store.keys().filter((key) => key.startsWith(KEPT)).forEach((key) => {
      const q = numbered.get(key.slice(KEPT.length));
      let kept = null;
      try { kept = JSON.parse(store.get(key)); } catch (error) { store.drop(key); }
      if (!q || !kept || !kept.latest) { return; }
      if (locked) { showKept(q, kept.latest); return; }
      q.kept = kept;
      write(q, kept.latest);
      state(q, says.saving);
      send(q);
    });
  }
  function showKept(q, answer) {
    const place = state(q, `${byId("why-not").textContent.trim()} ${says.kept}`, true);
    const words = document.createElement("blockquote");
    const button = document.createElement("button");
    words.textContent = [label(q, answer.verdict), answer.note].filter(Boolean).join(": ");
    Object.assign(button, { type: "button", className: "btn btn-quiet btn-sm", textContent: says.drop });
    place.after(words, button);
    button.addEventListener("click", () => {
      store.drop(KEPT + q.number);
      words.remove();
      button.remove();
      state(q, "");
    });
  }

  /* ---------- Counting ---------- */
  const matches = {
    all: () => true,
    unanswered: (q) => !q.saved.verdict,
    nonconforming: (q) => q.saved.verdict === "nonconforming",
    evidence: (q) => "files" in q.article.dataset,
    mine: (q) => "mine" in q.article.dataset,
  };
  function count() {
    list.querySelectorAll("[data-show]").forEach((filter) => {
      filter.querySelector("[data-count]").textContent = questions.filter(matches[filter.dataset.show]).length;
    });
    const answered = (some) => some.filter((q) => q.saved.verdict).length;
    list.querySelectorAll(".group").forEach((group) => {
      const inside = questions.filter((q) => q.group === group);
      const link = list.querySelector(`.tree [data-group="${group.id}"]`);
      const wrong = inside.filter(matches.nonconforming).length;
      [group, link].forEach((place) => { place.querySelector("[data-done]").textContent = answered(inside); });
      link.querySelector(".flag").hidden = !wrong;
      link.querySelector("[data-nc]").textContent = wrong;
    });
    list.querySelectorAll(".tree .chapter").forEach((chapter) => {
      const parts = Array.from(chapter.parentElement.querySelectorAll(":scope > ul [data-done]"), (part) => Number(part.textContent));
      chapter.querySelector("[data-done]").textContent = parts.reduce((sum, part) => sum + part, 0);
    });
    const done = answered(questions);
    byId("progress").textContent = says.progress.replace("%s", done).replace("%t", questions.length);
    const finish = byId("finish");
    if (!finish) { return; }
    const left = questions.length - done;
    byId("why").textContent = left ? says.left.replace("%s", left) : "";
    finish.toggleAttribute("aria-disabled", Boolean(left));
    if (left) { finish.setAttribute("aria-disabled", "true"); }
  }
  function show(key) {
    list.querySelectorAll("[data-show]").forEach((filter) => {
      const on = filter.dataset.show === key;
      filter.classList.toggle("is-on", on);
      if (on) { filter.setAttribute("aria-current", "true"); } else { filter.removeAttribute("aria-current"); }
    });
    questions.forEach((q) => { q.article.hidden = !matches[key](q); });
    list.querySelectorAll(".group").forEach((group) => { group.hidden = !group.querySelector(".question:not([hidden])"); });
    const seen = questions.filter((q) => !q.article.hidden);
    byId("nothing").hidden = seen.length > 0;
    history.replaceState(null, "", `${list.dataset.url}?show=${key}${location.hash}`);
    if (seen.length && current.article.hidden) { go(seen[0]); }
  }

  /* ---------- The question in hand ---------- */
  const context = byId("context");
  let contextTimer = 0, contextOf = null;
  function take(q) {
    if (q === current) { return; }
    const top = q.article.getBoundingClientRect().top;
    current.article.classList.remove("is-current");
    current = q;
    q.article.classList.add("is-current");
    q.article.hidden = q.group.hidden = false;
    const guidance = byId("guidance");
    guidance.open = false;
    guidance.querySelector("[data-body]").replaceChildren();
    q.article.querySelector(".question__note").before(byId("here-guidance"));
    q.article.append(byId("tools"));
    document.querySelectorAll("[data-raise]").forEach((link) => { link.href = `${base}answers/${q.number}/finding/`; });
    const link = list.querySelector(`.tree [data-group="${q.group.id}"]`);
    list.querySelectorAll(".tree [aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    list.querySelectorAll(".tree .is-open").forEach((one) => one.classList.remove("is-open"));
    link.setAttribute("aria-current", "true");
    link.closest("ul").parentElement.classList.add("is-open");
    byId("heading").textContent = q.group.querySelector("h2").textContent;
    window.scrollBy(0, q.article.getBoundingClientRect().top - top); // it stays where the eye is
    loadContext(q, 200);
  }
  function hold(q) { // the focus goes along, so that Tab and a screen reader are where the eye is
    q.article.tabIndex = -1;
    q.article.focus({ preventScroll: true });
  }
  function go(q) {
    if (!q) { return; }
    take(q);
    q.article.hidden = q.group.hidden = false;
    location.replace(`#q${q.number}`); // no step of "Back" for each question; the phone shows the target
    hold(q);
  }
  function step(by) {
    const seen = questions.filter((q) => !q.article.hidden || q === current);
    go(seen[seen.indexOf(current) + by]);
  }
  function nextUnanswered() {
    const place = questions.indexOf(current);
    go([...questions.slice(place + 1), ...questions.slice(0, place)].find((q) => !read(q).verdict));
  }
  async function fragment(url) {
    const response = await fetch(url, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
    if (!response.ok) { throw new Error(`${response.status}`); }
    return response.text();
  }
  function loadContext(q, pause) {
    window.clearTimeout(contextTimer);
    if (contextOf !== q) { context.setAttribute("aria-busy", "true"); }
    contextTimer = window.setTimeout(async () => {
      try {
        const html = await fragment(`${base}answers/${q.number}/context/`);
        if (q !== current) { return; }
        context.innerHTML = html;
        contextOf = q;
        watchFiles();
        context.removeAttribute("aria-busy");
        const files = context.querySelectorAll("#evidence .tile__link").length;
        q.article.toggleAttribute("data-files", files > 0);
      } catch (error) { // what lies beside the question comes with the next visit; the question itself works
        if (q === current && contextOf !== q) { context.replaceChildren(); }
      }
    }, pause || 0);
  }
  async function loadGuidance(details) {
    const body = details.querySelector("[data-body]");
    if (!details.open || body.childElementCount) { return; }
    const q = current;
    try {
      const html = await fragment(`${base}answers/${q.number}/guidance/`);
      if (q === current) { body.innerHTML = html; }
    } catch (error) { location.assign(`${list.dataset.url}?question=${q.number}#q${q.number}`); }
  }

  /* ---------- Evidence ---------- */
  let uploading = 0;
  function upload(files, q) {
    if (locked) { return; }
    Array.from(files).forEach((file) => uploadOne(q || current, file, uuid()));
  }
  function uploadOne(q, file, mutation, line) {
    const item = line || document.createElement("li");
    const bar = document.createElement("progress");
    Object.assign(bar, { className: "meter meter--thin", max: 100, value: 0 });
    bar.setAttribute("aria-label", file.name);
    item.className = "upload-line";
    item.replaceChildren(`${says.adding} ${file.name}`, bar);
    byId("uploads").append(item);
    const data = new FormData();
    data.append("mutation", mutation);
    data.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", `${base}answers/${q.number}/evidence/`);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("X-Requested-With", "fetch");
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) { bar.value = Math.round((100 * event.loaded) / event.total); }
    });
    uploading += 1;
    request.addEventListener("loadend", () => {
      uploading -= 1;
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch (error) { answer = {}; }
      if (request.status === 200) { uploaded(q, file, item, answer); return; }
      const sessionEnded = request.status === 401;
      item.className = "upload-line save--fail";
      item.replaceChildren(sessionEnded ? says.session : answer.error || `${file.name}: ${says.noAnswer}`);
      if (sessionEnded) { trouble(says.session, true); }
      if (!answer.error || sessionEnded || request.status === 403) {
        const again = document.createElement("button");
        Object.assign(again, { type: "button", className: "btn btn-quiet btn-sm", textContent: says.retry });
        again.addEventListener("click", () => uploadOne(q, file, mutation, item));
        item.append(" ", again);
      }
    });
    request.send(data);
  }
  function uploaded(q, file, item, answer) {
    item.className = "upload-line";
    item.textContent = `${says.added}: ${answer.labels.join(", ")} ${file.name}`;
    window.setTimeout(() => item.remove(), 8000);
    q.article.toggleAttribute("data-files", true);
    count();
    if (q === current) { loadContext(q, 100); }
  }
  function chooseFile(camera) {
    const input = context.querySelector(camera ? "[data-photo]" : "#upload-file");
    if (input) { input.click(); }
  }
  /* On each field itself: it may have left the page while its camera was open. The photo goes where that was asked for */
  function watchFiles() {
    context.querySelectorAll("[type=file]").forEach((input) => {
      let asked = null;
      input.addEventListener("click", () => { asked = current; });
      input.addEventListener("change", () => {
        upload(input.files, asked || current);
        input.value = "";
      });
    });
  }
  context.addEventListener("submit", (event) => {
    event.preventDefault();
    upload(event.target.querySelector("[name=file]").files);
  });
  const carriesFiles = (transfer) => transfer && Array.from(transfer.types).includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event.dataTransfer)) { return; }
    event.preventDefault();
    context.classList.add("is-target");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) { context.classList.remove("is-target"); } });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event.dataTransfer)) { return; }
    event.preventDefault();
    context.classList.remove("is-target");
    upload(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    const files = Array.from(event.clipboardData ? event.clipboardData.files : []);
    if (!files.length) { return; }
    event.preventDefault();
    const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-");
    upload(files.map((file) => new File([file], file.name === "image.png" ? `screenshot-${stamp}.png` : file.name, { type: file.type })));
  });

  /* ---------- Hands: pointer, fields, keys ---------- */
  let arrowAt = 0;
  const questionOf = (target) => {
    const article = target.closest && target.closest(".question");
    return article ? numbered.get(article.id.slice(1)) : null;
  };
  byId("answers").addEventListener("submit", (event) => event.preventDefault());
  /* Between press and release nothing may move under the pointer, so a press takes its question only with the click */
  let pressing = false;
  list.addEventListener("pointerdown", () => { pressing = true; });
  ["pointerup", "pointercancel", "keydown"].forEach((name) => {
    window.addEventListener(name, () => window.setTimeout(() => { pressing = false; }), true);
  });
  list.addEventListener("focusin", (event) => { const q = questionOf(event.target); if (q && !pressing) { take(q); } });
  list.addEventListener("change", (event) => {
    if (event.target.type !== "radio") { return; }
    changed(questionOf(event.target), Date.now() - arrowAt < 300 ? ARROWS : 0);
  });
  list.addEventListener("input", (event) => {
    if (event.target.tagName === "TEXTAREA") { changed(questionOf(event.target), PAUSE); }
  });
  list.addEventListener("focusout", (event) => {
    const q = event.target.tagName === "TEXTAREA" ? questionOf(event.target) : null;
    if (q && q.kept && !q.tries) { send(q); }
  });
  list.addEventListener("toggle", (event) => { if (event.target.id === "guidance") { loadGuidance(event.target); } }, true);

  function pick(q, place) {
    const radio = q.radios[place];
    if (!radio || radio.matches(":disabled")) { return; }
    radio.checked = true;
    radio.focus({ preventScroll: true });
    changed(q, 0);
  }
  function clear(q) {
    q.radios.forEach((radio) => { radio.checked = false; });
    changed(q, 0);
  }
  function raise(event, link) {
    const q = current;
    if (!q.kept) { return; }
    event.preventDefault(); // the finding is written from what is saved
    q.then = () => location.assign(link.href);
    send(q);
  }
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const q = questionOf(event.target);
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (q && q !== current && !at("a, button")) { take(q); }
    const acts = [
      ["button[name=clear]", () => clear(current)],
      ["button[name=version]", () => send(q)],
      ["[data-show]", (link) => show(link.dataset.show)],
      [".tree [data-to]", (link) => go(numbered.get(link.dataset.to))],
      [".question .clause", () => go(q)],
      ["[data-step]", (link) => step(Number(link.dataset.step))],
      ["[data-add]", () => chooseFile(false)],
      ["[data-photo-open]", () => chooseFile(true)],
      ["[data-note-open]", () => current.note.focus()],
      ["[data-help]", () => byId("keys").showModal()],
      ["#finish[aria-disabled]", () => byId("why").scrollIntoView({ block: "nearest" })],
    ];
    const found = acts.find(([selector]) => at(selector));
    if (found && plain) { event.preventDefault(); found[1](at(found[0])); return; }
    if (at("[data-raise]")) { raise(event, at("[data-raise]")); }
  });

  const keysOn = byId("keys-on");
  keysOn.checked = store.get(KEYS_OFF) !== "off";
  keysOn.addEventListener("change", () => { if (keysOn.checked) { store.drop(KEYS_OFF); } else { store.set(KEYS_OFF, "off"); } });
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    n: () => current.note.focus(),
    e: () => chooseFile(false),
    f: () => { const link = byId("tools").querySelector("[data-raise]"); if (link) { link.click(); } },
    u: nextUnanswered,
    "?": () => byId("keys").showModal(),
  };
  for (let place = 0; place < 5; place += 1) { keys[String(place + 1)] = () => pick(current, place); }
  document.addEventListener("keydown", (event) => {
    if (event.key.startsWith("Arrow")) { arrowAt = Date.now(); }
    const typing = event.target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(event.target.tagName)
      || (event.target.tagName === "INPUT" && event.target.type !== "radio");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) { return; }
    if (!keysOn.checked && event.key !== "?") { return; }
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  /* ---------- Coming and going ---------- */
  window.addEventListener("hashchange", () => {
    const q = numbered.get(location.hash.slice(2));
    if (q) { take(q); }
  });
  window.addEventListener("online", sendAll);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" || endedOnce) { sendAll(); } });
  window.addEventListener("focus", () => { if (endedOnce) { endedOnce = false; sendAll(); } });
  window.addEventListener("beforeunload", (event) => {
    if ((unsent() && !locked) || uploading) { event.preventDefault(); event.returnValue = ""; }
  });
  questions.forEach((q) => { if (!same(read(q), q.saved)) { write(q, q.saved); } hint(q); });
  const asked = numbered.get(location.hash.slice(2));
  if (asked) { take(asked); } else if (current !== questions[0]) { current.article.scrollIntoView({ block: "center" }); }
  contextOf = current;
  watchFiles();
  restore();
  count();
})();
