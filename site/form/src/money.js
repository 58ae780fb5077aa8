// Amounts exactly, as in zongmu.model.scalars: whole fen in a BigInt, the capital characters of vouchers.
const SCALE = { 元: 100n, 万元: 1000000n, 亿元: 10000000000n };
const DECIMALS = { 元: 2, 万元: 6, 亿元: 10 };
const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟", "万", "拾", "佰", "仟"];

/** What a person typed for an amount → {fen, text} with its unit, or null where it cannot be understood. */
export function readMoney(typed, unit) {
  let plain = typed.normalize("NFKC").replace(/[\s​]/g, "").replace(/^人民币/, "").replace(/^[¥￥]/, "").replace(/[整]$/, "");
  if (/^\d{1,3}(,\d{3})+(\.\d+)?/.test(plain)) plain = plain.replace(/,/g, "");
  const found = /^(\d{1,13})(?:\.(\d{1,10}))?(亿元|万元|元|亿|万)?$/.exec(plain);
  if (!found) return null;
  const used = { 亿: "亿元", 万: "万元" }[found[3]] || found[3] || unit;
  const part = (found[2] || "").replace(/0+$/, "");
  if (part.length > DECIMALS[used]) return null;
  const whole = found[1].replace(/^0+(?=\d)/, "");
  let fen = BigInt(whole) * SCALE[used];
  if (part) fen += (BigInt(part) * SCALE[used]) / 10n ** BigInt(part.length);
  if (fen >= 1000000000000000n) return null;
  return { fen, unit: used, number: part ? `${whole}.${part}` : whole, text: `${part ? `${whole}.${part}` : whole}${used}` };
}

/** Exact 元 with separators: 4,805,000 or 4,805,000.50. */
export function yuan(fen) {
  const whole = (fen / 100n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const rest = fen % 100n;
  return rest ? `${whole}.${rest.toString().padStart(2, "0")}` : whole;
}

function spell(number) {
  const high = number / 100000000n;
  const low = Number(number % 100000000n);
  let out = high ? spell(high) + "亿" : "";
  let zero = Boolean(high) && high % 10n === 0n;
  let inWan = false;
  for (let place = 7; place >= 0; place--) {
    const digit = Math.floor(low / 10 ** place) % 10;
    if (digit) {
      out += (zero && out ? "零" : "") + DIGITS[digit] + (place !== 4 ? PLACES[place] : "");
      zero = false;
      inWan = inWan || place >= 4;
    } else {
      zero = true;
    }
    if (place === 4 && inWan) out += "万";
  }
  return out;
}

/** 大写: 肆佰捌拾万零伍仟元整. */
export function capital(fen) {
  if (fen === 0n) return "零元整";
  const whole = fen / 100n;
  const jiao = Number((fen / 10n) % 10n);
  const last = Number(fen % 10n);
  let out = whole ? spell(whole) + "元" : "";
  if (out && (jiao || last) && (whole % 10n === 0n || !jiao)) out += "零";
  if (jiao) out += DIGITS[jiao] + "角";
  return out + (last ? DIGITS[last] + "分" : "整");
}
