// Languages of a record as tabs. Without this script the boxes stand one under another, each with its language.
"use strict";

(function () {
  let groups = 0;

  function boxOf(row) {
    return row.querySelector("[data-translates]");
  }

  // Runs of neighbouring rows that hold translated boxes: name in three languages, then summary in three.
  function runs(fieldset) {
    const found = [];
    let run = [];
    for (const row of fieldset.querySelectorAll(":scope > .form-row, :scope > details > .form-row")) {
      if (boxOf(row)) {
        run.push(row);
      } else if (run.length) {
        found.push(run);
        run = [];
      }
    }
    if (run.length) {
      found.push(run);
    }
    return found;
  }

  function build(rows) {
    groups += 1;
    const boxes = new Map(rows.map((row) => [boxOf(row).lang, boxOf(row)]));
    const languages = [...boxes.keys()];
    if (languages.length < 2) {
      return;
    }
    const list = document.createElement("div");
    list.className = "language-tabs";
    list.setAttribute("role", "tablist");
    const panels = new Map();
    const tabs = new Map();
    for (const language of languages) {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.id = `language-tab-${groups}-${language}`;
      tab.lang = language;
      tab.dir = boxes.get(language).dir;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", `language-panel-${groups}-${language}`);
      const panel = document.createElement("div");
      panel.id = `language-panel-${groups}-${language}`;
      panel.className = "language-panel";
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tabs.set(language, tab);
      panels.set(language, panel);
      list.append(tab);
    }
    rows[0].before(list);
    let last = list;
    for (const [, panel] of panels) {
      last.after(panel);
      last = panel;
    }
    for (const row of rows) {
      panels.get(boxOf(row).lang).append(row);
    }

    function count(language) {
      const asked = [...panels.get(language).querySelectorAll("[data-translates]")];
      const missing = asked.filter((box) => !box.value.trim()).length;
      const tab = tabs.get(language);
      tab.textContent = boxes.get(language).dataset.language;
      tab.classList.toggle("has-missing", missing > 0);
      tab.classList.toggle("has-errors", Boolean(panels.get(language).querySelector(".errors, .errorlist")));
      if (missing) {
        const mark = document.createElement("span");
        mark.className = "missing-count";
        mark.textContent = `${asked.length - missing}/${asked.length}`;
        tab.append(" ", mark);
      }
    }

    function show(language, focus) {
      for (const [name, panel] of panels) {
        const chosen = name === language;
        panel.hidden = !chosen;
        tabs.get(name).setAttribute("aria-selected", String(chosen));
        tabs.get(name).tabIndex = chosen ? 0 : -1;
      }
      if (focus) {
        tabs.get(language).focus();
      }
    }

    list.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) {
        show(tab.lang);
      }
    });
    list.addEventListener("keydown", (event) => {
      const forwards = getComputedStyle(list).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
      const backwards = forwards === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
      const step = { [forwards]: 1, [backwards]: -1 }[event.key];
      const here = languages.indexOf(event.target.lang);
      if (step && here >= 0) {
        event.preventDefault();
        show(languages[(here + step + languages.length) % languages.length], true);
      }
    });
    for (const language of languages) {
      count(language);
      panels.get(language).addEventListener("input", () => count(language));
    }
    const wrong = languages.find((language) => panels.get(language).querySelector(".errors, .errorlist"));
    const own = document.documentElement.lang.slice(0, 2);
    show(wrong || (languages.includes(own) ? own : languages[0]));
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const fieldset of document.querySelectorAll("fieldset.module")) {
      if (!fieldset.closest(".empty-form")) {
        runs(fieldset).forEach(build);
      }
    }
  });
  document.addEventListener("formset:added", (event) => {
    for (const fieldset of event.target.querySelectorAll("fieldset.module")) {
      runs(fieldset).forEach(build);
    }
  });
})();

