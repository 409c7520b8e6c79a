// Files in quarantine become openable by themselves: their lists are asked for until none waits.
//
// .files[data-files]   where the list stands as it is now (JSON {html}: new content by element id)
// .file[data-waiting]  a file still being inspected; its id tells the new line from the old one
{
  const WAITS = [1, 1, 2, 3, 5, 8, 13, 20, 30];
  let asked = 0;
  let timer = null;

  const waiting = () => {
    const lines = [...document.querySelectorAll(".files [data-waiting]")];
    return [...new Set(lines.map((line) => line.closest("[data-files]")))];
  };

  const parsed = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  };

  // Only the lines that changed are replaced: the focus may stand on any other.
  const replaceLines = (list, fresh) => {
    for (const line of list.querySelectorAll("[data-waiting]")) {
      const now = fresh.getElementById(line.id);
      if (now && !("waiting" in now.dataset)) line.replaceWith(now);
    }
  };

  const refresh = async (list) => {
    const options = { headers: { Accept: "application/json" }, redirect: "manual" };
    const response = await fetch(list.dataset.files, options).catch(() => null);
    const answer = response?.ok && (await response.json().catch(() => null));
    if (!answer) return;
    const own = list.closest(".indicator-files");
    for (const [id, html] of Object.entries(answer.html)) {
      if (id.startsWith("files-")) replaceLines(list, parsed(html));
      else if (own && document.getElementById(id)) document.getElementById(id).innerHTML = html;
    }
  };

  const look = async () => {
    if (!document.hidden) await Promise.all(waiting().map(refresh));
    timer = null;
    schedule();
  };

  const schedule = () => {
    if (timer || !waiting().length) return;
    timer = setTimeout(look, WAITS[Math.min(asked, WAITS.length - 1)] * 1000);
    asked += 1;
  };

  // A new upload is looked after at once, however long another one has been waiting.
  const added = (change) => [...change.addedNodes].some((node) => node.querySelector?.("[data-waiting]"));
  new MutationObserver((changes) => {
    if (!changes.some(added)) return;
    clearTimeout(timer);
    timer = null;
    asked = 0;
    schedule();
  }).observe(document.querySelector(".sheet"), { childList: true, subtree: true });
  schedule();
}
