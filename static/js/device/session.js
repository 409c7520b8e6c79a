// On every page of somebody signed in: what is left to send is sent, what the device keeps for
// somebody else is dropped, and nobody leaves with things unsent without knowing.
import { button, made } from "./page.js";
import { outbox } from "./outbox.js";
import { forgetOthers } from "./pages.js";

const leaving = document.querySelector("form[data-leaving]");

const question = (count) =>
  `本机还有 ${count} 项内容未发送。退出后，已下载的页面将从本机清除；未发送的内容继续暂存在本机，用同一账号登录后自动发送。`;

const ask = (text, answers) => {
  const dialog = made("dialog", "ask");
  dialog.setAttribute("aria-labelledby", "leaving-title");
  const title = made("h2", "ask-title", "退出登录");
  title.id = "leaving-title";
  const actions = made("div", "ask-actions");
  actions.append(...answers.map(([css, label, act]) => button(css, label, () => (dialog.close(), act()))));
  dialog.append(title, made("p", "", text), actions);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};

const leave = async () => {
  await outbox.forgetSent();
  leaving.submit();
};

leaving?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const stay = ["btn", "取消", () => {}];
  if (!navigator.onLine) return ask("现在没有网络，不能退出登录。请联网后再试。", [["btn btn-primary", "知道了", () => {}]]);
  const left = await outbox.left();
  if (!left.length) return leave();
  return ask(question(left.length), [stay, ["btn btn-danger", "仍要退出", leave]]);
});

// Pages with a status bar list what is left themselves.
const remind = async () => {
  if (document.querySelector("[data-outbox]")) return;
  const left = await outbox.left();
  document.getElementById("left-here")?.remove();
  if (!left.length) return;
  const note = made("div", "alert alert-warning");
  note.id = "left-here";
  note.setAttribute("role", "status");
  const link = made("a", "", "查看");
  link.href = left[0].place;
  const words = made("div", "", `本机还有 ${left.length} 项评分内容未发送。`);
  words.append(link);
  note.append(words);
  document.querySelector("#main .page-top").after(note);
};

forgetOthers(outbox.user);
outbox.addEventListener("changed", remind);
outbox.start().then(remind);
