// Pages kept on this device for work without a network. The worker (/sw.js) keeps whatever page
// passes through it and is marked by the server for that, in caches named "pages <release> <user>";
// here pages are asked for, listed and dropped.
const PAGES = "pages ";
const FRESH = 3600 * 1000;
const TASKS = "/expert/";

const possible = "serviceWorker" in navigator && "caches" in window;

const names = async () => (possible ? (await caches.keys()).filter((name) => name.startsWith(PAGES)) : []);

const drop = async (unwanted) => {
  for (const name of (await names()).filter(unwanted)) await caches.delete(name);
};

export const forgetOthers = (user) => drop((name) => !name.endsWith(` ${user}`));

const kept = (address) => caches.match(address, { ignoreVary: true });

const isFresh = async (address) => {
  const page = await kept(address);
  return Boolean(page) && Date.now() - new Date(page.headers.get("Date")) < FRESH;
};

// Registers the worker; resolves once this page's requests pass through it, to false where the
// browser has none or does not allow it.
export const ready = async () => {
  if (!possible) return false;
  try {
    await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
  } catch {
    return false;
  }
  if (navigator.serviceWorker.controller) return true;
  return new Promise((resolve) => {
    const controlled = () => resolve(true);
    navigator.serviceWorker.addEventListener("controllerchange", controlled, { once: true });
  });
};

// Asked for once through the worker, which keeps it if the server says so.
const ask = async (address) => {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(await response.text(), "text/html");
};

// Where a sheet's overview leads: its own pages, the file it belongs to, the list of tasks.
const linksOf = (page, sheet) => {
  const found = new Set();
  for (const link of page.querySelectorAll("a[href]")) {
    const { pathname, searchParams, search } = new URL(link.getAttribute("href"), location.origin);
    const whole = [...searchParams.keys()].every((key) => key === "section");
    const own = pathname.startsWith(sheet) && whole;
    if (own || pathname === TASKS || link.closest(".breadcrumb")) found.add(pathname + search);
  }
  found.delete(sheet);
  return [...found];
};

// Whether a sheet can be opened without a network: its overview and every section.
export const isKept = async (sheet) => {
  const overview = possible && (await kept(sheet));
  if (!overview) return false;
  const page = new DOMParser().parseFromString(await overview.text(), "text/html");
  const own = linksOf(page, sheet).filter((address) => address.startsWith(sheet));
  return (await Promise.all(own.map(kept))).every(Boolean);
};

// Keeps a sheet with all its sections; `tell(done, count)` hears how far it is. Whether it worked.
export const keepSheet = async (sheet, tell) => {
  try {
    if ((await isFresh(sheet)) && (await isKept(sheet))) return true;
    const addresses = linksOf(await ask(sheet), sheet);
    for (const [place, address] of addresses.entries()) {
      tell(place + 1, addresses.length + 1);
      if (!(await isFresh(address))) await ask(address);
    }
    return isKept(sheet);
  } catch {
    return false; // the network went away: what is kept so far stays
  }
};

// [{address, title}] of all that is kept, without the pages within a sheet; the tasks come first.
export const list = async () => {
  const found = new Map();
  for (const name of await names()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname, search } = new URL(request.url);
      if (!search) found.set(pathname, await cache.match(request, { ignoreVary: true }));
    }
  }
  const within = (address) => [...found.keys()].some((other) => other !== address && address.startsWith(other));
  const roots = [...found].filter(([address]) => !within(address));
  const titled = roots.map(async ([address, response]) => {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return { address, title: page.querySelector(".page-heading").textContent.trim() };
  });
  return (await Promise.all(titled)).sort((one, other) => (other.address === TASKS) - (one.address === TASKS));
};

// Asks again for what is kept and no longer linked here: the worker drops what is not ours any more.
export const review = async () => {
  const linked = new Set([...document.links].map((link) => link.pathname));
  for (const { address } of await list()) {
    if (!linked.has(address)) await ask(address).catch(() => null);
  }
};

// Asks the browser not to clear this device's store when space runs out.
export const insist = () => navigator.storage?.persist?.().catch(() => false);
