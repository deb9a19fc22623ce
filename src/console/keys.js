// Keys for those who work here all day. Every page is whole without it: j and k walk through what Tab reaches too.
"use strict";

(() => {
  const STORED = "wenzheng-keys";
  const rows = () => [...document.querySelectorAll("table.tickets tbody tr")];
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const help = document.getElementById("keys");
  const toggle = document.getElementById("keys-on");
  const on = () => localStorage.getItem(STORED) !== "off";

  // Keys of one letter can be turned off: they get in the way of speech input.
  if (toggle) {
    toggle.checked = on();
    toggle.addEventListener("change", () => localStorage.setItem(STORED, toggle.checked ? "on" : "off"));
  }

  const move = (step) => {
    const all = rows();
    const to = here() < 0 ? 0 : Math.min(Math.max(here() + step, 0), all.length - 1);
    all[to]?.querySelector("th a")?.focus();
  };

  const tick = () => {
    const box = rows()[here()]?.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  };

  const claim = () => {
    const form = document.querySelector('form[action$="/claim"]');
    if (form) return form.requestSubmit();
    const row = rows()[here()];
    const button = document.querySelector('form.bulk button[value="claim"]');
    if (!row || !button) return;
    // The row alone, whatever else is ticked.
    for (const box of button.form.querySelectorAll("input[name=ticket]")) box.checked = row.contains(box);
    button.form.requestSubmit(button);
  };

  const explain = () => {
    if (!help) return;
    const dialog = document.createElement("dialog");
    const title = document.createElement("h2");
    title.textContent = help.querySelector("summary").textContent;
    const form = document.createElement("form");
    form.method = "dialog";
    const close = document.createElement("button");
    close.textContent = "✕";
    close.setAttribute("aria-label", help.dataset.close);
    form.append(close);
    dialog.setAttribute("aria-label", title.textContent);
    dialog.append(title, help.querySelector("dl").cloneNode(true), form);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: tick,
    c: claim,
    "/": () => document.getElementById("q")?.focus(),
    "?": explain,
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input:not([type=checkbox]), select, textarea, dialog, [contenteditable]");
    if (field || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !on()) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
