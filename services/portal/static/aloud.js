// Web Speech API, section 4.2 (SpeechSynthesis): reads the page aloud where the device can speak.
const button = document.querySelector("[data-aloud]");
const speech = window.speechSynthesis;
const WORD = /[\p{L}\p{N}]/u;

// HTML, checkVisibility: neither hidden, nor in a closed details.
const seen = (at) =>
  !at.closest("textarea, .unseen, .aloud") &&
  (at.localName === "option"
    ? at.selected && seen(at.closest("select"))
    : at.checkVisibility?.({ visibilityProperty: true }) ?? at.getClientRects().length > 0);

const language = (text, at) => (/\p{Script=Han}/u.test(text) ? "zh-CN" : at.closest("[lang]").lang);

// What is said in one breath: a row of a table, or the nearest box that is no part of a line.
const breath = (at) => {
  if (at.closest("tr")) return at.closest("tr");
  while (/^(inline|contents)/.test(getComputedStyle(at).display)) at = at.parentElement;
  return at;
};

const heads = (cell) => [...(cell.closest("table").tHead?.rows[0]?.cells ?? [])];

// Everything visible of the page in its order, each text once; what stands in a column after its head.
const pieces = () => {
  const walk = document.createTreeWalker(document.querySelector("main"), 5);
  const found = [];
  let last = {}, inside = null;

  const say = (text, at, lang) => {
    const box = breath(at);
    if (last.box === box && (last.lang === lang || !WORD.test(text))) last.text += text;
    else found.push((last = { box, lang, text }));
  };

  while (walk.nextNode()) {
    const node = walk.currentNode, at = node.parentElement;
    if (node.localName === "br") last.text += " ";
    if (node.nodeType !== Node.TEXT_NODE) continue;
    if (!node.data.trim()) last.text += " ";
    if (!node.data.trim() || !seen(at)) continue;
    const cell = at.closest("td, th");
    if (cell && heads(cell).includes(cell) && cell.closest("table").tBodies[0]?.rows.length) continue;
    if (cell && cell !== inside) {
      const head = heads(cell)[cell.cellIndex]?.textContent.trim();
      last.text += ", ";
      if (head) say(`${head}: `, cell, language(head, cell));
      inside = cell;
    }
    say(node.data, at, language(node.data, at));
  }
  return found;
};

// A short piece at a time: some devices stop in the middle of a long one. Signs without words are no speech.
const sentences = ({ lang, text }) =>
  (text.replace(/[\u25a0-\u25ff‼]/g, " ").replace(/\s+/g, " ").match(/[^。！？]+[。！？]*/g) ?? [])
    .map((each) => [lang, each.trim()])
    .filter(([, each]) => WORD.test(each));

if (button && speech && window.SpeechSynthesisUtterance) {
  const start = button.textContent;
  let reading = false;

  const silent = () => {
    reading = false;
    button.textContent = start;
    button.removeAttribute("aria-pressed");
  };

  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    speech.cancel();
    if (reading) return silent();
    reading = true;
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    const texts = pieces().flatMap(sentences);
    texts.forEach(([lang, text], place) => {
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.lang = lang;
      utterance.rate = 0.9;
      if (place === texts.length - 1) utterance.onend = () => reading && silent();
      speech.speak(utterance);
    });
  });
  addEventListener("pagehide", () => speech.cancel());
}