// What Django and its library draw without a name takes that of its label, or of its column where records stand in the
// rows of a table: the boxes that search instead of listing, and every box of such a row.
(function () {
  "use strict";

  function nameOf(box) {
    const cell = box.closest(".tabular td");
    const head = cell && [...cell.classList].map((name) => name.replace(/^field-/, "column-"));
    const column = cell?.closest("table").querySelector(
      cell.classList.contains("delete") ? "thead th:last-child" : head.map((name) => `th.${name}`).join() || "th"
    );
    const label = document.querySelector(`label[for="${box.id}"]`) || column;
    return (label?.textContent || "").trim().replace(/\s*:$/, "");
  }

  function name(part, words) {
    if (words) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", words);
    }
  }

  function nameAll(root) {
    for (const box of root.querySelectorAll(".tabular td :is(input, select, textarea)")) {
      if (box.type !== "hidden" && !box.labels?.length) {
        name(box, nameOf(box));
      }
    }
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const drawn = select.nextElementSibling;
      for (const part of drawn?.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field") || []) {
        name(part, nameOf(select));
      }
      // it holds more than the items of a list
      drawn?.querySelector("ul")?.setAttribute("role", "presentation");
    }
  }

  // the library draws when jQuery is ready, and when a row is added; this comes after
  window.django?.jQuery?.(() => nameAll(document));
  document.addEventListener("formset:added", (event) => setTimeout(() => nameAll(event.target)));
  // the box that is typed into is drawn when it is opened
  document.addEventListener("focusin", (event) => {
    const list = event.target.matches(".select2-search__field") && event.target.getAttribute("aria-controls");
    const select = list && document.getElementById(list.replace(/^select2-|-results$/g, ""));
    if (select) {
      name(event.target, nameOf(select));
      select.nextElementSibling.querySelector("[role=combobox]")?.setAttribute("aria-controls", list);
    }
  });
})();

// What was typed and not saved is not left without a word.
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector(".change-form #content-main > form[method=post]");
    if (!form || document.querySelector(".popup")) {
      return;
    }
    // a form that came back holds what was typed
    let isChanged = Boolean(form.querySelector(".errornote"));
    let leaves = false;
    form.addEventListener("input", () => {
      isChanged = true;
    });
    form.addEventListener("submit", () => {
      leaves = true;
    });
    window.addEventListener("beforeunload", (event) => {
      if (isChanged && !leaves) {
        event.preventDefault();
      }
    });
  });
})();

// On a phone a list is a card a record: each value under what its column is called, the filters folded above.
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    const table = document.getElementById("result_list");
    const heads = table ? [...table.querySelectorAll("thead th")] : [];
    for (const row of table?.querySelectorAll("tbody tr") || []) {
      [...row.children].forEach((cell, place) => {
        const text = heads[place]?.querySelector(".text")?.textContent.trim();
        if (text && cell.matches("td:not(.action-checkbox)")) {
          cell.dataset.label = text;
        }
      });
    }
    const filters = document.getElementById("changelist-filter");
    const title = filters?.querySelector("h2, #changelist-filter-header");
    if (!title || !matchMedia("(max-width: 767px)").matches) {
      return;
    }
    const folded = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = title.textContent.trim();
    folded.className = "folded-filters";
    folded.open = Boolean(filters.querySelector("li.selected:not(:first-child)"));
    filters.before(folded);
    folded.append(summary, filters);
    title.hidden = true;
  });
})();

// What was said of a box goes once it is changed: whether it is right now, the next saving tells.
(function () {
  function forget({ target }) {
    if (target.getAttribute?.("aria-invalid") !== "true") {
      return;
    }
    target.removeAttribute("aria-invalid");
    const marked = target.closest(".fieldBox.errors, .form-row.errors");
    marked?.classList.remove("errors");
    // of several boxes on a line, what is said of one stands before it
    const place = marked?.matches(".fieldBox") ? marked.parentElement : marked || target.closest("td, p");
    for (const list of place?.querySelectorAll(".errorlist") || []) {
      const described = (target.getAttribute("aria-describedby") || "").split(" ");
      target.setAttribute("aria-describedby", described.filter((id) => id !== list.id).join(" "));
      list.remove();
    }
    if (!document.querySelector(".errorlist")) {
      document.querySelector(".errornote")?.remove();
    }
  }

  document.addEventListener("input", forget);
  // the boxes that search are drawn by a library that tells jQuery alone
  document.addEventListener("DOMContentLoaded", () => window.django?.jQuery?.(document).on("select2:select", forget));
})();
