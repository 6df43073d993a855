// Small helpers; every page works without them. Nothing here talks to anybody but this app.
"use strict";
const lumbago = { left: new AbortController() };

// A page has arrived: what it needs begins, and what the page before it had begun ends.
lumbago.arrived = () => {
  lumbago.left.abort();
  const gone = lumbago.left = new AbortController();
  const every = (what, pause) => {
    const turn = setInterval(what, pause);
    gone.signal.addEventListener("abort", () => clearInterval(turn));
  };

  // What is wrong comes first to eye and ear.
  const problems = document.getElementById("problems");
  if (problems) problems.focus();

  // "None of these" counts for what was on the screen: it leads to the first statement that was not.
  const none = document.querySelector(".none button");
  if (none && "IntersectionObserver" in window) {
    const unseen = new Set(document.querySelectorAll(".line"));
    const note = (seen) => {
      for (const one of seen) if (one.isIntersecting) { unseen.delete(one.target); watch.unobserve(one.target); }
    };
    const watch = new IntersectionObserver(note, { threshold: 0.2 });
    for (const item of unseen) watch.observe(item);
    none.addEventListener("click", (event) => {
      note(watch.takeRecords()); // seen, and not yet told on a busy phone
      const first = [...unseen][0];
      if (!first) return;
      event.preventDefault();
      first.scrollIntoView({ block: "center" });
      first.querySelector("input").focus({ preventScroll: true });
    });
  }

  // The screen stays on for somebody on the floor.
  const awake = document.querySelector("[data-awake]");
  if (awake && "wakeLock" in navigator) {
    const hold = () => { if (document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {}); };
    document.addEventListener("visibilitychange", hold, { signal: gone.signal });
    hold();
  }

  // Read aloud, with a voice of this device.
  const speaker = document.querySelector("[data-speaker]");
  if (speaker && "speechSynthesis" in window) {
    speaker.hidden = false;
    speaker.addEventListener("click", () => {
      if (speechSynthesis.speaking) { speechSynthesis.cancel(); return; }
      for (const part of document.querySelectorAll("[data-speak]")) {
        const said = new SpeechSynthesisUtterance(part.innerText);
        said.lang = document.documentElement.lang;
        said.rate = 0.9;
        speechSynthesis.speak(said);
      }
    });
  }

  // An hour on the floor is the limit: the moment is in the page, so a closed tab loses nothing.
  const clock = document.querySelector("[data-deadline]");
  if (clock) {
    const end = Date.parse(clock.dataset.deadline);
    const look = () => {
      if (Date.now() < end) return;
      const late = document.querySelector("[data-late]");
      if (late.hidden) {
        late.hidden = false;
        if (navigator.vibrate) navigator.vibrate([400, 200, 400]);
      }
    };
    look();
    every(look, 5000);
  }

  // A timer runs from a moment that stands in the page, so a closed tab or a locked phone loses nothing.
  const timer = document.querySelector("[data-timer]");
  if (timer) {
    const end = Date.parse(timer.dataset.timer), half = Date.parse(timer.dataset.half || "");
    const face = timer.querySelector("[data-clock]");
    const signal = () => {
      if (navigator.vibrate) navigator.vibrate([300, 150, 300]);
      try {
        const sound = new AudioContext(), tone = sound.createOscillator(), loud = sound.createGain();
        tone.frequency.value = 440;
        loud.gain.setValueAtTime(0.15, sound.currentTime);
        loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 1.2);
        tone.connect(loud).connect(sound.destination);
        tone.start();
        tone.stop(sound.currentTime + 1.2);
      } catch { /* no sound here */ }
    };
    let wasHalf = Date.now() >= half, over = Date.now() >= end;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      face.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      const halfway = timer.querySelector("[data-halfway]");
      if (halfway) halfway.hidden = Date.now() < half || left === 0;
      if (halfway && !wasHalf && Date.now() >= half) { wasHalf = true; signal(); }
      if (left === 0) {
        timer.querySelector("[data-over]").hidden = false;
        if (!over) { over = true; signal(); }
      }
    };
    tick();
    every(tick, 500);
  }

  // Printing needs a script; without one the browser's own menu does it.
  const printer = document.querySelector("[data-print]");
  if (printer) {
    printer.hidden = false;
    printer.addEventListener("click", () => print());
  }

  // Sharing hands the file to an app that the person chooses; nothing leaves without that choice.
  const sharer = document.querySelector("[data-share]");
  if (sharer && navigator.canShare && navigator.canShare({ files: [new File([""], sharer.dataset.name, { type: "application/pdf" })] })) {
    sharer.hidden = false;
    sharer.addEventListener("click", async () => {
      try {
        const answer = await fetch(sharer.dataset.share);
        if (!answer.ok) { location.href = sharer.dataset.share; return; }
        const file = new File([await answer.blob()], sharer.dataset.name, { type: "application/pdf" });
        await navigator.share({ files: [file] });
      } catch { /* not shared after all */ }
    });
  }
};

lumbago.arrived();
// On a phone by itself, another script looks after pages and what is kept for later.
if ("serviceWorker" in navigator && !document.getElementById("site")) navigator.serviceWorker.register("/sw.js").catch(() => {});
