// Choosing several files of a queue. Without this script the boxes of one page go with the form.
//
// #batch[data-queue]   the form; what is chosen is kept per queue in this tab of the browser, over its pages
// [data-whole-page]    the box for the page, [data-all] the one for the whole queue
// [data-chosen]        says how many are chosen
{
  const form = document.getElementById("batch");
  const boxes = [...document.querySelectorAll('input[form="batch"][name="file"]')];
  const whole = document.querySelector("[data-whole-page]");
  const all = document.querySelector("[data-all]");
  const told = document.querySelector("[data-chosen]");
  const none = document.querySelector("[data-choose-none]");
  const key = form && `desk:${document.body.dataset.user}:${form.dataset.queue}`;

  const read = () => {
    try {
      return new Set(JSON.parse(sessionStorage.getItem(key) || "[]"));
    } catch {
      return new Set();
    }
  };
  const write = (chosen) => {
    try {
      sessionStorage.setItem(key, JSON.stringify([...chosen]));
    } catch {
      // Then the choice holds for this page alone.
    }
  };

  const keep = () => {
    const chosen = read();
    for (const box of boxes) {
      if (box.checked) chosen.add(box.value);
      else chosen.delete(box.value);
    }
    write(chosen);
    return chosen;
  };

  const tell = (chosen) => {
    const here = boxes.filter((box) => box.checked).length;
    const beyond = chosen.size - here;
    const page = whole.querySelector("input");
    page.checked = boxes.length > 0 && here === boxes.length;
    page.indeterminate = here > 0 && here < boxes.length;
    none.hidden = !chosen.size && !all?.checked;
    if (all?.checked) told.textContent = `已选全部 ${all.dataset.all} 件`;
    else if (chosen.size) told.textContent = `已选 ${chosen.size} 件${beyond ? `（其他页 ${beyond} 件）` : ""}`;
    else told.textContent = "尚未选择";
  };

  const hidden = (value) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "file", value });
    input.dataset.beyond = "";
    return input;
  };

  // Those of other pages go along with the form.
  const send = () => {
    for (const old of form.querySelectorAll("[data-beyond]")) old.remove();
    if (all?.checked) return;
    const here = new Set(boxes.map((box) => box.value));
    for (const value of keep()) if (!here.has(value)) form.append(hidden(value));
  };

  if (form) {
    const before = read();
    for (const box of boxes) if (before.has(box.value)) box.checked = true;
    whole.hidden = false;
    whole.addEventListener("change", (event) => {
      for (const box of boxes) box.checked = event.target.checked;
      tell(keep());
    });
    none.addEventListener("click", () => {
      for (const box of boxes) box.checked = false;
      if (all) all.checked = false;
      write(new Set());
      tell(new Set());
      whole.querySelector("input").focus();
    });
    for (const box of boxes) box.addEventListener("change", () => tell(keep()));
    all?.addEventListener("change", () => tell(keep()));
    form.addEventListener("submit", send);
    tell(keep());
  }
}
