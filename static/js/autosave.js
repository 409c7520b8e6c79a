// Saves a form field by field, and loses nothing typed when network or session fail.
//
// <form method="post" data-autosave data-url="/applications/7/field/" data-user="12"
//       data-login="/login/"> … {% csrf_token %} … </form>
//
// The form     data-url    where fields are posted (default: the form's action)
//              data-user   whose typed text is kept on this device
//              data-login  where to sign in again (default /login/)
// A field      data-version="3"  what the server said last; sent along, updated after each save
//              data-autosave-skip  is not saved by itself (files never are)
//              its sentence stands in [data-saved-for="<name>"], made in its .field when missing
// The page     [data-saved-status] shows the latest sentence too
//
// A save posts csrfmiddlewaretoken, `version`, and the field under its own name (every ticked
// value of a group; an empty group posts <name>=""). The server answers JSON:
//   200 {saved_at: "14:32", value?, version?, html?: {"<element id>": "<its new content>"}}
//       `value` replaces the field's own when it is still what was sent (12.0 becomes 12)
//   422 {errors: {"<field>": ["句子。"]}}   shown beside the field, not sent again until changed
//   409 {theirs, version}                  changed elsewhere: both are shown, the person chooses
//   401, or a redirect to the login page   the session ended: a link opens the login in a new tab
//   403 {errors?}                          once more with a fresh token, then shown as refused
// Anything else, or no answer, is tried again after 2, 4, 8 … 60 seconds.
// Events on the form: `autosave:saved`, `autosave:failed`, with detail {name, answer}.
{
  const LONGEST_WAIT = 60;
  const KEPT_FOR = 14 * 24 * 3600 * 1000;
  const KEEPALIVE_LIMIT = 40000;

  const element = (tag, css, text = "") => {
    const made = document.createElement(tag);
    made.className = css;
    made.textContent = text;
    return made;
  };

  // What is typed and not saved yet, on this device, by person and address.
  class Kept {
    constructor(form) {
      this.key = `kept:${form.dataset.user || ""}:${form.dataset.url || location.pathname}`;
    }

    read() {
      try {
        const kept = JSON.parse(localStorage.getItem(this.key) || "{}");
        return kept.at && Date.now() - kept.at < KEPT_FOR ? kept.fields : {};
      } catch {
        return {}; // storage is forbidden or broken: saving works without it
      }
    }

    write(fields) {
      try {
        const text = JSON.stringify({ at: Date.now(), fields });
        if (Object.keys(fields).length) localStorage.setItem(this.key, text);
        else localStorage.removeItem(this.key);
      } catch {
        // as above
      }
    }

    keep(name, values, version) {
      this.write({ ...this.read(), [name]: { values, version } });
    }

    forget(name) {
      const fields = this.read();
      delete fields[name];
      this.write(fields);
    }
  }

  // The sentence beside a field that says whether what stands there is saved.
  class Status {
    constructor(form) {
      this.form = form;
    }

    place(name) {
      const ready = this.form.querySelector(`[data-saved-for="${CSS.escape(name)}"]`);
      if (ready) return ready;
      const field = this.form.querySelector(`[name="${CSS.escape(name)}"]`);
      const place = element("div", "saved");
      place.dataset.savedFor = name;
      place.setAttribute("role", "status");
      (field.closest(".field") || field.parentElement).append(place);
      return place;
    }

    say(name, state, ...sentence) {
      const place = this.place(name);
      place.className = "saved";
      place.dataset.state = state;
      place.replaceChildren(...sentence);
      for (const other of document.querySelectorAll("[data-saved-status]")) {
        other.textContent = sentence[0].textContent || sentence[0];
        other.dataset.state = state;
      }
      for (const field of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        field.classList.toggle("is-invalid", state === "refused");
        if (state === "refused") field.setAttribute("aria-invalid", "true");
        else field.removeAttribute("aria-invalid");
      }
      // What the last whole submit said of this field is no longer true.
      const answered = state === "saved" && place.closest(".field");
      if (answered) answered.querySelector(".invalid-feedback")?.remove();
    }

    signedOut(name) {
      const link = element("a", "", "重新登录（新窗口）");
      link.href = `${this.form.dataset.login || "/login/"}?expired=1`;
      link.target = "_blank";
      link.rel = "noopener";
      this.say(name, "signed-out", "登录已超时，内容已暂存在本机。请", link, "，再回到本页，将自动保存。");
    }

    // Shows both values and calls `chosen(mine)`.
    choose(name, mine, theirs, chosen) {
      const pair = element("div", "versions-pair");
      for (const [label, value, own] of [["您的填写", mine, true], ["已保存的内容", theirs, false]]) {
        const side = element("div", "");
        const button = element("button", "btn btn-sm mt-2", own ? "保留我的填写" : "采用已保存的");
        button.type = "button";
        button.addEventListener("click", () => chosen(own));
        side.append(element("div", "muted", label), element("div", "versions-value", value || "（空）"));
        side.append(button);
        pair.append(side);
      }
      this.say(name, "conflict", element("strong", "", "此项已在别处修改，请选择保留哪一份："), pair);
    }
  }

  class Autosave {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.url || form.getAttribute("action") || location.href;
      this.kept = new Kept(form);
      this.status = new Status(form);
      this.waiting = new Map(); // name → timer of the next try
      this.faults = new Map(); // name → tries in a row without an answer
      this.sending = new Set();
      this.renewed = new Set(); // names sent once more with a fresh token
      this.halted = false; // the session has ended
      form.addEventListener("input", (event) => this.touched(event.target, false));
      form.addEventListener("change", (event) => this.touched(event.target, true));
      window.addEventListener("online", () => this.saveKept());
      window.addEventListener("focus", () => this.resume());
      window.addEventListener("beforeunload", (event) => this.leaving(event));
      this.reserve();
      this.restore();
    }

    // Room for every sentence from the start: a page that moves under the finger is clicked wrong.
    reserve() {
      for (const field of this.form.elements) {
        if (field.matches("input, select, textarea") && field.type !== "hidden" && this.saves(field)) {
          this.status.place(field.name);
        }
      }
    }

    saves(field) {
      const own = field.name && field.name !== "csrfmiddlewaretoken" && field.type !== "file";
      return own && !("autosaveSkip" in field.dataset);
    }

    field(name) {
      return this.form.querySelector(`[name="${CSS.escape(name)}"]`);
    }

    values(name) {
      return new FormData(this.form).getAll(name).map(String);
    }

    put(name, values) {
      for (const field of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "checkbox" || field.type === "radio") {
          field.checked = values.includes(field.value);
        } else if (field.multiple && field.options) {
          for (const option of field.options) option.selected = values.includes(option.value);
        } else {
          field.value = values[0] ?? "";
        }
      }
    }

    touched(field, finished) {
      if (!this.saves(field)) return;
      const version = this.field(field.name).dataset.version;
      this.kept.keep(field.name, this.values(field.name), version);
      this.renewed.delete(field.name);
      if (finished) this.save(field.name);
    }

    restore() {
      for (const [name, { values, version }] of Object.entries(this.kept.read())) {
        const field = this.field(name);
        if (!field) continue;
        const present = this.values(name);
        const moved = field.dataset.version !== undefined && field.dataset.version !== version;
        if (String(values) === String(present)) {
          this.kept.forget(name);
        } else if (moved) {
          this.put(name, values);
          this.differ(name, present, field.dataset.version);
        } else {
          this.put(name, values);
          this.save(name);
        }
      }
    }

    body(name, values) {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", this.field("csrfmiddlewaretoken").value);
      body.append("version", this.field(name).dataset.version || "");
      for (const value of values.length ? values : [""]) body.append(name, value);
      return body;
    }

    async save(name) {
      clearTimeout(this.waiting.get(name));
      this.waiting.delete(name);
      if (this.halted) return this.status.signedOut(name);
      if (this.sending.has(name)) return this.later(name, 0.3);
      const sent = this.values(name);
      this.sending.add(name);
      this.status.say(name, "saving", "正在保存…");
      const response = await fetch(this.url, {
        method: "POST",
        body: this.body(name, sent),
        headers: { Accept: "application/json", "X-Requested-With": "fetch" },
        redirect: "manual",
        keepalive: String(sent).length < KEEPALIVE_LIMIT,
      }).catch(() => null);
      const answer = response && (await response.json().catch(() => null));
      this.sending.delete(name);
      this.answered(name, sent, response, answer);
    }

    answered(name, sent, response, answer) {
      if (!response) return this.retry(name);
      if (response.type === "opaqueredirect" || response.status === 401) return this.halt(name);
      if (response.status === 403) return this.forbidden(name, answer);
      if (response.status === 422 && answer) return this.refused(name, answer);
      if (response.status === 409 && answer) return this.conflict(name, answer);
      if (response.ok && answer) return this.saved(name, sent, answer);
      return this.retry(name);
    }

    saved(name, sent, answer) {
      this.faults.delete(name);
      this.renewed.delete(name);
      const field = this.field(name);
      if (answer.version !== undefined) field.dataset.version = answer.version;
      if (String(this.values(name)) === String(sent)) {
        this.kept.forget(name);
        if (answer.value !== undefined && answer.value !== null) {
          this.put(name, [answer.value].flat().map(String));
        }
      } else {
        this.kept.keep(name, this.values(name), field.dataset.version);
      }
      for (const [id, html] of Object.entries(answer.html || {})) {
        const place = document.getElementById(id);
        if (place) place.innerHTML = html;
      }
      this.status.say(name, "saved", `已保存 ${answer.saved_at}`);
      this.tell("saved", name, answer);
    }

    refused(name, answer) {
      this.faults.delete(name);
      const said = Object.values((answer && answer.errors) || {}).flat().join(" ");
      this.status.say(name, "refused", `未保存：${said || "此项现在不能修改，请刷新页面查看。"}`);
      this.tell("failed", name, answer);
    }

    conflict(name, answer) {
      const theirs = [answer.theirs].flat().map((value) => String(value ?? ""));
      this.differ(name, theirs, answer.version);
      this.tell("failed", name, answer);
    }

    differ(name, theirs, version) {
      const shown = (values) => values.map((value) => this.label(name, value)).join("、");
      this.status.choose(name, shown(this.values(name)), shown(theirs), (mine) => {
        if (version !== undefined) this.field(name).dataset.version = version;
        if (mine) return this.save(name);
        this.put(name, theirs);
        this.kept.forget(name);
        this.status.say(name, "saved", "已采用保存的内容");
      });
    }

    // How a value reads on the page: the text of its option or box.
    label(name, value) {
      const field = this.field(name);
      const option = [...(field.options || [])].find((one) => one.value === value);
      if (option) return option.text;
      if (field.type !== "radio" && field.type !== "checkbox") return value;
      const named = `[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`;
      const box = this.form.querySelector(named);
      return box && box.labels.length ? box.labels[0].textContent.trim() : value;
    }

    async forbidden(name, answer) {
      if (this.renewed.has(name) || !(await this.renewToken())) return this.refused(name, answer);
      this.renewed.add(name);
      return this.save(name);
    }

    halt(name) {
      this.halted = true;
      this.status.signedOut(name);
      this.tell("failed", name, null);
    }

    async resume() {
      if (this.halted && (await this.renewToken())) {
        this.halted = false;
        this.saveKept();
      }
    }

    // Signing in again makes a new token, while this page still holds the old one.
    async renewToken() {
      const response = await fetch(location.href, { redirect: "manual" }).catch(() => null);
      if (!response || !response.ok) return false;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
      if (fresh) this.field("csrfmiddlewaretoken").value = fresh.value;
      return Boolean(fresh);
    }

    retry(name) {
      const faults = (this.faults.get(name) || 0) + 1;
      this.faults.set(name, faults);
      this.status.say(name, "retrying", "未保存，正在重试");
      this.later(name, Math.min(2 ** faults, LONGEST_WAIT));
      this.tell("failed", name, null);
    }

    later(name, seconds) {
      clearTimeout(this.waiting.get(name));
      this.waiting.set(name, setTimeout(() => this.save(name), seconds * 1000));
    }

    saveKept() {
      for (const name of Object.keys(this.kept.read())) if (this.field(name)) this.save(name);
    }

    // Text survives on the device in any case; the question is for what the server lacks.
    leaving(event) {
      if (this.waiting.size || this.halted) event.preventDefault();
    }

    tell(kind, name, answer) {
      const detail = { name, answer };
      this.form.dispatchEvent(new CustomEvent(`autosave:${kind}`, { detail, bubbles: true }));
    }
  }

  for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
}
