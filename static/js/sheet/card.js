// One indicator of a sheet: whatever is entered is kept on the device at once and sent by the outbox.
//
// [data-card]  data-code, data-place; data-url (save), data-upload; its controls: m<key>-…
import { loginLink, made, show, sure } from "../device/page.js";
import { outbox } from "../device/outbox.js";
import { post } from "../device/transport.js";
import { Uploads } from "./uploads.js";

const TYPING_PAUSE = 900;

export class Card {
  constructor(element, form) {
    this.element = element;
    this.code = element.dataset.code;
    this.prefix = `m${element.dataset.card}-`;
    this.saved = element.querySelector("[data-saved]");
    this.base = {
      sheet: form.dataset.sheet,
      about: document.querySelector(".page-heading").textContent.trim(),
      title: element.querySelector(".indicator-title").textContent.trim().replace(this.code, `${this.code} `),
      place: element.dataset.place,
    };
    this.id = `${outbox.user}:mark:${form.dataset.sheet}:${this.code}`;
    this.uploads = new Uploads(element, this.base, form.dataset);
    element.addEventListener("input", (event) => this.entered(event.target));
    element.addEventListener("change", (event) => this.entered(event.target, true));
    element.addEventListener("click", (event) => this.clicked(event));
    for (const button of element.querySelectorAll("[data-step], [data-clear]")) button.hidden = false;
  }

  control(name) {
    return this.element.querySelector(`[name="${this.prefix}${name}"]`);
  }

  controls() {
    const own = [...this.element.querySelectorAll(`[name^="${this.prefix}"]`)];
    return own.filter((one) => one.type !== "file" && one.type !== "hidden");
  }

  values() {
    const on = this.controls().filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked);
    const pairs = on.map((one) => [one.name.slice(this.prefix.length), one.value]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
  }

  // Somebody was quicker than the script: what stands in the controls is not what the server sent.
  catchUp() {
    const early = this.controls().find((one) => {
      const chosen = one.type === "radio" || one.type === "checkbox";
      return chosen ? one.checked !== one.defaultChecked : one.value !== one.defaultValue;
    });
    if (early) this.entered(early, true);
  }

  fill(values) {
    for (const one of this.controls()) {
      const value = values[one.name.slice(this.prefix.length)] ?? "";
      if (one.type === "radio") one.checked = one.value === value;
      else if (one.type === "checkbox") one.checked = value === "on";
      else one.value = value;
    }
    if (values.note) this.element.querySelector(".indicator-note").open = true;
  }

  see({ version, was }) {
    this.control("version").value = version;
    this.control("was").value = was;
  }

  entered(control, finished = false) {
    if (control.type === "file") return finished && this.uploads.choose(control);
    this.agree(control);
    this.keep();
    const typing = control.type === "number" || control.tagName === "TEXTAREA";
    return this.later(typing && !finished ? TYPING_PAUSE : 0);
  }

  // "Nothing found" and a count exclude each other.
  agree(control) {
    const none = this.element.querySelector("[data-none]");
    if (!none) return;
    const counts = this.controls().filter((one) => one.type === "number");
    if (control === none && none.checked) for (const one of counts) one.value = "";
    else if (control !== none && counts.some((one) => Number(one.value) > 0)) none.checked = false;
  }

  clicked(event) {
    const button = event.target.closest("button, a");
    if (!button) return;
    if (button.dataset.step) this.step(button);
    else if ("clear" in button.dataset) this.clear();
    else if (button.dataset.keep) this.choose(event, button.dataset.keep);
    else if (button.dataset.remove) this.remove(event, button);
  }

  step(button) {
    const count = button.parentElement.querySelector("input");
    const next = Math.min(999, Math.max(0, Number(count.value || 0) + Number(button.dataset.step)));
    count.value = String(next);
    this.entered(count, true);
  }

  clear() {
    this.fill({ note: this.values().note });
    this.keep();
    this.later(0);
  }

  keep() {
    const { url } = this.element.dataset;
    const [version, was] = [this.control("version").value, this.control("was").value];
    const entry = { url, prefix: this.prefix, values: this.values(), version, was };
    const record = { ...this.base, id: this.id, kind: "mark", ...entry, state: "unsent", entered: Date.now() };
    return outbox.keep(record);
  }

  say(state, ...sentence) {
    this.saved.dataset.state = state;
    this.saved.replaceChildren(...sentence);
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => outbox.send(), milliseconds);
  }

  // What this device knows of the mark, which the page may be older than.
  restore(record) {
    const older = Number(record.version) <= Number(this.control("version").value);
    if (record.state === "sent" && older) return outbox.store.remove(record.id);
    this.fill(record.values);
    this.see(record);
    if (record.state === "sent") return this.settled("sent", record.answer);
    if (record.state === "conflict") return this.settled("conflict", record.offer);
    if (record.state === "refused") return this.settled("refused", null, record);
    return this.settled("unreached");
  }

  settled(outcome, answer, record) {
    if (outcome === "sent") this.accepted(answer);
    else if (outcome === "conflict") this.conflict(answer);
    else if (outcome === "refused") this.refused(record.fault);
    else if (outcome === "signed-out") this.signedOut();
    else this.waiting();
  }

  accepted(answer) {
    this.see(answer);
    show({ ...answer.html, [`error-${this.code}`]: "", [`conflict-${this.code}`]: "" });
    this.element.classList.remove("indicator-fault");
    this.say("saved", `已保存 ${answer.saved_at}`);
  }

  refused(sentence) {
    const place = document.getElementById(`error-${this.code}`);
    place.replaceChildren(made("p", "invalid-feedback d-block", sentence));
    this.say("refused", "未保存");
  }

  conflict(answer) {
    this.offer = answer;
    show(answer.html);
    this.element.classList.add("indicator-fault");
    this.say("refused", "未保存，请选择保留哪一份");
  }

  // Mine goes out again on top of theirs, knowingly; theirs takes the place of mine.
  async choose(event, which) {
    if (!this.offer) return;
    event.preventDefault();
    const { theirs } = this.offer;
    this.see(this.offer);
    show({ [`conflict-${this.code}`]: "" });
    this.element.classList.remove("indicator-fault");
    this.offer = null;
    if (which === "mine") {
      await this.keep();
      outbox.send();
      return;
    }
    this.fill(theirs);
    await outbox.discard(this.id);
    this.say("saved", "已采用对方的评分");
  }

  waiting() {
    this.say("retrying", "未发送，已暂存在本机，联网后自动发送");
    const state = document.getElementById(`state-${this.code}`);
    state.replaceChildren(made("span", "indicator-waits", "发送后计分"));
  }

  signedOut() {
    this.say("signed-out", "登录已超时，内容已暂存在本机。请", loginLink(), "，再回到本页，将自动保存。");
  }

  async remove(event, button) {
    event.preventDefault();
    if (!sure(button, "确认删除")) return;
    button.disabled = true;
    const reply = await post(button.dataset.remove, new FormData());
    if (reply.status === 200) show(reply.answer.html);
    else if (reply.signedOut) this.signedOut();
    else this.say("refused", reply.answer?.errors?.join("") || "删除失败，请联网后重试");
    button.disabled = false;
  }
}
