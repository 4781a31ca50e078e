import type { Schemas } from '@/api/client';

export type Kind = Schemas['ImportKind'];

export interface KindWords {
  value: Kind;
  label: string;
  note: string;
}

/** The layouts that files come in, in the order in which they are offered. */
export const KINDS: readonly KindWords[] = [
  { value: 'plain', label: 'Our own CSV', note: 'A header names our columns; each row has its own end.' },
  { value: 'mapped', label: 'A column map of yours', note: 'For a state’s or a vendor’s file: you say which column is what.' },
  { value: 'ncic-fixed', label: 'NCIC extract, fixed width', note: 'Rows of fixed places, as the state’s switch sends them.' },
  { value: 'ncic-csv', label: 'NCIC extract, CSV', note: '11 cells a row, or 12 with the plate type.' },
  { value: 'missing-children', label: 'AMBER and missing children, CSV', note: 'Case Number and License Plate; State, Make, Body, Color and Expires where known. Nothing of the child is kept.' },
];

export const kind_words = (kind: Kind): string => KINDS.find((k) => k.value === kind)?.label ?? kind;

/** Whether rows of this layout say of which file of a national extract they are. */
export const has_files = (kind: Kind): boolean => kind !== 'plain';

/** A column map to start from. */
export const FORMAT_EXAMPLE = `format = 1
title = "State file"
layout = "csv"
dates = "MM/DD/YYYY"
ends_after = "3 days"

[columns.plate]
name = "TAG"
[columns.state]
name = "ST"
[columns.reason]
name = "OFFENSE"
[columns.color]
name = "CLR"
optional = true

[constants]
case = "State file"

[values.reason]
SV = "Stolen vehicle"
SP = "Stolen plate"
`;
