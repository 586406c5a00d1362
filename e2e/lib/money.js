/** The last amount a text names, in cents; `–` is zero. */
export function amount(text) {
  const last = text.match(/[−-]?[\d,]+\.\d\d|–/g)?.pop();
  if (!last) throw new Error(`no amount in “${text}”`);
  return last === "–" ? 0 : Math.round(Number(last.replace("−", "-").replaceAll(",", "")) * 100);
}
