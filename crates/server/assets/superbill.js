// Superbill's one script: shortcuts, palette, evidence linking, type-ahead, drop and draft keeping.
// Every page works without it.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const isTyping = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  const go = (address) => { window.location.href = address; };

  // --- rows: j and k move, Enter opens -------------------------------------------------------------
  const rows = () => $$("[data-rows] tbody tr").filter((row) => $("a[href]", row));
  let currentRow = -1;
  const moveRow = (step) => {
    const all = rows();
    if (!all.length) return;
    all[currentRow]?.classList.remove("current");
    currentRow = Math.max(0, Math.min(all.length - 1, currentRow + step));
    const row = all[currentRow];
    row.classList.add("current");
    $("a[href]", row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  // --- evidence: a code lights its words and the words their code -----------------------------------
  const light = (id, on) => {
    $$(`[data-evidence~="${CSS.escape(id)}"], [data-suggestion="${CSS.escape(id)}"]`).forEach((e) => e.classList.toggle("on", on));
  };
  const idsOf = (element) => (element.dataset.suggestion ? [element.dataset.suggestion] : (element.dataset.evidence || "").split(" ").filter(Boolean));
  for (const type of ["mouseover", "focusin"]) {
    document.addEventListener(type, (event) => {
      const element = event.target.closest?.("[data-suggestion], [data-evidence]");
      $$(".on[data-suggestion], .on[data-evidence]").forEach((e) => e.classList.remove("on"));
      if (!element) return;
      idsOf(element).forEach((id) => light(id, true));
      if (type === "focusin" && element.dataset.suggestion) {
        $(`mark[data-evidence~="${CSS.escape(element.dataset.suggestion)}"]`)?.scrollIntoView({ block: "nearest" });
      }
    });
  }

  // --- suggestions by keyboard: j/k move, a accept, r reject, q query, c change ----------------------
  const suggestions = () => $$("[data-suggestion][tabindex]");
  const moveSuggestion = (step) => {
    const all = suggestions();
    const at = all.findIndex((s) => s.contains(document.activeElement));
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    next?.focus();
  };
  const press = (name) => {
    const scope = document.activeElement?.closest?.("[data-suggestion]") || document;
    const control = $(`[data-key="${CSS.escape(name)}"]`, scope) || $(`[data-key="${CSS.escape(name)}"]`);
    if (!control) return false;
    if (control.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [data-suggestion]")) control.focus();
    else {
      control.click();
      // An opened form takes the focus where one starts to write.
      if (control.matches("summary") && control.parentElement.open) $("input:not([type=hidden]), textarea, select", control.parentElement)?.focus();
    }
    return true;
  };

  // The first code that waits for a decision has the focus: a, a, a, then Ctrl Enter.
  const waiting = $("[data-suggestion][data-open]");
  const named = window.location.hash.length > 1 ? document.getElementById(decodeURIComponent(window.location.hash.slice(1))) : null;
  if (named?.matches("details")) {
    named.open = true;
    $("input:not([type=hidden]), select", named)?.focus();
  } else if (named?.matches("[data-suggestion]")) named.focus();
  else waiting?.focus({ preventScroll: waiting === suggestions()[0] });

  // --- palette and help ------------------------------------------------------------------------------
  const palette = $("#palette");
  const openPalette = () => {
    if (!palette) return;
    palette.showModal();
    const input = $("input", palette);
    input.value = "";
    filterPalette("");
    input.focus();
  };
  const choose = (option) => {
    $$(".options a", palette).forEach((o, i) => { o.id = `palette-${i}`; o.setAttribute("aria-selected", String(o === option)); });
    $("input", palette).setAttribute("aria-activedescendant", option?.id || "");
    option?.scrollIntoView({ block: "nearest" });
  };
  const filterPalette = (words) => {
    const options = $$(".options a", palette);
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    options.forEach((o) => { o.hidden = !wanted.every((w) => o.textContent.toLowerCase().includes(w)); });
    choose(options.find((o) => !o.hidden));
  };
  palette?.addEventListener("input", (event) => filterPalette(event.target.value));
  palette?.addEventListener("keydown", (event) => {
    const shown = $$(".options a", palette).filter((o) => !o.hidden);
    const at = shown.findIndex((o) => o.getAttribute("aria-selected") === "true");
    if (event.key === "Enter" && shown[at]) { event.preventDefault(); go(shown[at].href); }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(shown[Math.max(0, Math.min(shown.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))]);
    }
  });

  // --- the keys ----------------------------------------------------------------------------------------
  let pendingGo = false;
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      // Whoever writes in a form sends that form, whatever the page's main action is.
      const form = isTyping(event.target) ? event.target.closest("form") : null;
      const control = form ? $("button:not([type=button])", form) : $("[data-key='ctrl-enter']");
      if (control) { event.preventDefault(); control.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (isTyping(event.target) || $("dialog[open]")) return;
    if (pendingGo) {
      pendingGo = false;
      const link = $(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); go(link.href); }
      return;
    }
    const hasSuggestions = suggestions().length > 0;
    switch (event.key) {
      case "g": pendingGo = true; break;
      case "/": { const search = $("#search"); if (search) { event.preventDefault(); search.focus(); } break; }
      case "?": $("#keys")?.showModal(); break;
      case "j": case "k":
        event.preventDefault();
        if (hasSuggestions) moveSuggestion(event.key === "j" ? 1 : -1); else moveRow(event.key === "j" ? 1 : -1);
        break;
      default: if (event.key.length === 1 && press(event.key)) event.preventDefault();
    }
  });

  // --- type-ahead: an input with data-suggest="/path?q=" gets a list of links or values ------------------
  $$("input[data-suggest]").forEach((input) => {
    const list = document.createElement("div");
    list.className = "suggest-list options";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    input.parentElement.append(list);
    let timer = 0;
    input.setAttribute("autocomplete", "off");
    const close = () => { list.hidden = true; };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (input.value.trim().length < 2) { close(); return; }
      timer = setTimeout(async () => {
        const answer = await fetch(input.dataset.suggest + encodeURIComponent(input.value), { headers: { accept: "application/json" } });
        if (!answer.ok) { close(); return; }
        const found = await answer.json();
        list.replaceChildren(...found.map((hit, i) => {
          const option = document.createElement("button");
          option.type = "button";
          option.setAttribute("role", "option");
          if (i === 0) option.setAttribute("aria-selected", "true");
          const value = document.createElement("span");
          value.className = "code";
          value.textContent = hit.value;
          const label = document.createElement("span");
          label.textContent = hit.label;
          option.append(value, label);
          option.addEventListener("click", () => { if (hit.href) go(hit.href); else { input.value = hit.value; close(); input.focus(); } });
          return option;
        }));
        list.hidden = found.length === 0;
      }, 120);
    });
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      const options = $$("[role=option]", list);
      const at = options.findIndex((o) => o.getAttribute("aria-selected"));
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        options[at]?.removeAttribute("aria-selected");
        const next = options[(at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length];
        next?.setAttribute("aria-selected", "true");
        next?.scrollIntoView({ block: "nearest" });
      } else if (event.key === "Enter" && options[at]) { event.preventDefault(); options[at].click(); }
      else if (event.key === "Escape") close();
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
  });

  // --- drop a file on a note: text is shown at once, a document is read by the server when it is saved ------
  $$("[data-drop]").forEach((zone) => {
    const target = $(zone.dataset.drop);
    const input = $("input[type=file]", zone);
    const take = async (files) => {
      const file = files[0];
      if (!file || !target) return;
      const isText = file.type === "text/plain" || file.name.endsWith(".txt");
      if (!isText && input) input.files = files;
      target.value = isText ? await file.text() : "";
      target.placeholder = isText ? "" : `${file.name} is read when you save.`;
      target.dispatchEvent(new Event("input", { bubbles: true }));
      target.focus();
    };
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("over"); take(event.dataTransfer.files); });
    input?.addEventListener("change", (event) => take(event.target.files));
  });

  // --- a payer's file dropped anywhere on its form is chosen there -------------------------------------------
  $$("form[data-drop-file]").forEach((form) => {
    const input = $("input[type=file]", form);
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("over");
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      $("button", form).focus();
    });
  });

  // --- a refused form gets back what was typed -------------------------------------------------------------------
  $$("[data-kept]").forEach((kept) => {
    window.history.replaceState(null, "", kept.dataset.page);
    const typed = new Map($$("dt", kept).map((name) => [name.textContent, name.nextElementSibling.textContent]));
    const isIt = (form) => $$("input[type=hidden]", form).every((f) => ["csrf", "idempotency"].includes(f.name) || !f.value || typed.get(f.name) === f.value);
    const form = $$(`form[action="${CSS.escape(kept.dataset.kept)}"]`).find(isIt);
    if (!form) { kept.open = true; return; }
    kept.hidden = true;
    const fields = Array.from(form.elements).filter((f) => f.name && !["hidden", "file", "submit"].includes(f.type));
    fields.forEach((f) => {
      if (f.type === "checkbox" || f.type === "radio") f.checked = typed.get(f.name) === f.value;
      else if (typed.has(f.name)) f.value = typed.get(f.name);
    });
    for (let e = form; e; e = e.parentElement) if (e.matches("details")) e.open = true;
    fields[0]?.focus();
  });

  // --- templates fill an empty note; prompts name what is missing as the note is typed ------------------------
  $$("[data-template]").forEach((button) => button.addEventListener("click", () => {
    const target = $(button.dataset.for);
    if (target && (!target.value.trim() || window.confirm("Replace the text with the template?"))) {
      target.value = button.dataset.template;
      target.dispatchEvent(new Event("input", { bubbles: true }));
      target.focus();
    }
  }));
  $$("[data-missing]").forEach((list) => {
    const target = $(list.dataset.missing);
    const check = () => $$("[data-pattern]", list).forEach((item) => { item.hidden = new RegExp(item.dataset.pattern, "i").test(target.value); });
    target?.addEventListener("input", check);
    if (target) check();
  });

  // --- a form is sent once ------------------------------------------------------------------------------------
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    if (event.target.method === "post") event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => delete form.dataset.sent));
  $$("select[data-submit]").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));
  $$("dialog [data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));
})();
