// A file opens beside the mark it proves: in a panel on wide screens, over the page on small ones.
//
// a[data-view]  picture, pdf or other; data-name; the files of one .indicator are leafed through
// #viewer       the <dialog> with its parts named by data-viewer; with data-over always over the page
{
  const page = document.documentElement;
  const dialog = document.getElementById("viewer");
  const wide = window.matchMedia("(min-width: 75rem)");
  const isBeside = () => wide.matches && !("over" in dialog.dataset);
  const part = Object.fromEntries([...dialog.querySelectorAll("[data-viewer]")].map((one) => [one.dataset.viewer, one]));
  const ZOOMS = [1, 1.5, 2, 3, 4];
  let links = [];
  let place = 0;
  let picture = null;
  let zoom = 0;
  let turns = 0;

  const made = (tag, css, text = "") => {
    const element = document.createElement(tag);
    element.className = css;
    element.textContent = text;
    return element;
  };

  // The lists are drawn anew now and then; the address finds the link again.
  const inPage = (link) => document.querySelector(`a[data-view][href="${link.getAttribute("href")}"]`);

  // The picture as large as the stage allows, times the zoom; turned sideways it swaps its sides.
  const fit = () => {
    const image = picture?.firstElementChild;
    if (!image?.naturalWidth) return;
    const sides = [image.naturalWidth, image.naturalHeight];
    const [width, height] = turns % 2 ? [...sides].reverse() : sides;
    const room = Math.min(part.stage.clientWidth / width, part.stage.clientHeight / height, 1);
    const scale = room * ZOOMS[zoom];
    picture.style.width = `${Math.floor(width * scale)}px`;
    picture.style.height = `${Math.floor(height * scale)}px`;
    image.style.width = `${Math.floor(sides[0] * scale)}px`;
    image.style.transform = `translate(-50%, -50%) rotate(${turns * 90}deg)`;
    part.smaller.disabled = zoom === 0;
    part.larger.disabled = zoom === ZOOMS.length - 1;
  };

  // Beside the mark the panel ends with the window, also while the page's head is in sight.
  const EDGE = 16;
  const stretch = () => {
    const top = Math.max(dialog.getBoundingClientRect().top, EDGE);
    dialog.style.height = isBeside() ? `${window.innerHeight - top - EDGE}px` : "";
  };

  const words = (sentence) => made("p", "viewer-words", sentence);

  const shown = {
    picture(link) {
      picture = made("div", "viewer-picture");
      const image = made("img", "");
      image.alt = link.dataset.name;
      image.addEventListener("load", fit);
      image.addEventListener("error", () => part.stage.replaceChildren(words("图片没有读取成功，请关闭后重试。")));
      image.src = link.href;
      picture.append(image);
      return picture;
    },
    pdf(link) {
      if (!wide.matches || !navigator.pdfViewerEnabled) return words("此设备不能在页面中显示 PDF，请在新窗口打开。");
      const frame = made("iframe", "viewer-frame");
      frame.title = link.dataset.name;
      frame.src = `${link.href}#navpanes=0&view=FitH`;
      return frame;
    },
    other() {
      return words("此类文件不能在页面中显示，请下载后打开。");
    },
  };

  const show = (next) => {
    const link = links[next];
    for (const one of links) inPage(one)?.removeAttribute("aria-current");
    inPage(link)?.setAttribute("aria-current", "true");
    [place, picture, zoom, turns] = [next, null, 0, 0];
    document.getElementById("viewer-name").textContent = link.dataset.name;
    part.place.textContent = `第 ${place + 1} 个，共 ${links.length} 个`;
    part.previous.disabled = place === 0;
    part.next.disabled = place === links.length - 1;
    part["picture-tools"].hidden = link.dataset.view !== "picture";
    part.apart.href = link.href;
    part.apart.lastChild.textContent = link.dataset.view === "other" ? "下载" : "新窗口";
    part.stage.replaceChildren(shown[link.dataset.view](link));
  };

  // The page makes room for the panel; the mark must not move away from under the hand.
  const keepInPlace = (link, change) => {
    const before = link.getBoundingClientRect().top;
    change();
    window.scrollBy({ top: link.getBoundingClientRect().top - before, behavior: "instant" });
  };

  const appear = () => {
    dialog.classList.toggle("viewer-over", !isBeside());
    page.classList.toggle("viewing", isBeside());
    if (isBeside()) dialog.show();
    else dialog.showModal();
    part.close.focus({ preventScroll: true });
    stretch();
  };

  const vanish = () => {
    page.classList.remove("viewing");
    dialog.close();
    part.stage.replaceChildren();
  };

  const open = (link) => {
    links = [...link.closest(".indicator").querySelectorAll("a[data-view]")];
    if (!dialog.open) keepInPlace(link, appear);
    show(links.indexOf(link));
  };

  const close = () => {
    const link = inPage(links[place]) || document.body;
    const inside = dialog.contains(document.activeElement);
    keepInPlace(link, vanish);
    link.removeAttribute("aria-current");
    if (inside) link.focus({ preventScroll: true });
  };

  const acts = {
    close,
    previous: () => show(place - 1),
    next: () => show(place + 1),
    smaller: () => (zoom -= 1),
    larger: () => (zoom += 1),
    turn: () => (turns = (turns + 1) % 4),
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !link.closest(".indicator")) return;
    event.preventDefault();
    open(link);
  });
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-viewer]");
    if (!button) return;
    acts[button.dataset.viewer]();
    fit();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && dialog.open && !document.querySelector("dialog[open]:not(#viewer)")) close();
  });
  for (const moved of ["scroll", "resize"]) window.addEventListener(moved, () => dialog.open && stretch(), { passive: true });
  wide.addEventListener("change", () => {
    if (dialog.open) close();
  });
  new ResizeObserver(fit).observe(part.stage);
  page.classList.add("has-viewer");
}
