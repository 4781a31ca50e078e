import { useEffect, useState } from 'react';

/** The value once it has stood for so long: what follows it need not be drawn for each one that is passed over. */
export function useSettled<Value>(value: Value, wait_ms: number): Value {
  const [settled, set_settled] = useState(value);
  useEffect(() => {
    const wait = window.setTimeout(() => set_settled(value), wait_ms);
    return () => window.clearTimeout(wait);
  }, [value, wait_ms]);
  return settled;
}
