// <button data-confirm="撤回后不能恢复。" data-confirm-title="撤回申报" data-confirm-label="确认撤回">
// asks in a dialog before its form is sent. Without JavaScript the form is sent at once, so the
// server's own second step, a required reason, still stands.

function build(button) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  dialog.setAttribute("aria-labelledby", "ask-title");
  dialog.setAttribute("aria-describedby", "ask-text");
  const title = document.createElement("h2");
  title.className = "ask-title";
  title.id = "ask-title";
  title.textContent = button.dataset.confirmTitle || button.textContent.trim();
  const text = document.createElement("p");
  text.id = "ask-text";
  text.textContent = button.dataset.confirm;
  const actions = document.createElement("div");
  actions.className = "ask-actions";
  const no = document.createElement("button");
  no.type = "button";
  no.className = "btn";
  no.textContent = "取消";
  const yes = document.createElement("button");
  yes.type = "button";
  yes.className = "btn btn-danger";
  yes.textContent = button.dataset.confirmLabel || "确认";
  actions.append(no, yes);
  dialog.append(title, text, actions);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => dialog.close("yes"));
  return dialog;
}

function ask(button) {
  const dialog = build(button);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    button.focus();
    if (dialog.returnValue !== "yes") return;
    button.dataset.confirmed = "1";
    button.form.requestSubmit(button);
    delete button.dataset.confirmed;
  });
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-confirm]");
  if (!button || !button.form || button.dataset.confirmed || !window.HTMLDialogElement) return;
  event.preventDefault();
  if (button.form.reportValidity()) ask(button);
});
