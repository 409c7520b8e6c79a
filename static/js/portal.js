// Small conveniences of every page. Nothing here is needed to use the portal.

// A menu closes on Escape and on a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What went wrong is read out first.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// <button type="button" data-reveal="id_password" hidden>: shows what is typed in a password field.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  if (!field) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    field.focus();
  });
}

// <button type="button" data-fill='{"id_username": "county"}'>: fills fields with one tap.
for (const button of document.querySelectorAll("[data-fill]")) {
  button.addEventListener("click", () => {
    for (const [id, value] of Object.entries(JSON.parse(button.dataset.fill))) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    button.closest("form, main").querySelector("[type=submit]").focus();
  });
}
