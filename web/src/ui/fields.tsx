import { Check, ChevronDown, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button,
  Checkbox as AriaCheckbox,
  type CheckboxProps,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio as AriaRadio,
  RadioGroup,
  Select as AriaSelect,
  SelectValue,
  Text,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps,
} from 'react-aria-components';

interface Said {
  label: string;
  /** One line under the label: what belongs here. */
  hint?: ReactNode;
  /** What is wrong with what stands here; usually ApiProblem.fields[name]. */
  error?: string;
}

export interface FieldProps extends Said, Omit<TextFieldProps, 'className' | 'children' | 'style'> {
  placeholder?: string;
  rows?: number;
  /** Plate letters: condensed, upper case. */
  plate?: boolean;
  hide_label?: boolean;
}

export function Field({ label, hint, error, placeholder, rows, plate, hide_label, ...rest }: FieldProps) {
  return (
    <AriaTextField {...rest} isInvalid={!!error} validationBehavior="aria" className="field">
      <Label className={hide_label ? 'visually-hidden' : 'field-label'}>{label}</Label>
      {hint ? (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      ) : null}
      {rows ? <TextArea rows={rows} placeholder={placeholder} /> : <Input placeholder={placeholder} className={plate ? 'input-plate' : undefined} />}
      <FieldError>{error}</FieldError>
    </AriaTextField>
  );
}

export interface Option {
  value: string;
  label: string;
  /** Shown smaller behind the label. */
  note?: string;
  disabled?: boolean;
}

export interface SelectProps extends Said {
  options: readonly Option[];
  value: string | null;
  on_change: (value: string) => void;
  placeholder?: string;
  hide_label?: boolean;
  required?: boolean;
  disabled?: boolean;
}

export function Select(props: SelectProps) {
  const disabled = props.options.filter((o) => o.disabled).map((o) => o.value);
  return (
    <AriaSelect
      className="field select"
      value={props.value}
      onChange={(key) => {
        if (key !== null) props.on_change(String(key));
      }}
      disabledKeys={disabled}
      isInvalid={!!props.error}
      isRequired={props.required}
      isDisabled={props.disabled}
      validationBehavior="aria"
      placeholder={props.placeholder ?? 'Choose'}
    >
      <Label className={props.hide_label ? 'visually-hidden' : 'field-label'}>{props.label}</Label>
      {props.hint ? (
        <Text slot="description" className="field-hint">
          {props.hint}
        </Text>
      ) : null}
      <Button className="select-button">
        <SelectValue />
        <ChevronDown size={16} aria-hidden />
      </Button>
      <FieldError>{props.error}</FieldError>
      <Popover className="popover">
        <ListBox className="listbox">
          {props.options.map((o) => (
            <ListBoxItem key={o.value} id={o.value} textValue={o.label} className="listbox-item">
              <span>{o.label}</span>
              {o.note ? <span className="faint small">{o.note}</span> : null}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

export function Checkbox({ children, ...rest }: Omit<CheckboxProps, 'className' | 'children' | 'style'> & { children: ReactNode }) {
  return (
    <AriaCheckbox {...rest} className="checkbox">
      {({ isSelected, isIndeterminate }) => (
        <>
          <span className="checkbox-box" aria-hidden="true">
            {isIndeterminate ? <Minus size={12} /> : isSelected ? <Check size={12} strokeWidth={3} /> : null}
          </span>
          <span>{children}</span>
        </>
      )}
    </AriaCheckbox>
  );
}

export interface RadiosProps extends Said {
  options: readonly Option[];
  value: string | null;
  on_change: (value: string) => void;
}

export function Radios(props: RadiosProps) {
  return (
    <RadioGroup className="field radios" value={props.value} onChange={props.on_change} isInvalid={!!props.error} validationBehavior="aria">
      <Label className="field-label">{props.label}</Label>
      {props.hint ? (
        <Text slot="description" className="field-hint">
          {props.hint}
        </Text>
      ) : null}
      {props.options.map((o) => (
        <AriaRadio key={o.value} value={o.value} isDisabled={o.disabled} className="radio">
          <span className="radio-dot" aria-hidden="true" />
          <span>
            {o.label}
            {o.note ? <span className="faint small"> {o.note}</span> : null}
          </span>
        </AriaRadio>
      ))}
      <FieldError>{props.error}</FieldError>
    </RadioGroup>
  );
}
