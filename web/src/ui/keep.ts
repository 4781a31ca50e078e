/** Small things a page remembers while the tab is open (scroll places, filters). Never anything that was read under a case. */
export function keep(key: string, value: unknown) {
  try {
    sessionStorage.setItem(`glasshouse.${key}`, JSON.stringify(value));
  } catch {
    // Refused or full: the page only forgets its place.
  }
}

export function kept<T>(key: string): T | undefined {
  try {
    const text = sessionStorage.getItem(`glasshouse.${key}`);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}
