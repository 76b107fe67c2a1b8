// Web Speech API, section 4.2 (SpeechSynthesis): reads the page aloud where the device can speak.
const button = document.querySelector("[data-aloud]");
const speech = window.speechSynthesis;

if (button && speech && window.SpeechSynthesisUtterance) {
  const start = button.textContent;
  let reading = false;

  const silent = () => {
    reading = false;
    button.textContent = start;
    button.removeAttribute("aria-pressed");
  };

  // A short piece at a time: some devices stop in the middle of a long one.
  const pieces = () =>
    [...document.querySelectorAll("main h1, main h2, main h3, main p, main li, main dt, main dd")]
      .filter((each) => each.getClientRects().length && !each.contains(button) && !each.querySelector("p, li, dd, h2, h3"))
      .map((each) => each.innerText.trim())
      .filter(Boolean);

  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    speech.cancel();
    if (reading) return silent();
    reading = true;
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    const texts = pieces();
    texts.forEach((text, place) => {
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.lang = document.documentElement.lang;
      utterance.rate = 0.9;
      if (place === texts.length - 1) utterance.onend = () => reading && silent();
      speech.speak(utterance);
    });
  });
  addEventListener("pagehide", () => speech.cancel());
}
