// The page shown without a network: what can be opened all the same.
import { made } from "./page.js";
import { list } from "./pages.js";

const place = document.querySelector("[data-kept-pages]");

const line = ({ address, title }) => {
  const item = made("li", "");
  const link = made("a", "", title);
  link.href = address;
  item.append(link);
  return item;
};

list().then((pages) => {
  if (!pages.length) return;
  const lines = made("ul", "");
  lines.append(...pages.map(line));
  place.querySelector("[data-none]").replaceWith(lines);
});
