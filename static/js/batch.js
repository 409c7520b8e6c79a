// The preview of a batch: one box ticks all rows, the count of ticked rows follows, and a row that
// is not ticked is dimmed. Without it the boxes work one by one and the server counts.

const form = document.querySelector("form[data-batch]");
const boxes = form ? [...form.querySelectorAll("input[name=item]")] : [];

function count(all) {
  const ticked = boxes.filter((box) => box.checked).length;
  for (const place of form.querySelectorAll("[data-batch-count]")) place.textContent = ticked;
  for (const box of boxes) box.closest("tr").classList.toggle("batch-off", !box.checked);
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
}

function boxForAll() {
  const all = document.createElement("input");
  all.type = "checkbox";
  all.className = "form-check-input";
  all.setAttribute("aria-label", "全部办理");
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count(all);
  });
  form.querySelector("[data-batch-all]").replaceChildren(all);
  return all;
}

// What was chosen at the desk stands in the batch from now on.
if (form) {
  const chosen = `desk:${document.body.dataset.user}:`;
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(chosen));
    for (const key of keys) sessionStorage.removeItem(key);
  } catch {
    // Without a memory nothing was kept.
  }
}

if (form && boxes.length) {
  const all = boxForAll();
  form.addEventListener("change", (event) => event.target.name === "item" && count(all));
  count(all);
}
