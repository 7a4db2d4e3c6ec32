// Leest de pagina voor, alleen met een Nederlandse stem die op het apparaat zelf staat: niets gaat naar een ander.
const button = document.querySelector("[data-lees]");
const talk = window.speechSynthesis;
const BLOCKS = "h1, h2, h3, p, li, dt, dd";

if (button && talk) {
  const voice = () => talk.getVoices().find(v => v.localService && /^nl([-_]|$)/i.test(v.lang));
  const label = on => { button.textContent = on ? button.dataset.stop : button.dataset.lees; };
  const show = () => { button.parentElement.hidden = !voice(); };
  let reading = false;

  const stop = () => {
    reading = false;
    talk.cancel();
    label(false);
  };
  const texts = () => [...document.querySelectorAll("main *")]
    .filter(el => el.matches(BLOCKS) && !el.querySelector(BLOCKS) && !el.closest("nav, [data-alleen-script]") && el.checkVisibility())
    .map(el => el.textContent.replace(/\s+/g, " ").trim()).filter(Boolean);

  const start = () => {
    talk.cancel();
    reading = true;
    label(true);
    const all = texts();
    all.forEach((text, index) => {
      const said = new SpeechSynthesisUtterance(text);
      said.voice = voice();
      said.lang = said.voice.lang;
      said.rate = 0.95;
      if (index === all.length - 1) said.onend = () => reading && stop();
      talk.speak(said);
    });
  };

  button.addEventListener("click", () => reading ? stop() : start());
  addEventListener("pagehide", stop);
  talk.addEventListener?.("voiceschanged", show);
  show();
}
