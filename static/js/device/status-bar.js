// Says whether the device is online and lists what is not sent yet, with a way to each of it.
//
// [data-outbox]  [data-words] the live sentence, [data-kept] whether the page works offline,
//                [data-send] the button, [data-left] details with a list of everything this person
//                has not sent from this device
import { button, loginLink, made, sure } from "./page.js";
import { outbox } from "./outbox.js";

const CALM = 700;

const COUNTED = { mark: (count) => `${count} 项评分`, visit: () => "到场记录", file: (count) => `${count} 个文件` };

const counted = (records) =>
  Object.entries(COUNTED)
    .map(([kind, words]) => [records.filter((record) => record.kind === kind).length, words])
    .map(([count, words]) => count && words(count))
    .filter(Boolean)
    .join("、");

const STATES = {
  unsent: () => "未发送",
  conflict: () => "已被改过，请选择保留哪一份",
  refused: (record) => `未被接受：${record.fault}`,
};

export class StatusBar {
  constructor(element) {
    this.element = element;
    this.words = element.querySelector("[data-words]");
    this.now = element.querySelector("[data-send]");
    this.kept = element.querySelector("[data-kept]");
    this.details = element.querySelector("[data-left]");
    this.list = made("ul", "");
    this.details.append(this.list);
    this.heading = document.querySelector(".page-heading").textContent.trim();
    this.now.addEventListener("click", () => outbox.send());
    outbox.addEventListener("changed", () => this.soon());
    window.addEventListener("online", () => this.soon());
    this.draw();
  }

  // A mark that is sent within a moment is no news to read out.
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), CALM);
  }

  async draw() {
    const left = await outbox.left();
    this.element.hidden = false;
    this.element.dataset.state = this.stateOf(left);
    this.now.hidden = !left.length || outbox.signedOut || !navigator.onLine;
    this.kept.hidden = Boolean(left.length);
    this.say(left);
    this.details.hidden = !left.length;
    this.list.replaceChildren(...left.map((record) => this.line(record)));
  }

  stateOf(left) {
    if (outbox.signedOut) return "signed-out";
    if (!outbox.reached) return "offline";
    return left.length ? "unsent" : "sent";
  }

  say(left) {
    const waiting = left.length ? `${left.length} 项未发送（${counted(left)}）` : "";
    const words = {
      "signed-out": `登录已超时，${waiting}，已暂存在本机。`,
      offline: waiting ? `离线：${waiting}` : "离线：可继续填写，联网后自动发送",
      unsent: `在线：${waiting}`,
      sent: outbox.lastSent ? `在线：全部已发送 ${outbox.lastSent}` : "在线：没有未发送的内容",
    };
    const said = words[this.element.dataset.state];
    if (this.said === said) return;
    this.said = said;
    this.words.replaceChildren(said, ...(outbox.signedOut ? [loginLink()] : []));
  }

  line(record) {
    const line = made("li", "left");
    const link = made("a", "left-name", record.kind === "file" ? `${record.title}：${record.name}` : record.title);
    link.href = record.place;
    if (record.about !== this.heading) link.prepend(made("span", "left-about", record.about));
    const state = made("span", "left-state", STATES[record.state](record));
    line.append(link, state);
    if (record.state === "refused") {
      const drop = button("btn btn-sm", "放弃", () => sure(drop, "：确认放弃") && outbox.discard(record.id));
      line.append(button("btn btn-sm", "重试", () => outbox.again(record.id)), drop);
    }
    return line;
  }
}
