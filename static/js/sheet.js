// Fills in a score sheet: every card saves itself, keeps what is not saved yet, and uploads files.
//
// form.sheet-form  data-sheet, data-user  whose unsaved entries are kept on this device
// [data-card]      data-url (save), data-upload; its controls are named m<key>-…
// A save answers JSON: 200 {version, saved_at, was, html}, 409 {version, theirs, was, html},
// 422 or 403 {errors}; `html` is new content by element id. A redirect means: signed out.
{
  const form = document.querySelector("form.sheet-form");
  const LONGEST_WAIT = 60;
  const KEPT_FOR = 14 * 24 * 3600 * 1000;
  const TYPING_PAUSE = 900;
  const SURE_FOR = 4000;
  const cards = new Map();

  const made = (tag, css, text = "") => {
    const element = document.createElement(tag);
    element.className = css;
    element.textContent = text;
    return element;
  };

  // Signing in again makes a new token; the cookie always holds the present one.
  const token = () =>
    document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || form.elements.csrfmiddlewaretoken.value;

  const show = (html = {}) => {
    for (const [id, content] of Object.entries(html)) {
      const place = document.getElementById(id);
      if (place) place.innerHTML = content;
    }
  };

  const post = async (url, body) => {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      redirect: "manual",
    }).catch(() => null);
    const answer = response && (await response.json().catch(() => null));
    const signedOut = response && (response.type === "opaqueredirect" || response.status === 401);
    return { status: response ? response.status : 0, signedOut, answer };
  };

  // What is entered and not on the server yet, on this device, by person and sheet.
  const kept = {
    key: `sheet:${form.dataset.user}:${form.dataset.sheet}`,
    read() {
      try {
        const all = Object.entries(JSON.parse(localStorage.getItem(this.key) || "{}"));
        return Object.fromEntries(all.filter(([, one]) => Date.now() - one.at < KEPT_FOR));
      } catch {
        return {}; // storage is forbidden or broken: saving works without it
      }
    },
    write(all) {
      try {
        if (Object.keys(all).length) localStorage.setItem(this.key, JSON.stringify(all));
        else localStorage.removeItem(this.key);
      } catch {
        // as above
      }
    },
    keep(code, values, version) {
      this.write({ ...this.read(), [code]: { values, version, at: Date.now() } });
    },
    forget(code) {
      const all = this.read();
      delete all[code];
      this.write(all);
    },
  };

  class Card {
    constructor(element) {
      this.element = element;
      this.code = element.dataset.code;
      this.prefix = `m${element.dataset.card}-`;
      this.saved = element.querySelector("[data-saved]");
      this.faults = 0;
      this.sending = false;
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

    fill(values) {
      for (const one of this.controls()) {
        const value = values[one.name.slice(this.prefix.length)] ?? "";
        if (one.type === "radio") one.checked = one.value === value;
        else if (one.type === "checkbox") one.checked = value === "on";
        else one.value = value;
      }
    }

    entered(control, finished = false) {
      if (control.type === "file") return finished ? this.upload([...control.files], control) : undefined;
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
      else if ("clear" in button.dataset) this.change({ note: this.values().note });
      else if (button.dataset.keep) this.choose(event, button.dataset.keep);
      else if (button.dataset.remove) this.remove(event, button);
    }

    step(button) {
      const count = button.parentElement.querySelector("input");
      const next = Math.min(999, Math.max(0, Number(count.value || 0) + Number(button.dataset.step)));
      count.value = String(next);
      this.entered(count, true);
    }

    change(values) {
      this.fill(values);
      this.keep();
      this.later(0);
    }

    keep() {
      kept.keep(this.code, this.values(), this.control("version").value);
    }

    say(state, sentence) {
      this.saved.dataset.state = state;
      this.saved.replaceChildren(sentence);
    }

    later(milliseconds) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), milliseconds);
    }

    body() {
      const body = new FormData();
      for (const [name, value] of Object.entries(this.values())) body.append(this.prefix + name, value);
      body.append(`${this.prefix}version`, this.control("version").value);
      return body;
    }

    async save() {
      if (this.sending) return this.later(200);
      clearTimeout(this.timer);
      this.timer = null;
      const sent = JSON.stringify(this.values());
      this.sending = true;
      this.say("saving", "正在保存…");
      const reply = await post(this.element.dataset.url, this.body());
      this.sending = false;
      if (reply.signedOut) return this.signedOut();
      if (reply.status === 200) return this.accepted(reply.answer, sent);
      if (reply.status === 409) return this.conflict(reply.answer);
      if (reply.answer && reply.answer.errors) return this.refused(reply.answer.errors);
      return this.retry();
    }

    accepted(answer, sent) {
      this.faults = 0;
      this.control("version").value = answer.version;
      this.control("was").value = answer.was;
      show({ ...answer.html, [`error-${this.code}`]: "", [`conflict-${this.code}`]: "" });
      this.element.classList.remove("indicator-fault");
      if (JSON.stringify(this.values()) === sent) kept.forget(this.code);
      this.say("saved", `已保存 ${answer.saved_at}`);
    }

    refused(sentences) {
      const place = document.getElementById(`error-${this.code}`);
      place.replaceChildren(...sentences.map((text) => made("p", "invalid-feedback d-block", text)));
      this.say("refused", "未保存");
    }

    conflict(answer) {
      this.offer = answer;
      show(answer.html);
      this.element.classList.add("indicator-fault");
      this.say("refused", "未保存，请选择保留哪一份");
    }

    // Mine goes out again on top of theirs, knowingly; theirs takes the place of mine.
    choose(event, which) {
      if (!this.offer) return;
      event.preventDefault();
      const { version, theirs, was } = this.offer;
      this.control("version").value = version;
      this.control("was").value = was;
      show({ [`conflict-${this.code}`]: "" });
      this.element.classList.remove("indicator-fault");
      this.offer = null;
      if (which === "mine") {
        this.keep();
        this.save();
        return;
      }
      this.fill(theirs);
      kept.forget(this.code);
      this.say("saved", "已采用对方的评分");
    }

    retry() {
      this.faults += 1;
      this.say("retrying", "未保存，正在重试");
      this.later(Math.min(2 ** this.faults, LONGEST_WAIT) * 1000);
    }

    signedOut() {
      const link = made("a", "", "重新登录（新窗口）");
      link.href = "/login/?expired=1";
      link.target = "_blank";
      link.rel = "noopener";
      const sentence = made("span", "", "登录已超时，内容已暂存在本机。请");
      sentence.append(link, "，再回到本页，将自动保存。");
      this.say("signed-out", sentence);
    }

    async remove(event, button) {
      event.preventDefault();
      if (!button.dataset.sure) {
        button.dataset.sure = "1";
        button.append(made("span", "file-sure", "确认删除"));
        setTimeout(() => {
          delete button.dataset.sure;
          button.querySelector(".file-sure")?.remove();
        }, SURE_FOR);
        return;
      }
      button.disabled = true;
      const reply = await post(button.dataset.remove, new FormData());
      if (reply.status === 200) show(reply.answer.html);
      else if (reply.signedOut) this.signedOut();
      else this.say("refused", reply.answer?.errors?.join("") || "删除失败，请重试");
      button.disabled = false;
    }

    async upload(files, control) {
      if (control) control.value = "";
      for (const file of files) await this.uploadOne(file);
    }

    uploadOne(file) {
      const line = made("p", "uploading");
      const bar = made("progress", "uploading-bar");
      const words = made("span", "uploading-words", "正在上传");
      bar.max = 1;
      bar.setAttribute("aria-label", `${file.name} 上传进度`);
      line.append(made("span", "file-name", file.name), bar, words);
      this.element.querySelector("[data-uploads]").append(line);
      if (file.size > Number(form.dataset.maxBytes)) {
        return this.failed(line, file, form.dataset.tooLarge, false);
      }
      return this.transfer(file, bar, words).then((fault) => {
        if (fault) this.failed(line, file, fault.sentence, fault.again);
        else line.remove();
      });
    }

    // XMLHttpRequest, because fetch does not tell how far an upload is.
    transfer(file, bar, words) {
      return new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open("POST", this.element.dataset.upload);
        request.setRequestHeader("Accept", "application/json");
        request.setRequestHeader("X-CSRFToken", token());
        request.responseType = "json";
        request.upload.addEventListener("progress", (event) => {
          bar.value = event.loaded / event.total;
          words.textContent = event.loaded < event.total ? `${Math.round(bar.value * 100)}%` : "正在检查…";
        });
        request.addEventListener("loadend", () => resolve(this.transferred(request)));
        const body = new FormData();
        body.append("files", file);
        request.send(body);
      });
    }

    transferred(request) {
      if (request.status === 200 && request.response?.html) {
        show(request.response.html);
        return null;
      }
      if (request.response?.errors) return { sentence: request.response.errors.join(""), again: false };
      if (request.status === 200) {
        this.signedOut();
        return { sentence: "登录已超时，请登录后重试。", again: true };
      }
      return { sentence: "上传失败，请检查网络后重试。", again: true };
    }

    failed(line, file, sentence, again) {
      const close = made("button", "btn btn-sm", again ? "重试" : "知道了");
      close.type = "button";
      close.addEventListener("click", () => {
        line.remove();
        if (again) this.uploadOne(file);
      });
      line.className = "uploading uploading-failed";
      line.setAttribute("role", "alert");
      const told = sentence.startsWith(file.name) ? sentence : `${file.name}：${sentence}`;
      line.replaceChildren(made("span", "uploading-words", told), close);
    }
  }

  const droppedOn = (event) => cards.get(event.target.closest?.("[data-card]"));

  const restore = () => {
    for (const [code, { values, version }] of Object.entries(kept.read())) {
      const card = [...cards.values()].find((one) => one.code === code);
      if (!card) continue;
      card.fill(values);
      card.control("version").value = version;
      card.save();
    }
  };

  form.classList.add("sheet-live");
  for (const element of form.querySelectorAll("[data-card]")) cards.set(element, new Card(element));
  restore();

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.type === "number") event.preventDefault();
  });
  form.addEventListener("dragover", (event) => {
    if (droppedOn(event)) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    const card = droppedOn(event);
    if (!card || !event.dataTransfer.files.length) return;
    event.preventDefault();
    card.upload([...event.dataTransfer.files]);
  });
  window.addEventListener("online", restore);
  window.addEventListener("focus", () => {
    if (document.querySelector('[data-state="signed-out"]')) restore();
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...cards.values()].some((card) => card.sending || card.timer)) event.preventDefault();
  });
  form.addEventListener("submit", () => {
    for (const card of cards.values()) {
      clearTimeout(card.timer);
      card.timer = null;
    }
  });
}
