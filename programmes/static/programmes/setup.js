// What is typed in a step is there again after the session has ended. Without this script it is lost with the session.
"use strict";

(function () {
  const page = document.getElementById("set-up-said");
  const form = document.getElementById("set-up-form");
  if (!page) {
    return;
  }
  const { kept, remember } = window.typedIn(`set-up:${page.dataset.person}`);
  const place = location.pathname + location.search;

  function forget() {
    delete kept.place;
    delete kept.boxes;
    remember();
  }

  function keep() {
    kept.place = place;
    kept.boxes = {};
    for (const [name, value] of new FormData(form)) {
      if (name !== "csrfmiddlewaretoken") {
        (kept.boxes[name] ??= []).push(value);
      }
    }
    remember();
  }

  function putBack() {
    let differs = false;
    const boxes = [...form.elements].filter((one) => one.name && one.matches("input:not([type=hidden]), select, textarea"));
    for (const box of boxes) {
      const values = kept.boxes[box.name] || [];
      if (box.type === "checkbox") {
        differs ||= box.checked !== values.includes(box.value);
        box.checked = values.includes(box.value);
      } else if (values.length && box.value !== values[0]) {
        differs = true;
        box.value = values[0];
        box.closest("details")?.setAttribute("open", "");
      }
    }
    if (!differs) {
      forget();
      return;
    }
    // the version that was on the screen then: what somebody else has changed since is told
    const [version] = kept.boxes.seen_version || [];
    if (version && form.elements.seen_version) {
      form.elements.seen_version.value = version;
    }
    page.textContent = page.dataset.restored;
  }

  if (form && "sent" in form.dataset) {
    // sent back: what is to be corrected stands in the boxes
    keep();
  } else if (document.querySelector(".messagelist .success")) {
    forget();
  } else if (form && kept.place === place) {
    putBack();
  }
  form?.addEventListener("input", keep);
  document.querySelector(".set-up-skip")?.addEventListener("click", forget);
})();
