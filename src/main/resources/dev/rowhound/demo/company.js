// Fetches the company that the page is about and inserts it in place of the waiting note.
const waiting = document.getElementById('cho');
const { code, delay } = waiting.dataset;

setTimeout(async () => {
  const response = await fetch(`/api/companies/${encodeURIComponent(code)}`);
  if (!response.ok) {
    waiting.textContent = 'Không tải được dữ liệu. Vui lòng thử lại.';
    return;
  }
  const company = await response.json();
  const card = document.getElementById('mau').content.cloneNode(true);
  for (const element of card.querySelectorAll('[data-field]')) {
    element.textContent = company[element.dataset.field];
  }
  document.title = company.name;
  waiting.replaceWith(card);
}, Number(delay));
