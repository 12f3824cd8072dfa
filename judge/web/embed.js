// Puts a frame in the place of every <div data-judge-snippet="ID"> of a page.
(() => {
  const origin = new URL(document.currentScript.src).origin;
  for (const place of document.querySelectorAll("[data-judge-snippet]")) {
    const frame = document.createElement("iframe");
    frame.src = `${origin}/embed/${encodeURIComponent(place.dataset.judgeSnippet)}`;
    frame.title = place.dataset.title || "A Go program";
    frame.loading = "lazy";
    frame.style.cssText = `width:100%;height:${place.dataset.height || "360px"};border:1px solid #8885;border-radius:6px`;
    place.replaceChildren(frame);
  }
})();
