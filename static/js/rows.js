// "再加一条" adds an empty row of a formset in place. Without JavaScript the same button sends the
// form, which comes back with one row more.

for (const set of document.querySelectorAll("[data-rows]")) {
  const total = set.querySelector(`[name="${set.dataset.rows}-TOTAL_FORMS"]`);
  const most = Number(set.querySelector(`[name="${set.dataset.rows}-MAX_NUM_FORMS"]`).value);
  const empty = set.querySelector("[data-rows-empty]");
  const list = set.querySelector("[data-rows-list]");
  const more = set.querySelector("[data-rows-more]");
  more.addEventListener("click", (event) => {
    event.preventDefault();
    const index = Number(total.value);
    const holder = document.createElement("template");
    holder.innerHTML = empty.innerHTML
      .replaceAll("__prefix__", index)
      .replaceAll("__number__", index + 1);
    list.append(holder.content);
    total.value = index + 1;
    more.hidden = index + 1 >= most;
    list.lastElementChild.querySelector("select").focus();
  });
}
