import { useDeferredValue } from 'react';
import { useSearchParams } from 'react-router';
import { OneOf } from './chips';
import { Field } from './fields';

interface Shown<Show extends string> {
  value: Show;
  label: string;
}

/** Which rows of a list are shown and what is looked for in it; both stand in the address. The first of `shows` is meant
 *  where the address says nothing. */
export function useListFilter<Show extends string>(shows: readonly [Shown<Show>, ...Shown<Show>[]]) {
  const [params, set_params] = useSearchParams();
  const usual = shows[0].value;
  const show = shows.find((s) => s.value === params.get('show'))?.value ?? usual;
  const q = params.get('q') ?? '';
  // The list follows the typing without holding it up.
  const late_q = useDeferredValue(q.trim());
  const set = (name: string, value: string) =>
    set_params(
      (old) => {
        const next = new URLSearchParams(old);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  return { shows, show, q, late_q, set_show: (value: Show) => set('show', value === usual ? '' : value), set_q: (value: string) => set('q', value) };
}

interface ListToolsProps<Show extends string> {
  filter: ReturnType<typeof useListFilter<Show>>;
  /** "Which cases" */
  which: string;
  /** "Find by number or title" */
  find: string;
  placeholder: string;
}

/** The bar over a list: which of them, and the words to find. */
export function ListTools<Show extends string>({ filter, which, find, placeholder }: ListToolsProps<Show>) {
  return (
    <div className="list-tools">
      <OneOf label={which} hide_label options={filter.shows} value={filter.show} on_change={filter.set_show} />
      <div data-question>
        <Field label={find} hide_label type="search" placeholder={placeholder} value={filter.q} onChange={filter.set_q} maxLength={80} />
      </div>
    </div>
  );
}
