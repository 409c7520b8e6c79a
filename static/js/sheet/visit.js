// The arrival on site: time, and place if the expert allows it, kept on the device until it is sent.
//
// form[data-visit]  data-sheet; its button sends the time alone where there is no script
import { outbox } from "../device/outbox.js";

const PATIENCE = 15000;

const clock = (moment) => new Intl.DateTimeFormat("zh-CN", { timeStyle: "short", hour12: false }).format(moment);

// What the phone knows of the place; nothing when it does not or must not say.
const place = () =>
  new Promise((resolve) => {
    if (!navigator.geolocation) return resolve({});
    const known = ({ coords: { latitude, longitude, accuracy } }) => resolve({ latitude, longitude, accuracy });
    const options = { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60000 };
    return navigator.geolocation.getCurrentPosition(known, () => resolve({}), options);
  });

const placeWords = ({ latitude, accuracy }) =>
  latitude === undefined ? "未记录位置" : `位置已记录，误差约 ${Math.max(1, Math.round(accuracy))} 米`;

export class Visit {
  constructor(form) {
    this.form = form;
    this.button = form.querySelector("button");
    this.words = form.querySelector("[data-visit-words]");
    this.id = `${outbox.user}:visit:${form.dataset.sheet}`;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.arrive();
    });
  }

  async arrive() {
    const arrived = Date.now();
    this.button.disabled = true;
    this.say("正在确定位置…");
    const values = { arrived, ...(await place()) };
    await outbox.keep({
      id: this.id,
      kind: "visit",
      sheet: this.form.dataset.sheet,
      about: document.querySelector(".page-heading").textContent.trim(),
      title: "到达现场",
      place: `${location.pathname}${location.search}#visit`,
      url: this.form.getAttribute("action"),
      values,
      state: "unsent",
      entered: arrived,
    });
    this.show(values, "（未发送，已暂存在本机）");
    outbox.send();
  }

  restore(record) {
    if (record.state === "refused") return this.settled("refused", null, record);
    return this.settled(record.state === "sent" ? "sent" : "unreached", record.answer, record);
  }

  settled(outcome, answer, record) {
    if (outcome === "sent") this.show(answer.has_place ? record.values : {}, "", answer.recorded);
    else if (outcome === "refused") {
      this.say(`未记录：${record.fault}`);
      this.button.disabled = false;
      this.button.hidden = false;
    } else if (outcome === "signed-out") this.show(record.values, "（登录已超时，登录后自动发送）");
    else this.show(record.values, "（未发送，已暂存在本机，联网后自动发送）");
  }

  show(values, after, time = clock(values.arrived)) {
    this.button.hidden = true;
    this.form.querySelector("[data-visit-why]").hidden = true;
    this.say(`${time} 到达，${placeWords(values)}${after}`);
  }

  say(text) {
    this.words.textContent = text;
  }
}
