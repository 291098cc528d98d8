import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

export interface DialogProps {
  open: boolean;
  title: string;
  onClose: () => void;
  /** The buttons; the first one written is the one on the right and at the bottom, nearest to the thumb. */
  actions: ComponentChildren;
  children?: ComponentChildren;
}

/** The browser's own modal dialog: it keeps focus inside, closes with Escape and gives focus back. */
export function Dialog({ open, title, onClose, actions, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={element} aria-labelledby={heading} onClose={() => open && onClose()}>
      {open && (
        <div class="dialog">
          <h2 id={heading}>{title}</h2>
          {children}
          <div class="actions">{actions}</div>
        </div>
      )}
    </dialog>
  );
}
