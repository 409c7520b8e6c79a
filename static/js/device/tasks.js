// The expert's list of tasks: each can be taken along, and says what of it is not sent yet.
//
// [data-take]  data-sheet (its key), data-address (of its sheet)
import { button, made } from "./page.js";
import { outbox } from "./outbox.js";
import { insist, isKept, keepSheet, ready, review } from "./pages.js";
import { StatusBar } from "./status-bar.js";

class Task {
  constructor(element) {
    this.element = element;
    this.address = element.dataset.address;
    this.words = made("p", "take-words");
    this.words.setAttribute("role", "status");
    this.left = made("p", "take-left");
    this.button = button("btn", "下载到本机，离线可用", () => this.take());
    element.append(this.left, this.button, this.words);
    this.count();
    outbox.addEventListener("changed", () => this.count());
  }

  async count() {
    const records = await outbox.of(this.element.dataset.sheet);
    const count = records.filter((record) => record.state !== "sent").length;
    this.left.hidden = !count;
    this.left.textContent = count ? `${count} 项未发送` : "";
  }

  async look() {
    if (await isKept(this.address)) this.taken();
  }

  async take() {
    this.button.disabled = true;
    insist();
    const worked = await keepSheet(this.address, (done, count) => this.say(`正在下载 ${done}/${count}`));
    this.button.disabled = false;
    if (worked) this.taken();
    else this.say("下载没有完成，请检查网络后重试。");
  }

  taken() {
    this.button.hidden = true;
    this.say("已可离线使用");
  }

  say(text) {
    this.words.textContent = text;
  }
}

const start = async () => {
  new StatusBar(document.querySelector("[data-outbox]"));
  if (!(await ready())) return;
  const tasks = [...document.querySelectorAll("[data-take]")].map((element) => new Task(element));
  for (const task of tasks) task.look();
  review();
};

start();
