// WCAG 2.2, 2.2.1: before a session, or a step of a log-in, ends for want of use the page asks. Who types or
// moves is at work.
const dialog = document.querySelector("dialog[data-idle]");
const WARNING = 60, LAG = 30;

if (dialog) {
  const form = dialog.querySelector("form");
  const left = dialog.querySelector("[data-left]");
  // The server counts a use up to LAG seconds late.
  let idle = Number(dialog.dataset.idle) - LAG;
  const step = dialog.dataset.step;
  const others = new BroadcastChannel(step ? "furong-step" : "furong-session");
  let last = Date.now(), refused = 0, moved = false, asked = false, final = false;

  const used = () => {
    last = Date.now();
    asked = moved = false;
    if (dialog.open) dialog.close();
  };
  const leave = () => {
    clearInterval(ticking);
    const shared = "shared" in dialog.dataset;
    const written = [...document.querySelectorAll("main textarea")].filter((each) => each.value !== each.defaultValue);
    if (written.length && !shared) return giveBack(written.map((each) => each.value).join("\n\n"));
    location.replace(`/login?next=${encodeURIComponent(shared ? "/" : step ?? location.pathname)}&expired=1`);
  };
  const giveBack = (text) => {
    const ended = form.cloneNode(true);
    ended.action = "/login/ended";
    const field = document.createElement("textarea");
    Object.assign(field, { name: "text", value: text, hidden: true });
    ended.append(field);
    document.body.append(ended);
    ended.submit();
  };
  const stay = async () => {
    asked = true;
    const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) })
      .catch(() => null);
    asked = false;
    if (reply?.ok) {
      const given = reply.headers.get("Idle-Left");
      if (given) idle = Number(given) - LAG;
      final = idle <= WARNING;  // A step has an end of its own: no question that changes nothing.
      used();
      others.postMessage("used");
    } else if (reply?.status === 401) leave();
    else refused = Date.now();
  };
  const tick = () => {
    const rest = Math.ceil(idle - (Date.now() - last) / 1000);
    if (rest <= 0) leave();
    else if (moved && rest < idle - LAG && !asked && !dialog.open && Date.now() - refused > 1000 * LAG) stay();
    else if (rest <= WARNING && !dialog.open && !final) dialog.showModal();
    left.textContent = rest;
  };

  for (const name of ["keydown", "pointerdown", "input", "scroll"]) {
    addEventListener(name, () => { moved = true; }, { passive: true, capture: true });
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); stay(); });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  others.addEventListener("message", used);
  others.postMessage("used");
  addEventListener("visibilitychange", tick);
  addEventListener("pageshow", (event) => { if (event.persisted) tick(); });
  const ticking = setInterval(tick, 1000);
}
