import { Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/ui';

/** A text that is shown once, to be carried elsewhere. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const [said, set_said] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      set_said('Copied');
    } catch {
      set_said('Copying was refused: select the text and copy it by hand.');
    }
  };
  return (
    <div className="copyable">
      <p className="small strong">{label}</p>
      <div className="copyable-row">
        <code tabIndex={0}>{text}</code>
        <Button size="small" icon={<Copy size={14} aria-hidden />} aria-label={`Copy: ${label}`} onPress={() => void copy()}>
          Copy
        </Button>
      </div>
      <p className="small soft" role="status">
        {said}
      </p>
    </div>
  );
}
