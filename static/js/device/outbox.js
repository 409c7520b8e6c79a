// Sends what is entered on this device, and goes on until everything is sent.
//
// A record: {id, kind, sheet, about, title, place, url, state, entered, …}
//   kind    "mark"  {prefix, values, version, was}   "file"  {name, file}   "visit"  {values}
//   about   the heading of its page, `title` what it is there, `place` the address of the spot
//   state   "unsent", "sent" (marks and visits are kept, since a kept page may be older),
//           "conflict" {offer}, "refused" {fault}: the last two wait for the person
// A save answers JSON: 200 {version, saved_at, was, html}, 409 {version, theirs, was, html},
// 422 or 403 {errors}; `html` is new content by element id.
// Events: "changed"; "sending" {record}; "progress" {record, part};
//         "settled" {record, outcome, answer}, outcome "sent", "conflict", "refused", "signed-out"
//         or "unreached".
import { Store } from "./store.js";
import { post, serverTime, upload } from "./transport.js";

const LONGEST_WAIT = 60;
const REMEMBERED = 14 * 24 * 3600 * 1000;
// Marks never wait behind a photo.
const LANES = { marks: ["mark", "visit"], files: ["file"] };
const REFUSALS = {
  404: "此评分表已不由您填写。",
  410: "此评分表已不由您填写。",
  413: "文件过大，服务器未接受。",
};

const SENDERS = {
  mark: ({ url, prefix, values, version }) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(values)) body.append(prefix + name, value);
    body.append(`${prefix}version`, version);
    return post(url, body);
  },
  visit: async ({ url, values: { arrived, ...place } }) => {
    const body = new FormData();
    body.append("arrived_at", (await serverTime(arrived)).toISOString());
    for (const [name, value] of Object.entries(place)) body.append(name, value);
    return post(url, body);
  },
  file: ({ url, file, name }, tell) => upload(url, file, name, tell),
};

const outcomeOf = ({ status, signedOut, answer }) => {
  if (signedOut) return "signed-out";
  if (status === 200 && answer) return "sent";
  if (status === 409 && answer) return "conflict";
  return answer?.errors || REFUSALS[status] ? "refused" : "unreached";
};

// What is left of a record once it is sent.
const sent = (record, answer) => {
  if (record.kind === "file") return null;
  const { version, was, saved_at: saved } = answer;
  return { ...record, state: "sent", version, was, saved, answer };
};

export class Outbox extends EventTarget {
  constructor(user) {
    super();
    this.user = user;
    this.store = new Store(user);
    this.turns = { marks: Promise.resolve(), files: Promise.resolve() };
    this.faults = 0;
    this.signedOut = false;
    this.lastSent = "";
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  get reached() {
    return navigator.onLine && !this.faults;
  }

  async left() {
    return (await this.store.all()).filter((record) => record.state !== "sent");
  }

  async of(sheet) {
    return (await this.store.all()).filter((record) => record.sheet === sheet);
  }

  async keep(record) {
    await this.store.put(record);
    this.tell("changed");
  }

  async discard(id) {
    await this.store.remove(id);
    this.tell("changed");
  }

  // What was refused is tried once more; a conflict waits for its choice.
  async again(id) {
    await this.store.change(id, (now) => now && { ...now, state: "unsent" });
    return this.send();
  }

  async send() {
    if (await this.drain("marks")) await this.drain("files");
  }

  // One sender at a time: on this page always, on this device where the browser has locks. Whether
  // all went well.
  drain(lane) {
    const run = () => this.empty(LANES[lane]);
    const alone = () => (navigator.locks ? navigator.locks.request(`outbox ${lane}`, run) : run());
    this.turns[lane] = this.turns[lane].then(alone, alone);
    return this.turns[lane];
  }

  async empty(kinds) {
    for (;;) {
      const left = await this.left();
      const next = left.find((record) => record.state === "unsent" && kinds.includes(record.kind));
      if (!next) return true;
      if (!(await this.sendOne(next))) return false;
    }
  }

  // Whether the next one can follow.
  async sendOne(record) {
    this.tell("sending", { record });
    const reply = await SENDERS[record.kind](record, (part) => this.tell("progress", { record, part }));
    const outcome = outcomeOf(reply);
    this.signedOut = outcome === "signed-out";
    this.faults = outcome === "unreached" ? this.faults + 1 : 0;
    const fault = reply.answer?.errors?.join("") || REFUSALS[reply.status];
    const settled = outcome === "refused" ? { ...record, fault } : record;
    // First the page, so that what is typed from now on is typed on the new version.
    this.tell("settled", { record: settled, outcome, answer: reply.answer });
    await this.settle(settled, outcome, reply.answer);
    this.tell("changed");
    if (outcome === "unreached") this.later();
    return !this.signedOut && !this.faults;
  }

  settle(record, outcome, answer) {
    if (outcome === "sent") {
      this.lastSent = answer.saved_at || answer.recorded || this.lastSent;
      return this.store.change(record.id, (now) => {
        if (now && now.entered !== record.entered) return { ...now, version: answer.version, was: answer.was };
        return sent(record, answer);
      });
    }
    const waits = { conflict: { state: "conflict", offer: answer }, refused: { state: "refused", fault: record.fault } };
    return this.store.change(record.id, (now) => {
      const untouched = now && now.entered === record.entered;
      return untouched && waits[outcome] ? { ...now, ...waits[outcome] } : undefined;
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), Math.min(2 ** this.faults, LONGEST_WAIT) * 1000);
  }

  // Goes on whenever there is hope: now, when the network is back, when the person is back.
  start() {
    const hopeful = () => this.send();
    window.addEventListener("online", hopeful);
    window.addEventListener("focus", hopeful);
    window.addEventListener("pageshow", (event) => event.persisted && hopeful());
    window.addEventListener("offline", () => this.tell("changed"));
    window.addEventListener("beforeunload", (event) => this.store.volatile && event.preventDefault());
    this.tidy();
    return hopeful();
  }

  // What was sent long ago is on every page by now.
  async tidy() {
    const all = await this.store.all();
    const old = all.filter((one) => one.state === "sent" && Date.now() - one.entered > REMEMBERED);
    for (const record of old) await this.store.remove(record.id);
  }

  // On leaving: what is not sent stays, for the same person alone.
  async forgetSent() {
    const all = await this.store.all();
    for (const record of all.filter((one) => one.state === "sent")) await this.store.remove(record.id);
  }
}

// The one of this page; whoever is signed in stands on the body.
export const outbox = new Outbox(document.body.dataset.user || "");
