// Runs inside the page: what has the focus, whether it can be seen, and whether it looks focused.
export function focused() {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const left = Math.max(box.left, 0);
  const top = Math.max(box.top, 0);
  const right = Math.min(box.right, innerWidth);
  const bottom = Math.min(box.bottom, innerHeight);
  // Seen: some of it lies in the window with nothing over it.
  const spots = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.1, 0.9].map((y) => [left + x * (right - left), top + y * (bottom - top)]));
  const isOnTop = ([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    return Boolean(hit) && (element.contains(hit) || hit.contains(element));
  };
  const isVisible = right > left && bottom > top && style.visibility === "visible" && spots.some(isOnTop);
  // Of a date field Chromium paints the part that is typed, not the field.
  const isOutlined = element.type === "date" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1);
  const labels = Array.from(element.labels ?? [], (label) => label.innerText).join(" ");
  const name = element.getAttribute("aria-label") || labels || element.innerText || element.title || element.placeholder || "";
  const keys = Array.from(element.querySelectorAll("kbd"), (key) => key.innerText).join(" ");
  return {
    // The name without the shortcut that is written on the control.
    name: (keys && name.trim().endsWith(keys) ? name.trim().slice(0, -keys.length) : name).trim(),
    markup: element.cloneNode(false).outerHTML.slice(0, 200),
    isVisible,
    isStyled: isOutlined,
  };
}
