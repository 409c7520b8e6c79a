// The files of one card that are on their way: kept on the device with a preview until they are sent.
import { button, made, show } from "../device/page.js";
import { outbox } from "../device/outbox.js";

const WAITS = "未发送，已暂存在本机，联网后自动上传";
const PICTURE = /^image\/(?:jpeg|png|gif|webp|avif)$/;

const told = (name, sentence) => (sentence.startsWith(name) ? sentence : `${name}：${sentence}`);

export class Uploads {
  constructor(element, base, { maxBytes, tooLarge }) {
    this.place = element.querySelector("[data-uploads]");
    this.url = element.dataset.upload;
    this.prefix = `${outbox.user}:file:${base.sheet}:${element.dataset.code}:`;
    this.base = base;
    this.maxBytes = Number(maxBytes);
    this.tooLarge = tooLarge;
    this.lines = new Map();
  }

  choose(control) {
    const files = [...control.files];
    control.value = "";
    return this.add(files);
  }

  async add(files) {
    for (const [number, file] of files.entries()) {
      const id = `${this.prefix}${Date.now()}-${number}`;
      if (file.size > this.maxBytes) this.failed(this.line({ id, name: file.name }), told(file.name, this.tooLarge));
      else await this.keep(id, file, number);
    }
    outbox.send();
  }

  keep(id, file, number) {
    const record = { ...this.base, id, kind: "file", url: this.url, name: file.name, file, state: "unsent" };
    this.line(record);
    return outbox.keep({ ...record, entered: Date.now() + number });
  }

  owns(record) {
    return record.id.startsWith(this.prefix);
  }

  // A line per file: preview, name, how far it is, and a way to leave it out.
  line(record) {
    if (this.lines.has(record.id)) return this.lines.get(record.id);
    const line = made("div", "uploading");
    const words = made("span", "uploading-words", WAITS);
    const drop = button("btn btn-sm", "移除", () => this.drop(record.id));
    drop.setAttribute("aria-label", `移除 ${record.name}`);
    line.append(...this.preview(record), made("span", "file-name", record.name), words, drop);
    this.place.append(line);
    this.lines.set(record.id, line);
    return line;
  }

  preview({ file }) {
    if (!file || !PICTURE.test(file.type)) return [];
    const picture = made("img", "uploading-preview");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    return [picture];
  }

  say(line, words) {
    line.querySelector(".uploading-words").textContent = words;
  }

  restore(record) {
    if (!this.lines.has(record.id)) this.settled(record.state === "refused" ? "refused" : "unreached", null, record);
  }

  sending(record) {
    const line = this.line(record);
    line.className = "uploading";
    line.querySelector("progress")?.remove();
    line.querySelector("[data-again]")?.remove();
    const bar = made("progress", "uploading-bar");
    bar.max = 1;
    bar.setAttribute("aria-label", `${record.name} 上传进度`);
    line.querySelector(".uploading-words").before(bar);
    this.say(line, "正在上传");
  }

  progress(record, part) {
    const line = this.line(record);
    line.querySelector("progress").value = part;
    this.say(line, part < 1 ? `${Math.round(part * 100)}%` : "正在检查…");
  }

  settled(outcome, answer, record) {
    const line = this.line(record);
    line.querySelector("progress")?.remove();
    if (outcome === "sent") {
      show(answer.html);
      this.clear(record.id);
    } else if (outcome === "refused") this.failed(line, told(record.name, record.fault), record.id);
    else if (outcome === "signed-out") this.say(line, "登录已超时，请登录后继续上传");
    else this.say(line, WAITS);
  }

  failed(line, sentence, again) {
    line.className = "uploading uploading-failed";
    line.setAttribute("role", "alert");
    this.say(line, sentence);
    if (!again) return;
    const retry = button("btn btn-sm", "重试", () => outbox.again(again));
    retry.dataset.again = "";
    line.querySelector(".btn").before(retry);
  }

  drop(id) {
    this.clear(id);
    outbox.discard(id);
  }

  clear(id) {
    const line = this.lines.get(id);
    const picture = line.querySelector("img");
    if (picture) URL.revokeObjectURL(picture.src);
    line.remove();
    this.lines.delete(id);
  }
}
