import { useState } from 'react';
import { Button } from './Button';

/** Removes at the second press; the first one says what goes. */
export function RemoveButton({ word = 'Remove…', says, pending, on_remove }: { word?: string; says: string; pending: boolean; on_remove: () => void }) {
  const [removing, set_removing] = useState(false);
  return removing ? (
    <Button size="small" kind="reject" isDisabled={pending} onPress={on_remove}>
      {says}
    </Button>
  ) : (
    <Button size="small" onPress={() => set_removing(true)}>
      {word}
    </Button>
  );
}
