// <form data-submit-once>: a second tap does not send the form twice. The button says that the
// first one is on its way; coming back to the page by the back button makes it usable again.

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-was]")) {
    button.textContent = "";
    button.append(...button.kept);
    button.removeAttribute("aria-disabled");
    delete button.dataset.was;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter;
  // Not `disabled`: a disabled button would not be sent with the form.
  if (!button || button.formTarget === "_blank") return;
  button.kept = [...button.childNodes];
  button.dataset.was = "1";
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.busy || "正在提交…";
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
