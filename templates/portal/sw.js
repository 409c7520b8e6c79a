// Opens what this device keeps where there is no network. It knows no roles and no addresses: a page
// is kept when the server marks it for a person, and dropped when it comes without the mark.
const RELEASE = {{ release|safe }};
const ASSETS = `assets ${RELEASE.version}`;
const PAGES = "pages ";
const PATIENCE = 4000;
const KEPT_FOR = 14 * 24 * 3600 * 1000;
const ANY = { ignoreVary: true };
const GONE = [403, 404, 410];
const AWAY = [502, 503, 504];
const NAMED_BY_CONTENT = /\.[0-9a-f]{12}\.\w+$/;

const pagesOf = (user) => `${PAGES}${RELEASE.version} ${user}`;
const named = async (start) => (await caches.keys()).filter((name) => name.startsWith(start));

// One page, however it is filtered.
const addressOf = (request) => {
  const url = new URL(request.url);
  url.searchParams.delete("show");
  url.hash = "";
  return url.href;
};

const keptPage = async (address) => {
  const page = await caches.match(address, ANY);
  const old = page && Date.now() - new Date(page.headers.get("Date")) > KEPT_FOR;
  return old ? undefined : page;
};

// A page that is gone takes along what lies under it: a sheet all its sections.
const drop = async (address) => {
  if (!(await caches.match(address, ANY))) return;
  const { pathname } = new URL(address);
  for (const name of await named(PAGES)) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (new URL(request.url).pathname.startsWith(pathname)) await cache.delete(request, ANY);
    }
  }
};

// A redirect says nothing about the right to see: the session may have ended on the way.
const remember = async (request, response) => {
  const user = response.headers.get(RELEASE.header);
  const address = addressOf(request);
  if (response.redirected) return;
  if (response.ok && user) {
    if (address === request.url) await (await caches.open(pagesOf(user))).put(address, response);
  } else if (response.ok || GONE.includes(response.status)) await drop(address);
};

const fromNetwork = async (request) => {
  const response = await fetch(request);
  const copy = response.clone();
  return { response, kept: remember(request, copy) };
};

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const page = async (event) => {
  const { request } = event;
  const known = await keptPage(addressOf(request));
  const network = fromNetwork(request);
  event.waitUntil(network.then(({ kept }) => kept).catch(() => {}));
  const late = known && wait(PATIENCE).then(() => ({ response: known }));
  try {
    const { response } = await Promise.race([network, late].filter(Boolean));
    return known && AWAY.includes(response.status) ? known : response;
  } catch {
    return known || caches.match(RELEASE.offline, ANY);
  }
};

// A page that a script asks for, to have it kept: answered once it is.
const asked = async (request) => {
  const { response, kept } = await fromNetwork(request);
  await kept;
  return response;
};

const asset = async (request) => {
  const known = await caches.match(request, ANY);
  if (known && NAMED_BY_CONTENT.test(new URL(request.url).pathname)) return known;
  return fetch(request).catch(() => known || Response.error());
};

// Whoever signs out leaves no page behind.
const signOut = async (request) => {
  const response = await fetch(request);
  for (const name of await named(PAGES)) await caches.delete(name);
  return response;
};

// The pages of an older release load its files: they are fetched anew, or the old release stays.
const renewPages = async () => {
  for (const name of await named(PAGES)) {
    for (const request of await (await caches.open(name)).keys()) {
      const response = await fetch(request.url, { headers: { Accept: "text/html" } });
      if (response.redirected) throw new Error("signed out");
      const user = response.ok && response.headers.get(RELEASE.header);
      if (user) await (await caches.open(pagesOf(user))).put(request.url, response);
    }
  }
};

const install = async () => {
  const assets = await caches.open(ASSETS);
  await assets.addAll(RELEASE.assets);
  // As strangers see it, whoever is signed in.
  await assets.put(RELEASE.offline, await fetch(RELEASE.offline, { credentials: "omit" }));
  await renewPages();
  await self.skipWaiting();
};

const activate = async () => {
  const own = (name) => name === ASSETS || name.startsWith(pagesOf(""));
  for (const name of await caches.keys()) if (!own(name)) await caches.delete(name);
  await self.clients.claim();
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && pathname === RELEASE.logout) event.respondWith(signOut(request));
  else if (request.method !== "GET") return;
  else if (pathname.startsWith(RELEASE.static)) event.respondWith(asset(request));
  else if (request.mode === "navigate") event.respondWith(page(event));
  else if (request.headers.get("Accept") === "text/html") event.respondWith(asked(request));
});
