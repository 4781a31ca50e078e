import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './Button';

export interface DialogProps {
  open: boolean;
  on_close: () => void;
  title: ReactNode;
  /** drawer: from the right edge, full height; on a phone from below. */
  kind?: 'middle' | 'wide' | 'drawer';
  children: ReactNode;
}

export function Dialog({ open, on_close, title, kind = 'middle', children }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={(now) => {
        if (!now) on_close();
      }}
      isDismissable
      className={`overlay overlay-${kind}`}
    >
      <Modal className={`modal modal-${kind}`}>
        <AriaDialog className="dialog">
          <header className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button kind="quiet" size="small" aria-label="Close" icon={<X size={16} aria-hidden />} onPress={on_close} />
          </header>
          <div className="dialog-body">{children}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
