// What is typed in a form is there again once the session has ended and the person has signed in anew: of the form that
// was typed in last. Without this script it is lost with the session. The grid, which keeps each row, has its own.
"use strict";

(function () {
  const { person, session, restored, inPart } = document.currentScript.dataset;
  const { kept, remember } = window.typedIn(`form:${person}`);
  const place = location.pathname + location.search;
  const BOXES = "input:not([type=submit], [type=button], [type=file], [type=password]), select, textarea";
  // the version that was on the screen then: what somebody else has changed since is told
  const SEEN = ["seen_version", "seen"];

  const isTicked = (box) => box.matches("[type=checkbox], [type=radio]");
  const keyOf = (box) => (isTicked(box) ? `${box.name} ${box.value}` : box.name);
  const idOf = (form) => form.getAttribute("id") || String(forms.indexOf(form));

  function boxesOf(form) {
    return [...form.elements].filter((box) => box.name && box.name !== "csrfmiddlewaretoken" && box.matches(BOXES));
  }

  function stateOf(box) {
    if (isTicked(box)) {
      return box.checked;
    }
    // a box that searches lists nothing but what was chosen: its words are kept too
    return box.options ? [...box.selectedOptions].map(({ value, text }) => [value, text]) : box.value;
  }

  function keep(form) {
    kept.session = session;
    kept.place = place;
    kept.form = idOf(form);
    kept.boxes = Object.fromEntries(boxesOf(form).map((box) => [keyOf(box), stateOf(box)]));
    kept.hasFiles = [...form.elements].some((box) => box.type === "file" && box.value);
    remember();
  }

  function forget() {
    Object.keys(kept).forEach((name) => delete kept[name]);
    remember();
  }

  function fill(box, state) {
    if (isTicked(box)) {
      box.checked = state;
    } else if (box.options) {
      const listed = [...box.options].map((option) => option.value);
      state.filter(([value]) => !listed.includes(value)).forEach(([value, text]) => box.add(new Option(text, value)));
      for (const option of box.options) {
        option.selected = state.some(([value]) => value === option.value);
      }
    } else {
      box.value = state;
    }
    box.closest("details")?.setAttribute("open", "");
    for (const name of ["input", "change"]) {
      box.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }

  function addRows(form, boxes) {
    for (const total of form.querySelectorAll("[name$=-TOTAL_FORMS]")) {
      const button = document.querySelector(`#${total.name.replace("TOTAL_FORMS", "group")} .add-row a`);
      for (let missing = boxes[total.name] - total.value; button && missing > 0; missing -= 1) {
        button.click();
      }
    }
  }

  function putBack(form) {
    const { boxes, hasFiles } = kept;
    addRows(form, boxes);
    let differs = hasFiles;
    let lacks = hasFiles;
    const found = new Set();
    for (const box of boxesOf(form)) {
      const key = keyOf(box);
      const row = /^.+-\d+-/.exec(box.name)?.[0];
      // another record may stand in the row by now
      if (row && boxes[`${row}id`] !== form.elements[`${row}id`]?.value) {
        continue;
      }
      found.add(key);
      if (box.type !== "hidden" && key in boxes && JSON.stringify(stateOf(box)) !== JSON.stringify(boxes[key])) {
        differs = true;
        fill(box, boxes[key]);
      }
    }
    lacks ||= Object.keys(boxes).some((key) => boxes[key].length && !found.has(key));
    if (!differs && !lacks) {
      forget();
      return;
    }
    for (const name of SEEN.filter((one) => one in boxes && form.elements[one])) {
      form.elements[name].value = boxes[name];
    }
    keep(form);
    const said = document.createElement("p");
    said.id = "typed-said";
    said.className = "notice";
    said.setAttribute("role", "status");
    document.getElementById("content-main").prepend(said);
    said.textContent = lacks ? `${restored} ${inPart}` : restored;
  }

  const forms = [...document.querySelectorAll("#content-main form[method=post]")].filter(
    (form) => !form.matches("#changelist-form, #entry-form")
  );
  for (const form of forms) {
    for (const name of ["input", "change", "submit"]) {
      form.addEventListener(name, () => keep(form));
    }
  }
  if (kept.session === session) {
    // the page that followed in the same session: it was saved, sent back or left
    forget();
  } else if (kept.place === place) {
    // once the rows and the boxes that search are drawn
    const whenDrawn = window.django?.jQuery || ((then) => then());
    window.addEventListener("load", () =>
      whenDrawn(() => {
        const form = forms.find((one) => idOf(one) === kept.form);
        if (form) {
          putBack(form);
        }
      })
    );
  }
})();
