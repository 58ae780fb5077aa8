// What Chromium 80 lacks and the libraries use. Loaded first.
if (!Object.hasOwn) Object.hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
for (const type of [Array, String]) {
  if (!type.prototype.at) {
    Object.defineProperty(type.prototype, "at", {
      value(index) {
        const n = Math.trunc(index) || 0;
        return this[n < 0 ? this.length + n : n];
      },
      configurable: true,
      writable: true,
    });
  }
}
if (!String.prototype.replaceAll) {
  Object.defineProperty(String.prototype, "replaceAll", {
    value(from, to) {
      return from instanceof RegExp ? this.replace(from, to) : this.split(from).join(typeof to === "function" ? to(from) : to);
    },
    configurable: true,
    writable: true,
  });
}
if (!globalThis.structuredClone) globalThis.structuredClone = (value) => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
