// Asks the desk for the live part of the page now and then and puts it in place; says so when the desk does not answer.
(() => {
  "use strict";
  const place = document.getElementById("live");
  if (!place) return;
  const lost = document.getElementById("lost");
  const announce = document.getElementById("announce");
  let heard = Date.now();
  let said = "";

  const clocks = () => {  // the reader's own time beside UTC, where it is another
    for (const each of place.querySelectorAll("time.clock")) {
      const at = new Date(each.dateTime);
      if (at.getTimezoneOffset()) each.parentNode.append(` · ${at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })} here`);
    }
  };

  const tell = () => {
    clocks();
    const part = place.querySelector("[data-summary]");
    if (!part) return;
    document.title = part.dataset.title;
    if (said && said !== part.dataset.summary) announce.textContent = part.dataset.summary;
    said = part.dataset.summary;
  };

  const put = (text) => {
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = [...place.querySelectorAll("[id]")].map((each) => [each.id, each.scrollTop, each.scrollLeft]);
    place.innerHTML = text;
    for (const [id, top, left] of scrolled) {
      const each = document.getElementById(id);
      if (each && (top || left)) { each.scrollTop = top; each.scrollLeft = left; }
    }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    tell();
  };

  const ends = () => { for (const each of place.querySelectorAll("pre.log")) each.scrollTop = each.scrollHeight; };

  const selecting = () => {
    const chosen = document.getSelection();
    return chosen && !chosen.isCollapsed && place.contains(chosen.anchorNode);
  };

  const look = async () => {
    if (!document.hidden && !selecting()) {
      try {
        const answer = await fetch(place.dataset.from, { cache: "no-store", signal: AbortSignal.timeout(10000) });
        if (answer.status === 401) { location.reload(); return; }
        if (!answer.ok) throw new Error(String(answer.status));
        put(await answer.text());
        heard = Date.now();
        lost.hidden = true;
      } catch {
        lost.textContent = `No contact with the desk since ${new Date(heard).toISOString().slice(11, 19)} UTC. What is shown is old.`;
        lost.hidden = false;
      }
    }
    setTimeout(look, Number(place.dataset.every));
  };

  tell();
  ends();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lost.hidden = true; });
  setTimeout(look, Number(place.dataset.every));
})();
