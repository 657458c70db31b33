// Says on the page, in the reader's language, that a passkey did not answer.
"use strict";
document.addEventListener("allauth.error", function (event) {
  event.preventDefault();
  const message = document.getElementById("key-error");
  if (message) {
    message.hidden = false;
  }
});
