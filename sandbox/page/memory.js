// What the page remembers between visits; a browser that keeps nothing is no error.

/** The kept value, or null. */
export function recall(name) {
  try {
    return localStorage.getItem(`sandbox.${name}`);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`sandbox.${name}`, value);
  } catch {
    // Private windows refuse; then it is asked again next time.
  }
}
