import { Radio, RadioGroup, Label, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { ReactNode } from 'react';
import './chips.css';

interface ChipOption<Value extends string> {
  value: Value;
  label: ReactNode;
  title?: string;
}

/** One of a few: arrows move, the choice is a filled chip. */
export function OneOf<Value extends string>({ label, hide_label, options, value, on_change }: { label: string; hide_label?: boolean; options: readonly ChipOption<Value>[]; value: Value | null; on_change: (value: Value) => void }) {
  return (
    <RadioGroup className="chips" value={value} onChange={(v) => on_change(v as Value)} orientation="horizontal">
      <Label className={hide_label ? 'visually-hidden' : 'chips-label'}>{label}</Label>
      <div className="chips-row">
        {options.map((o) => (
          <Radio key={o.value} value={o.value} className="chip">
            {o.title ? <span title={o.title}>{o.label}</span> : o.label}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** Any of several; `most` is the contract's bound. */
export function AnyOf({ label, options, value, on_change, most }: { label: string; options: readonly ChipOption<string>[]; value: readonly string[]; on_change: (value: string[]) => void; most: number }) {
  const full = value.length >= most;
  return (
    <div className="chips">
      <span className="chips-label" aria-hidden="true">
        {label}
      </span>
      <ToggleButtonGroup
        aria-label={label}
        className="chips-row"
        selectionMode="multiple"
        selectedKeys={value}
        onSelectionChange={(keys) => on_change(options.map((o) => o.value).filter((v) => keys.has(v)))}
      >
        {options.map((o) => (
          <ToggleButton key={o.value} id={o.value} className="chip" isDisabled={full && !value.includes(o.value)}>
            {o.label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
