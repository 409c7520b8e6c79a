// Small things done to a page.

export const made = (tag, css, text = "") => {
  const element = document.createElement(tag);
  element.className = css;
  element.textContent = text;
  return element;
};

export const button = (css, text, act) => {
  const element = made("button", css, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
};

// New content of the server, by element id.
export const show = (html = {}) => {
  for (const [id, content] of Object.entries(html)) {
    const place = document.getElementById(id);
    if (place) place.innerHTML = content;
  }
};

export const loginLink = () => {
  const link = made("a", "", "重新登录（新窗口）");
  link.href = "/login/?expired=1";
  link.target = "_blank";
  link.rel = "noopener";
  return link;
};

const SURE_FOR = 4000;

// Asks on the button itself: only a second press within a few seconds counts.
export const sure = (pressed, question) => {
  if (pressed.dataset.sure) return true;
  pressed.dataset.sure = "1";
  const asked = made("span", "sure", question);
  pressed.append(asked);
  setTimeout(() => {
    delete pressed.dataset.sure;
    asked.remove();
  }, SURE_FOR);
  return false;
};
