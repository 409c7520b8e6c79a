// Small comforts of a sheet's pages: the present section in sight, guidance folded as one likes it.
{
  const tab = document.querySelector(".sheet-tab[aria-current]");
  const row = document.getElementById("tabs");
  if (tab && row) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.clientWidth) / 2;

  const button = document.querySelector("[data-fold]");
  const key = "sheet:folded";
  const read = () => {
    try {
      return localStorage.getItem(key) === "1";
    } catch {
      return false; // storage is forbidden: the wish is for this page only
    }
  };
  const write = (folded) => {
    try {
      localStorage.setItem(key, folded ? "1" : "0");
    } catch {
      // as above
    }
  };
  const apply = (folded) => {
    for (const one of document.querySelectorAll(".indicator-guidance")) one.open = !folded;
    button.textContent = folded ? "展开评分说明" : "收起评分说明";
    button.dataset.folded = folded ? "1" : "";
  };
  if (button) {
    button.hidden = false;
    if (read()) apply(true);
    button.addEventListener("click", () => {
      apply(!button.dataset.folded);
      write(Boolean(button.dataset.folded));
    });
  }
}
