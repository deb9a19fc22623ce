// Pages follow what happens elsewhere. The server says that something changed; the page is fetched again and its parts are
// put in place, but never where somebody types. Every page is whole without it.
"use strict";

(() => {
  const { here, news, typing } = document.body.dataset;
  const told = document.getElementById("live");
  if (!news || !told || !window.EventSource) return;

  const BEAT = 25_000;
  const AGAIN = 30_000;
  const SETTLE = 300;
  const FIELDS = "input:not([type=hidden]), select, textarea";
  const TYPED = "input:not([type=checkbox]):not([type=hidden]), select, textarea";

  let source = null;
  let last = null;
  let over = false;
  let waits = false;
  let timer = 0;
  let says = "";

  // Whether a field holds something else than the page came with.
  const changed = (field) => {
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  };
  const touched = (root) => [...root.querySelectorAll(FIELDS)].some(changed);
  const busy = (part) =>
    "keep" in part.dataset || touched(part) || (part.contains(document.activeElement) && document.activeElement.matches(TYPED));

  // The same thing in the new part as the one that had the focus in the old one.
  const twin = (part, focused) => {
    if (focused.id) return document.getElementById(focused.id);
    const all = [...part.querySelectorAll(focused.tagName)];
    if (focused.href) return all.find((one) => one.href === focused.href);
    return all.find((one) => one.name === focused.name && one.textContent === focused.textContent);
  };

  const replace = (part, fresh) => {
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const unfolded = [...part.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent);
    part.replaceChildren(...fresh.childNodes);
    for (const summary of part.querySelectorAll("details > summary")) {
      if (unfolded.includes(summary.textContent)) summary.parentElement.open = true;
    }
    if (focused) (twin(part, focused) ?? document.getElementById("main")).focus({ preventScroll: true });
  };

  // What the page looks like without what readers unfolded.
  const plain = (part) => {
    const copy = part.cloneNode(true);
    for (const details of copy.querySelectorAll("details")) details.open = false;
    return copy.innerHTML;
  };

  const tell = () => {
    const words = [says, waits ? told.dataset.kept : ""].filter(Boolean).join(" ");
    if (words && told.textContent !== words) told.textContent = words;
  };

  const fetchAgain = async () => {
    let answer;
    try {
      answer = await fetch(here, { headers: { "x-page-again": "1" }, credentials: "same-origin" });
    } catch {
      return; // The line is down; the stream comes back and says so again.
    }
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    waits = false;
    for (const part of document.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!fresh || plain(part) === plain(fresh)) continue;
      if (busy(part)) waits = true;
      else replace(part, fresh);
    }
    tell();
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(fetchAgain, SETTLE);
  };

  const end = (why) => {
    over = true;
    source?.close();
    source = null;
    told.textContent = told.dataset[why] ?? "";
  };

  const open = () => {
    if (source || (over && told.textContent !== told.dataset.replaced)) return;
    over = false;
    const address = new URL(news, location.href);
    if (last) address.searchParams.set("since", last);
    source = new EventSource(address);
    source.addEventListener("changed", (event) => {
      last = event.lastEventId;
      says = JSON.parse(event.data).says;
      soon();
    });
    source.addEventListener("notices", (event) => {
      const unseen = document.getElementById("unseen");
      if (unseen) unseen.textContent = JSON.parse(event.data).says;
    });
    source.addEventListener("end", (event) => {
      const why = JSON.parse(event.data).why;
      end({ logged_out: "loggedOut", hidden: "hidden", replaced: "replaced" }[why]);
    });
    source.addEventListener("error", () => {
      // What the browser doesn't try again by itself, such as a busy server.
      if (source?.readyState !== EventSource.CLOSED) return;
      source = null;
      setTimeout(() => document.hidden || open(), AGAIN);
    });
  };

  // A browser has few connections: a page that nobody looks at needs none, and catches up when it is looked at again.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      open();
      return soon();
    }
    source?.close();
    source = null;
  });
  window.addEventListener("pagehide", () => {
    source?.close();
    source = null;
  });
  window.addEventListener("pageshow", (event) => event.persisted && open());

  // Where something had to wait until nobody types.
  document.addEventListener("focusout", () => waits && soon());

  if (typing) {
    const csrf = () => document.querySelector("input[name=csrf]")?.value ?? "";
    const main = document.getElementById("main");
    let beating = 0;
    const beat = () => {
      if (over || !touched(main)) {
        clearInterval(beating);
        beating = 0;
        return;
      }
      fetch(typing, { method: "POST", body: new URLSearchParams({ csrf: csrf() }), credentials: "same-origin" }).catch(() => {});
    };
    main.addEventListener("input", () => {
      if (beating) return;
      beating = setInterval(beat, BEAT);
      beat();
    });

    // Sending one form must not lose what was typed into another.
    const store = `wenzheng-typed ${here}`;
    document.addEventListener("submit", (event) => {
      const others = [...main.querySelectorAll("textarea[id]")].filter((field) => field.form !== event.target && changed(field));
      if (others.length) sessionStorage.setItem(store, JSON.stringify(others.map((field) => [field.id, field.value])));
    });
    const homeless = [];
    for (const [id, words] of JSON.parse(sessionStorage.getItem(store) ?? "[]")) {
      const field = document.getElementById(id);
      if (!field || field.readOnly || changed(field)) {
        homeless.push(words);
        continue;
      }
      field.value = words;
      for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
    sessionStorage.removeItem(store);
    if (homeless.length) told.textContent = [told.dataset.typed, ...homeless].join(" ");
  }

  if (!document.hidden) open();
})();
