import type { ReactNode } from 'react';
import { Button } from './Button';
import { ProblemPanel } from './panels';

/** How a form in a dialog ends: what went wrong, the button that sends it (its words are the children), and the way out. */
export function FormEnd({ error, disabled, on_cancel, children }: { error: unknown; disabled: boolean; on_cancel: () => void; children: ReactNode }) {
  return (
    <>
      {error ? <ProblemPanel error={error} /> : null}
      <div className="row">
        <Button kind="primary" type="submit" isDisabled={disabled}>
          {children}
        </Button>
        <Button kind="quiet" onPress={on_cancel}>
          Cancel
        </Button>
      </div>
    </>
  );
}
