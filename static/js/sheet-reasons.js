// A mark below the other sheet's wants a reason: as soon as a save says so, the note opens. After a
// press on the mark the cursor goes there too; whoever works with keys stays where they are.
{
  const form = document.querySelector("form.sheet-form");
  let pressed = null;

  const ask = (card) => {
    const note = card.querySelector(".indicator-note");
    if (note.open) return;
    note.open = true;
    if (card === pressed) note.querySelector("textarea").focus();
  };

  const watch = new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.querySelector("[data-asks]")) ask(target.closest("[data-card]"));
    }
  });

  form.addEventListener("pointerdown", (event) => {
    pressed = event.target.closest("[data-card]");
  });
  form.addEventListener("keydown", () => {
    pressed = null;
  });
  for (const state of form.querySelectorAll(".indicator-state")) watch.observe(state, { childList: true });
}
