import { Field } from '@/ui/fields';

export interface CodeTyped {
  password: string;
  code: string;
}

/** Password and code, which count only together. */
export function CodeFields({ value, on_change }: { value: CodeTyped; on_change: (typed: CodeTyped) => void }) {
  return (
    <>
      <Field label="Password" name="password" type="password" autoComplete="current-password" value={value.password} onChange={(password) => on_change({ ...value, password })} isRequired />
      <Field
        label="Code"
        hint="Six digits, from your authenticator app."
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        value={value.code}
        onChange={(code) => on_change({ ...value, code: code.replace(/\D/g, '').slice(0, 6) })}
        isRequired
      />
    </>
  );
}
