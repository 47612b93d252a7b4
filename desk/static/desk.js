/* What the browser does by itself on the desk: keys, sound, title alert, finding a message in the conversation. */
(() => {
  const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName) || document.activeElement?.isContentEditable;
  const cases = () => [...document.querySelectorAll("[data-case]")];
  const picked = () => document.querySelector(".case--picked");
  let waitingForPlace = 0;

  const pick = (step) => {
    const all = cases();
    if (!all.length) return;
    const at = all.indexOf(picked());
    const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
    picked()?.classList.remove("case--picked");
    next.classList.add("case--picked");
    next.scrollIntoView({ block: "nearest" });
    next.focus({ preventScroll: true });
  };
  const press = (name) => document.querySelector(`[data-do="${name}"]`)?.click();
  const focus = (name) => document.querySelector(`[data-box="${name}"] textarea, [data-box="${name}"] input, textarea[data-box="${name}"], input[data-box="${name}"]`)?.focus();

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const box = document.activeElement?.closest("[data-sends]");
      if (box) { event.preventDefault(); press(box.dataset.sends); }
      return;
    }
    if (event.key === "Escape" && typing()) { document.activeElement.blur(); return; }
    if (typing() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector(".q-dialog__inner")) return;
    if (Date.now() < waitingForPlace) {
      waitingForPlace = 0;
      const link = document.querySelector(`.nav [data-key="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); location.href = link.href; }
      return;
    }
    const keys = document.getElementById("keys");
    const acts = {
      "?": () => (keys.open ? keys.close() : keys.showModal()),
      g: () => { waitingForPlace = Date.now() + 1500; },
      j: () => pick(1), k: () => pick(-1),
      Enter: () => { if (picked() && document.activeElement === picked()) picked().click(); else return false; },
      c: () => { (picked()?.querySelector("[data-claim]") ?? document.querySelector('[data-do="claim"]'))?.click(); },
      r: () => focus("reply"), n: () => focus("note"), i: () => press("cite"), "/": () => focus("filter"),
    };
    const act = acts[event.key];
    if (act && act() !== false) event.preventDefault();
  });

  // Sound and title: nothing sounds before the person has touched the page; that is the browser's rule.
  const quiet = () => localStorage.getItem("desk-quiet") === "1";
  let audio;
  const beep = () => {
    if (quiet()) return;
    audio ??= new AudioContext();
    if (audio.state === "suspended") { audio.resume(); }
    [[660, 0], [880, 0.16]].forEach(([pitch, after]) => {
      const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + after;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.22);
      tone.connect(volume).connect(audio.destination);
      tone.start(at); tone.stop(at + 0.25);
    });
  };
  const title = document.title;
  let news = 0;
  const settle = () => { news = 0; document.title = title; };
  addEventListener("focus", settle);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) settle(); });
  const point = (row) => {
    row?.classList.add("case--fresh");
    setTimeout(() => row?.classList.remove("case--fresh"), 2600);
  };
  window.deskNews = (count, ids = []) => {
    beep();
    // The rows arrive with the same message; a moment later they stand there.
    setTimeout(() => ids.forEach((id) => point(document.querySelector(`[data-case="${id}"]`))), 150);
    if (document.hidden || !document.hasFocus()) { news += count; document.title = `（${news} 条新消息）${title}`; }
  };
  const showSound = () => {
    const button = document.querySelector('[data-do="sound"]');
    if (!button) return;
    button.setAttribute("aria-pressed", String(!quiet()));
    const icon = button.querySelector(".q-icon");
    if (icon) icon.textContent = quiet() ? "volume_off" : "volume_up";
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do=sound]");
    if (button) { localStorage.setItem("desk-quiet", quiet() ? "0" : "1"); showSound(); if (!quiet()) beep(); return; }
    const tab = event.target.closest("[data-pane-of]");
    if (tab) {
      document.querySelector(".bench").dataset.pane = tab.dataset.paneOf;
      document.querySelectorAll("[data-pane-of]").forEach((t) => t.classList.toggle("tabs__tab--here", t === tab));
      if (tab.dataset.paneOf === "talk") window.deskBottom(true);
      return;
    }
    const line = event.target.closest("[data-message]");
    if (line) {
      event.preventDefault();
      document.querySelector('[data-pane-of="talk"]')?.click();
      window.deskFind(line.dataset.message);
    }
  });
  addEventListener("load", () => { showSound(); setTimeout(showSound, 800); });
  window.deskFind = (id) => {
    const said = document.getElementById(`m-${id}`);
    if (!said) return;
    document.querySelectorAll(".said--found").forEach((s) => s.classList.remove("said--found"));
    said.classList.add("said--found");
    said.scrollIntoView({ block: "center", behavior: "smooth" });
  };
  window.deskBottom = (always) => setTimeout(() => {
    const talk = document.querySelector(".talk");
    if (talk && (always || talk.scrollHeight - talk.scrollTop - talk.clientHeight < 400)) talk.scrollTop = talk.scrollHeight;
  }, 60);
})();
