import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaProps } from 'react-aria-components';

export interface ButtonProps extends Omit<AriaProps, 'className' | 'children' | 'style'> {
  /** primary: the one thing to do here. quiet: no border until hovered. confirm and reject: decisions about an alert. */
  kind?: 'plain' | 'primary' | 'quiet' | 'confirm' | 'reject';
  size?: 'normal' | 'small' | 'large';
  icon?: ReactNode;
  /** The key that does the same. */
  hotkey?: string;
  children?: ReactNode;
}

export function Button({ kind = 'plain', size = 'normal', icon, hotkey, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={`button button-${kind} button-${size}${children ? '' : ' button-icon'}`}>
      {icon}
      {children ? <span>{children}</span> : null}
      {hotkey ? <kbd aria-hidden="true">{hotkey}</kbd> : null}
    </AriaButton>
  );
}
