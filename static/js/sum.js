// Keeps a total beside the fields it adds up: <input data-sum="name"> and <output data-sum-of="name">.
for (const output of document.querySelectorAll("[data-sum-of]")) {
  const fields = [...document.querySelectorAll(`[data-sum="${output.dataset.sumOf}"]`)];
  const add = () => {
    output.textContent = fields.reduce((sum, field) => sum + (Number(field.value) || 0), 0);
  };
  for (const field of fields) field.addEventListener("input", add);
  add();
}
