// The grid keeps each row while the next one is typed. Without this script it is a form that does the same at its end.
"use strict";

(function () {
  const form = document.getElementById("entry-form");
  if (!form) {
    return;
  }
  const rows = [...form.querySelectorAll("[data-row]")];
  const said = document.getElementById("entry-said");
  const words = form.dataset;
  const FIGURES = ["value", "numerator", "denominator"];
  const ROWS_AT_ONCE = 20;
  // what was typed and is not kept yet, by name of its box
  const { kept: typed, remember } = window.typedIn(`entry:${words.person}`);
  let queue = Promise.resolve();
  let leaving = false;
  // kept without being asked
  form.querySelector("[name=do][value=keep]").hidden = true;

  function box(row, name) {
    return form.elements[`${row.id}-${name}`];
  }

  function isFilled(row) {
    return FIGURES.some((name) => box(row, name)?.value.trim());
  }

  function count() {
    const done = rows.filter(isFilled).length;
    document.getElementById("entry-count").textContent = words.filled
      .replace("{done}", done)
      .replace("{all}", rows.length);
  }

  function tell(text, link) {
    said.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.textContent = words.signIn;
      said.append(" ", anchor);
    }
  }

  function list(items) {
    return items.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    });
  }

  function say(row, text, isKept) {
    const place = row.querySelector(".entry-kept");
    place.textContent = text;
    place.classList.toggle("is-kept", isKept);
  }

  // what is wrong with the date or source of all rows is said at its own box; of a box that no row was left to, nothing
  function showCommon(errors) {
    for (const [name, found] of Object.entries(errors)) {
      form.elements[name].setAttribute("aria-invalid", String(found.length > 0));
      document.getElementById(`entry-${name}-errors`).textContent = found.join(" ");
    }
  }

  function show(row, answer) {
    const errors = Object.values(answer.errors).flat();
    row.querySelector(".errorlist").replaceChildren(...list(errors));
    row.classList.toggle("has-errors", errors.length > 0);
    for (const part of row.querySelectorAll("[data-box]")) {
      const wrong = part.dataset.box in answer.errors;
      part.querySelector("input, select").setAttribute("aria-invalid", String(wrong));
      if (wrong && part.closest("details")) {
        part.closest("details").open = true;
      }
    }
    const doubts = row.querySelector(".entry-doubts");
    doubts.querySelector("ul").replaceChildren(...list(answer.doubts));
    doubts.hidden = answer.doubts.length === 0;
    row.classList.toggle("is-doubtful", answer.doubts.length > 0);
    say(row, answer.kept, true);
    box(row, "draft").value = answer.draft;
    box(row, "seen").value = answer.seen;
  }

  function signedOut() {
    const next = encodeURIComponent(location.pathname + location.search);
    tell(words.signedOut, `${location.pathname.replace(/admin\/.*$/, "account/login/")}?next=${next}`);
  }

  async function send(some) {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "as_of", "source"]) {
      body.set(name, form.elements[name].value);
    }
    const sent = {};
    for (const one of some.flatMap((row) => [...row.querySelectorAll("[name]")])) {
      if (one.type !== "checkbox" || one.checked) {
        body.set(one.name, one.value);
      }
      sent[one.name] = one.value;
    }
    const sayAll = (text) => some.forEach((row) => say(row, text, false));
    sayAll(words.keeping);
    let answers;
    try {
      const response = await fetch(words.rowsUrl, { method: "POST", body, redirect: "manual" });
      if (response.type === "opaqueredirect" || response.status === 403) {
        sayAll("");
        signedOut();
        return;
      }
      answers = await response.json();
    } catch {
      sayAll(words.unreachable);
      return;
    }
    for (const row of some) {
      const answer = answers[row.dataset.row];
      show(row, answer);
      showCommon(answer.common);
      if (!Object.keys(answer.errors).length) {
        const names = Object.keys(sent).filter((name) => name.startsWith(`${row.id}-`));
        const same = names.filter((name) => form.elements[name].value === sent[name] || name.endsWith("-seen"));
        same.forEach((name) => delete typed[name]);
      }
    }
    remember();
  }

  function keep(some) {
    const [filled, empty] = [[], []];
    some.forEach((row) => (isFilled(row) || box(row, "draft").value ? filled : empty).push(row));
    empty.forEach((row) => show(row, { errors: {}, doubts: [], kept: "", draft: "", seen: "" }));
    while (filled.length) {
      const next = filled.splice(0, ROWS_AT_ONCE);
      queue = queue.then(() => send(next));
    }
  }

  // with the figure that stood there when it was typed: what somebody else has kept since is told before it is replaced
  function note(input) {
    const row = input.closest("[data-row]");
    typed[input.name] = input.value;
    if (row) {
      typed[`${row.id}-seen`] = box(row, "seen").value;
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target.name) {
      note(event.target);
      remember();
      count();
    }
  });
  form.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) {
      keep([row]);
    } else if (["as_of", "source"].includes(event.target.name)) {
      showCommon({ [event.target.name]: [] });
      if (form.elements.as_of.value && form.elements.source.value) {
        keep(rows.filter(isFilled));
      }
    }
  });

  function next(input) {
    const row = input.closest("[data-row]");
    const name = input.name.slice(row.id.length + 1);
    return rows
      .slice(rows.indexOf(row) + 1)
      .map((one) => box(one, name))
      .find(Boolean);
  }

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input[type=text]")) {
      event.preventDefault();
      const below = event.target.closest("[data-row]") && next(event.target);
      if (below) {
        below.focus();
        below.select();
      } else {
        event.target.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  });

  // a column from a spreadsheet fills downwards; several columns fill the boxes beside it too
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
    const start = event.target.closest("[data-row]");
    if (!start || !/[\n\t]/.test(text)) {
      return;
    }
    event.preventDefault();
    const name = event.target.name.slice(start.id.length + 1);
    const lines = text.split("\n");
    const below = rows.slice(rows.indexOf(start)).filter((row) => box(row, name));
    const changed = below.slice(0, lines.length);
    changed.forEach((row, number) => {
      const boxes = [...row.querySelectorAll(".entry-boxes > label input")];
      const first = boxes.indexOf(box(row, name));
      lines[number].split("\t").forEach((value, across) => {
        const one = first < 0 && across === 0 ? box(row, name) : boxes[first + across];
        if (one) {
          one.value = value.trim();
          note(one);
        }
      });
    });
    remember();
    count();
    tell(lines.length > below.length ? words.leftOver : "");
    keep(changed);
  });

  // what is on its way is waited for, so that nothing is sent twice
  form.addEventListener("submit", (event) => {
    if (leaving) {
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    // once this event is over: during it the browser takes no second submission
    queue.then(() =>
      setTimeout(() => {
        leaving = true;
        form.requestSubmit(button);
      }),
    );
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && form.querySelector(".has-errors")) {
      event.preventDefault();
    }
  });

  // what was typed is there again after signing in
  said.addEventListener("click", () => {
    leaving = true;
  });

  if ("sourceAdded" in words) {
    Object.keys(typed)
      .filter((name) => name.startsWith("new-"))
      .forEach((name) => delete typed[name]);
  }
  // once figures were submitted, the date and source of the next ones are asked for anew
  if (document.querySelector(".messagelist .success")) {
    delete typed.as_of;
    delete typed.source;
  }
  // what belongs to a row that another page shows waits for that page
  const back = Object.entries(typed).filter(([name, value]) => {
    const one = form.elements[name];
    if (!one || one.type === "checkbox") {
      return false;
    }
    const differs = one.value !== value;
    if (differs) {
      one.value = value;
      one.closest("details")?.setAttribute("open", "");
    } else {
      delete typed[name];
    }
    return differs;
  });
  remember();
  count();
  if (back.some(([name]) => name.includes("-"))) {
    tell(words.restored);
    keep(rows.filter((row) => back.some(([name]) => name.startsWith(`${row.id}-`)) && isFilled(row)));
  }
})();
