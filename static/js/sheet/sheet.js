// The pages of a sheet that is being filled in.
//
// form.sheet-form  data-sheet, data-max-bytes, data-too-large; its buttons name what comes next in
//                  data-next
// [data-outbox]    data-offline: the address of a sheet that is kept for work without a network
import { outbox } from "../device/outbox.js";
import { isKept, keepSheet, ready } from "../device/pages.js";
import { StatusBar } from "../device/status-bar.js";
import { show } from "../device/page.js";
import { Card } from "./card.js";
import { Visit } from "./visit.js";

const bar = document.querySelector("[data-outbox]");
const form = document.querySelector("form.sheet-form");
const { sheet } = bar.dataset;
const cards = new Map();
const visit = document.querySelector("form[data-visit]");
const arrival = visit && new Visit(visit);

// Who on this page shows a record: the arrival, a card, or the files of a card.
const shownBy = (record) => {
  if (record.sheet !== sheet) return null;
  if (record.kind === "visit") return arrival;
  for (const card of cards.values()) {
    if (card.id === record.id) return card;
    if (card.uploads.owns(record)) return card.uploads;
  }
  return null;
};

const settled = ({ detail: { record, outcome, answer } }) => {
  const shown = shownBy(record);
  if (shown) shown.settled(outcome, answer, record);
  else if (record.sheet === sheet && answer?.html?.gauge) show({ gauge: answer.html.gauge });
};

const sending = ({ detail: { record } }) => {
  const shown = shownBy(record);
  if (record.kind === "file") shown?.sending(record);
  else if (record.kind === "mark") shown?.say("saving", "正在保存…");
};

// While nothing gets through, everything entered here says so, whether its turn has come or not.
const stalled = async () => {
  if (outbox.reached && !outbox.signedOut) return;
  for (const record of await outbox.left()) {
    if (record.state === "unsent") shownBy(record)?.settled(outbox.signedOut ? "signed-out" : "unreached", null, record);
  }
};

const progress = ({ detail: { record, part } }) => shownBy(record)?.progress(record, part);

const restore = async () => {
  for (const record of await outbox.of(sheet)) shownBy(record)?.restore(record);
};

const begin = async () => {
  const known = (await outbox.of(sheet)).map((record) => record.id);
  for (const card of cards.values()) if (!known.includes(card.id)) card.catchUp();
  await restore();
};

// On to the next page once everything entered here is with the server, or safe on this device.
const leave = async (event) => {
  const { next } = event.submitter?.dataset || {};
  if (next === undefined) return;
  event.preventDefault();
  const done = await outbox.drain("marks");
  const asked = (record) => record.kind === "mark" && record.state !== "unsent" && shownBy(record);
  const open = (await outbox.left()).find(asked);
  if (open) location.assign(open.place);
  else if (next && (done || navigator.serviceWorker?.controller)) location.assign(next);
};

const keepForOffline = async () => {
  const { offline } = bar.dataset;
  if (!offline || !(await ready())) return;
  const say = async () => {
    if (await isKept(offline)) bar.querySelector("[data-kept]").textContent = "已可离线使用";
  };
  await say();
  await keepSheet(offline, () => {});
  await say();
};

const fillIn = () => {
  const droppedOn = (event) => cards.get(event.target.closest?.("[data-card]"));
  for (const element of form.querySelectorAll("[data-card]")) cards.set(element, new Card(element, form));
  form.classList.add("sheet-live");
  form.addEventListener("submit", leave);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.type === "number") event.preventDefault();
  });
  form.addEventListener("dragover", (event) => droppedOn(event) && event.preventDefault());
  form.addEventListener("drop", (event) => {
    const card = droppedOn(event);
    if (!card || !event.dataTransfer.files.length) return;
    event.preventDefault();
    card.uploads.add([...event.dataTransfer.files]);
  });
};

if (form) fillIn();
for (const [kind, act] of Object.entries({ settled, sending, progress, changed: stalled })) outbox.addEventListener(kind, act);
// Another tab may have sent what is entered here.
window.addEventListener("focus", restore);
new StatusBar(bar);
begin();
keepForOffline();
