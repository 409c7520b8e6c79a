// Posts to the server and says what came back: {status, signedOut, answer}; status 0 is no answer.

const PATIENCE = 30000;

// How far the server's clock is ahead of this device's, in milliseconds; null before any answer.
let ahead = null;

// Signing in again makes a new token; the cookie always holds the present one.
const token = () =>
  document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ||
  document.querySelector("[name=csrfmiddlewaretoken]")?.value ||
  "";

const headers = () => ({ Accept: "application/json", "X-CSRFToken": token() });

const learnTime = (text) => {
  if (text) ahead = new Date(text) - Date.now();
};

// A moment of this device's clock by the server's, which judges it.
export const serverTime = async (moment) => {
  if (ahead === null) {
    const response = await fetch("/healthz").catch(() => null);
    if (response) learnTime(response.headers.get("Date"));
  }
  return new Date(moment + (ahead || 0));
};

export const post = async (url, body) => {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  // keepalive: what was entered last still goes out when the page is left at that moment.
  const options = { method: "POST", body, headers: headers(), redirect: "manual", keepalive: true };
  const response = await fetch(url, { ...options, signal: patience.signal }).catch(() => null);
  const answer = response && (await response.json().catch(() => null));
  clearTimeout(timer);
  learnTime(response?.headers.get("Date"));
  const signedOut = Boolean(response) && (response.type === "opaqueredirect" || response.status === 401);
  return { status: response ? response.status : 0, signedOut, answer };
};

// XMLHttpRequest, because fetch does not tell how far an upload is. It follows the redirect to the
// login page: an answer that is no JSON means that the session has ended.
export const upload = (url, file, name, tell) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [header, value] of Object.entries(headers())) request.setRequestHeader(header, value);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => tell(event.loaded / event.total));
    request.addEventListener("loadend", () => {
      const { status, response } = request;
      resolve({ status, signedOut: status === 200 && !response, answer: response });
    });
    const body = new FormData();
    body.append("files", file, name);
    request.send(body);
  });
