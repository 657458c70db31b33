// What was typed and is not saved yet, in the browser's own storage until it is: of the grid, and of any form.
// `kept` is what is there; `remember` stores it anew once it was changed.
"use strict";

window.typedIn = function (place) {
  let kept;
  try {
    kept = JSON.parse(sessionStorage.getItem(place)) || {};
  } catch {
    kept = {};
  }
  function remember() {
    try {
      sessionStorage.setItem(place, JSON.stringify(kept));
    } catch {
      // a full or closed store: the page itself still holds what was typed
    }
  }
  return { kept, remember };
};
