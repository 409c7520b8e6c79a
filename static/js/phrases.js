// Phrases 常用语: a click puts the phrase where the cursor stands, and what is typed can be kept as a
// phrase of one's own. Without JavaScript each phrase is a link to the form begun with it.

function insert(area, text) {
  const from = area.selectionStart ?? area.value.length;
  const to = area.selectionEnd ?? from;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

async function keep(button, area, told) {
  const form = area.form;
  const body = new URLSearchParams({
    text: area.value,
    move: button.dataset.move,
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
  });
  try {
    const answer = await fetch(button.dataset.savePhrase, { method: "POST", body });
    const said = answer.redirected ? {} : await answer.json();
    told.textContent = said.saved ? "已存为常用语。" : (said.errors?.join("") ?? "未能保存，请重新登录后再试。");
  } catch {
    told.textContent = "网络不通，未能保存，请稍后再试。";
  }
}

for (const list of document.querySelectorAll("[data-phrases]")) {
  const area = document.getElementById(list.dataset.phrases);
  const button = list.querySelector("[data-save-phrase]");
  const told = list.querySelector("[data-phrase-saved]");
  button.hidden = false;
  list.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrase]");
    if (phrase) {
      event.preventDefault();
      insert(area, phrase.textContent.trim());
    } else if (event.target.closest("[data-save-phrase]")) {
      keep(button, area, told);
    }
  });
}
