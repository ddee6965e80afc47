/** Spinners only for what really takes long: true once `active` has lasted a while. What is faster never flickers. */

import { useEffect, useState } from 'react';

/** Below about a second, a spinner is felt as noise rather than as news. */
const SPINNER_DELAY_MS = 1000;

export function useDelayed(active: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!active) return undefined;
    const timer = setTimeout(() => setLate(true), SPINNER_DELAY_MS);
    return () => { clearTimeout(timer); setLate(false); };
  }, [active]);
  return active && late;
}
