import { Tooltip, TooltipTrigger, Button } from 'react-aria-components';
import type { Schemas } from '@/api/client';
import { region_tag } from './regions';

type Character = Schemas['Character'];

export interface PlateChipProps {
  /** The letters as read or as wanted. Without them, `dots` says how many are masked. */
  text?: string;
  dots?: number;
  /** "OH", "US-OH" or "unknown". */
  region?: string;
  /** Doubt for each character; as long as `text`, else it is ignored. */
  characters?: readonly Character[];
  size?: 's' | 'm' | 'l';
  /** Each doubtful character can be reached by the keyboard and tells its alternatives. For one chip on a page, not for lists. */
  explain?: boolean;
  /** Positions where this plate differs from the one it is compared with. */
  differs?: readonly boolean[];
}

/** Confidence as ink: sure is heavy; less sure is lighter and underlined. */
export function doubt_of(confidence: number): 'sure' | 'fair' | 'weak' {
  if (confidence >= 0.9) return 'sure';
  return confidence >= 0.65 ? 'fair' : 'weak';
}

const percent = (p: number) => `${Math.round(p * 100)} %`;

export function describe_character(c: Character): string {
  const others = c.alternatives.filter((a) => a.value !== c.value).slice(0, 3);
  const or = others.length ? `; or ${others.map((a) => `${a.value} ${percent(a.confidence)}`).join(', ')}` : '';
  return `${c.value} ${percent(c.confidence)}${or}`;
}

export function PlateChip({ text, dots, region, characters, size = 'm', explain = false, differs }: PlateChipProps) {
  const tag = region_tag(region);
  const masked = text === undefined;
  const shape = `plate plate-${size}${masked ? ' plate-masked' : ''}`;
  const label = masked
    ? `Masked plate, ${dots ?? 0} characters${tag ? `, region ${tag}` : ''}`
    : `Plate ${text.split('').join(' ')}${tag ? `, region ${tag}` : ', region unknown'}`;
  const sure = !masked && characters?.length === text.length ? characters : undefined;

  const letters = masked ? (
    Array.from({ length: dots ?? 0 }, (_, i) => <span key={i} className="plate-dot" />)
  ) : (
    text.split('').map((letter, i) => {
      const c = sure?.[i];
      const doubt = c ? doubt_of(c.confidence) : 'sure';
      // A zero carries a dot, as on many plates: in this face it would look like the letter O.
      const cls = `plate-char plate-${doubt}${letter === '0' ? ' plate-zero' : ''}${differs?.[i] ? ' plate-differs' : ''}`;
      if (explain && c && doubt !== 'sure') {
        return (
          <TooltipTrigger key={i} delay={150} closeDelay={0}>
            <Button className={cls} aria-label={`Character ${i + 1}: ${describe_character(c)}`}>
              {letter}
            </Button>
            <Tooltip className="tooltip" offset={6}>
              {describe_character(c)}
            </Tooltip>
          </TooltipTrigger>
        );
      }
      return (
        <span key={i} className={cls} title={c ? describe_character(c) : undefined}>
          {letter}
        </span>
      );
    })
  );
  return (
    <span className={shape} role={explain && sure ? 'group' : 'img'} aria-label={label}>
      {tag ? <span className="plate-region">{tag}</span> : <span className="plate-region plate-region-unknown">?</span>}
      <span className="plate-letters">{letters}</span>
    </span>
  );
}
