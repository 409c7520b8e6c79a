// Keys for going through a queue of files. Everything they do is a link or button of the page.
//
// [data-keys="j ArrowRight"]  a link or button pressed by these keys; a link into the page takes the focus there
// [data-shortcuts]            the button (hidden without this script) that opens #shortcuts
// [data-in-queue]             the file was opened from a queue: it is kept for this tab, for the way back from its sheet
// [data-resume]               a link (hidden without this script) to the file as one of that queue
// [data-shortcuts-on]         the box that switches all keys off, for this browser
{
  const STORED = "shortcuts";
  const dialog = document.getElementById("shortcuts");
  const button = document.querySelector("[data-shortcuts]");
  const box = document.querySelector("[data-shortcuts-on]");
  const keyed = [...document.querySelectorAll("[data-keys]")];
  const TYPED_IN = "input, textarea, select, [contenteditable]";
  // There the arrows already mean something.
  const MOVED_IN = "[role=region], details[open] form";

  const isOn = () => {
    try {
      return localStorage.getItem(STORED) !== "off";
    } catch {
      return true;
    }
  };

  const announced = new Map(keyed.map((one) => [one, one.getAttribute("aria-keyshortcuts")]));
  const show = () => {
    box.checked = isOn();
    for (const [one, keys] of announced) {
      if (box.checked) one.setAttribute("aria-keyshortcuts", keys);
      else one.removeAttribute("aria-keyshortcuts");
    }
  };

  const press = (one) => {
    const place = one.getAttribute("href")?.startsWith("#") && document.querySelector(one.getAttribute("href"));
    one.click();
    if (place) place.focus();
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (!isOn() || document.querySelector("dialog[open]") || event.target.closest(TYPED_IN)) return;
    const isArrow = event.key.startsWith("Arrow");
    if (isArrow && (event.shiftKey || event.target.closest(MOVED_IN))) return;
    const key = isArrow ? event.key : event.key.toLowerCase().replace("？", "?");
    const one = keyed.find((each) => each.dataset.keys.split(" ").includes(key));
    if (!one) return;
    event.preventDefault();
    press(one);
  };

  const resume = document.querySelector("[data-resume]");
  try {
    const key = `queue:${location.pathname}`;
    if (document.querySelector("[data-in-queue]")) sessionStorage.setItem(key, location.search);
    const kept = resume && sessionStorage.getItem(key);
    if (kept) {
      resume.href = location.pathname + kept;
      resume.hidden = false;
    }
  } catch {
    // Without a memory there is no way back to the queue but the desk.
  }

  if (dialog && button && box) {
    button.hidden = false;
    button.addEventListener("click", () => dialog.showModal());
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(STORED, box.checked ? "on" : "off");
      } catch {
        box.checked = true;
      }
      show();
    });
    document.addEventListener("keydown", onKey);
    show();
  }
}
