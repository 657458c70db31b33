// What is unusual of a value is said while the form is filled in. Without this script it is said when it is sent.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const section = document.getElementById("unusual");
  const form = section?.closest("form");
  if (!form) {
    return;
  }
  const address = location.pathname.replace(/(add|change)\/$/, "check/");
  let asked = 0;

  async function check() {
    const number = (asked += 1);
    const response = await fetch(new URL(address, location.href), {
      method: "POST",
      body: new FormData(form),
      redirect: "manual",
    }).catch(() => null);
    if (!response?.ok || number !== asked) {
      return;
    }
    const { doubts } = await response.json();
    section.querySelector(".doubts").replaceChildren(
      ...doubts.map((text) => {
        const item = document.createElement("li");
        item.textContent = text;
        return item;
      })
    );
    section.hidden = doubts.length === 0;
  }

  form.addEventListener("change", (event) => {
    if (!section.contains(event.target)) {
      check();
    }
  });
  // the boxes that search are drawn by a library that tells jQuery alone
  window.django?.jQuery?.(form).on("change", "select", check);
});
